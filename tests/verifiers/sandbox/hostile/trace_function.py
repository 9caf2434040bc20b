# expect: any
import logging


def f(x):
    logging.sys.settrace(lambda *args: logging.sys.exit(0))
    return x

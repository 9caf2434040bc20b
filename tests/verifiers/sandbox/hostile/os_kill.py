# expect: any
import logging


def f(x):
    logging.os.kill(1, 9)
    return x

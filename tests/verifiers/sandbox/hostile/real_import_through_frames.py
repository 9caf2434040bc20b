# expect: any
import logging


def f(x):
    return logging.sys.modules["os"].system("touch /tmp/axiom-escape")

# expect: any
import logging


def f(x):
    return logging.os.system("touch /tmp/axiom-escape")

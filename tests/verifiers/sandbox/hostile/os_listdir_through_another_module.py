# expect: any
import logging


def f(x):
    return len(logging.os.listdir("/"))

# expect: any
import logging


def f(x):
    return [key for key in logging.os.environ if key.startswith(("HOME", "PATH", "AXIOM"))]

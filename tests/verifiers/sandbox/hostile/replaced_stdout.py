# expect: returned 1
import sys


class Out:
    def write(self, text):
        raise SystemExit

    flush = write


sys.stdout = Out()


def f(x):
    return x

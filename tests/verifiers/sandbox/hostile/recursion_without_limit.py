# expect: discarded
import sys

sys.setrecursionlimit(2**31 - 1)


def f(x):
    return 1 + f(x)

# expect: discarded
import functools
import sys

sys.setrecursionlimit(90_000)


@functools.lru_cache(None)
def f(x):
    return f(x + 1)

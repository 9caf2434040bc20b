# expect: out of fuel
import itertools


def f(x):
    return 1 in itertools.repeat(0)

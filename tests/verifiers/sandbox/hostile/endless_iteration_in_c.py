# expect: out of fuel
import itertools


def f(x):
    return sum(itertools.repeat(0))

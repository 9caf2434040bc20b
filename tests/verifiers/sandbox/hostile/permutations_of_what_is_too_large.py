# expect: discarded interpreter limit
import math


def f(x):
    return math.perm(10**30, 10**20)

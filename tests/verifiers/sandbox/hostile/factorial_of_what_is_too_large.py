# expect: discarded interpreter limit
import math


def f(x):
    return math.factorial(10**10)

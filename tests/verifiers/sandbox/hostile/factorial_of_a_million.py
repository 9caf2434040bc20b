# expect: any
import math


def f(x):
    return math.factorial(10**7)

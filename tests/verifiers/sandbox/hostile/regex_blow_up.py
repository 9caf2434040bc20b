# expect: out of fuel
import re


def f(x):
    return re.match("(a|a)*b", "a" * 60) is None

# expect: discarded RecursionError
def f(x):
    return 1 + f(x)

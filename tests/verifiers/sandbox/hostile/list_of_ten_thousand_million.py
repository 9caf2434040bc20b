# expect: discarded interpreter limit
def f(x):
    return len([0] * 10**10)

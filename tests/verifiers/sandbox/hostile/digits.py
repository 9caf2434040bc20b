# expect: discarded interpreter limit
def f(x):
    return len(str(10**5000))

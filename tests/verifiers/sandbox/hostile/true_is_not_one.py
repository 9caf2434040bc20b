# expect: returned True
def f(x):
    return x == 1

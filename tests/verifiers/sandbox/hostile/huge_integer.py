# expect: any
def f(x):
    return 1 << 100_000_000

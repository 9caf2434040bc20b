# expect: any
def f(x):
    step = 2**31 - 1
    return len({n * step: n for n in range(100_000)})

# expect: any
def f(x):
    return eval("-" * 100_000 + "1")

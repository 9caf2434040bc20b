# expect: raised ValueError
def f(x):
    raise ValueError("x" * 10_000_000)

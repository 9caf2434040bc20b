# expect: discarded a value is larger
def f(x):
    return "a" * 50_000_000

# expect: any
def f(x):
    return len(("a" * 4096) * 4096 * 4096)

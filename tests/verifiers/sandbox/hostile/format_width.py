# expect: any
def f(x):
    return len(f"{x:2000000000}")

# expect: returned foreign
def f(x):
    return 1j

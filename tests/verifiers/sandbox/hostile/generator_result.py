# expect: returned foreign
def f(x):
    while True:
        yield x

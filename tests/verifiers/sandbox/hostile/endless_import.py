# expect: out of fuel
while True:
    pass


def f(x):
    return x

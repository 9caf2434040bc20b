# expect: out of fuel
def f(x):
    while True:
        pass

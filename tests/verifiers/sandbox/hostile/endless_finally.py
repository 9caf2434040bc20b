# expect: out of fuel
def f(x):
    try:
        return x
    finally:
        while True:
            pass

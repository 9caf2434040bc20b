# expect: out of fuel
def f(x):
    def forever():
        while True:
            yield 1

    return sum(forever())

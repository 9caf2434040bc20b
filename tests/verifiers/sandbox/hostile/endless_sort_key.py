# expect: out of fuel
def f(x):
    def key(item):
        while True:
            item += 1

    return sorted([2, 1], key=key)

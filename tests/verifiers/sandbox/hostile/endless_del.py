# expect: any
class Slow:
    def __del__(self):
        while True:
            pass


def f(x):
    Slow()
    return x

# expect: raised own.ValueError
class ValueError(Exception):
    pass


def f(x):
    raise ValueError("not the real one")

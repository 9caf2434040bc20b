# expect: raised own.ValueError
class Mine(Exception):
    pass


Mine.__name__ = "ValueError"


def f(x):
    raise Mine

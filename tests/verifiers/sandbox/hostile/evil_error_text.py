# expect: raised Mine
class Mine(ValueError):
    def __str__(self):
        raise SystemExit(1)


def f(x):
    raise Mine

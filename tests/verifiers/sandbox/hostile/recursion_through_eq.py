# expect: discarded RecursionError
class Endless:
    def __eq__(self, other):
        return self == other


def f(x):
    return Endless() == Endless()

# expect: returned foreign
class Evil(int):
    def __eq__(self, other):
        return True

    __hash__ = int.__hash__


def f(x):
    return [Evil(3)]

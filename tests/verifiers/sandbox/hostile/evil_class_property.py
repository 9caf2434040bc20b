# expect: returned foreign
class Evil:
    __class__ = int

    def __index__(self):
        return 3

    def __eq__(self, other):
        return True


def f(x):
    return Evil()

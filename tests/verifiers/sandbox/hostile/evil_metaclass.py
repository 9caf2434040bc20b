# expect: returned foreign
class Meta(type):
    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(int)

    @property
    def __name__(cls):
        return 3


class Evil(metaclass=Meta):
    pass


def f(x):
    return Evil()

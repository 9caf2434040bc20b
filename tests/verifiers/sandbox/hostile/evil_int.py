# expect: returned foreign
class Evil(int):
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0


def f(x):
    return Evil(3)

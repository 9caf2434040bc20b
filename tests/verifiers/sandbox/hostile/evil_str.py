# expect: returned foreign
class Evil(str):
    def encode(self, *args):
        return b"right"

    def isascii(self):
        return True


def f(x):
    return Evil("wrong")

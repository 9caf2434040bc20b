# expect: returned foreign
import builtins


def yes(*args, **options):
    return True


for name in ("type", "isinstance", "len", "zip", "str", "int", "repr", "id"):
    setattr(builtins, name, yes)


class Evil:
    pass


def f(x):
    return Evil()

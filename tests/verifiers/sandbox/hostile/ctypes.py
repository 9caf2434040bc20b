# expect: discarded the sandbox has no module ctypes
import ctypes


def f(x):
    return ctypes.string_at(0)

# expect: discarded the sandbox has no module importlib
import importlib


def f(x):
    return importlib.import_module("os").getpid()

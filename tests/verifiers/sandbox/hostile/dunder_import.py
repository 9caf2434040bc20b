# expect: discarded the sandbox has no module os
def f(x):
    return __import__("os").getpid()

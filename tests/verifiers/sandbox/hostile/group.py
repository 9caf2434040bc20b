# expect: raised ExceptionGroup
def f(x):
    raise ExceptionGroup("several", [ValueError(1), KeyError(2)])

# expect: raised ValueError
def f(x):
    raise ValueError(chr(0xDFFF) + chr(0))

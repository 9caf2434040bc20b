# expect: discarded MemoryError
def f(x):
    return eval("(" * 5000 + "1" + ")" * 5000)

# expect: raised TypeError
def f():
    return 1

# expect: raised TypeError
def f(x):
    raise 3

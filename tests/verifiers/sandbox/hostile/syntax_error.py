# expect: raised ImportError
def f(x:

# expect: raised RecursionError
def f(x):
    raise RecursionError("maximum recursion depth exceeded")

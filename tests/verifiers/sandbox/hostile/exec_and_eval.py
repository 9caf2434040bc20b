# expect: returned 3
def f(x):
    space = {}
    exec("y = 1 + 2", space)
    return eval("y", space)

# expect: raised MemoryError
def f(x):
    raise MemoryError

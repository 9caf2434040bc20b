# expect: discarded MemoryError
def f(x):
    return len(bytearray(2 * 10**9))

# expect: any
def f(x):
    kept = []
    while True:
        try:
            kept.append(bytearray(10_000_000))
        except MemoryError:
            return x

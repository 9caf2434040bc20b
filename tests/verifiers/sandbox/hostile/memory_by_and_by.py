# expect: discarded MemoryError
def f(x):
    kept = []
    while True:
        kept.append(bytes(1_000_000))

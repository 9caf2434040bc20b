# expect: returned True
import time


def f(x):
    start = time.perf_counter()
    for _ in range(1000):
        pass
    time.sleep(3600)
    return time.perf_counter() == start

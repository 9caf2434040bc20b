# expect: any
import queue


def f(x):
    threading = queue.threading
    thread = threading.Thread(target=print)
    thread.start()
    return x

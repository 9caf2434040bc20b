# expect: discarded MemoryError
def f(x):
    text = "a"
    while True:
        text += text

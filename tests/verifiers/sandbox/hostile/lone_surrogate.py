# expect: returned foreign
def f(x):
    return chr(0xD800)

# expect: discarded the code has no function f
def g(x):
    return x

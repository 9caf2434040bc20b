# expect: discarded the sandbox has no debugger
def f(x):
    breakpoint()
    return x

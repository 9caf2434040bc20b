# expect: discarded the sandbox has no input
def f(x):
    return int(input())

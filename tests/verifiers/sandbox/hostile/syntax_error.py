# expect: discarded the code is no Python
def f(x:

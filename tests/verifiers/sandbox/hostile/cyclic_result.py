# expect: returned foreign
def f(x):
    cycle = []
    cycle.append(cycle)
    return cycle

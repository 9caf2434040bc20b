# expect: discarded a value is larger
def f(x):
    shared = [0]
    for _ in range(60):
        shared = [shared, shared]
    return shared

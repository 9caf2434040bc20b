# expect: any
def f(x):
    kept = []
    while True:
        kept = [kept, kept]

# expect: returned foreign
async def f(x):
    return x

# expect: any
import logging

app = logging.sys.modules["app"]


def forged(*args, **options):
    return '{"load":null,"kinds":{},"outcomes":[]}'


app.WitWorld.run = forged


def f(x):
    return x

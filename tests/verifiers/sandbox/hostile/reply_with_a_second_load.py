# expect: discarded the sandbox gave no usable answer
import logging

app = logging.sys.modules["app"]
REPLY = '{"load":["discarded","x"],"kinds":{},"outcomes":[]}'
app.WitWorld.run = lambda self, request: REPLY


def f(x):
    return x

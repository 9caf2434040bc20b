# expect: discarded the sandbox gave no usable answer
import logging

app = logging.sys.modules["app"]
REPLY = '{"load":null,"kinds":{},"outcomes":[' + ",".join(['["discarded","x"]'] * 99) + "]}"
app.WitWorld.run = lambda self, request: REPLY


def f(x):
    return x

# expect: discarded the sandbox gave no usable answer
import logging

app = logging.sys.modules["app"]
REPLY = '{"load":null,"kinds":{},"outcomes":[["returned",["D",["L"],1],{},false,""]]}'
app.WitWorld.run = lambda self, request: REPLY


def f(x):
    return x

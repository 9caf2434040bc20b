# expect: discarded the sandbox gave no usable answer
import logging

app = logging.sys.modules["app"]
REPLY = '{"load":null,"kinds":{},"outcomes":[["returned",' + "9" * 100_000 + ',{},false,""]]}'
app.WitWorld.run = lambda self, request: REPLY


def f(x):
    return x

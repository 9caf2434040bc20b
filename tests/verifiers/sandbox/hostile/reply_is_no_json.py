# expect: discarded the sandbox gave no usable answer
import logging

app = logging.sys.modules["app"]
app.WitWorld.run = lambda self, request: "not JSON"


def f(x):
    return x

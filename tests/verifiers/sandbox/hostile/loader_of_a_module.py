# expect: any
import json


def f(x):
    return len(json.__loader__.get_data("/etc/passwd"))

# expect: discarded
import io


def f(x):
    return len(io.open("/etc/passwd").read())

# expect: discarded


def f(x):
    return len(open("/etc/passwd").read())

# expect: discarded the sandbox has no files
def f(x):
    return len(open("/etc/passwd").read())

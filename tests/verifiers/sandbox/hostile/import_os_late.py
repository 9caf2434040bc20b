# expect: discarded the sandbox has no module os
def f(x):
    import os

    return os.system("touch /tmp/axiom-escape")

# expect: discarded the sandbox has no module os
import os


def f(x):
    return os.system("touch /tmp/axiom-escape")

# expect: discarded the sandbox has no module subprocess
import subprocess


def f(x):
    return subprocess.run(["touch", "/tmp/axiom-escape"]).returncode

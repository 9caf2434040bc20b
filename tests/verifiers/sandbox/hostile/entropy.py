# expect: discarded the sandbox has no source of entropy
import random


def f(x):
    return random.SystemRandom().randrange(10) >= 0

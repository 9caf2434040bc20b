# expect: discarded the sandbox has no files, processes or network
import logging


def f(x):
    logging.os.abort()

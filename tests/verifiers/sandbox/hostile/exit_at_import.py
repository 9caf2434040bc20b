# expect: raised ImportError
import sys

sys.exit(0)

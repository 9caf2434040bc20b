"""`python -m axiom_server.cli` is `axiom`."""

import sys

from axiom_server.cli.main import main

sys.exit(main())

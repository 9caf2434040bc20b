"""`python -m axiom_verifiers.sandbox build`: builds the sandbox ahead of its first use."""

from __future__ import annotations

import sys

from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.sandbox import artefact

_USAGE = "usage: python -m axiom_verifiers.sandbox build"


def main(arguments: list[str]) -> int:
    if arguments != ["build"]:
        sys.stderr.write(_USAGE + "\n")
        return 2
    try:
        found = artefact.load(lambda message: print(message, file=sys.stderr, flush=True))  # noqa: T201  This is a command.
    except ArtefactError as error:
        sys.stderr.write(f"{error}\n")
        return 3
    sys.stdout.write(f"{found.digest} {found.path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

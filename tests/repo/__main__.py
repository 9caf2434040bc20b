"""`python -m tests.repo`: every rule of the repository on the tree; exit 1 when one is broken."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.repo import docs, generated, rules

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Print what is broken, one a line, with the rule's name."""
    broken = 0
    for rule in (*rules.ALL, *docs.ALL, *generated.ALL):
        for line in rule(ROOT):
            print(f"{rule.__name__}: {line}", file=sys.stderr)
            broken += 1
    if not broken:
        count = len(rules.ALL) + len(docs.ALL) + len(generated.ALL)
        print(f"{count} rules of the repository hold")
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())

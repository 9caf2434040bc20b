"""Check: what is wrong with an intent file, before any code exists."""

from __future__ import annotations

from axiom_server.studio.workspace import IntentFile
from axiom_verifiers.contracts.reading import Placed


def findings(file: IntentFile) -> tuple[Placed, ...]:
    """All problems of a file, in the order of their places, the critic's among them."""
    found = [*file.reading.problems]
    for name in file.reading.contracts:
        found += file.criticism(name)
    return tuple(sorted(found, key=lambda one: (one.line, one.column)))

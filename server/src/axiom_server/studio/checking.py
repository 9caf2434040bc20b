"""Check: what is wrong with an intent file, before any code exists."""

from __future__ import annotations

from axiom_server.studio.critiques import critiques
from axiom_server.studio.workspace import IntentFile
from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.contracts.reading import Placed

# Seconds that the contract critic may take over one file.
_CRITIC_SECONDS = 60.0


def findings(file: IntentFile) -> tuple[Placed, ...]:
    """All problems of a file, in the order of their places, the critic's among them."""
    found = [*file.reading.problems]
    budget = Budget(_CRITIC_SECONDS)
    for name in file.reading.contracts:
        found += file.placed(name, critiques.of(file, name, budget))
    return tuple(sorted(found, key=lambda one: (one.line, one.column)))

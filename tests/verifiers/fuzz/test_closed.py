"""What a run contradicts is not proved: a sample of programs that were written to be misread."""

from __future__ import annotations

import random
from itertools import islice

from tests.verifiers.fuzz.closed import (
    claims,
    grown_ones,
    modelled,
    random_ones,
    settle,
    trap_programs,
)
from tests.verifiers.fuzz.soundness import told

_SEED = 2026
_TRAPS = 12
_RANDOM = 4
_GROWN = 2


def test_nothing_that_a_run_contradicts_is_proved() -> None:
    chance = random.Random(_SEED)
    traps = list(trap_programs())
    programs = list(islice(filter(modelled, chance.sample(traps, len(traps))), _TRAPS))
    programs += islice(filter(modelled, random_ones(chance)), _RANDOM)
    programs += islice(filter(modelled, grown_ones(_SEED)), _GROWN)
    shown = 0
    for program in programs:
        said = list(claims(program, chance, 1))
        if not said:
            continue  # The run that was drawn met a limit, or its values are too long to pin.
        first, *rest = said
        # What is said first is pinned wholly, so that its truth is in reach.
        for claim in (first, *chance.sample(rest, min(1, len(rest)))):
            found = settle(claim, 1.0)
            assert not found.wrong, f"{claim.name}: {told(found, claim.code)}"
            shown += claim.true in found.proved
    # Else the test would say nothing.
    assert shown >= _TRAPS // 3, f"only {shown} truths are proved"

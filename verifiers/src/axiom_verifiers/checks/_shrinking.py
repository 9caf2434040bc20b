"""A smaller witness, with what explains it, in a time of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from axiom_verifiers.checks._explain import Explainer, Rows
from axiom_verifiers.checks._inputs import InputSource
from axiom_verifiers.checks._refute_replay import Inputs, Replay
from axiom_verifiers.checks._refute_shrink import shrink
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.evidence import Witness

SECONDS = 0.5  # of this thread
_WALL = 5.0


class Shrinking:
    """Makes failing inputs small and explains them. The failure is told already, which may settle
    everything and stop the verifiers; so this has a clock of its own, and a short one.
    """

    def __init__(self, subject: Subject, rows: Rows) -> None:
        self._subject = subject
        self._rows = rows

    def smaller(self, clause: str, row: Inputs) -> Witness | None:
        """The witness of a smaller input, or of this one, run by itself in a fresh store."""
        replay = Replay(self._subject, Budget(_WALL))
        small = shrink(row, _fails(replay, clause))
        replay = Replay(self._subject, Budget(_WALL))
        witness = replay.alone(clause, small)
        return None if witness is None else self._explained(replay, clause, small, witness)

    def endless(self, clause: str, row: Inputs, witness: Witness) -> Witness:
        """The witness of a call that never ends, explained."""
        return self._explained(Replay(self._subject, Budget(_WALL)), clause, row, witness)

    def _explained(self, replay: Replay, clause: str, row: Inputs, witness: Witness) -> Witness:
        source = InputSource(replay.contract, replay.code, replay.judging, salt="explain")
        told = Explainer(replay, source, self._rows).explain(clause, row)
        return msgspec.structs.replace(witness, explanation=told)


def _fails(replay: Replay, clause: str) -> Callable[[list[Inputs]], list[bool]]:
    until = time.thread_time() + SECONDS

    def fails(rows: list[Inputs]) -> list[bool]:
        if replay.budget.stopped or time.thread_time() > until:
            return [False] * len(rows)
        return replay.breaks(clause, rows)

    return fails

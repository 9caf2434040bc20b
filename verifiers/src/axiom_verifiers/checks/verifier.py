"""What a verifier is: the interface that ours and other people's implement."""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from typing import Protocol

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.evidence import Evidence


class Subject(msgspec.Struct, frozen=True):
    """What is verified: code against a contract.

    `code` is a whole module in `language` that defines the function `contract.name`.
    `callees` maps the names of other intents that the code calls to their accepted code.
    """

    contract: Contract
    code: str
    language: str = "python"
    callees: tuple[tuple[str, str], ...] = ()


class Budget:
    """A wall-clock deadline and a stop signal, handed to every verifier.

    Verifiers poll `stopped` between steps and bound every wait by `remaining()` seconds. What
    they do for a clause in `refuted` is of no use any more: a run has broken it.
    """

    def __init__(self, seconds: float, stop: threading.Event | None = None) -> None:
        self.deadline = time.monotonic() + seconds
        self.stop = stop or threading.Event()
        self.refuted: set[str] = set()

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.deadline - time.monotonic())

    @property
    def stopped(self) -> bool:
        return self.stop.is_set() or self.remaining() == 0.0

    def is_moot(self, clauses: Collection[str]) -> bool:
        """Whether runs have broken all of these clauses, of which there must be one."""
        return bool(clauses) and self.refuted.issuperset(clauses)


class Verifier(Protocol):
    """A tool that yields evidence about a subject.

    `tier` 0 takes milliseconds, 1 under 2 s, 2 seconds, 3 up to minutes. `verify` streams
    `ClauseEvidence` as it is found and ends with exactly one `Report`; it raises nothing for
    any code: a fault of the tool is a Report with verdict `failed`.
    """

    name: str
    tier: int

    def supports(self, subject: Subject) -> bool:
        """Whether this verifier has anything to say about this language and contract."""
        ...

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]: ...

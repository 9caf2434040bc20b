"""What a verifier is: the interface that ours and other people's implement."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
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

    Verifiers poll `stopped` between steps and bound every wait by `remaining()` seconds.
    """

    def __init__(self, seconds: float, stop: threading.Event | None = None) -> None:
        self.deadline = time.monotonic() + seconds
        self.stop = stop or threading.Event()

    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self.deadline - time.monotonic())

    @property
    def stopped(self) -> bool:
        return self.stop.is_set() or self.remaining() == 0.0


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

"""What the backend and its worker process say to each other.

The request goes in as one pickle, from us to a process of ours; what comes back is one JSON
document a line, so that the parent runs nothing that the worker made.
"""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.contract import Contract


class Task(msgspec.Struct, frozen=True):
    """`seconds` is the overall deadline, counted from when the worker has read this."""

    contract: Contract
    candidates: int
    seed: int
    seconds: float


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """How many more combinations or nodes the search has kept."""

    steps: int


class Found(msgspec.Struct, frozen=True, tag="found"):
    """One candidate, in order, best first."""

    code: str
    origin: str


class Unsolved(msgspec.Struct, frozen=True, tag="unsolved"):
    """Why there is no candidate, and what to do."""

    message: str


class Done(msgspec.Struct, frozen=True, tag="done"):
    """The last message of a worker that ended well."""


Message = Progress | Found | Unsolved | Done

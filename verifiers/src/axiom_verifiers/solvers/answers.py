"""What a solver may answer to an obligation: a closed set."""

from __future__ import annotations

import msgspec


class Valid(msgspec.Struct, frozen=True, tag="valid"):
    """The negated goal is unsatisfiable together with the hypotheses."""

    solver: str
    seconds: float


class Invalid(msgspec.Struct, frozen=True, tag="invalid"):
    """A model of hypotheses and negated goal; `model` maps a constant's name to its SMT-LIB
    value text, for the constants that were asked for. A guess until it replays.
    """

    solver: str
    seconds: float
    model: dict[str, str]


class Timeout(msgspec.Struct, frozen=True, tag="timeout"):
    """The wall clock or the resource limit ran out; `resource` says which."""

    solver: str
    seconds: float
    resource: bool = False


class Unknown(msgspec.Struct, frozen=True, tag="unknown"):
    """The solver gave up: incomplete theory, unsupported operation …"""

    solver: str
    seconds: float
    reason: str


class Failure(msgspec.Struct, frozen=True, tag="failure"):
    """The solver crashed, ran out of memory, is missing, or refused the text."""

    solver: str
    seconds: float
    reason: str


Answer = Valid | Invalid | Timeout | Unknown | Failure

"""What the guest notes of a watched call; see `guest/watching.py`. Nothing in it is trusted."""

from __future__ import annotations

from typing import Any, ClassVar, Generic, TypeVar, cast

import msgspec

from axiom_verifiers.contracts.outcomes import Outcome


class Branch(msgspec.Struct, frozen=True, array_like=True):
    """One test in the code, over one call.

    `came` has bit 0 set when it was true, bit 1 when it was false; `to_true` is the least
    distance from being true while it was false, `to_false` the other way; `operands` are a few
    pairs of what was compared, nearest first, None for what is not plain.
    """

    site: int
    times: int
    came: int
    to_true: float | None
    to_false: float | None
    operands: list[tuple[Any, Any]]


class BranchNotes(msgspec.Struct, frozen=True):
    """All tests that a call met."""

    KIND: ClassVar[str] = "branches"

    branches: list[Branch]


class Repeat(msgspec.Struct, frozen=True):
    """The state in which a loop or a call of this line began has come back.

    `kind` is `loop` or `call`, `function` is where it stands, `rounds` counts from one time to
    the next, `values` shows the names that it has there.
    """

    KIND: ClassVar[str] = "repeats"

    kind: str
    line: int
    function: str
    rounds: int
    values: dict[str, str]


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One line that ran: what it changed, `return` and `raise` among the names.

    `entered` tells of a test whether its body was entered; `event` is `call` or `line`.
    """

    line: int
    function: str
    values: dict[str, str]
    entered: bool | None
    event: str


class Steps(msgspec.Struct, frozen=True):
    """The first and the last lines that ran, and how many between them are left out."""

    KIND: ClassVar[str] = "steps"

    first: list[Step]
    last: list[Step]
    omitted: int


Notes = BranchNotes | Repeat | Steps
Note = TypeVar("Note", BranchNotes, Repeat, Steps)


class Watched(msgspec.Struct, Generic[Note], frozen=True):
    """An outcome, and the notes; None when there are none or they make no sense."""

    outcome: Outcome
    notes: Note | None


def read_note(how: type[Note], node: Any) -> Note | None:
    """The note in its JSON form. A candidate that tampered with its notes has none."""
    if not isinstance(node, list):
        return None
    parts = cast("list[Any]", [node] if how is BranchNotes else node)
    names = how.__struct_fields__
    if len(parts) != len(names):
        return None
    try:
        return msgspec.convert(dict(zip(names, parts, strict=True)), type=how)
    except msgspec.ValidationError:
        return None

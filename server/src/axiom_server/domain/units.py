"""The unit (IVCU): one intent with its candidates, from draft to deprecated."""

from __future__ import annotations

import enum
from typing import Any

import msgspec


class Stage(enum.StrEnum):
    """The life of an intent-verified code unit."""

    DRAFT = "draft"
    GENERATING = "generating"
    VERIFYING = "verifying"
    VERIFIED = "verified"
    DEPLOYED = "deployed"
    DEPRECATED = "deprecated"
    FAILED = "failed"


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate that passed the gate. `result` is the JSON of `orchestra.Result`;
    `contract` is the digest of the contract that it was verified against.
    """

    id: str
    code: str
    contract: str
    origin: str
    backend: str
    result: dict[str, Any]


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """How an accept put its region into the target file: what taking it back exactly needs."""

    newline: str
    before: str | None  # the region's text, with its line ends; None: there was none
    lead: str | None  # what was put before a region that was made
    types_lead: str | None  # the same for the region `types`
    types: str  # the region `types` that the code needs, empty for none
    head: str  # what was put at the head of the file
    future: tuple[str, ...]  # the `from __future__` lines that the code needs
    others: tuple[str, ...]  # the intents whose regions stood in the file


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """An accept that is in force: which candidate, where its code went, by which event.

    `before` and `after` are the whole text of the region (None: there was none).
    """

    event: str
    candidate: str
    target: str  # relative to the workspace's root, with forward slashes
    before: str | None
    after: str
    created: bool = False  # the target file did not exist before
    placed: Placed | None = None  # None: accepted before it was recorded


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """The current state of a unit, projected from its events.

    `undone` are accepts that an undo took back and a redo may restore, the latest last.
    """

    id: str
    path: str  # of the intent file, relative to the workspace's root
    intent: str
    stage: Stage = Stage.DRAFT
    contract: str = ""
    candidates: tuple[Candidate, ...] = ()
    accepted: tuple[Accepted, ...] = ()  # a stack; the last is in force
    undone: tuple[Accepted, ...] = ()
    last_event: str = ""
    seq: int = 0

    @property
    def current(self) -> Accepted | None:
        """The accept in force."""
        return self.accepted[-1] if self.accepted else None

    def candidate(self, prefix: str) -> Candidate | None:
        """The one candidate whose id begins with `prefix`, None for none or several."""
        found = [one for one in self.candidates if one.id.startswith(prefix)]
        return found[0] if len(found) == 1 else None

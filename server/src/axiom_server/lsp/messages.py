"""The messages of our own: `axiom/…`. The TypeScript module is generated from these structs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from axiom_server.studio.results import Rejected, ShownCandidate
from axiom_verifiers.evidence import Verdict

Stage = Literal[
    "typing",
    "generating",
    "verifying",
    "verified",
    "refuted",
    "ambiguous",
    "accepted",
    "stale",
    "inconclusive",
]

Freshness = Literal["current", "running", "stale"]

# The generator of the TypeScript module reads this: there, the type is the protocol's own.
WorkspaceEdit = Annotated[dict[str, Any], msgspec.Meta(extra={"typescript": "WorkspaceEdit"})]


class Position(msgspec.Struct, frozen=True):
    line: int
    character: int


class Range(msgspec.Struct, frozen=True):
    start: Position
    end: Position


class ClauseStatus(msgspec.Struct, frozen=True, kw_only=True):
    """A verdict is null while the clause has none; `words` says how it was reached. `running`:
    being verified now; `stale`: the verdict is of an earlier contract or code.
    """

    id: str
    range: Range
    verdict: Verdict | None
    freshness: Freshness
    words: str


class IntentStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Notification `axiom/intentStatus`; the client drops versions that are not current."""

    uri: str
    version: int
    intent: str
    stage: Stage
    clauses: tuple[ClauseStatus, ...]


class GenerationEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Notification `axiom/generationEvent`: how far a job is; never unverified code."""

    job: str
    uri: str
    intent: str
    message: str
    percentage: int | None = None


class ServerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Notification `axiom/serverStatus`; quiescent: nothing runs or waits to be checked."""

    health: Literal["ok", "warning", "error"]
    quiescent: bool
    message: str | None = None


class InitializationOptions(msgspec.Struct, frozen=True, kw_only=True):
    """In a workspace that is not trusted, nothing is run."""

    trusted: bool


class IntentParams(msgspec.Struct, frozen=True, kw_only=True):
    """One intent of one file: the parameter of every request about it."""

    uri: str
    intent: str


class VerifyParams(IntentParams, frozen=True, kw_only=True):
    """`code` is verified when given, else the candidate, else the accepted code."""

    code: str | None = None
    candidate: str | None = None
    work_done_token: str | int | None = msgspec.field(default=None, name="workDoneToken")


class GenerateParams(IntentParams, frozen=True, kw_only=True):
    seed: int = 0
    work_done_token: str | int | None = msgspec.field(default=None, name="workDoneToken")


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """Result of `axiom/generate`: the candidates that passed the gate, best first; `failure`
    says why the backend gave up, empty when it did not.
    """

    job: str
    candidates: tuple[ShownCandidate, ...]
    rejected: tuple[Rejected, ...]
    failure: str


class UnsavedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the editor holds unsaved: this text counts, not the disk's. An edit of it
    carries this version.
    """

    uri: str
    version: int
    text: str


class ChangeParams(IntentParams, frozen=True, kw_only=True):
    """Parameter of `axiom/undo` and `axiom/redo`."""

    unsaved: tuple[UnsavedFile, ...] = ()


class AcceptParams(ChangeParams, frozen=True, kw_only=True):
    """The best candidate when none is named."""

    candidate: str | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Result of `axiom/accept`, `axiom/undo`, `axiom/redo`: an edit for the person to confirm.

    The history records nothing until `axiom/applied` says that it was applied.
    """

    change: str
    title: str
    edit: WorkspaceEdit


class AppliedParams(msgspec.Struct, frozen=True, kw_only=True):
    """Parameter of `axiom/applied`."""

    change: str
    applied: bool


class ExportParams(IntentParams, frozen=True, kw_only=True):
    """`output` is the path of the bundle to write."""

    output: str


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    output: str
    digest: str


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the result of `axiom/history`, newest first."""

    event: str
    time: str
    words: str

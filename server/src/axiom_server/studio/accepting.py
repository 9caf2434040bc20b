"""Accept, undo, redo: derived code enters and leaves its region, and the history says so."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from axiom_server.domain.events import EventName
from axiom_server.domain.units import Candidate, Unit
from axiom_server.errors import (
    BadNewsError,
    ChangedMeanwhileError,
    ConflictError,
    EnvironmentFaultError,
)
from axiom_server.history import History
from axiom_server.studio import regions
from axiom_server.studio.currency import is_current
from axiom_server.studio.generating import candidate_of
from axiom_server.studio.workspace import IntentFile, Workspace, read_text, remove_file, write_text
from axiom_verifiers.contracts.contract import Contract


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A change to the target file that is ready to be written, and the event that records it.

    `base` is the text that the replacements are for; offsets are characters of it.
    """

    unit: Unit
    target: Path
    base: str
    exists: bool
    replacements: tuple[regions.Replacement, ...]
    event: EventName
    payload: dict[str, object]
    title: str
    removes: bool = False  # the file itself, which an accept had made and nothing is left in

    @property
    def text(self) -> str:
        """The target's text after the change."""
        return regions.apply(self.base, self.replacements)


def _target_text(path: Path, given: str | None) -> tuple[str, bool]:
    if given is not None:
        return given, True
    return (read_text(path), True) if path.exists() else ("", False)


def plan_accept(
    workspace: Workspace,
    file: IntentFile,
    intent: str | None = None,
    candidate: str | None = None,
    target_text: str | None = None,
) -> Change:
    """What accepting would write; nothing is written yet. `target_text` is the target's text
    when an editor holds it unsaved.

    Raises UserError (no such candidate), BadNewsError (the contract has changed since the
    candidate was verified), ConflictError (it would overwrite the person's own code).
    """
    contract = file.contract(intent)
    unit = workspace.history.find(workspace.key(file.path), contract.name)
    chosen = candidate_of(unit, f"{file.shown}: {contract.name}", candidate)
    assert unit is not None
    _fresh(contract, chosen)
    target = workspace.target(file.path)
    text, exists = _target_text(target, target_text)
    try:
        placing = regions.place(text, contract.name, chosen.id, chosen.code, contract.records)
        before = regions.region_of(text, contract.name)
    except ConflictError as error:
        raise ConflictError(f"{target}: {error}") from error
    payload: dict[str, object] = {
        "candidate": chosen.id,
        "target": workspace.key(target),
        "before": text[before.start : before.end].replace("\r\n", "\n") if before else None,
        "after": regions.region_text(contract.name, chosen.id, chosen.code),
        "created": not exists,
        "placed": msgspec.to_builtins(placing.placed),
    }
    return Change(
        unit=unit,
        target=target,
        base=text,
        exists=exists,
        replacements=placing.replacements,
        event=EventName.CANDIDATE_ACCEPTED,
        payload=payload,
        title=f"Accept candidate {chosen.id} of {contract.name}",
    )


def check_unedited(change: Change, file: IntentFile) -> None:
    """Raises ConflictError when an accept would lose what was edited by hand in its region."""
    unit, name = change.unit, change.unit.intent
    region = regions.region_of(change.base, name)
    if region is None:
        return
    shown = change.base[region.start : region.end].replace("\r\n", "\n")
    own = [regions.region_text(name, one.id, one.code) for one in unit.candidates]
    own += [one.after for one in (*unit.undone, *unit.accepted)]
    if shown in own or shown == change.payload["after"]:
        return
    first = change.base.count("\n", 0, region.start) + 1
    marked = f"# axiom: begin {name} {region.candidate}\n"
    written = next((one for one in reversed(own) if one.startswith(marked)), None)
    begin, end = regions.differing(written, shown) if written else (0, shown.count("\n"))
    lines = f"line {first + begin}" if begin == end else f"lines {first + begin} to {first + end}"
    found = (
        f"{lines}: the region of {name} was edited by hand since it was accepted"
        if written
        else f"{lines}: the region of {name} holds code that this history does not know"
    )
    raise ConflictError(
        f"{change.target}: {found}. Nothing was changed. Keep it as your own code by removing the "
        f"two marker lines, or overwrite it: axiom accept {file.shown} --intent {name} "
        f"--candidate {change.payload['candidate']} --overwrite"
    )


def _fresh(contract: Contract, candidate: Candidate) -> None:
    if not is_current(candidate, contract):
        raise BadNewsError(
            f"{contract.name}: the contract, or one that the code relies on, has changed since "
            f"candidate {candidate.id} was verified: its verdicts are stale. Generate again: "
            "axiom generate FILE"
        )


def plan_undo(
    workspace: Workspace, unit: Unit, target_text: str | None = None, force: bool = False
) -> Change:
    """What undoing the accept in force would write.

    Raises BadNewsError when nothing is accepted, ConflictError when the region was edited by
    hand since (unless `force`).
    """
    accepted = unit.current
    if accepted is None:
        raise BadNewsError(f"{unit.intent}: nothing is accepted, so there is nothing to undo")
    target = workspace.root / accepted.target
    text, exists = _target_text(target, target_text)
    after = accepted.after
    if force:
        region = regions.region_of(text, unit.intent)
        after = text[region.start : region.end].replace("\r\n", "\n") if region else after
    try:
        replacements = regions.restore(text, unit.intent, after, accepted.before, accepted.placed)
    except ConflictError as error:
        raise ConflictError(f"{target}: {error}") from error
    return Change(
        unit=unit,
        target=target,
        base=text,
        exists=exists,
        replacements=replacements,
        event=EventName.UNDONE,
        payload={"event": accepted.event},
        title=f"Undo the accept of {unit.intent}",
        removes=accepted.created and not regions.apply(text, replacements).strip(),
    )


def plan_redo(workspace: Workspace, unit: Unit, target_text: str | None = None) -> Change:
    """What redoing the accept that was undone last would write.

    Raises BadNewsError when nothing was undone, ConflictError when the region changed since.
    """
    if not unit.undone:
        raise BadNewsError(f"{unit.intent}: nothing was undone, so there is nothing to redo")
    accepted = unit.undone[-1]
    target = workspace.root / accepted.target
    text, exists = _target_text(target, target_text)
    region = regions.region_of(text, unit.intent)
    found = text[region.start : region.end].replace("\r\n", "\n") if region else None
    if found != accepted.before:
        raise ConflictError(f"{target}: the region of {unit.intent} was edited by hand since")
    try:
        placing = regions.place_again(text, unit.intent, accepted.after, accepted.placed)
    except ConflictError as error:
        raise ConflictError(f"{target}: {error}") from error
    return Change(
        unit=unit,
        target=target,
        base=text,
        exists=exists,
        replacements=placing.replacements,
        event=EventName.REDONE,
        payload={"event": accepted.event, "placed": msgspec.to_builtins(placing.placed)},
        title=f"Redo the accept of {unit.intent}",
    )


def record(workspace: Workspace, change: Change) -> Unit:
    """Record a change that has been written (by us, or by the editor as an edit)."""
    return workspace.history.append(
        change.unit.id, [(change.event, change.payload)], expected=change.unit.seq
    )[0]


def record_applied(
    history: History,
    unit: str,
    entry: tuple[EventName, dict[str, Any]],
    fits: Callable[[Unit], bool],
    target: str,
) -> Unit:
    """Record what an editor has written already: what else happened to the unit since it was
    planned does not matter as long as it `fits`.

    Raises ConflictError when it does not; HistoryError.
    """
    while True:
        state = history.unit(unit)
        if state is None or not fits(state):
            raise ConflictError(
                f"{target}: another window has accepted or undone something meanwhile, so what "
                "was written here is not recorded. Undo the edit in the editor and try again"
            )
        try:
            return history.append(unit, [entry], expected=state.seq)[0]
        except ChangedMeanwhileError:
            continue


def write(workspace: Workspace, change: Change) -> Unit:
    """Write the change to disk and record it; on any failure the file is as it was.

    Raises ConflictError when the file is no longer what the change was planned for.
    """
    with _alone(workspace):
        if _target_text(change.target, None) != (change.base, change.exists):
            raise ConflictError(
                f"{change.target}: changed meanwhile. Nothing was written; look at it and try again"
            )
        if change.removes:
            remove_file(change.target)
        else:
            write_text(change.target, change.text)
        try:
            return record(workspace, change)
        except BaseException:
            if change.exists:
                write_text(change.target, change.base)
            else:
                remove_file(change.target)
            raise


@contextmanager
def _alone(workspace: Workspace) -> Generator[None]:
    """One writer at a time: else of two that have read the same text, one is lost."""
    path = workspace.history.path.with_name("lock")
    try:
        handle = path.open("a")
    except OSError as error:
        raise EnvironmentFaultError(
            f"{path}: cannot be written: {error.strerror}. Nothing was changed."
        ) from error
    with handle:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def latest_unit(workspace: Workspace, undone: bool = False) -> Unit:
    """The unit whose accept (or undo) happened last: what a bare `axiom undo` means.

    Raises BadNewsError when there is none.
    """
    names = {EventName.CANDIDATE_ACCEPTED, EventName.REDONE}
    if undone:
        names = {EventName.UNDONE}
    units = {unit.id: unit for unit in workspace.history.units()}
    for event in reversed(workspace.history.events()):
        unit = units.get(event.unit)
        if event.name in names and unit and (unit.undone if undone else unit.accepted):
            return unit
    raise BadNewsError("nothing to redo" if undone else "nothing is accepted: nothing to undo")

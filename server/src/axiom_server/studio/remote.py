"""The use cases as a worker process runs them: plain values in, plain values out.

Each function is called by name (`axiom_server.studio.remote:NAME`) with a payload, a function
that takes notices, and a stop signal; see `jobs.child`.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from axiom_server.domain.events import EventName
from axiom_server.domain.units import Candidate, Unit
from axiom_server.errors import BadNewsError, StoppedError, UserError
from axiom_server.generation.engine import Rejected, Verified
from axiom_server.models.backend import Delta, Failed
from axiom_server.studio import accepting, verifying
from axiom_server.studio.callees import accepted_callees
from axiom_server.studio.critiques import critiques
from axiom_server.studio.currency import is_current
from axiom_server.studio.exporting import export as export_bundle
from axiom_server.studio.generating import Wish, candidate_of, generate_for
from axiom_server.studio.keys import key_for_editor
from axiom_server.studio.reverifying import region_code
from axiom_server.studio.workspace import Workspace, read_text
from axiom_verifiers.checks import type_checker
from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.contracts.source import Problem
from axiom_verifiers.orchestra import Plan, Progress
from axiom_verifiers.solvers.pool import default_pool

Emit = Callable[[Any], None]
# Seconds that the contract critic may take over one file; the next rest goes on from there.
_CRITIC_SECONDS = 20.0


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """One intent of one file, whose text the editor holds; `target` is the target file's text
    when the editor holds that unsaved.
    """

    path: str
    text: str
    intent: str = ""
    code: str | None = None
    candidate: str | None = None
    seed: int = 0
    target: str | None = None
    output: str = ""


class UnitState(msgspec.Struct, frozen=True, kw_only=True):
    """What the history knows of one intent. `fresh`: its candidate was verified against the
    contract as it is now.
    """

    intent: str
    candidate: str
    candidates: int
    accepted: str
    fresh: bool
    result: dict[str, Any] | None


class PlannedChange(msgspec.Struct, frozen=True, kw_only=True):
    """An edit that is ready, and what is to be recorded once it was applied."""

    target: str
    exists: bool
    removes: bool
    base: str
    replacements: tuple[tuple[int, int, str], ...]
    title: str
    unit: str
    accepts: tuple[str, ...]  # those in force and those undone, when it was planned
    root: str
    event: str
    payload: dict[str, Any]


def _asked(payload: Any) -> Asked:
    return msgspec.convert(payload, Asked)


def warm(payload: Any, emit: Emit, stop: threading.Event) -> None:
    """Load what the first verification would wait for."""
    del payload, emit, stop
    type_checker.SERVER.warm()
    default_pool()
    verifying.prepare(lambda _: None)


class Criticism(msgspec.Struct, frozen=True, kw_only=True):
    """What the critic finds in one intent; spans count in the intent's own text."""

    intent: str
    problem: Problem


def criticise(payload: Any, emit: Emit, stop: threading.Event) -> list[Criticism]:
    """What the contract critic finds in the sound intents of a file."""
    del emit
    asked = _asked(payload)
    path = Path(asked.path)
    file = Workspace.of(path).open(path, asked.text)
    found: list[Criticism] = []
    budget = Budget(_CRITIC_SECONDS, stop)
    for name in file.reading.contracts:
        if stop.is_set():
            raise StoppedError("the critic was stopped")
        problems = critiques.of(file, name, budget)
        found += (Criticism(intent=name, problem=problem) for problem in problems)
    return found


def units(payload: Any, emit: Emit, stop: threading.Event) -> list[UnitState]:
    """What the history knows of the intents of a file."""
    del emit, stop
    asked = _asked(payload)
    path = Path(asked.path)
    workspace = Workspace.of(path)
    if not workspace.history.exists():
        return []
    file = workspace.open(path, asked.text)
    key = workspace.key(path)
    found: list[UnitState] = []
    for unit in workspace.history.units():
        if unit.path != key or not (unit.candidates or unit.accepted):
            continue
        contract = file.reading.contracts.get(unit.intent)
        shown = _shown(unit)
        found.append(
            UnitState(
                intent=unit.intent,
                candidate=shown.id if shown else "",
                candidates=len(unit.candidates),
                accepted=unit.current.candidate if unit.current else "",
                fresh=bool(contract and shown and is_current(shown, contract)),
                result=shown.result if shown else None,
            )
        )
    return found


def _shown(unit: Unit) -> Candidate | None:
    if unit.current is not None:
        accepted = unit.candidate(unit.current.candidate)
        if accepted is not None:
            return accepted
    return unit.candidates[-1] if unit.candidates else None


def _words(notice: object) -> str | None:
    match notice:
        case Progress(verifier=name, state="running"):
            return f"{name} …"
        case Progress(verifier=name):
            return f"{name} ✓"
        case Verified(id=found):
            return f"candidate {found[:4]} passed"
        case Rejected(digest=found):
            return f"candidate {found[:4]} rejected"
        case Delta(index=index):
            return f"writing candidate {index + 1}"
        case Failed(message=message):
            return message
        case _:
            return None


def verify(payload: Any, emit: Emit, stop: threading.Event) -> Any:
    """Verify the given code, else a candidate, else the accepted code."""
    asked = _asked(payload)
    path = Path(asked.path)
    workspace = Workspace.of(path)
    file = workspace.open(path, asked.text)
    contract = file.contract(asked.intent)
    code = asked.code
    if code is None:
        unit = workspace.history.find(workspace.key(path), asked.intent)
        if asked.candidate or unit is None or unit.current is None:
            code = candidate_of(unit, f"{path.name}: {asked.intent}", asked.candidate).code
        else:
            code = region_code(read_text(workspace.root / unit.current.target), asked.intent)
            if code is None:
                raise BadNewsError(f"{asked.intent}: its region is gone from the target file")

    def notice(one: object) -> None:
        words = _words(one)
        if words:
            emit(words)

    verifying.prepare(emit)
    plan = Plan(seconds=workspace.settings.seconds)
    callees = accepted_callees(workspace, file, contract)
    return verifying.verify(contract, code, plan, notice, stop, callees)


def generate(payload: Any, emit: Emit, stop: threading.Event) -> Any:
    """Generate candidates; see `generating.generate_for`."""
    asked = _asked(payload)
    path = Path(asked.path)
    workspace = Workspace.of(path)
    file = workspace.open(path, asked.text)
    wish = Wish(intent=asked.intent, seed=asked.seed, plan=Plan(seconds=workspace.settings.seconds))

    def notice(one: object) -> None:
        words = _words(one)
        if words:
            emit(words)

    verifying.prepare(emit)

    async def run() -> Any:
        task = asyncio.create_task(generate_for(workspace, file, wish, notice))
        watch = asyncio.create_task(asyncio.to_thread(stop.wait))
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
        stop.set()  # Ends the thread that waits for it.
        await watch
        try:
            return await task
        except asyncio.CancelledError as error:
            raise StoppedError("generation was stopped") from error

    return asyncio.run(run())


def _accepts(unit: Unit) -> tuple[str, ...]:
    return (*(one.event for one in unit.accepted), "", *(one.event for one in unit.undone))


def _change(workspace: Workspace, change: accepting.Change) -> PlannedChange:
    return PlannedChange(
        target=str(change.target),
        exists=change.exists,
        removes=change.removes,
        base=change.base,
        replacements=tuple((one.start, one.end, one.text) for one in change.replacements),
        title=change.title,
        unit=change.unit.id,
        accepts=_accepts(change.unit),
        root=str(workspace.root),
        event=change.event.value,
        payload=change.payload,
    )


def accept(payload: Any, emit: Emit, stop: threading.Event) -> PlannedChange:
    """What accepting a candidate would write."""
    del emit, stop
    asked = _asked(payload)
    path = Path(asked.path)
    workspace = Workspace.of(path)
    file = workspace.open(path, asked.text)
    change = accepting.plan_accept(
        workspace, file, asked.intent, asked.candidate or None, asked.target
    )
    return _change(workspace, change)


def undo(payload: Any, emit: Emit, stop: threading.Event) -> PlannedChange:
    """What undoing the accept in force would write."""
    del emit, stop
    asked = _asked(payload)
    workspace, unit = _unit(asked)
    return _change(workspace, accepting.plan_undo(workspace, unit, asked.target))


def redo(payload: Any, emit: Emit, stop: threading.Event) -> PlannedChange:
    """What redoing the accept that was undone last would write."""
    del emit, stop
    asked = _asked(payload)
    workspace, unit = _unit(asked)
    return _change(workspace, accepting.plan_redo(workspace, unit, asked.target))


def _unit(asked: Asked) -> tuple[Workspace, Unit]:
    path = Path(asked.path)
    workspace = Workspace.of(path)
    unit = workspace.history.find(workspace.key(path), asked.intent)
    if unit is None:
        raise UserError(f"{path.name}: {asked.intent}: nothing has happened yet")
    return workspace, unit


def target_of(payload: Any, emit: Emit, stop: threading.Event) -> str:
    """The path of the file that derived code of an intent file goes to."""
    del emit, stop
    path = Path(_asked(payload).path)
    return str(Workspace.of(path).target(path))


def record(payload: Any, emit: Emit, stop: threading.Event) -> None:
    """Record a change that the editor has applied, whatever else has happened to the unit since.

    Raises ConflictError when another window has accepted or undone something meanwhile.
    """
    del emit, stop
    change = msgspec.convert(payload, PlannedChange)
    accepting.record_applied(
        Workspace(Path(change.root)).history,
        change.unit,
        (EventName(change.event), change.payload),
        lambda unit: _accepts(unit) == change.accepts,
        change.target,
    )


def export(payload: Any, emit: Emit, stop: threading.Event) -> dict[str, str]:
    """Write the bundle of an accepted intent."""
    del emit, stop
    asked = _asked(payload)
    path = Path(asked.path)
    workspace = Workspace.of(path)
    file = workspace.open(path, asked.text)
    done = export_bundle(workspace, file, asked.intent, Path(asked.output), key_for_editor())
    digest = hashlib.sha256(Path(asked.output).read_bytes()).hexdigest()
    return {"output": done.path, "digest": digest}


def history(payload: Any, emit: Emit, stop: threading.Event) -> list[dict[str, str]]:
    """The events of an intent, newest first."""
    del emit, stop
    asked = _asked(payload)
    workspace, unit = _unit(asked)
    found: list[dict[str, str]] = []
    for event in reversed(workspace.history.events(unit.id)):
        told = event.payload.get("verdict") or event.payload.get("reason") or ""
        found.append({"event": event.name.value, "time": event.time, "words": str(told)})
    return found

"""Verify again: the accepted code, as it stands in its target file now, against its intent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from axiom_server.domain.units import Unit
from axiom_server.errors import BadNewsError
from axiom_server.studio import regions, verifying
from axiom_server.studio.callees import accepted_callees
from axiom_server.studio.workspace import Workspace, read_text
from axiom_verifiers.orchestra import Plan, Result


class Reverified(msgspec.Struct, frozen=True, kw_only=True):
    """`drifted`: the region is not what was accepted; the verdict is that of what is there."""

    intent: str
    file: str
    target: str
    drifted: bool
    result: Result


def accepted_units(
    workspace: Workspace, files: Sequence[Path], intent: str | None
) -> tuple[Unit, ...]:
    """The units with accepted code, of some files or of all."""
    keys = {workspace.key(path) for path in files}
    return tuple(
        unit
        for unit in workspace.history.units()
        if unit.current is not None
        and (not keys or unit.path in keys)
        and (intent is None or unit.intent == intent)
    )


def region_code(text: str, name: str) -> str | None:
    """The module that a region makes: the records' region, then the intent's own."""
    parts: list[str] = []
    for wanted in (regions.TYPES, name):
        region = regions.region_of(text, wanted)
        if region is not None:
            lines = text[region.start : region.end].replace("\r\n", "\n").split("\n")
            parts.append("\n".join(lines[1:-1]))
        elif wanted == name:
            return None
    future = [line for line in text.splitlines() if line.startswith("from __future__ import ")]
    return "\n".join([*future, *parts]) + "\n"


def reverify(
    workspace: Workspace,
    unit: Unit,
    plan: Plan,
    notice: Callable[[verifying.Notice], None] = lambda _: None,
) -> Reverified:
    """Verify what stands in the target now.

    Raises BadNewsError when the region is gone; ContractError, UserError as for reading.
    """
    accepted = unit.current
    assert accepted is not None
    file = workspace.open(workspace.root / unit.path)
    contract = file.contract(unit.intent)
    target = workspace.root / accepted.target
    text = read_text(target)
    code = region_code(text, unit.intent)
    region = regions.region_of(text, unit.intent)
    if code is None or region is None:
        raise BadNewsError(
            f"{target}: the region of {unit.intent} is gone. Restore it, or: axiom undo"
        )
    shown = text[region.start : region.end].replace("\r\n", "\n")
    callees = accepted_callees(workspace, file, contract)
    result = verifying.verify(contract, code, plan, notice, callees=callees)
    return Reverified(
        intent=unit.intent,
        file=unit.path,
        target=accepted.target,
        drifted=shown != accepted.after,
        result=result,
    )

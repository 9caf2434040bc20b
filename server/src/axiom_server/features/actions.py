"""Code actions: the nearest fix of a problem; accept and preview of a candidate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from axiom_server.documents.positions import Encoding, Range
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.lenses import Command
from axiom_server.features.states import NOTHING, Known, digests_now, stage_of


class TextEdit(msgspec.Struct, frozen=True):
    range: Range
    text: str


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """Either edits of this document, or one of the client's commands."""

    title: str
    kind: Literal["quickfix", "refactor"]
    edits: tuple[TextEdit, ...] = ()
    command: Command | None = None
    intent: str = ""
    candidate: str = ""
    code: str = ""  # the code of the problem that it mends
    preferred: bool = False


def actions(
    snapshot: Snapshot, known: Mapping[str, Known], at: Range, encoding: Encoding
) -> tuple[Action, ...]:
    """What can be done at a range."""
    found: list[Action] = []
    place = snapshot.place_at(at.start, encoding)
    if place is None:
        return ()
    index, offset = place
    end = snapshot.place_at(at.end, encoding)
    last = end[1] if end is not None and end[0] == index else offset
    for problem in snapshot.problems(index):
        touches = problem.span.start <= last and offset <= problem.span.end
        if not touches:
            continue
        for number, fix in enumerate(problem.fixes):
            edits = tuple(
                TextEdit(snapshot.range_of(index, edit.span, encoding), edit.text)
                for edit in fix.edits
            )
            found.append(
                Action(
                    title=fix.title,
                    kind="quickfix",
                    edits=edits,
                    code=problem.code,
                    preferred=number == 0,
                )
            )
    item = snapshot.item(index)
    if item.declaration.kind == "intent" and item.name is not None:
        found += _of_intent(snapshot, index, item.name, known.get(item.name, NOTHING))
    return tuple(found)


def _of_intent(snapshot: Snapshot, index: int, name: str, known: Known) -> list[Action]:
    checked = snapshot.checked(index)
    if not checked.sound:
        return []
    stage = stage_of(known, digests_now(checked.contract, known, snapshot))

    def action(title: str, command: Command, candidate: str = "") -> Action:
        return Action(
            title=title, kind="refactor", command=command, intent=name, candidate=candidate
        )

    if stage == "verified" and known.candidate:
        mark = known.candidate[:4]
        return [
            action(f"Accept candidate {mark} of {name}", "accept", known.candidate),
            action(f"Preview candidate {mark} of {name}", "preview", known.candidate),
        ]
    if stage == "accepted":
        return [
            action(f"Undo the accept of {name}", "undo"),
            action(f"Export {name} with its proof", "export"),
        ]
    if stage in ("generating", "verifying"):
        return [action(f"Cancel {stage} {name}", "cancel")]
    found = [action(f"Generate {name}", "generate")]
    if stage == "stale" and (known.accepted or known.candidate):
        again = (known.accepted or known.candidate)[:4]
        candidate = "" if known.accepted else known.candidate
        found.insert(0, action(f"Verify {again} of {name} again", "verify", candidate))
    return found

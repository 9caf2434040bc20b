"""Code actions: the nearest fix of a problem; accept and preview of a candidate; writing down what
a proof found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from axiom_server.documents.positions import Encoding, Range
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.lenses import Command
from axiom_server.features.states import NOTHING, Known, digests_now, freshness, stage_of
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.syntax import IntentItem


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
        about = known.get(item.name, NOTHING)
        found += _of_intent(snapshot, index, item.name, about)
        found += _hints(snapshot, index, about, encoding)
    return tuple(found)


def _hints(snapshot: Snapshot, index: int, known: Known, encoding: Encoding) -> list[Action]:
    """Writes the invariants that a proof found into the intent, after its last clause."""
    contract, item = snapshot.checked(index).contract, snapshot.item(index)
    syntax = item.parsed.item
    if contract is None or not isinstance(syntax, IntentItem) or not syntax.clauses:
        return []
    now = digests_now(contract, known, snapshot) or {}
    said = {f"{hint.kind} {hint.text}" for hint in contract.hints}
    found = dict.fromkeys(
        hint
        for name, clause in known.clauses.items()
        if clause.proof is not None and freshness(known, name, now) == "current"
        for hint in clause.proof.hints
        if hint not in said
    )
    if not found:
        return []
    text = item.text.encode()
    last = syntax.clauses[-1].span
    start = text.rfind(b"\n", 0, last.start) + 1
    margin = text[start : last.start].decode()
    # An intent on one line has no margin of its own.
    margin = margin if margin.isspace() else "  "
    end = text.find(b"\n", last.end)
    line = text[last.end : len(text) if end < 0 else end]
    end = last.end + len(line.removesuffix(b"\r"))
    ending = "\r\n" if b"\r\n" in text else "\n"
    what = f"{len(found)} invariants" if len(found) > 1 else "the invariant"
    return [
        Action(
            title=f"Write {what} that the proof found into {contract.name}",
            kind="refactor",
            edits=(
                TextEdit(
                    snapshot.range_of(index, Span(end, end), encoding),
                    "".join(f"{ending}{margin}{hint}" for hint in found),
                ),
            ),
        )
    ]


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

"""Code lenses: one line above each intent that says where it stands and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from axiom_server.documents.positions import Encoding, Range
from axiom_server.documents.snapshot import Item, Snapshot
from axiom_server.features.states import (
    NOTHING,
    Known,
    Stage,
    changed_callees,
    changed_clauses,
    count_words,
    digests_now,
    stage_of,
)
from axiom_server.features.verdict_words import witness_words
from axiom_verifiers.evidence import Verdict

Command = Literal[
    "generate",
    "cancel",
    "verify",
    "accept",
    "preview",
    "showCandidates",
    "undo",
    "export",
    "showHistory",
    "verifyExisting",
]


class Lens(msgspec.Struct, frozen=True, kw_only=True):
    """`command` is one of the client's `axiom.…`; None for a lens that only tells."""

    range: Range
    title: str
    command: Command | None
    intent: str
    candidate: str = ""


def lenses(
    snapshot: Snapshot, known: Mapping[str, Known], encoding: Encoding, *, trusted: bool = True
) -> tuple[Lens, ...]:
    """The lenses of all intents, in order. An untrusted workspace can run nothing."""
    found: list[Lens] = []
    for item in snapshot.items:
        if item.declaration.kind != "intent" or item.name is None:
            continue
        place = snapshot.range_of(item.index, item.declaration.name_span, encoding)
        for title, command, candidate in _titles(snapshot, item, known, trusted):
            found.append(
                Lens(
                    range=place,
                    title=title,
                    command=command,
                    intent=item.name,
                    candidate=candidate,
                )
            )
    return tuple(found)


Title = tuple[str, Command | None, str]


def _titles(
    snapshot: Snapshot, item: Item, known: Mapping[str, Known], trusted: bool
) -> list[Title]:
    checked = snapshot.checked(item.index)
    if not checked.sound:
        count = sum(1 for problem in checked.problems if problem.severity == "error")
        return [(f"○ {count} error{'s' if count > 1 else ''} to mend first", None, "")]
    one = known.get(item.name or "", NOTHING)
    if not trusted:
        return [(_counts(item, snapshot), None, ""), ("the workspace is not trusted", None, "")]
    stage = stage_of(one, digests_now(checked.contract, one, snapshot))
    found = _of_stage(snapshot, item, one, stage)
    if one.failure and not one.running:
        found.insert(1, (f"no candidate: {one.failure}", None, ""))
    return found


def _of_stage(snapshot: Snapshot, item: Item, one: Known, stage: Stage) -> list[Title]:
    mark = one.candidate[:4]
    # Code that is no candidate of ours can be told of, not previewed or accepted.
    show: Command | None = "showCandidates" if one.candidate else None
    match stage:
        case "generating" | "verifying":
            sign = "◌" if stage == "generating" else "◐"
            return [(f"{sign} {one.progress or stage}", None, ""), ("cancel", "cancel", "")]
        case "verified":
            sign = "✓✓" if one.verdict is Verdict.PROVED else "✓"
            subject = "" if one.candidate else f"{one.subject}: "
            words = f"{sign} {subject}{count_words(one)} · {one.confidence:.2f}"
            if not one.candidate:
                return [(words, None, ""), ("generate", "generate", "")]
            return [
                (words, show, one.candidate),
                (f"preview {mark}", "preview", one.candidate),
                (f"accept {mark}", "accept", one.candidate),
                ("generate again", "generate", ""),
            ]
        case "refuted":
            return [
                (f"✗ {_first_failure(one)}", show, one.candidate),
                ("generate", "generate", ""),
            ]
        case "accepted":
            words = f"● {one.accepted[:4]} accepted · {count_words(one)}"
            return [
                (words, "showCandidates", one.accepted),
                ("undo", "undo", ""),
                ("export proof", "export", ""),
                ("history", "showHistory", ""),
            ]
        case "stale":
            again: list[Title] = [("generate again", "generate", "")]
            if one.accepted or one.candidate:
                # Of accepted code, what stands in the file now is verified, not the candidate.
                candidate = "" if one.accepted else one.candidate
                again.insert(0, ("verify again", "verify", candidate))
            return [(_staleness(snapshot, item, one), None, ""), *again]
        case "inconclusive" | "ambiguous":
            return [
                (f"? {count_words(one)}", show, one.candidate),
                ("generate", "generate", ""),
            ]
        case "typing":
            return [
                (_counts(item, snapshot), None, ""),
                ("generate", "generate", ""),
                ("verify a function", "verifyExisting", ""),
            ]


def _staleness(snapshot: Snapshot, item: Item, one: Known) -> str:
    """What changed, in words, and which code the verdicts were of."""
    now = digests_now(snapshot.checked(item.index).contract, one, snapshot)
    changed, callees = changed_clauses(one, now), changed_callees(one, now)
    mark = one.accepted[:4] or one.candidate[:4]
    what = "the contract"
    if callees:
        what = f"the contract of {', '.join(callees)}"
    elif len(changed) == 1:
        what = changed[0]
    elif 1 < len(changed) < len(one.clauses):
        what = f"{len(changed)} of {len(one.clauses)} clauses"
    return f"stale: {what} changed since {mark or one.subject or 'the code'} was verified"


def _counts(item: Item, snapshot: Snapshot) -> str:
    contract = snapshot.checked(item.index).contract
    if contract is None:
        return "○"
    clauses = len(contract.requires) + len(contract.ensures) + len(contract.raises)
    examples = len(contract.examples)
    return f"○ {clauses} clause{'s' * (clauses != 1)} · {examples} example{'s' * (examples != 1)}"


def _first_failure(known: Known) -> str:
    for clause in known.clauses.values():
        if clause.verdict is Verdict.REFUTED:
            if clause.witness is not None:
                replayed = " (replayed)" if clause.witness.replayed else ""
                return f"{clause.clause}: fails for {witness_words(clause.witness)}{replayed}"
            return f"{clause.clause}: {clause.detail}"
    return count_words(known)

"""What the features' checkers share: a text with `<CURSOR>` in it, verdicts of clauses."""

from __future__ import annotations

from typing import Any

from axiom_server.documents import Position, Range, Snapshot
from axiom_server.features.states import Known, digests_of
from axiom_verifiers.evidence import Proof, Verdict, Witness
from axiom_verifiers.orchestra.results import ClauseResult

MARK = "<CURSOR>"
MONEY = """\
type Money = int where it >= 0
type Coin = {value: int, name: str}
define twice(n: int) -> int = n + n
"""
CLAMP = """\
intent clamp(x: int, lo: int, hi: int) -> int
  requires ordered: lo <= hi
  ensures in_range: lo <= result <= hi
  ensures inside: result == x when lo <= x <= hi
  example clamp(5, 0, 10) == 5
"""
OTHER_CLAUSE = ("lo <= x <= hi", "lo < x <= hi")


def uses(path: str) -> str | None:
    return MONEY if path == "money.intent" else None


def opened(text: str) -> Snapshot:
    return Snapshot.open(text, 1, uses, "a.intent")


def at_cursor(text: str) -> tuple[Snapshot, Position]:
    """The text without its mark, and where the mark was."""
    before, after = text.split(MARK)
    line = before.count("\n")
    character = len(before.encode("utf-16-le")) // 2
    character -= len(before[: before.rfind("\n") + 1].encode("utf-16-le")) // 2
    return opened(before + after), Position(line, character)


def text_at(snapshot: Snapshot, place: Range) -> str:
    """What stands at a range: `LINE:TEXT`, lines from 0."""
    start = snapshot.offset_at(place.start, "utf-16")
    end = snapshot.offset_at(place.end, "utf-16")
    return f"{place.start.line}:{snapshot.text[start:end]}"


def clause(name: str, verdict: Verdict, **more: Any) -> ClauseResult:
    """A result of a clause of `clamp`, of a kind that such a verdict has."""
    kind = "example" if name.startswith("example") else "ensures"
    known: dict[str, Any] = {"method": "deductive", "answers": {"z3": "valid", "cvc5": "valid"}}
    match verdict:
        case Verdict.PROVED:
            pass
        case Verdict.TESTED:
            proof = Proof(status="unknown", reason="timeout", where="2: the loop")
            known = {"method": "properties", "cases": 500, "proof": proof}
        case Verdict.REFUTED:
            witness = Witness(
                inputs={"lo": 5, "hi": 6, "x": 5}, result=9, expected="result == x", replayed=True
            )
            known = {"method": "properties", "witness": witness}
        case Verdict.UNKNOWN:
            proof = Proof(status="unknown", reason="timeout", help="an invariant")
            known = {"method": None, "proof": proof}
        case Verdict.FAILED:
            known = {"method": None, "detail": "the sandbox broke"}
    known |= {"line": 3, "confidence": 0.97, "why": "why so", **more}
    identity = f"clamp/{name}"
    return ClauseResult(id=identity, clause=f"{kind} {name}", kind=kind, verdict=verdict, **known)


def known_of(snapshot: Snapshot, *clauses: ClauseResult, **more: Any) -> Known:
    """What is known of `clamp` after a verification of the text as it is in a snapshot."""
    contract = snapshot.contract("clamp")
    assert contract is not None
    order = list(Verdict)
    verdict = min((one.verdict for one in clauses), key=order.index)
    made: dict[str, Any] = {
        "subject": "candidate c0ff",
        "candidate": "c0ffee",
        "candidates": 2,
        "verdict": verdict,
        "confidence": 0.97,
        "clauses": {one.id: one for one in clauses},
        "digests": digests_of(contract),
    }
    return Known(**{**made, **more})


def changed(text: str) -> str:
    """The text with one clause changed."""
    old, new = OTHER_CLAUSE
    assert old in text
    return text.replace(old, new)

"""What is known of an intent's code: the stage it is in, and the verdicts with what they rest on.

A verdict speaks of the clause as it was, so it carries that clause's digest; whether it is
current is asked of the snapshot at hand, never remembered.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.normal import clause_digest
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra.results import ClauseResult

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


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The last that was found of one intent's code.

    `subject` names the code in words; `digests` holds each clause's digest at that time;
    `candidates` counts those that passed the gate; `failure` says why there is none.
    """

    subject: str = ""
    candidate: str = ""
    candidates: int = 0
    verdict: Verdict | None = None
    confidence: float = 0.0
    clauses: dict[str, ClauseResult] = {}
    digests: dict[str, str] = {}
    accepted: str = ""
    running: Literal["", "generating", "verifying"] = ""
    progress: str = ""
    failure: str = ""


NOTHING = Known()


def digests_of(contract: Contract) -> dict[str, str]:
    """The digest of each clause of a contract."""
    return {clause.id: clause_digest(contract, clause) for clause in contract.clauses}


def is_stale(known: Known, contract: Contract | None) -> bool:
    """Whether the contract is no longer the one that the verdicts speak of."""
    return bool(known.digests) and (contract is None or known.digests != digests_of(contract))


def changed_clauses(known: Known, contract: Contract | None) -> tuple[str, ...]:
    """The clauses whose verdicts are stale, by the titles that they had; new ones are none."""
    if contract is None:
        return tuple(clause.clause for clause in known.clauses.values())
    today = digests_of(contract)
    return tuple(
        clause.clause
        for name, clause in known.clauses.items()
        if known.digests.get(name) != today.get(name)
    )


def freshness(known: Known, clause: str, now: dict[str, str]) -> Freshness:
    """Whether what is known of a clause still speaks of it; `now` are today's digests."""
    if known.running:
        return "running"
    return "current" if known.digests.get(clause) == now.get(clause) else "stale"


def stage_of(known: Known, contract: Contract | None) -> Stage:
    """The row of the table in docs/guide.md that an intent is in."""
    if known.running:
        return known.running
    if known.verdict is None:
        return "typing"
    if is_stale(known, contract):
        return "stale"
    if known.verdict is Verdict.REFUTED:
        return "refuted"
    if known.accepted:
        return "accepted"
    if known.verdict in (Verdict.PROVED, Verdict.TESTED):
        return "verified"
    return "inconclusive"


def count_words(known: Known) -> str:
    """`5 proved, 2 tested`: how many clauses have which verdict, best first."""
    counts: dict[Verdict, int] = {}
    for clause in known.clauses.values():
        counts[clause.verdict] = counts.get(clause.verdict, 0) + 1
    order = (*reversed(Verdict),)
    return ", ".join(f"{counts[verdict]} {verdict}" for verdict in order if verdict in counts)

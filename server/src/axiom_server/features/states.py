"""What is known of an intent's code: the stage it is in, and the verdicts with what they rest on.

A verdict speaks of the clause as it was, so it carries that clause's digest; whether it is
current is asked of the snapshot at hand, never remembered.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from axiom_server.documents.snapshot import Snapshot
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.normal import clause_digest, promise_digest
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

    `subject` names the code in words; `digests` holds each clause's digest at that time, and
    that of each contract that the code relies on, under `call of NAME`;
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


_CALL = "call of "
Digests = dict[str, str]


def digests_of(contract: Contract) -> Digests:
    """The digest of each clause of a contract."""
    return {clause.id: clause_digest(contract, clause) for clause in contract.clauses}


def digests_then(contract: Contract, relies: dict[str, str], snapshot: Snapshot) -> Digests:
    """What verdicts rest on when they are made: the clauses, and the contracts of the intents that
    the code relies on.
    """
    known = _callees(contract, snapshot, frozenset(relies))
    own = {f"{_CALL}{name}": digest for name, digest in relies.items() if name in known}
    return digests_of(contract) | own


def _callees(contract: Contract, snapshot: Snapshot, names: frozenset[str]) -> Digests:
    """The digests of the contracts of those intents, of all that the code may call."""
    whole = snapshot.contract(contract.name) if names else None
    callees = whole.callees if whole else ()
    return {one.name: promise_digest(one) for one in callees if one.name in names}


def digests_now(contract: Contract | None, known: Known, snapshot: Snapshot) -> Digests | None:
    """What the same are today; None when the contract cannot be read."""
    if contract is None:
        return None
    found = digests_of(contract)
    called = [key for key in known.digests if key.startswith(_CALL)]
    names = frozenset(key.removeprefix(_CALL) for key in called)
    callees = _callees(contract, snapshot, names)
    return found | {key: callees.get(key.removeprefix(_CALL), "") for key in called}


def is_stale(known: Known, now: Digests | None) -> bool:
    """Whether the contract is no longer the one that the verdicts speak of."""
    return bool(known.digests) and known.digests != now


def changed_clauses(known: Known, now: Digests | None) -> tuple[str, ...]:
    """The clauses whose verdicts are stale, by the titles that they had; new ones are none."""
    return tuple(
        clause.clause
        for name, clause in known.clauses.items()
        if now is None or not _is_current(known, name, now)
    )


def changed_callees(known: Known, now: Digests | None) -> tuple[str, ...]:
    """The intents that the code relies on whose contracts have changed."""
    return tuple(
        key.removeprefix(_CALL)
        for key, digest in known.digests.items()
        if now is not None and key.startswith(_CALL) and now.get(key) != digest
    )


def _is_current(known: Known, clause: str, now: Digests) -> bool:
    return known.digests.get(clause) == now.get(clause) and not changed_callees(known, now)


def freshness(known: Known, clause: str, now: Digests) -> Freshness:
    """Whether what is known of a clause still speaks of it; `now` are today's digests."""
    if known.running:
        return "running"
    return "current" if _is_current(known, clause, now) else "stale"


def stage_of(known: Known, now: Digests | None) -> Stage:
    """The row of the table in docs/guide.md that an intent is in."""
    if known.running:
        return known.running
    if known.verdict is None:
        return "typing"
    if is_stale(known, now):
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

"""What a generation comes to: the structs behind `axiom generate --json` (docs/cli.md)."""

from __future__ import annotations

import msgspec

from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra.results import ClauseResult, Result, VerifierResult


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate that nobody sees: its digest and why, never its code."""

    digest: str
    reason: str


class ShownCandidate(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate that passed the gate, as `axiom generate --json` prints it."""

    id: str
    code: str
    accepted: bool
    verdict: Verdict
    confidence: float
    clauses: tuple[ClauseResult, ...]
    evidence: tuple[VerifierResult, ...]
    limitations: tuple[str, ...]
    origin: str = ""


class Generation(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome of `generate`: candidates best first, rejected ones without their code."""

    intent: str
    backend: str
    seed: int
    candidates: tuple[ShownCandidate, ...]
    rejected: tuple[Rejected, ...]
    seconds: float
    failure: str = ""


def result_of(intent: str, candidate: ShownCandidate) -> Result:
    """The verification of a shown candidate."""
    return Result(
        intent=intent,
        language="python",
        verdict=candidate.verdict,
        confidence=candidate.confidence,
        clauses=candidate.clauses,
        evidence=candidate.evidence,
        limitations=candidate.limitations,
        seconds=sum(one.seconds for one in candidate.evidence),
    )

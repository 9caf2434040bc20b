"""What a verification comes to: the structs behind `axiom verify --json` (docs/cli.md)."""

from __future__ import annotations

import msgspec

from axiom_verifiers.evidence import Finding, Proof, Verdict, Witness


class ClauseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One clause, one verdict, one reason.

    `clause` is the kind with the label, or with the text where there is no label; `line` is
    1-based in the intent file; `assumptions` are those that the verdict rests on beyond the
    trusted base; `confidence` is explained by `why`.
    """

    id: str
    clause: str
    kind: str
    line: int
    verdict: Verdict
    method: str | None
    answers: dict[str, str] = {}
    seconds: float = 0.0
    assumptions: tuple[str, ...] = ()
    proof: Proof | None = None
    witness: Witness | None = None
    cases: int = 0
    detail: str = ""
    confidence: float = 0.0
    why: str = ""
    obligations: tuple[str, ...] = ()
    advisory: bool = False


class VerifierResult(msgspec.Struct, frozen=True, kw_only=True):
    """How one verifier ended. `seconds` are wall-clock."""

    verifier: str
    tier: int
    verdict: Verdict
    seconds: float
    findings: tuple[Finding, ...] = ()
    detail: str = ""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The verification of one code against one contract.

    `verdict` is the worst of the clauses' (advisory prose aside). `gate` lists what keeps the
    code from being offered to anyone; empty when the gate is passed. `relies` holds the digests
    of the contracts of the intents that the code calls.
    """

    intent: str
    language: str
    verdict: Verdict
    confidence: float
    clauses: tuple[ClauseResult, ...]
    evidence: tuple[VerifierResult, ...]
    limitations: tuple[str, ...] = ()
    gate: tuple[str, ...] = ()
    seconds: float = 0.0
    relies: dict[str, str] = {}


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A verifier began (`state` "running"), was stopped, or ended."""

    verifier: str
    tier: int
    state: str

"""From the evidence of all verifiers to one verdict per clause."""

from __future__ import annotations

from collections.abc import Sequence

from axiom_verifiers.contracts.contract import Clause, Contract, Example, Implied, Must
from axiom_verifiers.evidence import ClauseEvidence, Proof, Report, Verdict, Witness, worst
from axiom_verifiers.orchestra.confidence import clause_confidence
from axiom_verifiers.orchestra.results import ClauseResult, Result, VerifierResult

NOTHING_RAN = "no input that meets `requires` has run"


def clause_kind(clause: Clause) -> str:
    """The kind as interfaces.md names it: `ensures`, `raises`, `example`, `must`, `implied`."""
    return type(clause).__name__.lower()


def clause_title(clause: Clause) -> str:
    """How a clause is called on screen: its kind and its label, else its text."""
    kind = clause_kind(clause)
    if isinstance(clause, Implied):
        subject = f" of {clause.subject}" if clause.subject else ""
        return f"{kind} {clause.obligation}{subject}"
    return f"{kind} {clause.label or clause.text}".strip()


def is_advisory(clause: Clause) -> bool:
    """Free prose in a `must` is judged by a model: it never changes the overall verdict."""
    return isinstance(clause, Must) and clause.what is None


def _witness(evidence: Sequence[ClauseEvidence]) -> Witness | None:
    """The shortest replayed witness; one that did not replay never counts.

    Of those with the same inputs, one that is explained.
    """

    def length(witness: Witness) -> tuple[int, bool]:
        given = len(repr(witness.inputs)) + len(repr(witness.sequence))
        return given, witness.explanation is None

    found = [one.witness for one in evidence if one.witness and one.witness.replayed]
    return min(found, key=length, default=None)


def merge_clause(
    clause: Clause, evidence: Sequence[ClauseEvidence], something_ran: bool, stopped: str | None
) -> ClauseResult:
    """One verdict for one clause.

    A replayed witness outweighs everything: if a proof stands against it, the detail says so,
    for that is a fault of ours. A deductive proof counts only if `something_ran`.
    """
    witness = _witness(evidence)
    proofs = [one for one in evidence if one.verdict is Verdict.PROVED]
    tested = [one for one in evidence if one.verdict is Verdict.TESTED and one.cases > 0]
    failed = [one for one in evidence if one.verdict is Verdict.FAILED]
    refuted = [
        one
        for one in evidence
        if one.verdict is Verdict.REFUTED and (one.witness is None and one.method == "structural")
    ]
    proof = next((one.proof for one in evidence if one.proof is not None), None)
    cases = sum(one.cases for one in evidence)
    detail = next((one.detail for one in evidence if one.detail), "")
    if witness is not None or refuted:
        chosen = next((one for one in evidence if one.witness is witness), None) or refuted[0]
        verdict, method = Verdict.REFUTED, chosen.method
        detail = chosen.detail
        if proofs:
            detail = "a proof stands against this run: a fault of AXIOM, please report it"
    elif proofs and (something_ran or proofs[0].method != "deductive"):
        chosen = proofs[0]
        verdict, method, detail = Verdict.PROVED, chosen.method, chosen.detail
    elif proofs:
        chosen, verdict, method = proofs[0], Verdict.UNKNOWN, None
        proof = Proof(status="unknown", reason=NOTHING_RAN, tried=("as given",), help=None)
    elif tested:
        chosen, verdict, method = tested[0], Verdict.TESTED, tested[0].method
    elif failed:
        chosen, verdict, method = failed[0], Verdict.FAILED, failed[0].method
    else:
        chosen, verdict, method = next(iter(evidence), None), Verdict.UNKNOWN, None
    if proof is None and not isinstance(clause, Example | Must):
        proof = Proof(status="not attempted", reason=stopped or "not attempted")
    if verdict is Verdict.REFUTED and proof is not None and proof.status != "refuted":
        proof = Proof(status="refuted", reason=None, where=proof.where, tried=proof.tried)
    answers = chosen.answers if chosen else {}
    agreeing = sum(1 for answer in answers.values() if answer == "valid")
    assumptions = chosen.assumptions if chosen and verdict is Verdict.PROVED else ()
    confidence, why = clause_confidence(verdict, method, agreeing, cases, len(assumptions))
    return ClauseResult(
        id=clause.id,
        clause=clause_title(clause),
        kind=clause_kind(clause),
        line=clause.origin.line,
        verdict=verdict,
        method=method,
        answers=answers,
        seconds=round(sum(one.seconds for one in evidence), 4),
        assumptions=assumptions,
        proof=proof,
        witness=witness,
        cases=cases,
        detail=detail,
        confidence=round(confidence, 4),
        why=why,
        obligations=chosen.obligations if chosen else (),
        advisory=is_advisory(clause),
    )


def gate(result_clauses: Sequence[ClauseResult], reports: Sequence[Report]) -> tuple[str, ...]:
    """What keeps a candidate from being shown; empty when the gate is passed.

    Tiers 0 and 1 clean, examples pass, nothing refuted or failed, each formal clause, implied
    ones included, at least `tested`.
    """
    reasons: list[str] = []
    for report in reports:
        if report.tier <= 1 and report.verdict in (Verdict.REFUTED, Verdict.FAILED):
            first = report.findings[0] if report.findings else None
            said = f"line {first.line}: {first.message}" if first else report.detail
            reasons.append(f"{report.verifier}: {said}")
    for clause in result_clauses:
        if clause.advisory or clause.verdict in (Verdict.PROVED, Verdict.TESTED):
            continue
        reasons.append(f"{clause.clause}: {clause.verdict}")
    return tuple(reasons)


def merge(
    contract: Contract,
    language: str,
    evidence: Sequence[ClauseEvidence],
    reports: Sequence[Report],
    seconds: float,
    stopped: str | None = None,
) -> Result:
    """The result so far; may be asked at any time, while evidence still streams in.

    `stopped` is the reason why clauses without evidence have none (`timeout`, `cancelled`,
    `the code does not parse` …).
    """
    something_ran = any(one.cases > 0 or one.method == "executed" for one in evidence)
    by_clause: dict[str, list[ClauseEvidence]] = {}
    for one in evidence:
        by_clause.setdefault(one.clause, []).append(one)
    ends = next((one.id for one in contract.implied if one.obligation == "terminates"), "")
    for clause in contract.musts:
        if clause.what == "terminate" and not clause.negated:
            # It says what every intent owes anyhow; the same evidence settles both.
            by_clause.setdefault(clause.id, []).extend(by_clause.get(ends, ()))
    clauses = tuple(
        merge_clause(clause, by_clause.get(clause.id, ()), something_ran, stopped)
        for clause in contract.clauses
    )
    formal = [clause for clause in clauses if not clause.advisory]
    limitations = tuple(dict.fromkeys(line for report in reports for line in report.limitations))
    return Result(
        intent=contract.name,
        language=language,
        verdict=worst([clause.verdict for clause in formal]),
        confidence=min((clause.confidence for clause in formal), default=0.0),
        clauses=clauses,
        evidence=tuple(
            VerifierResult(
                verifier=report.verifier,
                tier=report.tier,
                verdict=report.verdict,
                seconds=round(report.seconds, 4),
                findings=report.findings,
                detail=report.detail,
            )
            for report in sorted(reports, key=lambda one: (one.tier, one.verifier))
        ),
        limitations=limitations,
        gate=gate(clauses, reports),
        seconds=round(seconds, 4),
    )

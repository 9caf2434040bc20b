"""One variant through all verifiers of tiers 2 and 3, as the orchestra runs them, warm."""

from __future__ import annotations

import functools
import time
from typing import Literal, NamedTuple

from axiom_verifiers.checks.examples import ExamplesVerifier
from axiom_verifiers.checks.properties import PropertiesVerifier
from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.refute import Refute
from axiom_verifiers.checks.syntax import SyntaxVerifier
from axiom_verifiers.checks.verifier import Subject, Verifier
from axiom_verifiers.evidence import ClauseEvidence, Report, Verdict
from axiom_verifiers.orchestra import ClauseResult, Result
from axiom_verifiers.orchestra.run import Plan, Verification
from axiom_verifiers.solvers.pool import SolverPool
from tests.verifiers.corpus.reading import Variant

SECONDS = Plan().seconds
Outcome = Literal["proved", "refuted", "unknown"]


class Measured(NamedTuple):
    """What came of a variant. `settled` when it is what the truth asks for; `reason` says why it
    is not, or what is wrong; `proved` are the clauses that were proved when it ended, and
    `confidence` what was said of each clause.
    """

    outcome: Outcome
    seconds: float
    wrong: bool
    reason: str
    proved: frozenset[str]
    confidence: tuple[tuple[str, str, float], ...]

    @property
    def settled(self) -> bool:
        return self.outcome != "unknown" and not self.wrong


@functools.cache
def _pool() -> SolverPool:
    """Solvers that remember nothing: what was answered yesterday is not measured."""
    return SolverPool()


def own_verifiers(pool: SolverPool) -> list[Verifier]:
    """Those that settle clauses, asking these solvers."""
    return [
        SyntaxVerifier(),
        ExamplesVerifier(),
        PropertiesVerifier(),
        Prove(pool),
        Refute(pool),
    ]


def measure(variant: Variant, seconds: float = SECONDS, pool: SolverPool | None = None) -> Measured:
    """Runs until it is settled, or cannot be any more: all proved, one refuted, or, of code that
    is good, the prover has given up.
    """
    subject = Subject(contract=variant.contract, code=variant.code)
    plan = Plan(tier=3, seconds=seconds)
    run = Verification(subject, plan, own_verifiers(pool or _pool()))
    started = time.monotonic()
    took: float | None = None
    for one in run:
        if took is not None:
            continue
        ended = isinstance(one, Report) and one.verifier == Prove.name
        hopeless = ended and variant.truth == "good" and run.result.verdict is not Verdict.PROVED
        if hopeless or (isinstance(one, ClauseEvidence) and _outcome(run.result) != "unknown"):
            took = time.monotonic() - started
            run.cancel()
    return judged(variant, run.result, time.monotonic() - started if took is None else took)


def _outcome(result: Result) -> Outcome:
    match result.verdict:
        case Verdict.PROVED:
            return "proved"
        case Verdict.REFUTED:
            return "refuted"
        case Verdict.FAILED | Verdict.UNKNOWN | Verdict.TESTED:
            return "unknown"


def judged(variant: Variant, result: Result, seconds: float) -> Measured:
    """What the result comes to, beside the truth about the variant."""
    outcome = _outcome(result)
    formal = [one for one in result.clauses if not one.advisory]
    both = [one.id for one in formal if "a proof stands against" in one.detail]
    wrong = bool(both) or outcome == {"good": "refuted", "bad": "proved"}[variant.truth]
    return Measured(
        outcome=outcome,
        seconds=seconds,
        wrong=wrong,
        reason=f"proved and refuted: {both}" if both else _why(result, formal, outcome),
        proved=frozenset(one.id for one in formal if one.verdict is Verdict.PROVED),
        confidence=tuple((one.id, str(one.verdict), one.confidence) for one in formal),
    )


def _why(result: Result, formal: list[ClauseResult], outcome: Outcome) -> str:
    """The first clause that is open, and the reason that is given for it."""
    if outcome == "proved":
        return ""
    if outcome == "refuted":
        one = next(one for one in formal if one.verdict is Verdict.REFUTED)
        return "" if one.witness is None else f"{one.id}: {one.witness.inputs}"
    broken = [one for one in result.evidence if one.verdict is Verdict.FAILED]
    if broken:
        return f"{broken[0].verifier} failed: {broken[0].detail}"
    faults = [finding for one in result.evidence for finding in one.findings]
    one = next((one for one in formal if one.verdict is not Verdict.PROVED), None)
    if one is None:
        return "nothing was said of any clause"
    name = one.id.rpartition("/")[2]
    if one.proof is None or one.proof.reason is None:
        said = faults[0].message if faults else one.detail
        return f"{name}: {said or one.verdict}"
    where = f" ({one.proof.where})" if one.proof.where else ""
    return f"{name}: {one.proof.reason}{where}"

"""The orchestra: one verdict a clause, by the evidence; nothing waits for ever; no faint heart
and no broken tool makes a verdict stronger.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import (
    ClauseEvidence,
    Evidence,
    Finding,
    Proof,
    Report,
    Verdict,
    Witness,
)
from axiom_verifiers.orchestra import Plan, Progress, Result, Verification
from axiom_verifiers.orchestra.merge import merge

INTENT = """\
intent f(n: int) -> int
  ensures up: result > n
  example f(1) == 2
  must terminate
  must "be kind"
"""


@pytest.fixture(scope="module")
def contract() -> Contract:
    return read(INTENT).contracts["f"]


Yields = Callable[[Subject, Budget], Iterator[Evidence]]


class Scripted:
    """A verifier that yields what it is told; a plug-in as anyone could write one."""

    def __init__(self, name: str, tier: int, script: Yields) -> None:
        self.name = name
        self.tier = tier
        self._script = script

    def supports(self, subject: Subject) -> bool:
        return True

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        return self._script(subject, budget)


def report(name: str, tier: int, verdict: Verdict = Verdict.TESTED, **more: object) -> Report:
    return Report(verifier=name, tier=tier, verdict=verdict, seconds=0.1, **more)  # type: ignore[arg-type]


def saying(name: str, tier: int, *evidence: Evidence, end: Report | None = None) -> Scripted:
    def script(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        yield from evidence
        yield end or report(name, tier)

    return Scripted(name, tier, script)


def proved(clause: str, *solvers: str, cases: int = 0) -> ClauseEvidence:
    return ClauseEvidence(
        clause=clause,
        verifier="prove",
        verdict=Verdict.PROVED,
        method="deductive",
        answers=dict.fromkeys(solvers or ("z3", "cvc5"), "valid"),
        proof=Proof(status="valid", tried=("as given",)),
        cases=cases,
    )


def held(clause: str, cases: int = 500) -> ClauseEvidence:
    return ClauseEvidence(
        clause=clause,
        verifier="properties",
        verdict=Verdict.TESTED,
        method="properties",
        cases=cases,
    )


def refuted(clause: str, replayed: bool = True, size: int = 1) -> ClauseEvidence:
    witness = Witness(inputs={"n": 10**size}, result=0, expected="result > n", replayed=replayed)
    return ClauseEvidence(
        clause=clause,
        verifier="refute",
        verdict=Verdict.REFUTED,
        method="symbolic",
        witness=witness,
        cases=1,
    )


def unknown(clause: str, reason: str) -> ClauseEvidence:
    return ClauseEvidence(
        clause=clause,
        verifier="prove",
        verdict=Verdict.UNKNOWN,
        method="deductive",
        proof=Proof(status="unknown", reason=reason, where="2: loop"),
    )


def run(contract: Contract, *verifiers: Scripted, plan: Plan | None = None) -> Result:
    one = Verification(Subject(contract, "code"), plan or Plan(seconds=5), verifiers)
    for _ in one:
        pass
    return one.result


def verdict_of(result: Result, clause: str) -> Verdict:
    return next(one.verdict for one in result.clauses if one.id == clause)


# ------------------------------------------------------------------ one clause, one verdict

UP = "f/up"


@pytest.mark.parametrize(
    ("evidence", "verdict", "method"),
    [
        ([], Verdict.UNKNOWN, None),
        ([proved(UP)], Verdict.UNKNOWN, None),  # Nothing has run: the contract may be empty.
        ([proved(UP, cases=1)], Verdict.PROVED, "deductive"),
        ([proved(UP), held(UP)], Verdict.PROVED, "deductive"),
        ([held(UP)], Verdict.TESTED, "properties"),
        ([held(UP, cases=0)], Verdict.UNKNOWN, None),
        ([held(UP), unknown(UP, "timeout")], Verdict.TESTED, "properties"),
        ([held(UP), refuted(UP)], Verdict.REFUTED, "symbolic"),
        ([proved(UP, cases=1), refuted(UP)], Verdict.REFUTED, "symbolic"),
        ([held(UP), refuted(UP, replayed=False)], Verdict.TESTED, "properties"),
        ([refuted(UP, replayed=False)], Verdict.UNKNOWN, None),
    ],
)
def test_merge(
    contract: Contract, evidence: list[ClauseEvidence], verdict: Verdict, method: str | None
) -> None:
    result = merge(contract, "python", evidence, [], 0.0)
    (clause,) = [one for one in result.clauses if one.id == UP]
    assert (clause.verdict, clause.method) == (verdict, method)


def test_a_tested_clause_says_why_it_is_not_proved(contract: Contract) -> None:
    result = merge(contract, "python", [held(UP), unknown(UP, "invariant too weak")], [], 0.0)
    clause = result.clauses[0]
    assert clause.proof is not None
    assert clause.proof.reason == "invariant too weak"


def test_the_smallest_witness_is_shown(contract: Contract) -> None:
    result = merge(contract, "python", [refuted(UP, size=9), refuted(UP, size=1)], [], 0.0)
    assert result.clauses[0].witness is not None
    assert result.clauses[0].witness.inputs == {"n": 10}


def test_a_proof_against_a_run_is_called_a_fault_of_ours(contract: Contract) -> None:
    result = merge(contract, "python", [proved(UP, cases=1), refuted(UP)], [], 0.0)
    assert "fault of AXIOM" in result.clauses[0].detail


def test_confidence_grows_with_the_evidence(contract: Contract) -> None:
    def confidence(*evidence: ClauseEvidence) -> float:
        return merge(contract, "python", list(evidence), [], 0.0).clauses[0].confidence

    ladder = [
        confidence(refuted(UP)),
        confidence(unknown(UP, "timeout")),
        confidence(held(UP, 3)),
        confidence(held(UP, 500)),
        confidence(proved(UP, "z3", cases=1)),
        confidence(proved(UP, "z3", "cvc5", cases=1)),
    ]
    assert ladder == sorted(set(ladder))
    assert ladder[0] == 0.0
    assert ladder[-1] == 1.0


def test_advice_changes_no_verdict(contract: Contract) -> None:
    everything = [proved(clause.id, cases=1) for clause in contract.clauses[:3]]
    everything += [proved(clause.id, cases=1) for clause in contract.implied]
    result = merge(contract, "python", everything, [], 0.0)
    assert verdict_of(result, "f/must-2") is Verdict.UNKNOWN
    assert result.verdict is Verdict.PROVED
    assert result.gate == ()


def test_must_terminate_is_settled_with_termination(contract: Contract) -> None:
    result = merge(contract, "python", [proved("f/terminates", cases=1)], [], 0.0)
    assert verdict_of(result, "f/must-1") is Verdict.PROVED


def test_the_gate(contract: Contract) -> None:
    everything = [held(clause.id) for clause in contract.clauses]
    assert merge(contract, "python", everything, [], 0.0).gate == ()
    finding = Finding(severity="error", message="no such name", line=3, column=1)
    types = report("types", 1, Verdict.REFUTED, findings=(finding,))
    assert merge(contract, "python", everything, [types], 0.0).gate == (
        "types: line 3: no such name",
    )
    broken = report("lint", 1, Verdict.FAILED, detail="it broke")
    assert merge(contract, "python", everything, [broken], 0.0).gate == ("lint: it broke",)
    assert merge(contract, "python", everything[1:], [], 0.0).gate == ("ensures up: unknown",)


# ------------------------------------------------------------------ running them


def test_what_does_not_parse_is_not_run(contract: Contract) -> None:
    ran: list[str] = []

    def later(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        ran.append("later")
        yield report("properties", 2)

    finding = Finding(severity="error", message="syntax error", line=1, column=1)
    first = saying("syntax", 0, end=report("syntax", 0, Verdict.REFUTED, findings=(finding,)))
    result = run(contract, first, Scripted("properties", 2, later))
    assert ran == []
    assert result.verdict is Verdict.UNKNOWN
    assert "not the function" in str(result.clauses[0].proof)


def test_a_verifier_that_breaks_is_failed_and_the_rest_goes_on(contract: Contract) -> None:
    def breaks(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        yield held("f/example-1")
        raise RuntimeError("out of luck")

    result = run(contract, Scripted("plugin", 2, breaks), saying("properties", 2, held(UP)))
    assert verdict_of(result, UP) is Verdict.TESTED
    (broken,) = [one for one in result.evidence if one.verifier == "plugin"]
    assert broken.verdict is Verdict.FAILED
    assert "out of luck" in broken.detail


def test_a_verifier_without_a_report_is_failed(contract: Contract) -> None:
    def silent(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        yield held(UP)

    result = run(contract, Scripted("plugin", 2, silent))
    assert result.evidence[0].verdict is Verdict.FAILED


def test_the_budget_is_handed_on(contract: Contract) -> None:
    seen: list[float] = []

    def looks(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        seen.append(budget.remaining())
        while not budget.stopped:
            time.sleep(0.01)
        yield report("prove", 3, Verdict.UNKNOWN, detail="timeout")

    result = run(contract, Scripted("prove", 3, looks), plan=Plan(seconds=0.3))
    assert 0 < seen[0] <= 0.3
    assert result.clauses[0].verdict is Verdict.UNKNOWN


def test_cancel_stops_at_once_and_keeps_what_was_found(contract: Contract) -> None:
    begun = threading.Event()

    def waits(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        yield held(UP)
        begun.set()
        while not budget.stopped:
            time.sleep(0.01)
        yield report("prove", 3, Verdict.UNKNOWN)

    one = Verification(Subject(contract, ""), Plan(seconds=60), [Scripted("prove", 3, waits)])

    def stop() -> None:
        begun.wait(10)
        one.cancel()

    threading.Thread(target=stop).start()
    for _ in one:
        pass
    assert one.cancelled
    assert verdict_of(one.result, UP) is Verdict.TESTED


def test_all_settled_stops_the_rest(contract: Contract) -> None:
    stopped = threading.Event()

    def long(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        while not budget.stopped:
            time.sleep(0.01)
        stopped.set()
        yield report("refute", 3, Verdict.UNKNOWN)

    everything = [proved(clause.id, cases=1) for clause in contract.clauses]
    prove = saying("prove", 3, *everything)
    run(contract, Scripted("refute", 3, long), prove, plan=Plan(seconds=60))
    assert stopped.is_set()


def test_proofs_by_one_solver_leave_the_rest_a_little_time(contract: Contract) -> None:
    doubts: list[float] = []

    def long(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        started = time.monotonic()
        while not budget.stopped:
            time.sleep(0.01)
        doubts.append(time.monotonic() - started)
        yield report("refute", 3, Verdict.UNKNOWN)

    everything = [proved(clause.id, "z3", cases=1) for clause in contract.clauses]
    prove = saying("prove", 3, *everything)
    result = run(contract, Scripted("refute", 3, long), prove, plan=Plan(seconds=60))
    assert result.verdict is Verdict.PROVED
    assert 0.9 < doubts[0] < 30


def test_all_hear_of_a_clause_that_a_run_breaks(contract: Contract) -> None:
    heard: list[tuple[bool, bool]] = []
    told = threading.Event()

    def hears(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        told.wait(10)
        while not budget.is_moot([UP]) and not budget.stopped:
            time.sleep(0.01)
        heard.append((budget.is_moot([UP]), budget.is_moot([clause.id for clause in all_of])))
        yield report("prove", 3, Verdict.UNKNOWN)

    def breaks(subject: Subject, budget: Budget) -> Iterator[Evidence]:
        yield refuted(UP, replayed=False)
        assert not budget.is_moot([UP])
        yield refuted(UP)
        told.set()
        yield report("refute", 3, Verdict.REFUTED)

    all_of = contract.clauses
    assert len(all_of) > 1
    run(contract, Scripted("prove", 3, hears), Scripted("refute", 3, breaks), plan=Plan(seconds=30))
    assert heard == [(True, False)]


def test_plan_chooses(contract: Contract) -> None:
    verifiers = [saying("syntax", 0), saying("lint", 1), saying("prove", 3)]
    names = [one.verifier for one in run(contract, *verifiers, plan=Plan(tier=1)).evidence]
    assert names == ["syntax", "lint"]
    only = run(contract, *verifiers, plan=Plan(only=("prove",)))
    assert [one.verifier for one in only.evidence] == ["prove"]


def test_evidence_streams_with_progress(contract: Contract) -> None:
    one = Verification(Subject(contract, ""), Plan(), [saying("lint", 1, held(UP))])
    kinds = [type(found).__name__ for found in one]
    assert kinds == ["Progress", "ClauseEvidence", "Report", "Progress"]
    assert isinstance(Progress(verifier="x", tier=0, state="ended"), Progress)

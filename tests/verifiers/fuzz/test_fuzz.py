"""Nothing that a run violates is ever proved: hand-written attacks, and a sample of mutants."""

from __future__ import annotations

from pathlib import Path

import pytest

from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.expressions import Constant
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.types import BOOL
from axiom_verifiers.evidence import ClauseEvidence, Verdict
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.logic import terms
from axiom_verifiers.obligations import LoopHints, derive
from tests.verifiers.fuzz.originals import Original, originals, own
from tests.verifiers.fuzz.sampling import sample
from tests.verifiers.fuzz.soundness import (
    Found,
    broken_by_runs,
    contract_of,
    examine,
    proved_by,
    sections,
    told,
)

ATTACKS = [
    pytest.param(intent, code, id=f"{path.stem}: {title}")
    for path in sorted((Path(__file__).parent / "attacks").glob("*.md"))
    for title, intent, code in sections(path)
]
_MUTANTS = 200
_SEED = 2026


@pytest.mark.parametrize(("intent", "code"), ATTACKS)
def test_attack(intent: str, code: str) -> None:
    """Each is wrong, as some run shows, or speaks of no input; what is wrong is not proved."""
    contract = contract_of(intent)
    broken, ran = broken_by_runs(contract, code)
    assert broken or not ran, "no run shows what is wrong with it"
    found = Found(proved_by(contract, code, 2.0), broken, ran)
    assert not found.wrong, told(found, code)
    assert ran or not found.proved, "proved of no input at all"


@pytest.mark.parametrize("original", [pytest.param(one, id=one.name) for one in own()])
def test_original(original: Original) -> None:
    """What the mutants are made from is right, and something of it is proved."""
    broken, ran = broken_by_runs(original.contract, original.code)
    assert ran
    assert not broken
    assert proved_by(original.contract, original.code, 2.0)


def test_mutants() -> None:
    proved = 0
    for one in sample(originals(), _MUTANTS, _SEED):
        found = examine(one.contract, one.code, 1.0)
        assert not found.wrong, f"{one.name}, {one.kind}: {told(found, one.code)}"
        proved += bool(found.proved)
    # Many mutants keep some clauses: else the test would say nothing.
    assert proved > _MUTANTS // 3


CALLS = """intent half(n: int) -> int
  requires n % 2 == 0
  ensures result * 2 == n

intent f(n: int) -> int
  ensures result * 2 == n
"""


def test_unmet_precondition_of_a_call_proves_nothing() -> None:
    """Outside of its `requires` a callee may do anything: raise, go on forever, give a text."""
    subject = Subject(
        contract=read(CALLS).contracts["f"],
        code="def f(n):\n    return half(n)\n",
        callees=(("half", "def half(n):\n    return n // 2\n"),),
    )
    found = [one for one in Prove().verify(subject, Budget(5)) if isinstance(one, ClauseEvidence)]
    assert found
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}


def test_false_invariant_is_never_taken_for_granted() -> None:
    """An invariant that is false cuts off every exit; each clause still rests on it."""
    contract = contract_of("intent f(n: int) -> int\n  ensures result == 7\n")
    program = translate("def f(n):\n    while n > 0:\n        n -= 1\n    return n\n", contract)
    never = Constant(type=BOOL, value=False)
    hints = (LoopHints(function="f", loop=1, invariants=(never,)),)
    for obligation in derive(program, contract, hints):
        if obligation.clause != "f/ensures-1":
            continue
        if obligation.problem.goal is terms.FALSE and "invariant" in obligation.kind:
            break
    else:
        pytest.fail("the clause does not rest on its invariant")

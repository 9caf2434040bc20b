"""The bundled intents: which get a right candidate, and that their contracts are strong."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from axiom_server.synthesis.clauses import all_exprs, goal_of
from axiom_server.synthesis.clock import Clock
from axiom_server.synthesis.inputs import streams
from axiom_server.synthesis.oracle import Oracle
from axiom_server.synthesis.search import Candidate
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.critic import check_constants, check_examples
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.outcomes import Call, Raised, Returned
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.sandbox.python import PythonSandbox
from tests.server.synthesis.conftest import GENEROUS

Searched = Callable[[Contract], list[Candidate]]

# Every bundled intent, and whether the embedded backend finds a right candidate for it. A
# change here is a change of what the product can do, for better or worse.
TABLE = {
    "add_once": "solved",
    "clamp": "solved",
    "clock_time": "solved",
    "count_matches": "solved",
    "days_in_month": "solved",
    "discount": "solved",
    "first_word": "solved",
    "fizzbuzz": "solved",
    "full_name": "solved",
    "grade": "solved",
    "income_tax": "solved",
    "index_of": "solved",
    "initials": "solved",
    "largest": "solved",
    "leap_year": "solved",
    "median_of_three": "solved",
    "palindrome": "solved",
    "price_of": "solved",
    "safe_division": "solved",
    "shipping_cost": "solved",
    "sign": "solved",
    "sum_of_positives": "solved",
    "triangle": "solved",
    "username": "solved",
}
CASES = 150


def test_the_table_lists_every_bundled_intent(bundled: dict[str, Contract]) -> None:
    assert sorted(bundled) == sorted(TABLE)
    assert len(TABLE) == 24


def inputs_of(contract: Contract, judge: Judge) -> list[dict[str, Value]]:
    """Inputs that the search has not seen: another seed."""
    oracle = Oracle(contract, goal_of(contract), 0, Clock(GENEROUS))
    known = [args for args, _ in oracle.examples()]
    names = [p.name for p in contract.parameters]
    found: list[dict[str, Value]] = []
    for args in itertools.islice(streams(contract, all_exprs(contract), known, 977), 4000):
        call = dict(zip(names, args, strict=True))
        if judge.requires(call) is True:
            found.append(call)
        if len(found) == CASES:
            break
    return found


def complaints(contract: Contract, code: str, sandbox: PythonSandbox) -> list[str]:
    """What the sandbox and the judge say against a candidate."""
    judge = Judge(contract)
    calls = inputs_of(contract, judge)
    assert len(calls) >= 20
    found: list[str] = []
    for call, outcome in zip(calls, sandbox.run(code, contract, calls), strict=True):
        assert isinstance(outcome, Returned | Raised), (code, call, outcome)
        found += [
            f"{judgement.clause} on {call}: {outcome}, expected {judgement.expected}"
            for judgement in judge.judge(Call(call), outcome)
            if judgement.status == "violated"
        ]
    for example in contract.examples:
        example_call = judge.example_call(example)
        assert isinstance(example_call, Call)
        (outcome,) = sandbox.run(code, contract, [example_call.args])
        if judge.example(example, outcome).status != "holds":
            found.append(f"{example.id}: {outcome}")
    return found


@pytest.mark.parametrize("name", sorted(TABLE))
def test_candidates_of_bundled_intents_are_right(
    name: str, bundled: dict[str, Contract], searched: Searched, sandbox: PythonSandbox
) -> None:
    candidates = searched(bundled[name])
    assert candidates
    assert len({candidate.code for candidate in candidates}) == len(candidates)
    for candidate in candidates[:4]:
        assert complaints(bundled[name], candidate.code, sandbox) == [], candidate.code


def other_values(value: Value) -> list[Value]:
    """Values near this one and of its kind: what a slightly wrong program would give."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1, -value, value + 60, 0, 1, -1]
        case str():
            return [value + "x", value + " ", value[:-1], value.upper(), "", " ", "x" + value]
        case list():
            return [[*value, "x"], value[:-1], value[::-1], []]
        case tuple():
            nearby = [
                (*value[:i], v + d, *value[i + 1 :]) for i, v in enumerate(value) for d in (1, -1)
            ]
            return [*nearby, tuple(reversed(value)), (value[0] - 1, value[1] + 60, *value[2:])]
        case None:
            return [0, 1, -1]
        case _:
            raise AssertionError(value)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_bundled_contracts_allow_one_result_only(
    name: str, bundled: dict[str, Contract], searched: Searched, sandbox: PythonSandbox
) -> None:
    """Whatever differs from the right result is refused: no wrong program gets through."""
    contract = bundled[name]
    judge = Judge(contract)
    calls = inputs_of(contract, judge)[:80]
    code = searched(contract)[0].code
    changed = contract.modifies[0] if contract.modifies else None
    for call, outcome in zip(calls, sandbox.run(code, contract, calls), strict=True):
        wrong: list[Returned | Raised] = []
        if isinstance(outcome, Raised):
            wrong += [Returned(value, call) for value in (0, "", None)]
            wrong.append(Raised("KeyError", ("LookupError", "Exception"), "", call))
        elif isinstance(outcome, Returned):
            wrong.append(Raised("ValueError", ("Exception", "BaseException"), "", call))
            right = outcome.result if changed is None else outcome.after[changed]
            for value in other_values(right):
                if value == right:
                    continue
                if changed is None:
                    wrong.append(Returned(value, outcome.after))
                else:
                    wrong.append(Returned(None, {**outcome.after, changed: value}))
        for one in wrong:
            judged = judge.judge(Call(call), one)
            assert any(judgement.status == "violated" for judgement in judged), (call, one)


def test_bundled_examples_agree_with_their_clauses(bundled: dict[str, Contract]) -> None:
    for contract in bundled.values():
        assert check_examples(contract) == ()
        assert check_constants(contract) == ()
        assert contract.prose
        assert len(contract.examples) >= 2

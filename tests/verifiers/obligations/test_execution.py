"""Symbolic execution agrees with CPython, for random programs and inputs.

The programs are our own and harmless by construction, so they run in this process.
"""

from __future__ import annotations

import copy
import importlib.util
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.evaluate import UndeterminedError, evaluate
from axiom_verifiers.logic.values import ArrayValue
from axiom_verifiers.obligations.derive import Meaning
from axiom_verifiers.obligations.execute import Machine
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import ListValue, Scalar, Symbolic

_spec = importlib.util.spec_from_file_location(
    "random_programs", Path(__file__).with_name("random_programs.py")
)
assert _spec is not None
assert _spec.loader is not None
random_programs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(random_programs)


def environment(before: dict[str, Symbolic], args: dict[str, object]) -> dict[terms.Term, object]:
    found: dict[terms.Term, object] = {}
    for name, value in args.items():
        match before[name]:
            case Scalar(term):
                found[term] = value
            case ListValue(_, items, _, length):
                assert isinstance(value, list)
                found[length] = len(value)
                found[items] = ArrayValue(77, dict(enumerate(value)))
            case other:
                raise AssertionError(other)
    return found


def ran(source: str, row: dict[str, object]) -> tuple[object, str]:
    """The result, or the name of the exception, or of the builtin one that it is a kind of."""
    names: dict[str, object] = {"__name__": "program"}
    exec(compile(source, "<program>", "exec"), names)
    function = names["f"]
    assert callable(function)
    try:
        return function(**copy.deepcopy(row)), ""
    except Exception as error:
        kinds = [kind for kind in type(error).__mro__ if kind.__module__ == "builtins"]
        return None, kinds[0].__name__


def holds(term: terms.Term, env: dict[terms.Term, object]) -> bool:
    """Whether a condition is true; one without a value stands behind a failed operation."""
    try:
        return evaluate(term, env) is True
    except UndeterminedError:
        return False


def check(source: str, contract: Contract, rows: list[dict[str, object]]) -> int:
    """Runs the program on each row both ways; the number of rows that could be compared."""
    program = translate(source, contract)
    ranges = Bounded(4)
    meaning = Meaning(contract, ranges)
    machine = Machine(program, contract, ranges)
    machine.run(meaning.before)
    compared = 0
    for row in rows:
        result, error = ran(source, row)
        env = environment(meaning.before, row)
        if not all(holds(limit, env) for limit in ranges.limits):
            continue
        if any(holds(beyond, env) for beyond in ranges.beyond):
            continue
        taken = [exit_ for exit_ in machine.exits if holds(exit_.condition, env)]
        exits = [(e.kind, e.errors, e.construct) for e in taken]
        shown = f"{source}\n{row}\n{result!r} {error}\n{exits}"
        assert len(taken) == 1, shown
        if taken[0].kind == "unmodelled":
            continue
        if error:
            assert taken[0].kind == "raise", shown
            assert error in taken[0].errors, shown
        else:
            assert taken[0].kind == "return", shown
            value = taken[0].value
            assert isinstance(value, Scalar), shown
            assert evaluate(value.term, env) == result, shown
        compared += 1
    return compared


@pytest.mark.parametrize("seed", range(6))
def test_random_programs(seed: int, contract_of: Callable[[str], Contract]) -> None:
    chance = random.Random(seed)
    contract = contract_of(random_programs.HEADER)
    compared = 0
    for _ in range(25):
        source = random_programs.program(chance)
        compared += check(source, contract, [random_programs.arguments(chance) for _ in range(8)])
    # Most runs must be comparable, or the test would show nothing.
    assert compared > 80

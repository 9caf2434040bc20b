"""What proofs are told of `sorted`, `min`, `max` and `permutation` determines CPython's values.

The list is given by `requires`, so only the facts about any list can show what comes out; that
a neighbouring value is not shown too is what says that they contradict nothing.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from axiom_verifiers.checks.prove import Prove
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.evidence import ClauseEvidence, Verdict

INTS, PAIRS, WORDS, LISTS = "list[int]", "list[tuple[int, str]]", "list[str]", "list[list[int]]"

CASES: list[tuple[str, str, str]] = [
    (INTS, INTS, "sorted(xs)"),
    (INTS, INTS, "sorted(xs, reverse=True)"),
    (INTS, INTS, "sorted(xs, key=lambda x: x % 2)"),
    (INTS, INTS, "sorted(xs, key=lambda x: x % 2, reverse=True)"),
    (INTS, INTS, "sorted(x * x for x in xs)"),
    (INTS, "int", "min(xs, key=lambda x: x % 2)"),
    (INTS, "int", "max(xs, key=lambda x: x % 2)"),
    (INTS, "int", "max(xs[1:], key=lambda x: -x, default=9)"),
    (INTS, "bool", "sorted(xs) == [1, 2, 3]"),
    (PAIRS, PAIRS, "sorted(xs)"),
    (PAIRS, PAIRS, "sorted(xs, key=lambda p: p[1])"),
    (PAIRS, PAIRS, "sorted(xs, key=lambda p: (p[1], -p[0]))"),
    (WORDS, WORDS, "sorted(xs)"),
    (WORDS, "str", "max(xs, key=len)"),
    (LISTS, "bool", "xs[0] < xs[1]"),
    (LISTS, "bool", "xs[0] >= xs[1]"),
]


def _members(kind: str, chance: random.Random) -> list[Any]:
    small: dict[str, Callable[[], Any]] = {
        INTS: lambda: chance.randint(1, 4),
        PAIRS: lambda: (chance.randint(1, 2), chance.choice("ab")),
        WORDS: lambda: chance.choice(["", "a", "b", "ab", "ba"]),
        LISTS: lambda: [chance.randint(1, 2) for _ in range(chance.randint(0, 2))],
    }
    return [small[kind]() for _ in range(3 if kind != LISTS else 2)]


def _other(value: Any, chance: random.Random) -> Any:
    """A value near the right one."""
    match value:
        case bool():
            return not value
        case int():
            return value + chance.choice((-1, 1))
        case str():
            return value + "a"
        case _:
            turned = value[::-1]
            return turned if turned != value else [*value[1:], *value[:1], *value[:1]]


def _is_proved(
    kind: str, result: str, given: list[Any], code: str, value: Any, seconds: float
) -> bool:
    intent = f"intent f(xs: {kind}) -> {result}\n  requires xs == {given!r}\n"
    reading = read(f"{intent}  ensures result == {value!r}\n".replace("'", '"'))
    assert reading.sound, [placed.problem.message for placed in reading.problems]
    (contract,) = reading.contracts.values()
    subject = Subject(contract=contract, code=f"def f(xs):\n    return {code}\n")
    for evidence in Prove().verify(subject, Budget(seconds)):
        if isinstance(evidence, ClauseEvidence) and evidence.clause == "f/ensures-1":
            return evidence.verdict is Verdict.PROVED
    raise AssertionError("nothing is said of the clause")


@pytest.mark.parametrize(("kind", "result", "code"), CASES, ids=lambda part: part)
def test_values_are_cpythons(kind: str, result: str, code: str) -> None:
    chance = random.Random(f"{kind} {code}")
    given = _members(kind, chance)
    right = eval(code, {"xs": given})
    assert _is_proved(kind, result, given, code, right, 20.0), (given, right)
    wrong = _other(right, chance)
    assert not _is_proved(kind, result, given, code, wrong, 1.5), (given, wrong)

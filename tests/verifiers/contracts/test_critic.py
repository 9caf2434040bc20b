"""What evaluation alone finds wrong in a contract."""

from __future__ import annotations

import pytest

from axiom_verifiers.contracts.critic import criticise
from axiom_verifiers.contracts.reading import read

HEAD = "intent f(a: int, xs: list[int]) -> int\n  modifies xs\n  requires a >= 0\n"
BASE = HEAD + "  ensures result == a + len(old(xs))\n  raises ValueError when a > 100\n"

CASES = [
    ("example f(1, []) == 1", []),
    ("example f(1, [2]) == 2, xs == []", []),
    ("example f(101, []) raises ValueError", []),
    ("example f(-1, []) == 1", ["example-breaks-requires"]),
    ("example f(1, []) == 2", ["example-breaks-clause"]),
    ("example f(101, []) == 101", ["example-breaks-clause"]),
    ("example f(1, []) raises ValueError", ["example-breaks-clause"]),
    ("example f(101, []) raises KeyError", ["example-breaks-clause"]),
    (
        "example f(1, []) == 1\n  example f(1, []) == 2",
        ["example-breaks-clause", "examples-disagree"],
    ),
    ("example f(1, []) == 1 // 0", []),
    ("example f([1][3], []) == 1", ["example-undefined"]),
    ("ensures xs == [9]\n  example f(1, []) == 1", []),
    ("ensures xs == [9]\n  example f(1, []) == 1, xs == [8]", ["example-breaks-clause"]),
    ("ensures result == 5 // a\n  example f(0, []) == 0", ["clause-undefined"]),
    ("requires 1 > 2", ["contradiction"]),
    ("ensures 1 > 2", ["contradiction"]),
    ("ensures 1 < 2", ["vacuous-clause"]),
    ("ensures result > 5  when 1 > 2", ["vacuous-clause"]),
    ("ensures forall k: int: k == k", []),
]


@pytest.mark.parametrize(("clauses", "codes"), CASES)
def test_findings(clauses: str, codes: list[str]) -> None:
    found = read(f"{BASE}  {clauses}\n")
    assert [placed.problem.message for placed in found.problems] == []
    problems = criticise(found.contracts["f"])
    assert [problem.code for problem in problems] == codes
    assert all(problem.message and problem.span.end > 0 for problem in problems)


def test_an_example_that_breaks_a_clause_shows_the_clause() -> None:
    (problem,) = criticise(read(f"{BASE}  example f(1, []) == 2\n").contracts["f"])
    assert problem.message == (
        "this example breaks `result == a + len(old(xs))`: it says the result is 2, the clause "
        "expects result == a + len(old(xs))"
    )
    text = f"{BASE}  example f(1, []) == 2\n".encode()
    (place, _), *_ = problem.related
    assert text[place.start : place.end].decode() == "ensures result == a + len(old(xs))"

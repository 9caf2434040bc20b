"""Clauses in plain words, by `words.txt`, and types and signatures."""

from __future__ import annotations

from pathlib import Path

import pytest

from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.words import in_words, signature_in_words, type_source

HEAD = """
intent f(xs: list[int], n: int, s: str, d: dict[str, int], m: set[int], q: int?, x: float) -> int
  modifies xs
"""
LINES = [
    line
    for line in (Path(__file__).parent / "words.txt").read_text().splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("line", LINES)
def test_words(line: str) -> None:
    clause, _, wanted = line.partition(" => ")
    found = read(f"{HEAD}  {clause}\n")
    assert [placed.problem.message for placed in found.problems] == []
    contract = found.contracts["f"]
    written = next(c for c in (*contract.requires, *contract.clauses) if "implied" not in c.id)
    assert in_words(written) == wanted


def test_implied_clauses_and_the_signature() -> None:
    text = (
        "type Percent = int where 0 <= it <= 100\n"
        "intent f(xs: list[Percent], ys: list[int]?) -> Percent\n  modifies xs\n"
    )
    contract = read(text).contracts["f"]
    assert signature_in_words(contract) == (
        "f takes xs (a list of (a Percent (an int, where the value is at least 0 and at most "
        "100))) and ys (a list of int, or None) and returns a Percent (an int, where the value is "
        "at least 0 and at most 100); it may change xs."
    )
    assert [in_words(clause) for clause in (*contract.requires, *contract.implied)] == [
        "The caller makes sure that for every item in xs, item is at least 0 and at most 100.",
        "It raises nothing but what a `raises` clause asks for.",
        "When it returns, the result is of type int.",
        "When it returns, the result meets its type: the result is at least 0 and at most 100.",
        "When it returns, xs meets its type: for every item in xs, item is at least 0 and at "
        "most 100.",
        "It leaves every argument outside `modifies` as it was, and all of them when it raises.",
        "It comes to an end for all arguments that it may be given.",
    ]
    assert [type_source(one.type) for one in contract.parameters] == [
        "list[int]",
        "list[int] | None",
    ]

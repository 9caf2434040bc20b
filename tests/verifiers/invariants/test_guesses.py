"""Guesses for loops: each case is an intent with its code, and the guesses that must be made.

A case's code block holds the intent, a line `---`, and the Python; its answer lists every guess
for every loop, invariants first, then measures, at most so many each.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.core.flow import loops
from axiom_verifiers.core.program import While
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.invariants import guess, measures, sample_runs

CASES = Path(__file__).parent / "cases"
FILES = sorted(CASES.iterdir())
SHOWN = 60


def contract_in(text: str) -> Contract:
    reading = read(text)
    assert not reading.problems, reading.problems
    return next(iter(reading.contracts.values()))


def guesses(case: str) -> str:
    intent, _, code = case.partition("---\n")
    contract = contract_in(intent)
    program = translate(code, contract)
    assert not program.obstacles, program.obstacles
    runs = sample_runs(program, contract)
    assert runs, "no input meets the requires"
    lines: list[str] = []
    for function in program.functions:
        for loop in loops(function):
            lines.append(f"{function.name} loop {loop.loop}")
            made = guess(program, function, loop, contract, runs)
            lines += [f"  {show_expression(expr)}" for expr in made.invariants[:SHOWN]]
            lines += [f"  ignored: {entry.hint.text}: {entry.reason}" for entry in made.ignored]
            if isinstance(loop, While):
                found = measures(function, loop, contract, runs)
                lines += [f"  decreases {show_expression(expr)}" for expr in found[:4]]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_cases(path: Path, literate: Callable[[Path, str, Callable[[str], str]], None]) -> None:
    assert path.suffix == ".md", "only cases belong here"
    literate(path, "guesses", guesses)

"""Programs written to be misread: as far as they are modelled, CPython in the sandbox agrees.

Each section of traps/*.md holds an intent for the types, inputs, and code. What the front end calls
not modelled says nothing; what it translates must end as the code itself does: the same result or
exception, and the same arguments afterwards.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from axiom_verifiers.core.interpreter import Limits, Stopped, run
from axiom_verifiers.core.show import show_program
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.sandbox.python import PythonSandbox
from tests.verifiers.frontends.test_differential import LIMITS, agree
from tests.verifiers.fuzz.soundness import contract_of, sections, trap_calls

FOLDER = Path(__file__).parent / "traps"
FILES = sorted(path.stem for path in FOLDER.glob("*.md"))
CORE_LIMITS = Limits(steps=5_000)
# The share of a file's programs that are settled by some run; the rest guards what is refused.
SETTLED = 0.25


@pytest.mark.parametrize("name", FILES)
def test_traps(name: str, sandbox: PythonSandbox) -> None:
    path = FOLDER / f"{name}.md"
    wrong: list[str] = []
    count = settled = 0
    for (title, intent, code), calls in zip(sections(path), trap_calls(path), strict=True):
        contract = contract_of(intent)
        program = translate(code, contract)
        count += 1
        if program.obstacles:
            continue
        ends = [run(program, args, limits=CORE_LIMITS).end for args in calls]
        known = [
            (args, end)
            for args, end in zip(calls, ends, strict=True)
            if not isinstance(end, Stopped)
        ]
        settled += bool(known)
        outcomes = sandbox.run(code, contract, [args for args, _ in known], limits=LIMITS)
        wrong += [
            f"{title} {args}\ncore: {end}\nreal: {outcome}\n{show_program(program)}"
            for (args, end), outcome in zip(known, outcomes, strict=True)
            if not agree(contract, end, outcome)
        ]
    assert not wrong, f"{len(wrong)} differ, first:\n{wrong[0]}"
    assert settled >= SETTLED * count, f"only {settled} of {count} are settled"

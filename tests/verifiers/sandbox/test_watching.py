"""Watching runs: what never ends is found out by its state, and nothing else is said to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.outcomes import OutOfFuel, Returned
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.sandbox.python import Limits, PythonSandbox
from axiom_verifiers.sandbox.watched import BranchNotes, Repeat, Step, Steps, read_note

_CASE = re.compile(r"## ([^\n]*)\n```python\n(.*?)\n```\n- (\S+) ([^\n]*)\n", re.DOTALL)
CASES = _CASE.findall((Path(__file__).parent / "repeats.md").read_text())
LITTLE = Limits(fuel=400_000_000)


@pytest.fixture(scope="module")
def contract() -> Contract:
    return read("intent f(n: int) -> int\n  ensures result == n\n").contracts["f"]


@pytest.mark.parametrize(
    ("code", "n", "expected"),
    [pytest.param(code, int(n), expected, id=title) for title, code, n, expected in CASES],
)
def test_what_comes_back(
    sandbox: PythonSandbox, contract: Contract, code: str, n: int, expected: str
) -> None:
    (seen,) = sandbox.watch(Repeat, code, contract, [{"n": n}], limits=LITTLE)
    if expected == "ends":
        (plain,) = sandbox.run(code, contract, [{"n": n}])
        assert isinstance(plain, Returned), "the case is no case"
        assert seen.notes is None
    elif expected == "not seen":
        assert seen.notes is None
    else:
        assert seen.notes is not None
        assert expected == f"{seen.notes.kind} {seen.notes.line}"


def test_the_cases_cover_both() -> None:
    verdicts = [expected for *_, expected in CASES]
    assert verdicts.count("ends") > 10
    assert sum(each[0] in "lc" for each in verdicts) > 10


CODE = """
def f(n):
    \"\"\"A text.\"\"\"
    if n == 123456 or n < -5:
        return 0
    while 0 < n < 8:
        n += 1
    return n
"""


def test_branches_tell_how_near_they_were(sandbox: PythonSandbox, contract: Contract) -> None:
    (seen,) = sandbox.watch(BranchNotes, CODE, contract, [{"n": 5}])
    assert isinstance(seen.outcome, Returned)
    assert seen.outcome.result == 8
    assert seen.notes is not None
    first = seen.notes.branches[0]
    assert (first.came, first.to_true, first.operands) == (2, 123451.0, [(5, 123456)])


def test_steps_tell_what_each_line_did(sandbox: PythonSandbox, contract: Contract) -> None:
    (seen,) = sandbox.watch(Steps, CODE, contract, [{"n": 7}])
    assert seen.notes is not None
    assert seen.notes.first == [
        Step(2, "f", {"n": "7"}, None, "call"),
        Step(4, "f", {}, False, "line"),
        Step(6, "f", {}, True, "line"),
        Step(7, "f", {"n": "8"}, None, "line"),
        Step(6, "f", {}, False, "line"),
        Step(8, "f", {"return": "8"}, None, "line"),
    ]
    assert (seen.notes.last, seen.notes.omitted) == ([], 0)


def test_a_store_that_ended_has_no_notes(sandbox: PythonSandbox, contract: Contract) -> None:
    code = "def f(n):\n    while n:\n        n += 1\n    return n\n"
    found = sandbox.watch(Repeat, code, contract, [{"n": 1}, {"n": 0}], limits=LITTLE)
    assert isinstance(found[0].outcome, OutOfFuel)
    assert [one.notes for one in found] == [None, None]
    assert isinstance(found[1].outcome, Returned)


@pytest.mark.parametrize("node", [None, 3, [], ["loop"], ["loop", "x", "f", 1, {}], [1] * 5, {}])
def test_notes_that_make_no_sense_are_none(node: object) -> None:
    assert read_note(Repeat, node) is None

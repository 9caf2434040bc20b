"""The obligations of a contract and a code: kept as text, and the same after unrelated edits."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import msgspec
import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.hints import type_hint
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.core.flow import loops
from axiom_verifiers.core.program import Program
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.obligations import LoopHints, Obligation, derive

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"

_spec = importlib.util.spec_from_file_location("derivation_cases", HERE / "derivation_cases.py")
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
CASES: dict[str, tuple[str, str]] = _module.CASES


def hints(contract: Contract, program: Program) -> tuple[LoopHints, ...]:
    """The contract's own hints for every loop of its function."""
    found: list[LoopHints] = []
    for function in program.functions:
        typed = [
            (hint.kind, type_hint(hint, contract, dict(function.locals))) for hint in contract.hints
        ]
        usable = [(kind, one) for kind, one in typed if not isinstance(one, tuple)]
        invariants = tuple(one for kind, one in usable if kind == "invariant")
        measures = [one for kind, one in usable if kind == "decreases"]
        found += [
            LoopHints(function.name, loop.loop, invariants, measures[0] if measures else None)
            for loop in loops(function)
        ]
    return tuple(found)


def obligations(intent: str, code: str) -> tuple[Obligation, ...]:
    reading = read(intent)
    assert reading.sound, [placed.problem.message for placed in reading.problems]
    (contract,) = reading.contracts.values()
    program = translate(code, contract)
    return derive(program, contract, hints(contract, program))


def shown(found: tuple[Obligation, ...]) -> str:
    """Each different question once, under the obligations that ask it."""
    questions: dict[str, list[Obligation]] = {}
    for one in found:
        questions.setdefault(one.problem.script().full, []).append(one)
    parts: list[str] = []
    for text, asked in questions.items():
        for one in asked:
            where = "" if one.place is None else f" at {one.place.line}"
            what = f": {one.construct}" if one.construct else ""
            parts.append(f"; {one.id}{where}{what}\n")
        parts.append(f"{text}\n")
    return "".join(parts)


@pytest.mark.parametrize("name", CASES)
def test_golden(name: str) -> None:
    found = shown(obligations(*CASES[name]))
    path = GOLDEN / f"{name}.smt2"
    if os.environ.get("AXIOM_BLESS") == "1":
        path.parent.mkdir(exist_ok=True)
        path.write_text(found)
    assert path.read_text() == found


def test_no_orphans() -> None:
    assert {path.stem for path in GOLDEN.glob("*")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_derived_again(name: str) -> None:
    """Obligations are a function of program, contract and hints, which survive being stored."""
    intent, code = CASES[name]
    (contract,) = read(intent).contracts.values()
    program = translate(code, contract)
    given = hints(contract, program)
    stored = msgspec.json.decode(msgspec.json.encode(given), type=tuple[LoopHints, ...])
    first = [(one.id, one.digest) for one in derive(program, contract, given)]
    assert first == [(one.id, one.digest) for one in derive(program, contract, stored)]
    assert len({name for name, _ in first}) == len(first)


CLAMP, CODE = CASES["clamp"]
EDITS = {
    "comment": (CLAMP, CODE.replace("    if x > hi", "    # Above.\n    if x > hi")),
    "formatting": (CLAMP, CODE.replace("x < lo", "(x  <  lo)")),
    "annotations": (CLAMP, CODE.replace("(x, lo, hi)", "(x: int, lo: int, hi: int) -> int")),
    "docstring": (CLAMP, CODE.replace("hi):\n", 'hi):\n    """Clamp."""\n', 1)),
    "another clause": (CLAMP + "  ensures result >= lo or x > 3\n", CODE),
    "a label": (CLAMP.replace("result == x when", "inside: result == x when"), CODE),
    "prose": (CLAMP.replace("  requires", '  """Words."""\n  requires'), CODE),
    "unused local": (CLAMP, CODE.replace("    return x\n", "    unused = lo + 7\n    return x\n")),
    "another function": (CLAMP, "def other(n):\n    return n\n\n\n" + CODE),
    "renamed local": (
        CLAMP,
        "def clamp(x, lo, hi):\n    if x < lo:\n        return lo\n    if x > hi:\n"
        "        return hi\n    last = x\n    return last\n",
    ),
    "trailing blank lines": (CLAMP, CODE + "\n\n"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_unrelated_edits_change_no_byte(edit: str) -> None:
    def of_clause(intent: str, code: str) -> list[str]:
        return [
            one.problem.script().full
            for one in obligations(intent, code)
            if one.clause == "clamp/in_range"
        ]

    before = of_clause(CLAMP, CODE)
    assert len(before) == 3
    assert of_clause(*EDITS[edit]) == before


def test_renamed_locals_of_loops() -> None:
    """Names of locals are in no question, and a hint may speak of other ones."""
    intent, code = CASES["total"]
    other_intent = intent.replace("invariant s ==", "invariant acc ==")
    renamed = code.replace("s = 0", "acc = 0").replace("s +=", "acc +=")
    renamed = renamed.replace("return s", "return acc")
    assert [o.digest for o in obligations(intent, code)] == [
        o.digest for o in obligations(other_intent, renamed)
    ]


def test_long_chains_stay_small() -> None:
    """Joined branches are shared: thirty of them do not make a thousand million paths."""
    lines = ["def f(a, b):", "    x = a"]
    for number in range(30):
        lines += [f"    if x > {number} + b:", f"        x = x - {number + 1}"]
    lines += ["    return x"]
    found = obligations(
        "intent f(a: int, b: int) -> int\n  ensures result <= a\n", "\n".join(lines) + "\n"
    )
    assert max(len(one.problem.script().text) for one in found) < 12_000


def test_what_is_not_modelled_is_named() -> None:
    found = [one for one in obligations(*CASES["unmodelled"]) if one.kind == "unmodelled"]
    assert found
    assert {one.place.line for one in found if one.place is not None} == {4}
    assert all("ascii" in one.construct for one in found)

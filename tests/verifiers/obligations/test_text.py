"""Texts mean the same to CPython in the sandbox, to the core interpreter and in the logic.

Every expression is run on every text three ways. The logic is the bounded translation, on the
texts that it looks at, and the unbounded one, where that has a value without a solver.
"""

from __future__ import annotations

import pytest

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.outcomes import Outcome, Raised, Returned
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.core.interpreter import Failed, Finished, RunEnd, Stopped, run
from axiom_verifiers.core.program import Program
from axiom_verifiers.frontends.python import translate
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.evaluate import UndeterminedError, evaluate
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.derive import Meaning
from axiom_verifiers.obligations.execute import Machine
from axiom_verifiers.obligations.ranges import Bounded, Ranges, Unbounded
from axiom_verifiers.obligations.values import ListValue, Scalar, Symbolic, TupleValue
from axiom_verifiers.sandbox.python import PythonSandbox

_PREDICATES = (*ch.PREDICATES, "isascii")
_CASES = ch.CASES

BOOLS = [
    *(f"s.{name}()" for name in _PREDICATES),
    *(f"all(c.{name}() for c in s)" for name in ("isdigit", "isalpha", "isspace")),
    "s.startswith(('a', t))", "s.endswith(t, n)", "s.startswith(t, n)", "s.startswith(t, 1, n)",
    "s < t", "t in s", "s == s[::-1]", "s.endswith(('1', '\u0660'))",
]  # fmt: skip
INTS = [
    "s.find(t)", "s.find(t, n)", "s.find(t, 1, n)", "s.rfind(t)", "s.rfind(t, n)", "s.index(t)",
    "s.rindex(t)", "s.rindex(t, n, 3)", "s.index(t, n)", "s.count(t)", "s.count(t, n)",
    "s.count('aa')",
    "int(s)", "int(s[0])", "int(str(n))", "int(s.strip())", "sum(c.isupper() for c in s)", "ord(s)",
    "ord(s[0]) - ord('a')", "len(s.split())", "len(s.split(','))", "len(s.splitlines())",
    "len(s.lower())", "sum(int(c) for c in s if c.isdigit())", "len(list(s))", "len(s.split(t))",
    "len(s[n::2])", "max(ord(c) for c in s)", "sum(int(d) for d in str(abs(n)))",
]  # fmt: skip
TEXTS = [
    *(f"s.{name}()" for name in _CASES), "s.strip()", "s.lstrip()", "s.rstrip()", "s.strip('a ')",
    "s.lstrip('')", "s.rstrip('a1')", "s.strip(None)", "s.split()[0]", "s.split(',')[n]",
    "s.split(None)[-1]", "s.rsplit(',')[-1]", "s.split(t, 1)[-1]", "s.rsplit(t, 1)[0]",
    "s.split(sep=',')[0]", "s.split(',', maxsplit=1)[0]", "s.rsplit()[0]",
    "s.partition(t)[2]", "s.rpartition(t)[0]", "s.partition(t)[0]", "s.rpartition(t)[2]",
    "s.splitlines()[0]", "s.replace(t, '-')", "s.replace('a', t, 1)", "s.replace(t, 'xy', 1)",
    "s.removeprefix(t)", "s.removesuffix(t)", "s.zfill(n)", "s.zfill(5)", "s.ljust(n)",
    "s.rjust(5, '*')", "s.center(n)", "s.center(5, '-')", "s.rjust(3, t)", "s[::2]", "s[1::2]",
    "s[::-1]", "s[n::-1]", "s[:n:-2]", "s[-1:n:-1]", "s[3:0:-1]", "s[n:3:3]", "s[1:][::-1]",
    "s[::0]", "s[-2:]",
    "''.join(reversed(s))", "''.join(c for c in s if c.isalpha())", "''.join(list(s))",
    "''.join([c.upper() for c in s])", "'-'.join(s)", "', '.join(s.split())", "t.join(s)",
    "''.join(c + d for c, d in zip(s, t))", "s * n", "chr(n)", "chr(ord(s[0]) + n)",
    "chr((ord(s) - 97 + n) % 26 + 97)", "f'{n:03d}|{s:>4}|{n:<4}|{s:^5}|{n:^4}'", "f'{n}{s!s}'",
    "f'{n:5}{n:02}{s:s}{n:d}'", "f'{n > 1} {s}'", "str(n).zfill(4)", "f'{s:1}'", "min(s)", "max(s)",
    "min(s, default='z')", "s[0].upper() + s[1:].lower()", "s[n]", "s[-1] + s[0]",
    "f'{s:<3}{s:>3}'",
    "' '.join(w.capitalize() for w in s.split(' '))", "s.strip().lower().replace(' ', '-')",
    "''.join(s[i] for i in range(0, len(s), 2))", "''.join(chr(ord(c) + 1) for c in s if c < 'z')",
]  # fmt: skip
ROWS = [
    {"s": s, "t": t, "n": n}
    for s, t, n in [
        ("", "", 0), ("", "a", 1), ("a", "", 1), ("a", "a", 0), ("aaa", "a", 1), ("aaa", "aa", 1),
        ("abc", "c", 2), ("abc", "", 4), ("abc", "", 3), ("abc", "x", -1), (" a b ", " ", 3),
        ("\t\n", "\t", 2), ("Ab1", "b", -2), ("\u00df", "\u00df", 1), ("\u0130", "i", 1),
        ("\u00b2", "2", 2), ("\u0660", "0", 3), ("a\u2028b", "b", 1), ("\x1c", "\x1c", 1),
        ("1,2", ",", 1),
        (",,a", ",", 2), ("-12", "-", 5), ("+7", "7", 4), ("-", "", 1), ("0012", "00", 6),
        ("12a", "2", 4),
        ("a,b,", ",b", -1), ("Hi Yo", "Y", 9), ("\u00e9\u0131", "\u0131", 2), ("b\nc", "\n", 2),
        ("--1", "--", 3),
        ("aBc", "B", 1114111), ("z", "ab", 1114112), ("ab", "abab", 55), ("A1b", "1", 7),
        ("1_2", "_", 2),
        (" 7", "7", 1), ("\u00e9a", "a", 2), ("\u00df1", "1", 10), ("Aa Bb", " ", 4),
    ]
]  # fmt: skip
CONTRACTS = {
    kind: read(f"intent f(s: str, t: str, n: int) -> {kind}\n").contracts["f"]
    for kind in ("bool", "int", "str")
}
CASES = [
    pytest.param(expression, kind, id=f"{kind}: {expression}")
    for kind, expressions in (("bool", BOOLS), ("int", INTS), ("str", TEXTS))
    for expression in expressions
]


def environment(before: dict[str, Symbolic], row: dict[str, object]) -> dict[terms.Term, object]:
    found: dict[terms.Term, object] = {}
    for name, value in row.items():
        symbol = before[name]
        assert isinstance(symbol, Scalar)
        found[symbol.term] = value
    return found


def value_of(value: Symbolic, env: dict[terms.Term, object]) -> object:
    match value:
        case Scalar(term):
            return evaluate(term, env)
        case ListValue(_, items, _, length):
            array = evaluate(items, env)
            return [array.get(n) for n in range(evaluate(length, env))]
        case TupleValue(parts):
            return tuple(value_of(part, env) for part in parts)
        case other:
            raise AssertionError(other)


def holds(term: terms.Term, env: dict[terms.Term, object]) -> bool | None:
    try:
        return bool(evaluate(term, env))
    except UndeterminedError:
        return None


def by_logic(
    program: Program, contract: Contract, ranges: Ranges, rows: list[dict[str, object]]
) -> list[object]:
    """What the translation gives for each row: a value, an exception's names, or None."""
    meaning = Meaning(contract, ranges)
    machine = Machine(program, contract, ranges)
    machine.run(meaning.before)
    found: list[object] = []
    for row in rows:
        env = environment(meaning.before, row)
        limits = ranges.limits if isinstance(ranges, Bounded) else []
        known = [holds(limit, env) for limit in limits]
        taken = [exit_ for exit_ in machine.exits if holds(exit_.condition, env)]
        if not all(known) or len(taken) != 1 or taken[0].kind == "unmodelled":
            found.append(None)
            continue
        if taken[0].kind == "raise":
            found.append(taken[0].errors)
            continue
        assert taken[0].value is not None
        try:
            found.append((value_of(taken[0].value, env),))
        except UndeterminedError:
            found.append(None)
    return found


def known(result: object) -> bool:
    """Whether it is a value of the contracts' language, and of the solvers' theory."""
    return not isinstance(result, str) or not any(
        ord(c) > 0x2FFFF or 0xD800 <= ord(c) <= 0xDFFF for c in result
    )


def by_interpreter(end: RunEnd) -> object:
    match end:
        case Finished():
            return (end.result,)
        case Failed():
            return (end.error,)
        case Stopped():
            return None
        case other:
            raise AssertionError(other)


def truth(outcome: Outcome) -> tuple[object, bool]:
    match outcome:
        case Returned():
            return (outcome.result,), False
        case Raised():
            return (outcome.error,), True
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize(("expression", "kind"), CASES)
def test_text(expression: str, kind: str, sandbox: PythonSandbox) -> None:
    contract = CONTRACTS[kind]
    code = f"def f(s: str, t: str, n: int) -> {kind}:\n    return {expression}\n"
    program = translate(code, contract)
    assert not program.obstacles, program.obstacles
    outcomes = sandbox.run(code, contract, ROWS)
    bounded = by_logic(program, contract, Bounded(5), ROWS)
    unbounded = by_logic(program, contract, Unbounded(), ROWS)
    compared = 0
    for row, outcome, small, whole in zip(ROWS, outcomes, bounded, unbounded, strict=True):
        if isinstance(outcome, Returned) and not known(outcome.result):
            continue
        said, failed = truth(outcome)
        core = by_interpreter(run(program, tuple(row.values())).end)
        for who, found in (("core", core), ("bounded", small), ("unbounded", whole)):
            if found is None:
                continue
            compared += who == "bounded"
            if failed and who != "core":
                assert said[0] in found, (who, row, said, found)
            else:
                assert found == said, (who, row, said, found)
    # Most rows must be within what is looked at, or the test would show nothing.
    assert compared >= len(ROWS) // 3, (compared, bounded)

"""The evaluator agrees with Python on random expressions: the host's, and the pinned one."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from axiom_verifiers.contracts.contract import Contract, Parameter
from axiom_verifiers.contracts.evaluator import Evaluator, Limits
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.outcomes import Discarded, Raised, Returned
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.contracts.types import (
    INT,
    STR,
    BoolType,
    DictType,
    FloatType,
    IntType,
    ListType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.values import conforms, same
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError
from axiom_verifiers.sandbox.python import PythonSandbox

HEADER = (
    "a: int, b: int, p: bool, x: float, y: float, s: str, t: str, xs: list[int], ws: list[str], "
    "fs: list[float], d: dict[str, int], m: set[int], q: tuple[int, str]"
)
NAMES = ["a", "b", "p", "x", "y", "s", "t", "xs", "ws", "fs", "d", "m", "q"]


class Writer:
    """Writes random expressions of Python that the language has too, by type."""

    def __init__(self, choose: random.Random) -> None:
        self.choose = choose
        self.bound = 0

    def one(self, *options: Callable[[], str]) -> str:
        return self.choose.choice(options)()

    def int(self, depth: int) -> str:
        c = self.choose
        if depth <= 0:
            return c.choice(["a", "b", "0", "1", "2", "3", "7", "10", "(-1)", "(-3)", "len(xs)"])
        i, s = (lambda: self.int(depth - 1)), (lambda: self.str(depth - 1))
        xs = lambda: self.list(depth - 1)  # noqa: E731 - a table of small functions
        return self.one(
            lambda: f"({i()} {c.choice(['+', '-', '*', '//', '%', '&', '|', '^'])} {i()})",
            lambda: f"({i()} ** {c.choice('0123')})",
            lambda: f"({i()} {c.choice(['<<', '>>'])} {c.choice(['0', '1', '3', 'b'])})",
            lambda: f"({c.choice('-+~')}{i()})",
            lambda: f"{c.choice(['abs', 'round'])}({i()})",
            lambda: f"round({i()}, {c.choice(['0', '-1', '1', '-2'])})",
            lambda: f"{c.choice(['min', 'max'])}({i()}, {i()})",
            lambda: f"{c.choice(['min', 'max', 'sum', 'len'])}({xs()})",
            lambda: f"{c.choice(['min', 'max'])}({xs()}, default={i()})",
            lambda: f"sum({self.generator(depth - 1)})",
            lambda: f"sum([{self.generator(depth - 1)}], {i()})",
            lambda: f"{xs()}[{i()}]",
            lambda: f"len({s()})",
            lambda: f"{s()}.{c.choice(['find', 'count'])}({s()})",
            lambda: f"{xs()}.{c.choice(['count', 'index'])}({i()})",
            lambda: f"({i()} if {self.bool(depth - 1)} else {i()})",
            lambda: f"d[{s()}]",
            lambda: f"d.get({s()}, {i()})",
            lambda: f"int({s()})",
            lambda: f"int({self.bool(depth - 1)})",
            lambda: f"int({self.float(depth - 1)})",
            lambda: f"round({self.float(depth - 1)})",
            lambda: f"divmod({i()}, {i()})[{c.choice('01')}]",
            lambda: f"pow({i()}, {c.choice('0123')}, {i()})",
            lambda: "q[0]",
            lambda: f"len({self.set(depth - 1)})",
            lambda: f"sum({self.set(depth - 1)})",
        )

    def bool(self, depth: int) -> str:
        c = self.choose
        if depth <= 0:
            return c.choice(["p", "True", "False", "a < b", "s == t", "(a == 0)"]).join("()")
        i, s, b = (
            (lambda: self.int(depth - 1)),
            (lambda: self.str(depth - 1)),
            (lambda: self.bool(depth - 1)),
        )
        op = c.choice(["<", "<=", ">", ">=", "==", "!="])
        return self.one(
            lambda: f"({i()} {op} {i()})",
            lambda: f"({i()} {op} {i()} {c.choice(['<', '>='])} {i()})",
            lambda: f"({s()} {op} {s()})",
            lambda: f"({self.float(depth - 1)} {op} {self.float(depth - 1)})",
            lambda: f"({self.list(depth - 1)} {op} {self.list(depth - 1)})",
            lambda: f"({self.set(depth - 1)} {op} {self.set(depth - 1)})",
            lambda: f"({b()} {c.choice(['and', 'or'])} {b()})",
            lambda: f"(not {b()})",
            lambda: f"({b()} {c.choice(['&', '|', '^', '==', '<'])} {b()})",
            lambda: f"({i()} {c.choice(['in', 'not in'])} {self.list(depth - 1)})",
            lambda: f"({i()} in range({i()}, {i()}))",
            lambda: f"({i()} in {self.set(depth - 1)})",
            lambda: f"({s()} in {s()})",
            lambda: f"({s()} in d)",
            lambda: f"{s()}.{c.choice(['startswith', 'endswith'])}({s()})",
            lambda: f"{s()}.{c.choice(['isdigit', 'isalpha', 'isspace'])}()",
            lambda: f"{c.choice(['all', 'any'])}({self.conditions(depth - 1)})",
            lambda: f"bool({c.choice([i, s, lambda: self.list(depth - 1)])()})",
            lambda: f"(d == {self.dict(depth - 1)})",
            lambda: f"(d.get({s()}) is None)",
        )

    def str(self, depth: int) -> str:
        c = self.choose
        if depth <= 0:
            return c.choice(["s", "t", "''", "'a'", "'ab'", "' b '", "'12'", "q[1]", "'é'"])
        s = lambda: self.str(depth - 1)  # noqa: E731 - a table of small functions
        i = lambda: self.int(depth - 1)  # noqa: E731 - a table of small functions
        return self.one(
            lambda: f"({s()} + {s()})",
            lambda: f"({s()} * {c.choice(['0', '1', '2', 'b'])})",
            lambda: f"{s()}[{i()}]",
            lambda: f"{s()}[{self.bounds(depth - 1)}]",
            lambda: f"{s()}.{c.choice(['strip', 'lower', 'upper'])}()",
            lambda: f"{s()}.strip({s()})",
            lambda: f"{s()}.replace({s()}, {s()})",
            lambda: f"{s()}.join({self.words(depth - 1)})",
            lambda: f"str({i()})",
            lambda: f"str({self.bool(depth - 1)})",
            lambda: f"str({self.float(depth - 1)})",
            lambda: f"({s()} if {self.bool(depth - 1)} else {s()})",
            lambda: f"{self.words(depth - 1)}[{i()}]",
            lambda: f"{c.choice(['min', 'max'])}({s()}, {s()})",
            lambda: f"''.join(reversed({s()}))",
        )

    def float(self, depth: int) -> str:
        c = self.choose
        if depth <= 0:
            return c.choice(["x", "y", "0.0", "1.5", "0.1", "1e16", "(-0.0)", "(-2.5)"])
        f = lambda: self.float(depth - 1)  # noqa: E731 - a table of small functions
        return self.one(
            lambda: f"({f()} {c.choice(['+', '-', '*', '/', '//', '%'])} {f()})",
            lambda: f"({f()} ** {c.choice(['2.0', '(-1.0)'])})",
            lambda: f"(abs({f()}) ** 0.5)",
            lambda: f"({self.int(depth - 1)} / {self.int(depth - 1)})",
            lambda: f"float({self.int(depth - 1)})",
            lambda: f"float({self.str(depth - 1)})",
            lambda: f"abs({f()})",
            lambda: f"round({f()}, {c.choice(['0', '1', '2', '(-1)'])})",
            lambda: f"sum([{f()}, {f()}, {f()}])",
            lambda: "sum(fs)",
            lambda: f"sum(fs, {f()})",
            lambda: f"{c.choice(['min', 'max'])}({f()}, {f()})",
            lambda: f"fs[{self.int(depth - 1)}]",
            lambda: f"({f()} if {self.bool(depth - 1)} else {f()})",
        )

    def bounds(self, depth: int) -> str:
        i = lambda: self.int(depth)  # noqa: E731 - a table of small functions
        return self.one(
            lambda: f"{i()}:",
            lambda: f":{i()}",
            lambda: f"{i()}:{i()}",
            lambda: f"::{i()}",
            lambda: f"{i()}:{i()}:{self.choose.choice(['2', '(-1)'])}",
        )

    def fresh(self) -> str:
        self.bound += 1
        return f"v{self.bound}"

    def generator(self, depth: int) -> str:
        name = self.fresh()
        where = f" if {name} > {self.int(0)}" if self.choose.random() < 0.4 else ""
        return f"{name} * {self.int(0)} for {name} in {self.domain(depth)}{where}"

    def conditions(self, depth: int) -> str:
        name = self.fresh()
        return f"{name} {self.choose.choice(['<', '>='])} {self.int(0)} for {name} in " + (
            self.domain(depth)
        )

    def domain(self, depth: int) -> str:
        return self.one(
            lambda: self.list(depth),
            lambda: f"range({self.int(0)})",
            lambda: (
                f"range({self.int(0)}, {self.int(0)}, {self.choose.choice(['2', '(-1)', 'a'])})"
            ),
            lambda: "d.values()",
            lambda: f"reversed({self.list(depth)})",
        )

    def list(self, depth: int) -> str:
        c = self.choose
        if depth <= 0:
            return c.choice(["xs", "[1, 2]", "[0]", "[a, b]", "sorted(m)"])
        xs = lambda: self.list(depth - 1)  # noqa: E731 - a table of small functions
        name, other = self.fresh(), self.fresh()
        return self.one(
            lambda: f"({xs()} + {xs()})",
            lambda: f"({xs()} * {c.choice(['0', '1', '2', '(-1)'])})",
            lambda: f"{xs()}[{self.bounds(depth - 1)}]",
            lambda: f"sorted({xs()})",
            lambda: f"sorted({xs()}, reverse={self.bool(depth - 1)})",
            lambda: f"sorted({xs()}, key=abs)",
            lambda: f"list({self.domain(depth - 1)})",
            lambda: f"[{name} + {self.int(0)} for {name} in {self.domain(depth - 1)}]",
            lambda: f"[{name} for {name} in {xs()} if {name} in {xs()}]",
            lambda: f"[{name} * {other} for {name} in {xs()} for {other} in {xs()}]",
            lambda: f"[{name} - {other} for {name}, {other} in enumerate({xs()})]",
            lambda: f"[{name} - {other} for {name}, {other} in zip({xs()}, {xs()})]",
            lambda: f"[{self.int(depth - 1)}, {self.int(depth - 1)}]",
        )

    def words(self, depth: int) -> str:
        s = lambda: self.str(depth - 1)  # noqa: E731 - a table of small functions
        if depth <= 0:
            return "ws"
        name = self.fresh()
        return self.one(
            lambda: f"{s()}.split()",
            lambda: f"{s()}.split({s()})",
            lambda: f"[{s()}, {s()}]",
            lambda: f"sorted({self.words(depth - 1)}, key=len)",
            lambda: f"[{name}.upper() for {name} in {self.words(depth - 1)}]",
            lambda: "list(d.keys())",
            lambda: f"list({s()})",
        )

    def set(self, depth: int) -> str:
        if depth <= 0:
            return self.choose.choice(["m", "{1, 2}", "set(xs)"])
        name = self.fresh()
        op = self.choose.choice(["&", "|", "-", "^"])
        return self.one(
            lambda: f"({self.set(depth - 1)} {op} {self.set(depth - 1)})",
            lambda: f"set({self.domain(depth - 1)})",
            lambda: f"{{{name} % 3 for {name} in {self.list(depth - 1)}}}",
            lambda: f"{{{self.int(depth - 1)}, {self.int(depth - 1)}}}",
        )

    def dict(self, depth: int) -> str:
        name, other = self.fresh(), self.fresh()
        return self.one(
            lambda: "d",
            lambda: f"{{{self.str(0)}: {self.int(depth - 1)}, {self.str(0)}: 1}}",
            lambda: f"{{{name}: {other} + 1 for {name}, {other} in d.items()}}",
            lambda: f"{{{name}: len({name}) for {name} in {self.words(depth - 1)}}}",
        )

    def any(self, depth: int) -> tuple[str, str]:
        """A type of the language and an expression of it."""
        kinds: list[tuple[str, Callable[[int], str]]] = [
            ("int", self.int),
            ("bool", self.bool),
            ("str", self.str),
            ("float", self.float),
            ("list[int]", self.list),
            ("list[str]", self.words),
            ("set[int]", self.set),
            ("dict[str, int]", self.dict),
        ]
        name, make = self.choose.choice(kinds)
        return name, make(depth)


def typed(kind: str, text: str) -> Expr:
    """The checked expression, as the body of a constant's define would be."""
    found = read(f"intent f({HEADER}) -> {kind}\n  ensures result == ({text})\n")
    assert [placed.problem.message for placed in found.problems] == [], text
    condition = found.contracts["f"].ensures[0].condition
    return condition.right  # type: ignore[union-attr] # It is the comparison written above.


def variables(choose: random.Random) -> dict[str, Any]:
    words = ["", "a", "ab", "ba", " x ", "12", "-7", "Éa", "ß", "aXb", "1.5", "٣"]
    small = lambda: choose.choice([0, 1, -1, 2, 3, -5, 10, 10**20])  # noqa: E731
    real = lambda: choose.choice([0.0, -0.0, 0.5, 1.0, 2.5, -3.75, 1e300, 1e-9, 0.1])  # noqa: E731
    return {
        "a": small(),
        "b": choose.choice([0, 1, 2, 3, -1]),
        "p": choose.random() < 0.5,
        "x": real(),
        "y": choose.choice([real(), float("inf"), float("nan")]),
        "s": choose.choice(words),
        "t": choose.choice(words),
        "xs": [choose.choice([0, 1, 2, 3, -4]) for _ in range(choose.randrange(5))],
        "ws": [choose.choice(words) for _ in range(choose.randrange(4))],
        "fs": [real() for _ in range(choose.randrange(5))],
        "d": {choose.choice(words): small() for _ in range(choose.randrange(4))},
        "m": {choose.choice([0, 1, 2, -3]) for _ in range(choose.randrange(4))},
        "q": (small(), choose.choice(words)),
    }


def evaluated(expr: Expr, values: dict[str, Any]) -> tuple[str, Any]:
    """What evaluating gives: a value, the failure of a partial operation, or a limit."""
    try:
        return "value", Evaluator((), Limits(steps=200_000)).evaluate(expr, values)
    except UndefinedError as error:
        return "undefined", error.kind
    except (LimitExceededError, UnevaluableError) as error:
        ill_typed = "not of the type" in error.message  # What is checked never is.
        return ("ill typed" if ill_typed else "limit"), error.message


def by_host(text: str, values: dict[str, Any]) -> tuple[str, Any]:
    try:
        return "value", eval(text, dict(values))
    except (ArithmeticError, ValueError, LookupError) as error:
        return "undefined", type(error).__name__


def agree(kind: Type, ours: tuple[str, Any], theirs: tuple[str, Any], text: str) -> None:
    """Fails where ours is not what Python gives."""
    assert ours[0] == theirs[0], f"{text}: {ours} is not {theirs}"
    if ours[0] == "undefined":
        assert ours[1] == theirs[1], text
        return
    value = theirs[1]
    if isinstance(kind, FloatType) and value.__class__ is int:
        value = float(value)  # The sum of no floats is Python's int 0, of type float here.
    assert conforms(ours[1], kind), f"{text}: {ours[1]!r} is no {kind}"
    if isinstance(kind, FloatType) and "sum" in text:
        # The host may be a Python without compensated sums; the pinned one is asked below.
        assert ours[1] == value or math.isclose(ours[1], value) or math.isnan(value), text
    elif "sum(" not in text or not any(one in text for one in ("x", "y", "fs", ".")):
        assert same(ours[1], value) or ours[1] == value, f"{text}: {ours[1]!r} is not {value!r}"


def no_floats_summed(text: str) -> bool:
    return "sum(fs" not in text and "sum([" not in text


KINDS: dict[str, Type] = {
    "int": INT,
    "bool": BoolType(),
    "str": STR,
    "float": FloatType(),
    "list[int]": ListType(INT),
    "list[str]": ListType(STR),
    "set[int]": SetType(INT),
    "dict[str, int]": DictType(STR, INT),
}


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32), st.integers(0, 4))
@example(0, 0)
def test_the_host_gives_the_same(seed: int, depth: int) -> None:
    choose = random.Random(seed)
    kind, text = Writer(choose).any(depth)
    values = variables(choose)
    if no_floats_summed(text):
        ours = evaluated(typed(kind, text), values)
        if ours[0] != "limit":  # The host has none, and would run on.
            agree(KINDS[kind], ours, by_host(text, values), text)


@pytest.mark.parametrize("seed", range(3))
def test_the_pinned_python_gives_the_same(sandbox: PythonSandbox, seed: int) -> None:
    choose = random.Random(seed)
    written: list[tuple[str, str]] = []
    values: list[dict[str, Any]] = []
    expected: list[tuple[str, Any]] = []
    while len(written) < 500:
        kind, text = Writer(choose).any(choose.randrange(5))
        given_values = variables(choose)
        ours = evaluated(typed(kind, text), given_values)
        # Only the text of the sum of no floats tells that Python gives the int 0 for it.
        shows_empty_sum = "str(" in text and not no_floats_summed(text)
        if ours[0] != "limit" and not shows_empty_sum:
            written.append((kind, text))
            values.append(given_values)
            expected.append(ours)
    cases = ",\n".join(f"    lambda {', '.join(NAMES)}: {text}" for _, text in written)
    code = f"CASES = [\n{cases},\n]\n\n\ndef f(k, {', '.join(NAMES)}):\n    return CASES[k]("
    code += ", ".join(NAMES) + ")\n"
    outcomes = sandbox.run(code, _signature(), [{"k": k, **v} for k, v in enumerate(values)])
    settled = 0
    for (kind, text), ours, outcome in zip(written, expected, outcomes, strict=True):
        match outcome:
            case Returned():
                theirs: tuple[str, Any] = ("value", outcome.result)
            case Raised():
                theirs = ("undefined", outcome.error)
            case _:
                assert isinstance(outcome, Discarded), f"{text}: {outcome}"
                continue
        settled += 1
        if theirs[0] == "value" and not conforms(theirs[1], KINDS[kind]):
            assert kind == "float", f"{text}: {theirs}"
            assert theirs[1] == 0, f"{text}: {theirs}"  # The sum of no floats.
            continue
        assert ours[0] == theirs[0], f"{text}: {ours} is not {theirs}"
        if ours[0] == "undefined":
            assert ours[1] == theirs[1], text
        else:
            assert conforms(ours[1], KINDS[kind]), text
            assert same(ours[1], theirs[1]), f"{text}: {ours[1]!r} is not {theirs[1]!r}"
    assert settled == 500


def _signature() -> Contract:
    found = read(f"intent f(k: int, {HEADER}) -> int\n")
    contract = found.contracts["f"]
    assert isinstance(contract.parameters[-1], Parameter)
    assert isinstance(contract.parameters[0].type, IntType)
    assert isinstance(contract.parameters[-1].type, TupleType)
    return contract

"""Printed expressions mean what the tree means: to the parser, and to the pinned Python."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from axiom_server.synthesis.components import Component, components_for
from axiom_server.synthesis.drafts import Draft, Return, module_text
from axiom_server.synthesis.enumeration import FAILED
from axiom_server.synthesis.meaning import Meaning
from axiom_server.synthesis.tidying import tidy
from axiom_server.synthesis.trees import conditional, constant, negate, size
from axiom_server.synthesis.writing import write
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr, Logical, Variable
from axiom_verifiers.contracts.outcomes import Discarded, Raised, Returned
from axiom_verifiers.contracts.parser import parse_expression
from axiom_verifiers.contracts.values import Value, same
from axiom_verifiers.sandbox.python import PythonSandbox
from tests.server.synthesis.conftest import contracts_in

TEXT = """
intent f(a: int, b: int, p: bool, s: str, xs: list[int]) -> {kind}
  ensures result == result or a * b % 7 == 3
"""
KINDS: dict[str, t.Type] = {
    "int": t.INT,
    "bool": t.BOOL,
    "str": t.STR,
    "list[int]": t.ListType(t.INT),
}
CONTRACTS = {name: contracts_in(TEXT.format(kind=name))["f"] for name in KINDS}
CONTRACT = CONTRACTS["int"]
VARIABLES: list[Expr] = [
    Variable(type=p.type, name=p.name, role="parameter") for p in CONTRACT.parameters
]
LEAVES: list[Expr] = [
    *VARIABLES,
    *(constant(n) for n in (0, 1, -1, 2, 7, -12)),
    *(constant(text) for text in ("", "a", "q\"\\\n'é", " ")),
    constant(value=True),
    constant(value=False),
]
COMPONENTS = components_for(CONTRACT, (), "x")
ARGS: list[tuple[Value, ...]] = [
    (0, 0, False, "", []),
    (3, -2, True, "ab a", [1, 2, 2]),
    (-7, 4, False, "aXa", [5, -1, 0, 5]),
]


@st.composite
def exprs(draw: st.DrawFn, kind: t.Type, depth: int = 3) -> Expr:
    leaves = [leaf for leaf in LEAVES if leaf.type == kind]
    makers = [c for c in COMPONENTS if c.result == kind]
    if depth == 0 and leaves:
        return draw(st.sampled_from(leaves))
    choice = draw(st.integers(0, 9))
    if choice < 2 and leaves:
        return draw(st.sampled_from(leaves))
    if choice == 2:
        condition = draw(exprs(t.BOOL, max(depth - 1, 0)))
        then, otherwise = (draw(exprs(kind, max(depth - 1, 0))) for _ in range(2))
        return conditional(condition, then, otherwise)
    if choice == 3 and kind == t.BOOL:
        op = draw(st.sampled_from(["implies", "iff", "and", "or"]))
        left, right = (draw(exprs(t.BOOL, max(depth - 1, 0))) for _ in range(2))
        return Logical(type=t.BOOL, op=op, left=left, right=right)
    made: Component = draw(st.sampled_from(makers))
    return made.build(*(draw(exprs(arg, max(depth - 1, 0))) for arg in made.args))


@st.composite
def typed(draw: st.DrawFn) -> tuple[str, Expr]:
    name = draw(st.sampled_from(sorted(KINDS)))
    return name, draw(exprs(KINDS[name]))


SETTINGS = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def values_of(expr: Expr) -> list[Value]:
    meaning = Meaning(CONTRACT)
    names = [p.name for p in CONTRACT.parameters]
    return [meaning.value(expr, dict(zip(names, args, strict=True))) for args in ARGS]


@SETTINGS
@given(typed())
def test_the_sandbox_runs_what_the_tree_means(
    sandbox: PythonSandbox, made: tuple[str, Expr]
) -> None:
    name, expr = made
    contract = CONTRACTS[name]
    code = module_text(contract, Draft((Return(expr),), "drawn"))
    for wanted, outcome in zip(values_of(expr), sandbox.run(code, contract, ARGS), strict=True):
        if isinstance(outcome, Discarded):
            continue
        if wanted is FAILED:
            assert isinstance(outcome, Raised), (code, outcome)
        else:
            assert isinstance(outcome, Returned), (code, outcome)
            assert same(outcome.result, wanted), (code, outcome, wanted)


@SETTINGS
@given(typed())
def test_the_parser_reads_every_printed_expression(made: tuple[str, Expr]) -> None:
    text = write(made[1])
    assume("lambda" not in text)  # The language names a define where Python has a lambda.
    _, problems = parse_expression(text)
    assert problems == ()


@SETTINGS
@given(typed())
def test_tidying_keeps_the_meaning(made: tuple[str, Expr]) -> None:
    expr = made[1]
    for before, after in zip(values_of(expr), values_of(tidy(expr)), strict=True):
        # What fails may be tidied away; what has a value keeps it.
        assert before is FAILED or same(before, after), (write(expr), write(tidy(expr)))


@SETTINGS
@given(exprs(t.BOOL))
def test_negation_is_the_opposite(expr: Expr) -> None:
    for before, after in zip(values_of(expr), values_of(negate(expr)), strict=True):
        assert (before is FAILED and after is FAILED) or before is not after


WRITTEN: list[tuple[str, str]] = [
    ("result == (a + b) * a", "(a + b) * a"),
    ("result == a + b * a", "a + b * a"),
    ("result == a - (b - a)", "a - (b - a)"),
    ("result == -(a + b) // (a if p else b)", "-(a + b) // (a if p else b)"),
    ("result == (-a) ** 2", "(-a) ** 2"),
    ("result == (1 if not (p and a < b) else 0)", "1 if not (p and a < b) else 0"),
    ("result == len([x for x in xs if 0 < x <= a])", "len([x for x in xs if 0 < x <= a])"),
    ("result == sum(x for x in xs)", "sum(x for x in xs)"),
    ('result == max(xs, default=0) + s.find("a")', 'max(xs, default=0) + s.find("a")'),
    ("result == (2 if p implies a == b else 3)", "2 if not p or a == b else 3"),
    ("result == (2 if p iff a == b else 3)", "2 if p == (a == b) else 3"),
    ("result == (2 if p or a > b and a > 0 else 3)", "2 if p or (a > b and a > 0) else 3"),
    ("result == (2 if forall x in xs: x > a else 3)", "2 if all(x > a for x in xs) else 3"),
]


def test_expressions_are_written_without_needless_parentheses() -> None:
    found: list[tuple[str, str]] = []
    for clause, _ in WRITTEN:
        text = TEXT.format(kind="int") + f"  ensures {clause}\n"
        condition = contracts_in(text)["f"].ensures[1].condition
        found.append((clause, write(condition.right)))  # pyright: ignore[reportAttributeAccessIssue]
    assert found == WRITTEN


def test_size_counts_every_node(contract_of: Callable[[str], Contract]) -> None:
    contract = contract_of("intent g(a: int) -> int\n  ensures result == max(a, a + 1)\n")
    assert size(contract.ensures[0].condition) == 7

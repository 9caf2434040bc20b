"""The terms that enumeration starts from, and tuples put together from terms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from axiom_server.synthesis.clauses import ingredients
from axiom_server.synthesis.clock import Clock
from axiom_server.synthesis.components import hidden_builtins
from axiom_server.synthesis.enumeration import FAILED, Enumeration, Term
from axiom_server.synthesis.oracle import Oracle
from axiom_server.synthesis.trees import constant, size
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Call, Constant, Expr, MakeTuple, Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.typing_rules import erase

_LONGEST_ITEM = 7


def first_list(contract: Contract) -> Expr:
    """The first parameter that is a list, to name its items by; 0 for none."""
    for parameter in contract.parameters:
        kind = erase(parameter.type)
        if isinstance(kind, t.ListType):
            return Variable(type=kind, name=parameter.name, role="parameter")
    return constant(0)


def seed_terms(oracle: Oracle, places: Sequence[int], *, discount: bool) -> list[Term]:
    """Parameters, constants and parts of the clauses, with their values on the points.

    With `discount` a part of a clause costs less than what it is made of.
    """
    contract, goal = oracle.contract, oracle.goal
    wanted: list[tuple[Expr, int]] = [
        (Variable(type=erase(p.type), name=p.name, role="parameter"), 1)
        for p in contract.parameters
    ]
    wanted += [(constant(number), 1) for number in (0, 1)]
    parts = ingredients(contract, goal)
    wanted += [(part, 1) for part in parts if isinstance(part, Constant)]
    wanted += [(constant(2), 2), (constant(-1), 2), (constant(value=True), 1)]
    if goal.type == t.STR:
        wanted += [(constant(""), 1), (constant(" "), 2)]
    hidden = hidden_builtins(contract)
    for part in parts:
        called = {node.function for node in walk(part) if isinstance(node, Call)}
        if not isinstance(part, Constant) and not called & hidden:
            wanted.append((part, 1 + size(part) // 3 if discount else size(part)))
    seeds: list[Term] = []
    for expr, cost in wanted:
        values = [
            oracle.meaning.value(expr, oracle.scope(oracle.points[place])) for place in places
        ]
        if any(value is not FAILED for value in values):
            seeds.append(Term(expr, cost, values))
    return seeds


def tuple_by_examples(
    oracle: Oracle,
    kind: t.TupleType,
    enumerating: Callable[[Sequence[int]], Enumeration],
    clock: Clock,
) -> Expr | None:
    """A tuple whose items are each what the examples say, and that all clauses allow."""
    expected = {repr(args): value for args, value in oracle.examples()}
    places = [p for p, args in enumerate(oracle.points) if repr(args) in expected]
    results = [expected[repr(oracle.points[place])] for place in places]
    if len(places) < 2 or any(not isinstance(result, tuple) for result in results):
        return None
    enumeration = enumerating(places)
    enumeration.echo = True
    found: list[list[Expr]] = [[] for _ in kind.items]
    while enumeration.cost < _LONGEST_ITEM and not enumeration.spent and not clock.over:
        for term in enumeration.grow():
            for item, wanted in enumerate(kind.items):
                if term.expr.type == wanted and all(
                    value == result[item]
                    for value, result in zip(term.values, results, strict=True)
                ):
                    found[item].append(term.expr)
    for chosen in _by_total(found):
        if clock.over:
            return None
        expr = MakeTuple(type=kind, items=chosen)
        if all(
            oracle.accepts(place, oracle.meaning.value(expr, oracle.scope(args)))
            for place, args in enumerate(oracle.points)
        ):
            return expr
    return None


def _by_total(found: list[list[Expr]]) -> Iterable[tuple[Expr, ...]]:
    """Choices of one expression from each list, in order of the sum of their places."""
    widths = [min(len(each), 25) for each in found]
    if 0 in widths:
        return
    for total in range(sum(widths) - len(widths) + 1):
        for places in _places(total, widths):
            yield tuple(each[place] for each, place in zip(found, places, strict=True))


def _places(total: int, widths: Sequence[int]) -> Iterable[tuple[int, ...]]:
    if len(widths) == 1:
        if total < widths[0]:
            yield (total,)
        return
    for first in range(min(total, widths[0] - 1) + 1):
        for rest in _places(total - first, widths[1:]):
            yield (first, *rest)

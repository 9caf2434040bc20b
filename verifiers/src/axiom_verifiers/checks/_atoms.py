"""The comparisons that a contract makes of an input, and inputs pushed to their edges.

Code goes wrong where a condition changes its answer: at the last day of a month, in a leap year,
where two values are equal. So an input is changed until some comparisons in the contract, those
inside its defines included, are tight, or come out as they seldom do.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import msgspec

from axiom_verifiers.checks._generate import Source
from axiom_verifiers.checks._repair import Repair
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Compare,
    Conditional,
    DefineCall,
    Expr,
    Logical,
    Unary,
)
from axiom_verifiers.contracts.missing import Missed, Scope
from axiom_verifiers.contracts.records import Value
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

_NO_VALUE = (UndefinedError, UnevaluableError, LimitExceededError)
_DEPTH = 4  # defines inside each other
_ITEMS = 3  # of one quantifier
_MOST = 30  # comparisons of one input

Atom = tuple[Compare, Scope]


class Edges:
    """Pushes inputs of one contract to edges; its choices are drawn from the source."""

    def __init__(self, contract: Contract, missed: Missed, repair: Repair, source: Source) -> None:
        self._missed = missed
        self._repair = repair
        self._source = source
        conditions: list[Expr] = [clause.condition for clause in contract.requires]
        conditions += [clause.when for clause in contract.raises]
        for clause in contract.ensures:
            conditions += [clause.condition] if clause.when is None else [clause.when]
            conditions += [clause.condition]
        self._parts: dict[int, tuple[Expr, list[Expr]]] = {}
        self._conditions = list(dict.fromkeys(conditions))

    def push(self, row: dict[str, Value]) -> dict[str, Value]:
        """The input with one comparison made tight, true or false; it may break `requires`."""
        chance = self._source.chance
        if not self._conditions:
            return row
        condition = chance.choice(self._conditions)
        found = list(itertools.islice(self.atoms(condition, Scope(row), 0), _MOST))
        if not found:
            return row
        part, scope = chance.choice(found)
        way = chance.randrange(4)
        if way < 2 and part.op in ("<", "<=", ">", ">="):
            part = msgspec.structs.replace(part, op="==")
        try:
            return self._repair.compare(part, scope, way < 3, row) or row
        except _NO_VALUE:
            return row  # It speaks of the result, which there is none of yet.

    def atoms(self, expr: Expr, scope: Scope, depth: int) -> Iterator[Atom]:
        """The comparisons that decide the condition for these values."""
        try:
            yield from self._atoms(expr, scope, depth)
        except _NO_VALUE:
            return

    def _atoms(self, expr: Expr, scope: Scope, depth: int) -> Iterator[Atom]:
        match expr:
            case Logical():
                yield from self.atoms(expr.left, scope, depth)
                yield from self.atoms(expr.right, scope, depth)
            case Unary(op="not"):
                yield from self.atoms(expr.operand, scope, depth)
            case Conditional():
                yield from self.atoms(expr.condition, scope, depth)
                chosen = bool(self._missed.value(expr.condition, scope))
                yield from self.atoms(expr.then if chosen else expr.otherwise, scope, depth)
            case DefineCall() if depth < _DEPTH:
                inside = self._missed.inside(expr, scope)
                if inside is not None:
                    yield from self.atoms(*inside, depth + 1)
            case _:
                each = self._missed.each(expr, scope)
                if each is not None:
                    for body, at in itertools.islice(each[1], _ITEMS):
                        yield from self.atoms(body, at, depth)
                    return
                if isinstance(expr, Compare):
                    yield expr, scope
                for node in self._inside(expr):
                    yield from self.atoms(node, scope, depth)

    def _inside(self, expr: Expr) -> list[Expr]:
        """Calls of defines and conditionals below an expression; kept with it, by identity."""
        kept = self._parts.get(id(expr))
        if kept is None:
            nodes = itertools.islice(walk(expr), 1, 40)
            found: list[Expr] = [n for n in nodes if isinstance(n, DefineCall | Conditional)]
            kept = (expr, found)
            self._parts[id(expr)] = kept
        return kept[1]

"""Bottom-up enumeration of typed terms, smallest first, one per behaviour on the points.

Observational equivalence as in Albarghouthi, Gulwani and Kincaid, "Recursive program
synthesis" (CAV 2013) and Udupa et al., "TRANSIT" (PLDI 2013): of the terms that agree on all
points only the first, hence smallest, is kept. Nothing here depends on the clock: two runs on
the same points give the same terms in the same order.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, cast

from axiom_server.synthesis.components import Component, kept
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.values import RecordValue, Value


class _Failed:
    """Stands where a term failed on a point (an index outside, a division by zero)."""

    def __repr__(self) -> str:
        return "FAILED"


FAILED = _Failed()
_FAILURES = (ArithmeticError, LookupError, ValueError, TypeError, AttributeError)


def freeze(value: Value) -> Any:
    """A hashable image that tells values of one type apart."""
    match value:
        case bool() | int() | str() | None:
            return value
        case float():
            return repr(value)
        case list():
            return tuple(freeze(item) for item in cast("list[Value]", value))
        case dict():
            return tuple(
                (freeze(k), freeze(v)) for k, v in cast("dict[Value, Value]", value).items()
            )
        case set():
            return frozenset(freeze(item) for item in cast("set[Value]", value))
        case tuple():
            return tuple(freeze(item) for item in cast("tuple[Value, ...]", value))
        case RecordValue():
            return (value.name, *(freeze(v) for v in value.fields.values()))
        case _:
            return value


class Term:
    """An expression with its values on the points; `total` when it failed on none."""

    __slots__ = ("cost", "expr", "frozen", "total", "values")

    def __init__(self, expr: Expr, cost: int, values: list[Value]) -> None:
        self.expr = expr
        self.cost = cost
        self.values = values
        self.total = not any(value is FAILED for value in values)
        self.frozen = tuple(freeze(value) for value in values)


def compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to write `total` as a sum of `parts` positive numbers, in order."""
    if parts == 1:
        if total >= 1:
            yield (total,)
        return
    for first in range(1, total - parts + 2):
        for rest in compositions(total - first, parts - 1):
            yield (first, *rest)


class Enumeration:
    """Grows a bank of terms, cost by cost."""

    def __init__(
        self, seeds: Sequence[Term], components: Sequence[Component], points: int, budget: int
    ) -> None:
        """`budget` is how many combinations may be tried in all."""
        self._components = components
        self._left = budget
        self._points = points
        self._bank: dict[t.Type, dict[int, list[Term]]] = {}
        self._seen: dict[t.Type, set[tuple[Any, ...]]] = {}
        self._seeds = sorted(seeds, key=lambda term: term.cost)
        self.cost = 0
        self.count = 0
        self.tried = 0
        self.echo = False  # True yields also terms that behave like earlier ones, unkept

    @property
    def spent(self) -> bool:
        """Whether the budget is used up."""
        return self._left <= 0

    def restrict(self, budget: int) -> None:
        """Try at most so many combinations more."""
        self._left = min(self._left, budget)

    def grow(self) -> Iterator[Term]:
        """Yield the new terms of the next cost."""
        self.cost += 1
        for seed in self._seeds:
            if seed.cost == self.cost and self._keep(seed):
                yield seed
        for component in self._components:
            yield from self._combined(component)

    def terms(self, kind: t.Type) -> Iterator[Term]:
        """All terms of a type so far, cheapest first."""
        levels = self._bank.get(kind, {})
        for cost in sorted(levels):
            yield from levels[cost]

    def _keep(self, term: Term) -> bool:
        seen = self._seen.setdefault(term.expr.type, set())
        if term.frozen in seen:
            return False
        seen.add(term.frozen)
        levels = self._bank.setdefault(term.expr.type, {})
        levels.setdefault(term.cost, []).append(term)
        self.count += 1
        return True

    def _combined(self, component: Component) -> Iterator[Term]:
        arity = len(component.args)
        if arity == 0:
            if component.cost == self.cost:
                yield from self._made(component, ())
            return
        for costs in compositions(self.cost - component.cost, arity):
            levels = [
                self._bank.get(kind, {}).get(cost, ())
                for kind, cost in zip(component.args, costs, strict=True)
            ]
            if not all(levels):
                continue
            if component.commutative and costs[0] > costs[1]:
                continue
            # A copy, since a component may add to the level that it reads from.
            for chosen in itertools.product(*(tuple(level) for level in levels)):
                self._left -= 1
                self.tried += 1
                if self._left <= 0:
                    return
                yield from self._made(component, chosen)

    def _made(self, component: Component, chosen: tuple[Term, ...]) -> Iterator[Term]:
        values = self._applied(component, chosen)
        if values is None:
            return
        term = Term.__new__(Term)
        term.cost = self.cost
        term.values = values
        term.frozen = tuple(map(freeze, values))
        seen = self._seen.setdefault(component.result, set())
        if not self.echo and term.frozen in seen:
            return
        term.total = FAILED not in values
        term.expr = component.build(*(part.expr for part in chosen))
        if self._keep(term) or self.echo:
            yield term

    def _applied(self, component: Component, chosen: tuple[Term, ...]) -> list[Value] | None:
        """The values on the points; None when it fails on every one."""
        apply = component.apply
        if not chosen:
            return [apply() for _ in range(self._points)]
        if all(part.total for part in chosen):
            try:
                return [kept(apply(*row)) for row in zip(*(p.values for p in chosen), strict=True)]
            except _FAILURES:
                pass
        values: list[Value] = []
        failed = 0
        for row in zip(*(part.values for part in chosen), strict=True):
            try:
                if any(value is FAILED for value in row):
                    raise LookupError
                values.append(kept(apply(*row)))
            except _FAILURES:
                values.append(FAILED)
                failed += 1
        return None if failed == len(values) else values

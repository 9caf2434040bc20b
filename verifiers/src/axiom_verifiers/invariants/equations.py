"""Equations between the ints of a loop, by linear algebra over the recorded states.

Every state gives one point; the equations that all points meet are the null space of the matrix
of their coordinates (Karr, Acta Informatica 1976, for linear ones; Sharma and others, ESOP 2013,
for polynomials). First linear ones; then, over what is left independent, those of degree two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from math import gcd, lcm
from operator import mul

import msgspec

from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.invariants.building import compare, minus, number, plus, times

# Equations with larger coefficients or more parts are accidents of the samples.
_LARGEST = 30
_PARTS = 6
# How many ints are looked at together, and how many of them in products.
_MOST = 12
_PRODUCTS = 6


class Column(msgspec.Struct, frozen=True):
    """An int of each state: `parts` are the factors that it is a product of, none for 1."""

    parts: tuple[Expr, ...]
    values: tuple[int, ...]
    moves: bool


def equations(columns: Sequence[Column]) -> Iterator[Expr]:
    """Equations that hold in all states, each with something that moves in it."""
    one = Column((), (1,) * len(columns[0].values), moves=False) if columns else None
    if one is None:
        return
    # What is constant in all states says nothing about the loop.
    used = [c for c in columns if c.moves or len(set(c.values)) > 1][:_MOST]
    solutions, free = _null_space([*used, one])
    yield from _written(solutions, [*used, one])
    independent = [column for column in used if column in free][:_PRODUCTS]
    products = [
        Column(
            (*a.parts, *b.parts),
            tuple(x * y for x, y in zip(a.values, b.values, strict=True)),
            a.moves or b.moves,
        )
        for a, b in combinations_with_replacement(independent, 2)
    ]
    every = [*products, *independent, one]
    if len(set(zip(*(c.values for c in every), strict=True))) < len(every) + 2:
        return
    solutions, _ = _null_space(every)
    yield from _written(solutions, every)


def _null_space(columns: list[Column]) -> tuple[list[list[int]], list[Column]]:
    """A basis of the equations, and the columns that no equation gives by later ones.

    As many states as there are columns mostly say all that there is to say; where another state
    breaks an equation of theirs, it joins them.
    """
    width = len(columns)
    states = list(dict.fromkeys(zip(*(column.values for column in columns), strict=True)))
    asked = states[:: max(1, len(states) // (width + 2))]
    while True:
        solutions, pivots = _kernel(asked, width)
        against = [
            state
            for state in states
            if any(sum(map(mul, vector, state)) != 0 for vector in solutions)
        ]
        if not against:
            return solutions, [columns[at] for at in pivots]
        asked += against[:: max(1, len(against) // 4)]


def _kernel(points: Sequence[Sequence[int]], width: int) -> tuple[list[list[int]], list[int]]:
    """A basis of the vectors at right angles to all points, and the columns of the pivots, by
    elimination without fractions from the last column to the first: an equation then gives an
    earlier column by later ones.
    """
    rows = [list(point) for point in points]
    pivots: list[int] = []
    for at in range(width - 1, -1, -1):
        rank = len(pivots)
        chosen = next((i for i in range(rank, len(rows)) if rows[i][at] != 0), None)
        if chosen is None:
            continue
        rows[rank], rows[chosen] = rows[chosen], rows[rank]
        pivot = rows[rank]
        lead = pivot[at]
        for i, row in enumerate(rows):
            factor = row[at]
            if i == rank or factor == 0:
                continue
            mixed = [lead * a - factor * b for a, b in zip(row, pivot, strict=True)]
            shared = gcd(*mixed)
            rows[i] = [value // shared for value in mixed] if shared > 1 else mixed
        pivots.append(at)
    found: list[list[int]] = []
    for at in range(width):
        if at in pivots:
            continue
        leads = [rows[i][pivot] for i, pivot in enumerate(pivots)]
        parts = [-rows[i][at] for i in range(len(pivots))]
        scale = lcm(*(lead // gcd(lead, part) for lead, part in zip(leads, parts, strict=True)))
        vector = [0] * width
        vector[at] = scale
        for pivot, lead, part in zip(pivots, leads, parts, strict=True):
            vector[pivot] = part * scale // lead
        found.append(vector)
    return found, pivots


def _written(solutions: list[list[int]], columns: list[Column]) -> Iterator[Expr]:
    for vector in solutions:
        shared = gcd(*vector)
        vector = [value // shared for value in vector]
        used = [(c, column) for c, column in zip(vector, columns, strict=True) if c]
        if len(used) > _PARTS or max(abs(c) for c, _ in used) > _LARGEST:
            continue
        if not any(column.moves for _, column in used):
            continue
        if used[0][0] < 0:
            used = [(-c, column) for c, column in used]
        left = _sum([(c, column) for c, column in used if c > 0])
        right = _sum([(-c, column) for c, column in used if c < 0])
        yield compare(left, "==", right)


def _sum(parts: list[tuple[int, Column]]) -> Expr:
    total: Expr = number(0)
    for coefficient, column in parts:
        product: Expr = number(coefficient)
        for part in column.parts:
            product = times(product, part)
        total = plus(total, product)
    return minus(total, number(0))

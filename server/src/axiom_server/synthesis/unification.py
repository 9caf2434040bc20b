"""Joining terms that are right on some points into a conditional that is right on all.

The divide and conquer of Alur, Radhakrishna and Udupa, "Scaling enumerative program synthesis
via divide and conquer" (TACAS 2017), with decision lists (Rivest 1987) in place of trees: a
list of `if`s is what a person would write.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from axiom_server.synthesis.trees import conditional, negate
from axiom_verifiers.contracts.expressions import Expr

# Points are bits of an int: bit i of a mask stands for point i.


class Cover(msgspec.Struct, frozen=True):
    """A term and the points on which it is right."""

    expr: Expr
    cost: int
    mask: int


class Predicate(msgspec.Struct, frozen=True):
    """A condition, the points on which it holds, and those on which it fails to evaluate."""

    expr: Expr
    cost: int
    mask: int
    failing: int = 0


class _Plan(msgspec.Struct, frozen=True):
    cost: int
    branches: tuple[tuple[Expr, Expr], ...]
    last: Expr


_WIDTH = 4  # alternatives tried at each step
_MOST_PREDICATES = 1500
_MOST_TERMS = 120


def useful_terms(covers: Sequence[Cover]) -> list[Cover]:
    """Cheapest first, without those whose points a cheaper one covers too."""
    found: list[Cover] = []
    for cover in sorted(covers, key=lambda c: c.cost):
        if cover.mask and not any(other.mask | cover.mask == other.mask for other in found):
            found.append(cover)
    return found[:_MOST_TERMS]


def _two_sided(predicates: Sequence[Predicate], everything: int) -> list[Predicate]:
    """Each predicate and its negation, one for each set of points, cheapest first."""
    found: dict[int, Predicate] = {}
    for predicate in sorted(predicates, key=lambda p: p.cost)[:_MOST_PREDICATES]:
        found.setdefault(predicate.mask, predicate)
        opposite = everything & ~predicate.mask & ~predicate.failing
        if opposite not in found:
            found[opposite] = Predicate(
                negate(predicate.expr), predicate.cost + 1, opposite, predicate.failing
            )
    return sorted(found.values(), key=lambda p: p.cost)


def unify(
    covers: Sequence[Cover], predicates: Sequence[Predicate], points: int, depth: int
) -> Expr | None:
    """The cheapest decision list of at most `depth` conditions that is right on all points.

    None when there is none.

    The search keeps a few of the best first branches at each step; it is complete neither in
    length nor in width.
    """
    everything = (1 << points) - 1
    terms = useful_terms(covers)
    united = 0
    for term in terms:
        united |= term.mask
    if united != everything:
        return None
    plan = _search(terms, _two_sided(predicates, everything), everything, depth, {})
    if plan is None:
        return None
    whole = plan.last
    for condition, then in reversed(plan.branches):
        whole = conditional(condition, then, whole)
    return whole


def _search(
    terms: list[Cover],
    predicates: list[Predicate],
    mask: int,
    depth: int,
    known: dict[int, _Plan | None],
) -> _Plan | None:
    if mask in known:
        return known[mask]
    for term in terms:
        if term.mask & mask == mask:
            known[mask] = _Plan(term.cost, (), term.expr)
            return known[mask]
    if depth == 0:
        return None
    best: _Plan | None = None
    for predicate, term, inside in _openings(terms, predicates, mask):
        rest = _search(terms, predicates, mask & ~inside, depth - 1, known)
        if rest is None:
            continue
        cost = rest.cost + predicate.cost + term.cost + 2
        if best is None or cost < best.cost:
            best = _Plan(cost, ((predicate.expr, term.expr), *rest.branches), rest.last)
    known[mask] = best
    return best


def _openings(
    terms: list[Cover], predicates: list[Predicate], mask: int
) -> list[tuple[Predicate, Cover, int]]:
    """The best first branches: those that settle many points with little to read."""
    scored: list[tuple[float, int, Predicate, Cover, int]] = []
    seen: set[int] = set()
    for place, predicate in enumerate(predicates):
        inside = predicate.mask & mask
        if inside in (0, mask) or predicate.failing & mask or inside in seen:
            continue
        seen.add(inside)
        for term in terms:
            if term.mask & inside == inside:
                score = inside.bit_count() / (predicate.cost + term.cost + 2)
                scored.append((-score, place, predicate, term, inside))
                break
    scored.sort(key=lambda entry: entry[:2])
    return [(predicate, term, inside) for _, _, predicate, term, inside in scored[:_WIDTH]]

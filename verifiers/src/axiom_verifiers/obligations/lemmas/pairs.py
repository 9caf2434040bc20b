"""What two sums of a problem, or three, say of one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, permutations

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds, is_bound
from axiom_verifiers.obligations.lemmas import sums
from axiom_verifiers.obligations.lemmas.likelihood import is_likely, likeliest
from axiom_verifiers.obligations.lemmas.shapes import At, added, application

# How many pairs and triples of one problem are told of.
_TRIPLES = 30
_FEW_TRIPLES = 6
_PAIRS = 12
# How many parts are told of what is before them.
_PARTS = 4
# How many pairs are compared at all.
_COMPARED = 24


def additive(folds: Folds, roots: tuple[Term, ...]) -> dict[At, None]:
    """The applications of folds that add, outside of quantifiers."""
    found: dict[At, None] = {}
    for term in terms.postorder(roots):
        fold = folds.of(term)
        if (
            isinstance(fold, Fold)
            and added(fold) is not None
            and not any(is_bound(variable) for variable in term.free)
        ):
            found[application(folds, fold, term)] = None
    return found


def of_pairs(
    folds: Folds, roots: tuple[Term, ...], goals: tuple[Term, ...], told: tuple[Term, ...]
) -> Iterator[Term]:
    """What two applications in `roots`, or three, say of one another; `told` is all that is said
    in the problem.
    """
    found = additive(folds, roots)
    asked = frozenset(terms.postorder(goals))
    yield from _around_parts(folds, told, found, asked)
    shown = 0
    pairs: list[tuple[At, At]] = []
    for (first, one), (second, other) in permutations(enumerate(found), 2):
        if one.fold is other.fold and one.arguments == other.arguments:
            if shown < _PAIRS:
                facts = [*sums.split(one, other), *sums.longer(one, other)]
                shown += bool(facts)
                yield from facts
        elif first < second and (one.value in asked or other.value in asked):
            pairs.append((one, other))
    pairs += _beheaded_pairs(found, asked)
    yield from _alike(pairs)
    wholes: list[Term] = []
    thirds: list[Term] = []
    for one, other in combinations((at for at in found if at.value in asked), 2):
        if (one.low, one.high) != (other.low, other.high) or one.fold is other.fold:
            continue
        wholes += sums.every_one(one, other)
        for both in found:
            if (
                both.fold not in (one.fold, other.fold)
                and (both.low, both.high) == (one.low, one.high)
                and len(thirds) < _TRIPLES
            ):
                thirds += sums.together(one, other, both)
    yield from likeliest(wholes, len(wholes))
    yield from likeliest(thirds, _FEW_TRIPLES)


def _around_parts(
    folds: Folds, told: tuple[Term, ...], found: Iterable[At], asked: frozenset[Term]
) -> Iterator[Term]:
    """Of a sum over a part that is asked about: what is before it, and it, are the sum up to its
    end. Only where something is known of such sums up to any place; and of two parts between which
    one member is left out, with that.
    """
    parts = [at for at in found if at.value in asked and not at.low.is_literal]
    if not parts:
        return
    starts = {
        (at.fold.name, at.arguments, at.low): at
        for term in terms.postorder(told)
        if isinstance(fold := folds.of(term), Fold)
        and any(is_bound(variable) for variable in term.args[-1].free)
        and (at := application(folds, fold, term)).low.is_literal
    }
    for part in parts[:_PARTS]:
        for start in starts.values():
            if start.fold is part.fold and start.arguments == part.arguments:
                yield from sums.split(part.over(start.low, part.low), part)
        for before in found:
            if (
                before.fold is part.fold
                and before.arguments == part.arguments
                and terms.add(before.high, terms.ONE) is part.low
            ):
                rest = part.over(before.high, part.high)
                yield from sums.split(before, rest)
                yield from sums.front(rest)


def _beheaded_pairs(found: Iterable[At], asked: frozenset[Term]) -> list[tuple[At, At]]:
    """What is left of a sum that is asked about without its first member, beside another sum over
    just that range: a loop that goes down has added so much.
    """
    ranges: dict[tuple[Term, Term], list[At]] = {}
    for at in found:
        ranges.setdefault((at.low, at.high), []).append(at)
    return [
        (rest, other)
        for at in found
        if at.value in asked and not at.low.is_literal
        for rest in (at.over(terms.add(at.low, terms.ONE), at.high),)
        for other in ranges.get((rest.low, rest.high), ())
        if other.fold is not rest.fold
    ]


def _alike(pairs: list[tuple[At, At]]) -> list[Term]:
    """What makes two sums equal: first where that is likely, then over one range, then others."""
    pairs.sort(key=lambda pair: (pair[0].low, pair[0].high) != (pair[1].low, pair[1].high))
    ranked: dict[Term, int] = {}
    for number, (one, other) in enumerate(pairs[:_COMPARED]):
        for fact in sums.alike(one, other):
            likely = one.fold is not other.fold and is_likely(fact)
            ranked[fact] = -1 if likely else number
    return sorted(ranked, key=lambda fact: ranked[fact])[:_PAIRS]

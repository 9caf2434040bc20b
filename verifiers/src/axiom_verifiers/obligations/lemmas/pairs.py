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


def of_pairs(folds: Folds, roots: tuple[Term, ...], goals: tuple[Term, ...]) -> Iterator[Term]:
    """What two applications, or three, say of one another."""
    found = additive(folds, roots)
    asked = frozenset(terms.postorder(goals))
    told = 0
    pairs: list[tuple[At, At]] = []
    for (first, one), (second, other) in permutations(enumerate(found), 2):
        if one.fold is other.fold and one.arguments == other.arguments:
            if told < _PAIRS:
                facts = [*sums.split(one, other), *sums.longer(one, other)]
                told += bool(facts)
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

"""Lemmas about folds over what is one thing or another, as an array is after a branch."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.lemmas.shapes import At, added


def cases(at: At) -> Iterator[Term]:
    """Over a range, or an array, that is one or another: over the one, or over the other."""
    if added(at.fold) is None:
        return
    for met, there in either(at):
        yield terms.implies(met, terms.eq(at.value, there.value))


def either(at: At) -> Iterator[tuple[Term, At]]:
    """Where a range, or an array, is one or another: each of both, and when it is that."""
    parts = (*at.arguments, at.low, at.high)
    condition = next((found for part in parts if (found := _choice(part)) is not None), None)
    if condition is None:
        return
    for truth, met in ((terms.TRUE, condition), (terms.FALSE, terms.not_(condition))):
        *arguments, low, high = (_chosen(part, condition, truth) for part in parts)
        yield met, At(at.folds, at.fold, tuple(arguments), low, high)


def _choice(part: Term) -> Term | None:
    """The condition of a choice that an argument is, or a sum that is the argument has."""
    if part.op == "ite":
        return part.args[0]
    if part.op in ("+", "-"):
        return next((found for arg in part.args if (found := _choice(arg)) is not None), None)
    return None


def _chosen(part: Term, condition: Term, truth: Term) -> Term:
    """The argument where the condition has that truth."""
    if part.op == "ite" and part.args[0] is condition:
        return part.args[1 if truth is terms.TRUE else 2]
    if part.op in ("+", "-"):
        return terms.rebuild(part, tuple(_chosen(arg, condition, truth) for arg in part.args))
    return part

"""Constructors of the core theory: Booleans, equality, if-then-else, functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from axiom_verifiers.logic.semantics import APPLIED, fold
from axiom_verifiers.logic.sorts import BOOL, Kind, Sort
from axiom_verifiers.logic.term import REBUILD, Function, Term, literal, make

TRUE = literal(True, BOOL)
FALSE = literal(False, BOOL)

# Nested conjunctions are flattened up to this size: copying longer ones again and again
# would make a chain of n steps cost n².
_FLAT = 64


def boolean(value: bool) -> Term:
    return TRUE if value else FALSE


def expect(term: Term, sort: Sort, what: str) -> None:
    """Raises TypeError when `term` is not of `sort`: a fault of whoever built it."""
    if term.sort is not sort:
        raise TypeError(f"{what} takes {sort}, got {term.sort}")


def not_(term: Term) -> Term:
    expect(term, BOOL, "not")
    if term.is_literal:
        return boolean(not term.payload)
    if term.op == "not":
        return term.args[0]
    return make("not", (term,), BOOL)


def and_(*terms: Term) -> Term:
    return _junction("and", terms, neutral=TRUE, absorbing=FALSE)


def or_(*terms: Term) -> Term:
    return _junction("or", terms, neutral=FALSE, absorbing=TRUE)


def _junction(op: str, terms: Iterable[Term], neutral: Term, absorbing: Term) -> Term:
    kept: dict[Term, None] = {}
    for term in _flat(op, terms):
        expect(term, BOOL, op)
        if term is absorbing or not_(term) in kept:
            return absorbing
        if term is not neutral:
            kept[term] = None
    if not kept:
        return neutral
    if len(kept) == 1:
        return next(iter(kept))
    return make(op, tuple(kept), BOOL)


def _flat(op: str, terms: Iterable[Term]) -> Iterator[Term]:
    for term in terms:
        if term.op == op and len(term.args) <= _FLAT:
            yield from term.args
        else:
            yield term


def implies(left: Term, right: Term) -> Term:
    expect(left, BOOL, "=>")
    expect(right, BOOL, "=>")
    if left is TRUE:
        return right
    if left is FALSE or right is TRUE or left is right:
        return TRUE
    if right is FALSE or right is not_(left):
        return not_(left)
    return make("=>", (left, right), BOOL)


def eq(left: Term, right: Term) -> Term:
    """Equality; of Booleans, equivalence. Floats compare as values: NaN equals itself and the
    zeros differ (`fp.eq` is the other one).
    """
    if left.sort is not right.sort:
        raise TypeError(f"= takes two terms of one sort, got {left.sort} and {right.sort}")
    if left is right:
        return TRUE
    if left.is_literal and right.is_literal:
        return FALSE  # Literals are canonical, so two of them are two values.
    if left.sort is BOOL:
        for this, other in ((left, right), (right, left)):
            if this is TRUE:
                return other
            if this is FALSE:
                return not_(other)
        if left is not_(right):
            return FALSE
    if left.op == right.op == "construct":
        if left.payload != right.payload:
            return FALSE
        return and_(*(eq(a, b) for a, b in zip(left.args, right.args, strict=True)))
    return make("=", (left, right), BOOL)


def iff(left: Term, right: Term) -> Term:
    expect(left, BOOL, "iff")
    return eq(left, right)


def ne(left: Term, right: Term) -> Term:
    return not_(eq(left, right))


def distinct(*terms: Term) -> Term:
    """Pairwise different."""
    if len(terms) < 2:
        return TRUE
    if len(terms) == 2:
        return ne(*terms)
    if len(set(terms)) < len(terms):
        return FALSE
    for term in terms:
        expect(term, terms[0].sort, "distinct")
    if all(term.is_literal for term in terms):
        return TRUE
    return make("distinct", terms, BOOL)


def ite(condition: Term, then: Term, otherwise: Term) -> Term:
    expect(condition, BOOL, "ite")
    expect(otherwise, then.sort, "ite")
    if condition.op == "not":
        condition, then, otherwise = condition.args[0], otherwise, then
    if condition is TRUE or then is otherwise:
        return then
    if condition is FALSE:
        return otherwise
    if then.sort is BOOL:
        if then is TRUE or then is condition:
            return or_(condition, otherwise)
        if then is FALSE:
            return and_(not_(condition), otherwise)
        if otherwise is TRUE:
            return or_(not_(condition), then)
        if otherwise is FALSE or otherwise is condition:
            return and_(condition, then)
    return make("ite", (condition, then, otherwise), then.sort)


def apply(function: Function, *args: Term) -> Term:
    """An application of a declared or defined function; computed where it has a meaning and
    its arguments are literals.
    """
    if len(args) != len(function.parameters):
        raise TypeError(
            f"{function.name} takes {len(function.parameters)} arguments, got {len(args)}"
        )
    for arg, sort in zip(args, function.parameters, strict=True):
        expect(arg, sort, function.name)
    meaning = APPLIED.get(function.name)
    no_literals = function.result.kind is Kind.ARRAY
    if meaning is not None and not no_literals and all(arg.is_literal for arg in args):
        value = meaning(tuple(arg.payload for arg in args))
        if value is not None:
            return literal(value, function.result)
    return make("apply", args, function.result, function)


def plain(op: str, args: tuple[Term, ...], sort: Sort, payload: object = None) -> Term:
    """An interpreted function with no simplification but the folding of literals."""
    if all(arg.is_literal for arg in args) and sort.kind is not Kind.REGEX:
        folded = fold(op, tuple(arg.payload for arg in args), args, sort, payload)
        if folded is not None:
            return literal(folded, sort)
    return make(op, args, sort, payload)


REBUILD.update(
    {
        "not": lambda _, args: not_(*args),
        "and": lambda _, args: and_(*args),
        "or": lambda _, args: or_(*args),
        "=>": lambda _, args: implies(*args),
        "=": lambda _, args: eq(*args),
        "distinct": lambda _, args: distinct(*args),
        "ite": lambda _, args: ite(*args),
        "apply": lambda term, args: apply(term.payload, *args),
    }
)

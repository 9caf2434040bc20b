"""Going through sets and dicts: in an order where it counts, else member by member."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import DictType, SetType, TupleType, Type
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import mappings, totals
from axiom_verifiers.obligations.encode_sequences import ListSequence, Sequence
from axiom_verifiers.obligations.mappings import Keyed
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import (
    DictValue,
    OptionalValue,
    Scalar,
    SetValue,
    Symbolic,
    TupleValue,
    erase,
    key_sort,
    unpack,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Failure, Scope

VIEWS = frozenset({"keys", "values", "items"})


def is_view(expr: ex.Expr) -> bool:
    return (
        isinstance(expr, ex.MethodCall)
        and expr.method in VIEWS
        and isinstance(erase(expr.value.type), DictType)
    )


def keyed(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Keyed | None:
    """What is gone through, when that is a set, a dict, or a dict's keys."""
    if isinstance(expr, ex.MethodCall) and expr.method == "keys" and is_view(expr):
        expr = expr.value
    if isinstance(erase(expr.type), SetType | DictType):
        value = encoder.encode(expr, scope)
        if isinstance(value, OptionalValue):
            encoder.fail("TypeError", terms.not_(value.present), expr.span)
            value = value.value
        if isinstance(value, SetValue | DictValue):
            return value
    return None


# ---------------------------------------------------------------- gone through


def settled(*parts: Term) -> None:
    """In a proof an order is a function of the set alone. That is so for one set at one place of
    the code, not for the many sets of a comprehension: equal ones may have different orders.
    """
    for part in parts:
        for free in part.free:
            if str(free.payload).partition(".")[0] in ("member", "bound", "acc"):
                raise NotModelledError("order of a set inside a comprehension or quantifier")


def sequence(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Sequence | None:
    """What going through a set, a dict or a dict's view yields, in order; None for other types."""
    kind = erase(expr.type)
    if is_view(expr) and isinstance(expr, ex.MethodCall):
        value = encoder.encode(expr.value, scope)
        if not isinstance(value, DictValue):
            raise NotModelledError(f"dict.{expr.method}")
        return _view(value, expr.method)
    if not isinstance(kind, SetType | DictType):
        return None
    value = keyed(encoder, expr, scope)
    if isinstance(value, DictValue):
        return _view(value, "keys")
    if isinstance(value, SetValue):
        return members(encoder, value)
    raise NotModelledError("going through a value that is not modelled")


def members(encoder: Encoder, value: SetValue) -> Sequence:
    """A set's members in the order in which this place goes through them, of which nothing is
    known.
    """
    order, high, where = value.order, value.length, None
    if not isinstance(encoder.ranges, Bounded):
        settled(value.has)
        order = totals.enumeration(encoder.ranges.folds, value.has)
        high = mappings.size(value, encoder.ranges)
        where = _where(value, value.item, totals.place_in(encoder.ranges.folds, order))
    return ListSequence(
        value.item, terms.ZERO, high, lambda at: unpack(terms.select(order, at), value.item), where
    )


def _where(value: Keyed, kind: Type, place: Term) -> Callable[[Symbolic], tuple[Term, Term] | None]:
    """That something is one of the members or keys, and its position among them; None for what
    is of another type, which may still be equal to one.
    """

    def where(wanted: Symbolic) -> tuple[Term, Term] | None:
        if not isinstance(wanted, Scalar) or wanted.term.sort is not key_sort(kind):
            return None
        key = wanted.term
        return mappings.has(value, key), terms.select(place, key)

    return where


def _view(value: DictValue, method: str) -> Sequence:
    def key(at: Term) -> Symbolic:
        return unpack(terms.select(value.order, at), value.key)

    def held(at: Term) -> Symbolic:
        return unpack(terms.select(value.values, terms.select(value.order, at)), value.value)

    match method:
        case "values":
            return ListSequence(value.value, terms.ZERO, value.length, held)
        case "items":
            pair = TupleType((value.key, value.value))
            return ListSequence(
                pair, terms.ZERO, value.length, lambda at: TupleValue((key(at), held(at)))
            )
        case _:
            where = _where(value, value.key, value.place)
            return ListSequence(value.key, terms.ZERO, value.length, key, where)


def unordered(
    encoder: Encoder, expr: ex.Expr, scope: Scope
) -> tuple[Keyed, Callable[[Term], Symbolic]] | None:
    """A set, a dict or a view of one as its members and what each of them yields, where only
    the members count and not their order; None for what else is gone through, and in a bounded
    search, where all are written out.
    """
    if isinstance(encoder.ranges, Bounded):
        return None
    if is_view(expr) and isinstance(expr, ex.MethodCall):
        value = encoder.encode(expr.value, scope)
        if not isinstance(value, DictValue):
            raise NotModelledError(f"dict.{expr.method}")

        def pair(key: Term) -> Symbolic:
            held = unpack(terms.select(value.values, key), value.value)
            own = unpack(key, value.key)
            match expr.method:
                case "values":
                    return held
                case "items":
                    return TupleValue((own, held))
                case _:
                    return own

        return value, pair
    value = keyed(encoder, expr, scope)
    if value is None:
        return None
    kind = value.item if isinstance(value, SetValue) else value.key
    return value, lambda key: unpack(key, kind)


def surely(value: Keyed, key: Term, failures: list[Failure]) -> list[tuple[Failure, Term]]:
    """The failures that are left when the key is known to be one of the value's."""
    known = mappings.has(value, key)
    done: dict[Term, Term] = {known: terms.TRUE}
    left = [(failure, _replaced(failure.condition, known, done)) for failure in failures]
    return [(failure, condition) for failure, condition in left if condition is not terms.FALSE]


def _replaced(term: Term, known: Term, done: dict[Term, Term]) -> Term:
    """The term where `known` is replaced; `done` begins with what it is replaced by."""
    if term not in done:
        if not term.args or known.free.isdisjoint(term.free):
            return term
        parts = tuple(_replaced(part, known, done) for part in term.args)
        done[term] = terms.rebuild(term, parts)
    return done[term]


def everywhere(
    encoder: Encoder,
    kind: str,
    through: tuple[Keyed, Callable[[Term], Symbolic]],
    body: Callable[[Symbolic], Term],
) -> Term | None:
    """`forall` or `exists` over the members; None where the body may fail, for then the order
    counts.
    """
    value, item = through
    failed = False

    def one(key: Term) -> Term:
        nonlocal failed
        with encoder.capturing() as failures:
            holds = body(item(key))
        failed = failed or bool(surely(value, key, failures))
        return holds if kind == "forall" else terms.not_(holds)

    whole = mappings.each(value, encoder.ranges, one)
    if failed:
        return None
    return whole if kind == "forall" else terms.not_(whole)


def summed(
    encoder: Encoder,
    through: tuple[Keyed, Callable[[Term], Symbolic]],
    element: Callable[[Symbolic], Term],
) -> Term | None:
    """The sum over the members; None where an element may fail."""
    value, item = through
    failed = False
    assert not isinstance(encoder.ranges, Bounded)

    def one(key: Term) -> Term:
        nonlocal failed
        with encoder.capturing() as failures:
            term = element(item(key))
        failed = failed or bool(surely(value, key, failures))
        return term

    total = totals.total(encoder.ranges.folds, value.has, one)
    return None if failed else total

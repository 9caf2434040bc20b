"""Calls of builtin functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import (
    DictType,
    FloatType,
    ListType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import (
    encode_floats,
    encode_mappings,
    encode_members,
    encode_numbers,
    encode_order,
    encode_text,
    mappings,
)
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations.encode_order import filters, is_lazy
from axiom_verifiers.obligations.values import (
    ONE,
    ZERO,
    DictValue,
    ListValue,
    Nothing,
    OptionalValue,
    Scalar,
    SetValue,
    Symbolic,
    TupleValue,
    erase,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


def call(encoder: Encoder, expr: ex.Call, scope: Scope) -> Symbolic:
    keywords = dict(expr.keywords)
    of_keyed = encode_mappings.call(encoder, expr, scope)
    if of_keyed is not None:
        return of_keyed
    match expr.function, expr.args:
        case "len", (only,):
            return Scalar(_length(encoder, only, scope))
        case "sum", (items,) if not keywords and isinstance(item_type(items), FloatType):
            whole = encoder.encode(items, scope)
            if isinstance(whole, ListValue):
                return Scalar(encode_floats.total(whole))
            raise NotModelledError("sum of floats of other than a list")
        case "sum", (items, *start) if not keywords.keys() - {"start"}:
            given = (*start, *keywords.values())
            if not given:
                return Scalar(_sum(encoder, items, scope))
            if is_lazy(encoder, items, scope):
                first = encoder.integer(given[0], scope)
                return Scalar(terms.add(first, _sum(encoder, items, scope)))
            total = _sum(encoder, items, scope)
            return Scalar(terms.add(encoder.integer(given[0], scope), total))
        case "min" | "max", (_,) if not keywords.keys() - {"default", "key"}:
            return encode_order.extreme(encoder, expr, scope)
        case "min" | "max", _ if not keywords.keys() - {"key"}:
            return encode_order.best_of(encoder, expr, scope)
        case "sorted", (_,) if not keywords.keys() - {"key", "reverse"}:
            return encode_order.in_order(encoder, expr, scope)
        case "any" | "all", (only,):
            return Scalar(_quantified(encoder, expr.function, only, scope))
        case "abs", (only,):
            value = encoder.encode(only, scope)
            if isinstance(value, Scalar) and encode_floats.is_float(value.term):
                return Scalar(encode_floats.absolute(value.term))
            return Scalar(terms.absolute(encode_numbers.number(encoder, value, only)))
        case "divmod", (left, right):
            a, b = _int(encoder, left, scope), _int(encoder, right, scope)
            encoder.fail("ZeroDivisionError", terms.eq(b, ZERO), expr.span)
            return TupleValue((Scalar(terms.floor_div(a, b)), Scalar(terms.floor_mod(a, b))))
        case "pow", (base, exponent) if not keywords:
            a, b = _int(encoder, base, scope), _int(encoder, exponent, scope)
            return Scalar(encode_numbers.power(encoder, expr, a, b))
        case "pow", (base, exponent, modulus) if not keywords:
            a, b = _int(encoder, base, scope), _int(encoder, exponent, scope)
            m = _int(encoder, modulus, scope)
            encoder.fail("ValueError", terms.eq(m, ZERO), expr.span)
            return Scalar(terms.floor_mod(encode_numbers.power(encoder, expr, a, b), m))
        case "int" | "round", (only,):
            value = encoder.encode(only, scope)
            if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
                return Scalar(encode_text.number(encoder, value.term, expr))
            if isinstance(value, Scalar) and encode_floats.is_float(value.term):
                mode = "RTZ" if expr.function == "int" else "RNE"
                return Scalar(encode_floats.to_int(encoder, value.term, mode, expr.span))
            return Scalar(encode_numbers.number(encoder, value, expr))
        case "round", (only, digits) if isinstance(erase(only.type), FloatType):
            value = encoder.encode(only, scope)
            places = encoder.integer(digits, scope)
            if isinstance(value, Scalar) and encode_floats.is_float(value.term):
                return Scalar(encode_floats.rounded(value.term, places))
            raise NotModelledError("round of an optional")
        case "float", (only,) if not isinstance(erase(only.type), StrType):
            value = encoder.encode(only, scope)
            if isinstance(value, Scalar) and encode_floats.is_float(value.term):
                return value
            number = encode_numbers.number(encoder, value, only)
            return Scalar(encode_floats.of_int(encoder, number, expr.span))
        case "bool", (only,):
            return Scalar(_truth(encoder.encode(only, scope)))
        case "str", (only,):
            return Scalar(_text(encoder.encode(only, scope)))
        case "list", ():
            kind = erase(expr.type)
            if isinstance(kind, ListType):
                return seq.empty_list(kind.item)
            raise NotModelledError("list of an unknown type")
        case "list" | "range" | "reversed" | "enumerate" | "zip", _:
            if expr.function == "list" and len(expr.args) == 1:
                value = erase(expr.args[0].type)
                if isinstance(value, ListType) and not isinstance(
                    expr.args[0], ex.Call | ex.Comprehension
                ):
                    return encoder.encode(expr.args[0], scope)
            return seq.materialize(encoder, seq.sequence(encoder, expr, scope))
        case "permutation", (left, right):
            return Scalar(encode_order.permutation(encoder, left, right, scope))
        case "ord", (only,):
            value = encoder.encode(only, scope)
            if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
                single = terms.eq(terms.length(value.term), ONE)
                encoder.fail("TypeError", terms.not_(single), expr.span)
                return Scalar(terms.to_code(value.term))
            raise NotModelledError("ord")
        case "centred", (only, width):
            value, size = encoder.encode(only, scope), _int(encoder, width, scope)
            if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
                mark = terms.string(" ")
                return Scalar(encode_text.padded(encoder, "centred", value.term, size, mark))
            raise NotModelledError("format")
        case "chr", (only,):
            return Scalar(encode_text.character(encoder, _int(encoder, only, scope), expr))
        case _:
            named = f" with {', '.join(keywords)}" if keywords else ""
            raise NotModelledError(f"{expr.function}{named}")


def _int(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Term:
    return encode_numbers.number(encoder, encoder.encode(expr, scope), expr)


def _length(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Term:
    match expr:
        case ex.Comprehension(kind="list", generators=generators) if filters(expr) and (
            encoder.ranges.bounded or len(generators) == 1
        ):
            # The same fold as `sum(1 for …)`, so that both are one number.
            def one(inner: Scope) -> Term:
                encoder.encode(expr.element, inner)
                return ONE

            number = _over_members(encoder, expr.generators, scope, one)
            if number is not None:
                return number

            def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
                encoder.encode(expr.element, inner)
                return (terms.add(state[0], ONE),)

            return seq.run(encoder, expr.generators, scope, "sum", (ZERO,), step)[0]
        case ex.Call(function="range" | "list" | "reversed" | "zip" | "enumerate") if expr.args:
            return seq.sequence(encoder, expr, scope).length
        case _:
            pass
    value = encoder.encode(expr, scope)
    if isinstance(value, OptionalValue):
        encoder.fail("TypeError", terms.not_(value.present), expr.span)
        value = value.value
    match value:
        case ListValue():
            return value.length
        case SetValue() | DictValue():
            return mappings.size(value, encoder.ranges)
        case TupleValue(items):
            return terms.integer(len(items))
        case Scalar(term) if term.sort is sorts.STRING:
            return terms.length(term)
        case _:
            raise NotModelledError("len of a type that is not modelled")


def generators_of(expr: ex.Expr, kind: Type) -> tuple[tuple[ex.Generator, ...], ex.Expr]:
    """A comprehension's own generators, or one that goes through the collection."""
    if isinstance(expr, ex.Comprehension) and expr.kind in ("list", "generator"):
        return expr.generators, expr.element
    name = "#each"
    item = ex.Variable(type=kind, name=name, role="bound")
    return (ex.Generator(ex.Target(name, kind), expr, ()),), item


def item_type(expr: ex.Expr) -> Type:
    """The type of what going through a collection yields."""
    kind = erase(expr.type)
    match kind:
        case ListType(item) | SetType(item) | DictType(item, _):
            return item
        case _:
            return kind.items[0] if isinstance(kind, TupleType) and kind.items else kind


def _sum(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Term:
    generators, element = generators_of(expr, item_type(expr))

    def number(inner: Scope) -> Term:
        return encode_numbers.number(encoder, encoder.encode(element, inner), element)

    total = _over_members(encoder, generators, scope, number)
    if total is not None:
        return total

    if len(generators) > 1 and not encoder.ranges.bounded:
        return _sum_of_sums(encoder, generators, element, scope)

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        return (encode_order.added(state[0], number(inner)),)

    return seq.run(encoder, generators, scope, "sum", (ZERO,), step)[0]


def _sum_of_sums(
    encoder: Encoder, generators: tuple[ex.Generator, ...], element: ex.Expr, scope: Scope
) -> Term:
    """The sum of what the inner generators add up to, for each member of the first."""
    first, *rest = generators
    inside = ex.Comprehension(
        type=ListType(element.type),
        kind="generator",
        element=element,
        value=None,
        generators=tuple(rest),
    )

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        return (encode_order.added(state[0], _sum(encoder, inside, inner)),)

    return seq.run(encoder, (first,), scope, "sum", (ZERO,), step)[0]


def _over_members(
    encoder: Encoder,
    generators: tuple[ex.Generator, ...],
    scope: Scope,
    number: Callable[[Scope], Term],
) -> Term | None:
    """A sum over one set, dict or view of a dict, whose order does not count."""
    if len(generators) != 1:
        return None
    (only,) = generators
    through = encode_members.unordered(encoder, only.iterable, scope)
    if through is None:
        return None

    def element(item: Symbolic) -> Term:
        inner = scope.binding(seq.bind(only.target, item))
        passed = terms.TRUE
        for condition in only.conditions:
            with encoder.guarded(passed):
                passed = terms.and_(passed, encoder.truth(condition, inner))
        with encoder.guarded(passed):
            return terms.ite(passed, number(inner), ZERO)

    return encode_members.summed(encoder, through, element)


def _quantified(encoder: Encoder, kind: str, expr: ex.Expr, scope: Scope) -> Term:
    if isinstance(expr, ex.Comprehension) and expr.kind == "list":
        # A list is made whole, with all its failures, before any of it is looked at.
        made = seq.of_value(encoder.encode(expr, scope), expr.type)
        over_all = encoder.ranges.forall if kind == "all" else encoder.ranges.exists
        return over_all(made.low, made.high, lambda at: boolean_of(made.at(at)))
    generators, element = generators_of(expr, item_type(expr))

    def over(generators: tuple[ex.Generator, ...], scope: Scope) -> Term:
        if not generators:
            return encoder.truth(element, scope)
        first = generators[0]

        def holds(item: Symbolic) -> Term:
            inner = scope.binding(seq.bind(first.target, item))
            passed = terms.TRUE
            for condition in first.conditions:
                with encoder.guarded(passed):
                    passed = terms.and_(passed, encoder.truth(condition, inner))
            with encoder.guarded(passed):
                rest = over(generators[1:], inner)
            return terms.implies(passed, rest) if kind == "all" else terms.and_(passed, rest)

        word = "forall" if kind == "all" else "exists"
        through = encode_members.unordered(encoder, first.iterable, scope)
        if through is not None:
            whole = encode_members.everywhere(encoder, word, through, holds)
            if whole is not None:
                return whole
        items = seq.sequence(encoder, first.iterable, scope)
        return encoder.each(word, items.low, items.high, lambda at: holds(items.at(at)), expr.span)

    return over(generators, scope)


def boolean_of(value: Symbolic) -> Term:
    """The term of a bool."""
    if isinstance(value, Scalar) and value.term.sort is sorts.BOOL:
        return value.term
    raise NotModelledError("any or all of other than bools")


def _truth(value: Symbolic) -> Term:
    match value:
        case Scalar(term) if term.sort is sorts.BOOL:
            return term
        case Scalar(term) if term.sort is sorts.INT:
            return terms.ne(term, ZERO)
        case Scalar(term) if encode_floats.is_float(term):
            return terms.not_(terms.fp("fp.isZero", term))
        case Scalar(term):
            return terms.ne(term, terms.EMPTY)
        case ListValue() | DictValue():
            return terms.lt(ZERO, value.length)
        case TupleValue(items):
            return terms.boolean(bool(items))
        case Nothing():
            return terms.FALSE
        case OptionalValue():
            return terms.and_(value.present, _truth(value.value))
        case _:
            raise NotModelledError("truth of a type that is not modelled")


def _text(value: Symbolic) -> Term:
    match value:
        case Scalar(term) if term.sort is sorts.STRING:
            return term
        case Scalar(term) if term.sort is sorts.INT:
            digits = terms.from_number(terms.absolute(term))
            return terms.ite(terms.lt(term, ZERO), terms.concat(terms.string("-"), digits), digits)
        case Scalar(term):
            return terms.ite(term, terms.string("True"), terms.string("False"))
        case _:
            raise NotModelledError("str of other than int, bool or str")

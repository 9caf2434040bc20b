"""Methods of str and list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import ListType, StrType, TupleType
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import encode_order
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations.encode_comparisons import equal, first_place
from axiom_verifiers.obligations.values import Scalar, Symbolic, TupleValue, erase

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


def method(encoder: Encoder, expr: ex.MethodCall, scope: Scope) -> Symbolic:
    match erase(expr.value.type):
        case StrType():
            value = encoder.encode(expr.value, scope)
            if isinstance(value, Scalar):
                return Scalar(_of_text(encoder, expr, value.term, scope))
        case ListType() | TupleType():
            return Scalar(_of_list(encoder, expr, scope))
        case _:
            pass
    raise NotModelledError(f"method {expr.method}")


def _string(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Term:
    value = encoder.encode(expr, scope)
    if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
        return value.term
    raise NotModelledError("argument that is no str")


def _of_text(encoder: Encoder, expr: ex.MethodCall, text: Term, scope: Scope) -> Term:
    match expr.method, expr.args:
        case "startswith" | "endswith", (only,):
            check = terms.starts_with if expr.method == "startswith" else terms.ends_with
            value = encoder.encode(only, scope)
            if isinstance(value, TupleValue):
                each = [item.term for item in value.items if isinstance(item, Scalar)]
                if len(each) == len(value.items):
                    return terms.or_(*(check(text, part) for part in each))
            if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
                return check(text, value.term)
            raise NotModelledError(f"{expr.method} of other than str")
        case "find", (only,):
            return terms.index_of(text, _string(encoder, only, scope))
        case "index", (only,):
            part = _string(encoder, only, scope)
            encoder.fail("ValueError", terms.not_(terms.contains(text, part)), expr.span)
            return terms.index_of(text, part)
        case "replace", (old, new):
            part, other = _string(encoder, old, scope), _string(encoder, new, scope)
            # Python puts `new` around every character when `old` is empty; SMT-LIB does not.
            if not part.is_literal or not part.payload:
                raise NotModelledError("replace of a text that may be empty")
            return terms.replace_all(text, part, other)
        case "count", (only,):
            part = _string(encoder, only, scope)
            if part.is_literal and len(part.payload) == 1:
                return encode_order.count(encoder, seq.of_text(text), Scalar(part))
            raise NotModelledError("count of other than one character")
        case "join", (only,):
            return _join(encoder, text, only, scope)
        case "removeprefix", (only,):
            part = _string(encoder, only, scope)
            rest = terms.substring(text, terms.length(part), terms.length(text))
            return terms.ite(terms.starts_with(text, part), rest, text)
        case "removesuffix", (only,):
            part = _string(encoder, only, scope)
            size = terms.sub(terms.length(text), terms.length(part))
            rest = terms.substring(text, terms.ZERO, size)
            return terms.ite(terms.ends_with(text, part), rest, text)
        case name, _:
            raise NotModelledError(f"str.{name}")


def _join(encoder: Encoder, text: Term, items: ex.Expr, scope: Scope) -> Term:
    through = seq.sequence(encoder, items, scope)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        value = through.at(at)
        if not isinstance(value, Scalar) or value.term.sort is not sorts.STRING:
            raise NotModelledError("join of other than str")
        separator = terms.ite(terms.eq(at, through.low), terms.EMPTY, text)
        return (terms.concat(state[0], separator, value.term),)

    return encoder.fold("join", (terms.EMPTY,), through.low, through.high, step)[0]


def _of_list(encoder: Encoder, expr: ex.MethodCall, scope: Scope) -> Term:
    match expr.method, expr.args:
        case "count", (only,):
            items = seq.sequence(encoder, expr.value, scope)
            return encode_order.count(encoder, items, encoder.encode(only, scope))
        case "index", (only,):
            items = seq.sequence(encoder, expr.value, scope)
            wanted = encoder.encode(only, scope)
            there = encoder.ranges.exists(
                items.low, items.high, lambda at: equal(encoder, items.at(at), wanted)
            )
            encoder.fail("ValueError", terms.not_(there), expr.span)
            return first_place(
                encoder, items.low, items.high, lambda at: equal(encoder, items.at(at), wanted)
            )
        case name, _:
            raise NotModelledError(f"list.{name}")

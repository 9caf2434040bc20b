"""Methods of str and list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import DictType, ListType, StrType, TupleType
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import bounded_text, encode_mappings, encode_order, encode_pieces
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations.encode_comparisons import equal, first_place
from axiom_verifiers.obligations.values import (
    ONE,
    ZERO,
    Scalar,
    Symbolic,
    TupleValue,
    erase,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope

_MINUS_ONE = terms.integer(-1)


def method(encoder: Encoder, expr: ex.MethodCall, scope: Scope) -> Symbolic:
    match erase(expr.value.type):
        case StrType():
            value = encoder.encode(expr.value, scope)
            if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
                made = _of_text(encoder, expr, value.term, scope)
                return Scalar(made) if isinstance(made, Term) else made
        case ListType() | TupleType():
            return Scalar(_of_list(encoder, expr, scope))
        case DictType():
            return encode_mappings.method(encoder, expr, scope)
        case _:
            pass
    raise NotModelledError(f"method {expr.method}")


def text_of(encoder: Encoder, expr: ex.Expr, scope: Scope) -> Term:
    """The term of an argument that is a str."""
    value = encoder.encode(expr, scope)
    if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
        return value.term
    raise NotModelledError("argument that is no str")


def _of_text(encoder: Encoder, expr: ex.MethodCall, text: Term, scope: Scope) -> Term | Symbolic:
    match expr.method, expr.args:
        case name, () if name in ch.PREDICATES:
            return predicate(encoder, name, text)
        case "isascii", ():
            return terms.in_regex(text, terms.re_star(ch.ASCII))
        case name, () if name in ch.CASES:
            return cased(encoder, name, text)
        case "strip" | "lstrip" | "rstrip", (*marks,) if len(marks) <= 1:
            return stripped(encoder, expr.method, text, _marks(encoder, marks, scope))
        case "startswith" | "endswith", (only, *bounds):
            return _edge(encoder, expr, text, only, bounds, scope)
        case "find" | "index" | "rfind" | "rindex", (only, *bounds):
            return _place(encoder, expr, text, only, bounds, scope)
        case "replace", (old, new, *limit):
            part, other = text_of(encoder, old, scope), text_of(encoder, new, scope)
            times = encoder.integer(limit[0], scope) if limit else _MINUS_ONE
            return replaced(encoder, text, part, other, times)
        case "count", (only, *bounds):
            part = text_of(encoder, only, scope)
            if bounds:
                text, _, beyond = _between(encoder, text, bounds, scope)
                return terms.ite(beyond, ZERO, counted(encoder, text, part))
            if part.is_literal and len(part.payload) == 1:
                return encode_order.count(
                    encoder, seq.sequence(encoder, expr.value, scope), Scalar(part)
                )
            return counted(encoder, text, part)
        case "removeprefix", (only,):
            part = text_of(encoder, only, scope)
            rest = terms.substring(text, terms.length(part), terms.length(text))
            return terms.ite(terms.starts_with(text, part), rest, text)
        case "removesuffix", (only,):
            part = text_of(encoder, only, scope)
            size = terms.sub(terms.length(text), terms.length(part))
            rest = terms.substring(text, terms.ZERO, size)
            return terms.ite(terms.ends_with(text, part), rest, text)
        case "zfill", (width,):
            return _zero_filled(encoder, text, encoder.integer(width, scope))
        case "ljust" | "rjust" | "center", (width, *fill):
            size = encoder.integer(width, scope)
            mark = terms.string(" ")
            if fill:
                mark = text_of(encoder, fill[0], scope)
                single = terms.eq(terms.length(mark), ONE)
                encoder.fail("TypeError", terms.not_(single), expr.span)
            return padded(encoder, expr.method, text, size, mark)
        case name, _:
            made = encode_pieces.method(encoder, expr, text, scope)
            if made is None:
                raise NotModelledError(f"str.{name}")
            return made


def predicate(encoder: Encoder, name: str, text: Term) -> Term:
    """`text.isdigit()` and its like."""
    if encoder.ranges.bounded and not text.is_literal:
        return bounded_text.predicate(encoder, name, text)
    return ch.predicate(name, text)


def cased(encoder: Encoder, name: str, text: Term) -> Term:
    """`text.lower()` and its like."""
    if encoder.ranges.bounded and not text.is_literal:
        return bounded_text.cased(encoder, name, text)
    return ch.cased(name, text)


# ---------------------------------------------------------------- taking off, filling up


def _marks(encoder: Encoder, given: list[ex.Expr], scope: Scope) -> str | None:
    """The characters that are taken off; None for spaces."""
    if not given or (isinstance(given[0], ex.Constant) and given[0].value is None):
        return None
    term = text_of(encoder, given[0], scope)
    if not term.is_literal:
        raise NotModelledError("strip of characters that are no constant")
    return str(term.payload)


def stripped(encoder: Encoder, name: str, text: Term, marks: str | None) -> Term:
    """`strip`, `lstrip` and `rstrip`."""
    if marks == "":
        return text
    if encoder.ranges.bounded:
        if name != "rstrip":
            text = bounded_text.left_stripped(encoder, text, marks)
        return text if name == "lstrip" else bounded_text.right_stripped(encoder, text, marks)
    given = () if marks is None else (terms.string(marks),)
    left = ch.LEFT_SPACES if marks is None else ch.LEFT
    right = ch.RIGHT_SPACES if marks is None else ch.RIGHT
    if name != "rstrip":
        text = _taken_off(left, text, given, right)
    return text if name == "lstrip" else _taken_off(right, text, given, None)


def _taken_off(
    function: terms.Function, text: Term, given: tuple[Term, ...], other: terms.Function | None
) -> Term:
    """One end's application; where it is there already, the text itself."""
    inner = text
    while inner.op == "apply" and inner.args[1:] == given:
        if inner.payload == function:
            return text
        # Taking off the other end leaves this one as it is.
        if other is None or inner.payload != other:
            break
        inner = inner.args[0]
    return terms.apply(function, text, *given)


def _zero_filled(encoder: Encoder, text: Term, width: Term) -> Term:
    """Zeros go behind a sign."""
    zeros = _filling(encoder, terms.string("0"), text, width)
    sign = terms.or_(
        terms.starts_with(text, terms.string("+")), terms.starts_with(text, terms.string("-"))
    )
    first = terms.at(text, ZERO)
    rest = terms.substring(text, ONE, terms.sub(terms.length(text), ONE))
    return terms.ite(sign, terms.concat(first, zeros, rest), terms.concat(zeros, text))


def padded(encoder: Encoder, name: str, text: Term, width: Term, mark: Term) -> Term:
    """`ljust`, `rjust`, `center`, and `centred`: a format's, which rounds otherwise."""
    missing = terms.maximum(terms.sub(width, terms.length(text)), ZERO)
    match name:
        case "ljust":
            return terms.concat(text, _filling(encoder, mark, text, width))
        case "rjust":
            return terms.concat(_filling(encoder, mark, text, width), text)
        case _:
            two = terms.integer(2)
            left = terms.floor_div(missing, two)
            if name == "center":
                odd = terms.and_(
                    terms.eq(terms.floor_mod(missing, two), ONE),
                    terms.eq(terms.floor_mod(width, two), ONE),
                )
                left = terms.add(left, terms.ite(odd, ONE, ZERO))
            right = terms.sub(missing, left)
            before, behind = repeated(encoder, mark, left), repeated(encoder, mark, right)
            return terms.concat(before, text, behind)


# Fillings up to this are written out, mark by mark.
_WRITTEN_OUT = 16


def _filling(encoder: Encoder, mark: Term, text: Term, width: Term) -> Term:
    """As many marks as a text lacks of a width."""
    size = terms.length(text)
    if width.is_literal and width.payload <= _WRITTEN_OUT:
        return terms.concat(
            *(
                terms.ite(terms.lt(size, terms.integer(least)), mark, terms.EMPTY)
                for least in range(1, width.payload + 1)
            )
        )
    return repeated(encoder, mark, terms.sub(width, size))


# So many repetitions are written out.
_REPETITIONS = 4


def repeated(encoder: Encoder, text: Term, times: Term) -> Term:
    """`text * times`."""
    if times.is_literal and times.payload <= _REPETITIONS:
        return terms.concat(*(text for _ in range(times.payload)))
    (result,) = encoder.fold(
        "repeat",
        (terms.EMPTY,),
        terms.ZERO,
        times,
        lambda state, _: (terms.concat(state[0], text),),
    )
    return result


# ---------------------------------------------------------------- looking for a part


def _between(
    encoder: Encoder, text: Term, given: list[ex.Expr], scope: Scope
) -> tuple[Term, Term, Term]:
    """The part of a text that is searched, where it begins, and whether that is behind the end,
    where not even the empty text is found.
    """
    size = terms.length(text)
    start = encoder.integer(given[0], scope)
    low = terms.ite(terms.lt(start, ZERO), terms.maximum(terms.add(start, size), ZERO), start)
    high = size
    if len(given) > 1:
        high = seq.clamped(encoder, encoder.integer(given[1], scope), size)
    count = terms.maximum(terms.sub(high, low), ZERO)
    beyond = terms.lt(high, low)
    return terms.substring(text, low, count), low, beyond


def _edge(
    encoder: Encoder,
    expr: ex.MethodCall,
    text: Term,
    only: ex.Expr,
    bounds: list[ex.Expr],
    scope: Scope,
) -> Term:
    check = terms.starts_with if expr.method == "startswith" else terms.ends_with
    value = encoder.encode(only, scope)
    beyond = terms.FALSE
    if bounds:
        text, _, beyond = _between(encoder, text, bounds, scope)
    if isinstance(value, TupleValue):
        each = [item.term for item in value.items if isinstance(item, Scalar)]
        if len(each) == len(value.items) and all(one.sort is sorts.STRING for one in each):
            found = terms.or_(*(check(text, part) for part in each))
            return terms.and_(terms.not_(beyond), found)
    if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
        return terms.and_(terms.not_(beyond), check(text, value.term))
    raise NotModelledError(f"{expr.method} of other than str")


def _place(
    encoder: Encoder,
    expr: ex.MethodCall,
    text: Term,
    only: ex.Expr,
    bounds: list[ex.Expr],
    scope: Scope,
) -> Term:
    part = text_of(encoder, only, scope)
    low, beyond = ZERO, terms.FALSE
    if bounds:
        text, low, beyond = _between(encoder, text, bounds, scope)
    last = expr.method in ("rfind", "rindex")
    found = last_place(encoder, text, part) if last else terms.index_of(text, part)
    if bounds:
        there = terms.and_(terms.not_(beyond), terms.le(ZERO, found))
        found = terms.ite(there, terms.add(found, low), _MINUS_ONE)
    if expr.method in ("index", "rindex"):
        missing = terms.or_(beyond, terms.not_(terms.contains(text, part)))
        encoder.fail("ValueError", missing, expr.span)
    return found


def last_place(encoder: Encoder, text: Term, part: Term) -> Term:
    """The last place of `part` in a text, or -1."""
    if encoder.ranges.bounded and not (text.is_literal and part.is_literal):
        return bounded_text.last_place(encoder, text, part)
    return terms.apply(ch.LAST_PLACE, text, part)


def replaced(encoder: Encoder, text: Term, old: Term, new: Term, times: Term) -> Term:
    """All occurrences replaced, or the first one; other numbers of times are not modelled."""
    if times is ONE:
        return terms.replace(text, old, new)
    if not times.is_literal or times.payload >= 0:
        raise NotModelledError("replace that stops after some times")
    if old.is_literal and old.payload:
        return terms.replace_all(text, old, new)

    # Python puts `new` around every character when `old` is empty; SMT-LIB does not.
    def around(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        return (terms.concat(state[0], terms.at(text, at), new),)

    (every,) = encoder.fold("around", (new,), ZERO, terms.length(text), around)
    return terms.ite(terms.eq(old, terms.EMPTY), every, terms.replace_all(text, old, new))


def counted(encoder: Encoder, text: Term, part: Term) -> Term:
    """How often a part occurs, from the left, without overlap."""
    if part.is_literal and len(part.payload) == 1:
        return _places(encoder, text, part)
    several = _occurrences(encoder, text, part)
    if part.is_literal or encoder.ranges.bounded:
        return several
    # A name mostly stands for one character.
    single = terms.eq(terms.length(part), ONE)
    return terms.ite(single, _places(encoder, text, part), several)


def _places(encoder: Encoder, text: Term, part: Term) -> Term:
    """At how many places one character stands."""
    return encode_order.count(encoder, seq.of_text(text), Scalar(part))


def _occurrences(encoder: Encoder, text: Term, part: Term) -> Term:
    size = terms.length(part)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        # The second accumulator is where the next occurrence may begin.
        here = terms.and_(terms.le(state[1], at), terms.eq(terms.substring(text, at, size), part))
        return (
            terms.add(state[0], terms.ite(here, ONE, ZERO)),
            terms.ite(here, terms.add(at, size), state[1]),
        )

    found, _ = encoder.fold("occurrences", (ZERO, ZERO), ZERO, terms.length(text), step)
    return terms.ite(terms.eq(part, terms.EMPTY), terms.add(terms.length(text), ONE), found)


# ---------------------------------------------------------------- numbers and characters


def number(encoder: Encoder, text: Term, expr: ex.Expr) -> Term:
    """`int(text)`."""
    if encoder.ranges.bounded and not text.is_literal:
        valid, value = bounded_text.number(encoder, text)
    else:
        valid, value = terms.apply(ch.IS_NUMBER, text), terms.apply(ch.NUMBER, text)
    encoder.fail("ValueError", terms.not_(valid), expr.span)
    return value


_LAST = terms.integer(0x10FFFF)
_LAST_KNOWN = terms.integer(0x2FFFF)
_SURROGATES = terms.integer(0xD800), terms.integer(0xDFFF)
# What stands for a text with a surrogate in it: no text of a contract, and not modelled in code.
SURROGATE = "a surrogate as a character"


def character(encoder: Encoder, code: Term, expr: ex.Expr) -> Term:
    """`chr(code)`."""
    outside = terms.or_(terms.lt(code, ZERO), terms.lt(_LAST, code))
    encoder.fail("ValueError", outside, expr.span)
    low, high = _SURROGATES
    encoder.fail(SURROGATE, terms.and_(terms.le(low, code), terms.le(code, high)), expr.span)
    far = terms.apply(ch.FAR, code)
    return terms.ite(terms.le(code, _LAST_KNOWN), terms.from_code(code), far)


# ---------------------------------------------------------------- lists


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
            place = first_place(
                encoder, items.low, items.high, lambda at: equal(encoder, items.at(at), wanted)
            )
            if place.op == "apply":
                # Where there is none, the place is used nowhere: the call has failed.
                encoder.ranges.within.note(place, ZERO, terms.sub(items.high, items.low))
            return place
        case name, _:
            raise NotModelledError(f"list.{name}")

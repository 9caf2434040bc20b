"""Texts taken apart and put together: split, partition, join."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.types import STR
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import bounded_text, encode_calls, encode_text
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations import encode_sequences as seq
from axiom_verifiers.obligations.ranges import Unbounded
from axiom_verifiers.obligations.values import (
    ONE,
    ZERO,
    ListValue,
    Scalar,
    Symbolic,
    TupleValue,
    choose,
)

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder, Scope


def method(encoder: Encoder, expr: ex.MethodCall, text: Term, scope: Scope) -> Symbolic | None:
    """A method's value; None for one that is not of this module."""
    match expr.method, expr.args:
        case "join", (only,):
            return Scalar(_join(encoder, text, only, scope))
        case "partition" | "rpartition", (only,):
            return _partition(encoder, expr, text, encode_text.text_of(encoder, only, scope))
        case "split" | "rsplit", (first, *limit) if not _is_none(first):
            mark = encode_text.text_of(encoder, first, scope)
            encoder.fail("ValueError", terms.eq(mark, terms.EMPTY), expr.span)
            times = encoder.integer(limit[0], scope) if limit else terms.integer(-1)
            return _split(encoder, expr.method, text, mark, times)
        case "split" | "rsplit", () | (_,):
            return _words(encoder, text)
        case "splitlines", ():
            return _lines(encoder, text)
        case _:
            return None


def _is_none(expr: ex.Expr) -> bool:
    return isinstance(expr, ex.Constant) and expr.value is None


# ---------------------------------------------------------------- at a separator


def _around(encoder: Encoder, name: str, text: Term, mark: Term) -> tuple[Term, Term, Term]:
    """Whether the separator occurs, and what is before and behind its first, or last, place."""
    last = name.startswith("r")
    place = encode_text.last_place(encoder, text, mark) if last else terms.index_of(text, mark)
    start = terms.add(place, terms.length(mark))
    before = terms.substring(text, ZERO, place)
    behind = terms.substring(text, start, terms.sub(terms.length(text), start))
    return terms.contains(text, mark), before, behind


def _partition(encoder: Encoder, expr: ex.MethodCall, text: Term, mark: Term) -> Symbolic:
    encoder.fail("ValueError", terms.eq(mark, terms.EMPTY), expr.span)
    found, before, behind = _around(encoder, expr.method, text, mark)
    parts = tuple(Scalar(part) for part in (before, mark, behind))
    nothing = Scalar(terms.EMPTY)
    whole = Scalar(text)
    none = (nothing, nothing, whole) if expr.method == "rpartition" else (whole, nothing, nothing)
    return choose(found, TupleValue(parts), TupleValue(none))


def _split(encoder: Encoder, name: str, text: Term, mark: Term, times: Term) -> Symbolic:
    if times is ZERO:
        return seq.listed((Scalar(text),), STR)
    if times is ONE:
        found, before, behind = _around(encoder, name, text, mark)
        both = seq.listed((Scalar(before), Scalar(behind)), STR)
        return choose(found, both, seq.listed((Scalar(text),), STR))
    if not times.is_literal or times.payload > 0:
        raise NotModelledError("split that stops after some times")
    if name == "rsplit" and not (mark.is_literal and len(mark.payload) == 1):
        # Where separators overlap, the pieces are others from the right.
        raise NotModelledError("rsplit at other than one character")
    if text.is_literal and mark.is_literal and mark.payload:
        return seq.listed(
            tuple(Scalar(terms.string(piece)) for piece in text.payload.split(mark.payload)), STR
        )
    if isinstance(encoder.ranges, Unbounded):
        items = terms.apply(ch.SPLIT, text, mark)
        count = terms.apply(ch.SPLIT_COUNT, text, mark)
        return ListValue(STR, items, ZERO, count)
    array = seq.empty_list(STR).items
    rest, count, going = text, ONE, terms.TRUE
    for number in range(encoder.ranges.size + 1):
        found, before, behind = _around(encoder, "split", rest, mark)
        more = terms.and_(going, found)
        piece = terms.ite(more, before, rest)
        at = terms.integer(number)
        array = terms.ite(going, terms.store(array, at, piece), array)
        going, rest = more, behind
        count = terms.add(count, terms.ite(more, ONE, ZERO))
    bounded_text.look(encoder, terms.not_(going))
    return ListValue(STR, array, ZERO, count)


# ---------------------------------------------------------------- at spaces and ends of lines


def _words(encoder: Encoder, text: Term) -> Symbolic:
    if not encoder.ranges.bounded:
        items, count = terms.apply(ch.WORDS, text), terms.apply(ch.WORDS_COUNT, text)
        return ListValue(STR, items, ZERO, count)
    bounded_text.look_at_known(encoder, text)

    def space(char: Term) -> Term:
        return bounded_text.of_class("isspace", char)

    return _cut_at(encoder, "words", text, space, terms.TRUE)


# Characters besides "\n" that end a line.
_ENDS = "\r\x0b\x0c\x1c\x1d\x1e\u2028"


def _lines(encoder: Encoder, text: Term) -> Symbolic:
    if not encoder.ranges.bounded:
        items, count = terms.apply(ch.LINES, text), terms.apply(ch.LINES_COUNT, text)
        return ListValue(STR, items, ZERO, count)
    bounded_text.look_at_known(encoder, text)
    for other in _ENDS:
        bounded_text.look(encoder, terms.not_(terms.contains(text, terms.string(other))))

    def end(char: Term) -> Term:
        return terms.eq(char, terms.string("\n"))

    return _cut_at(encoder, "lines", text, end, terms.FALSE)


def _cut_at(
    encoder: Encoder, name: str, text: Term, is_end: Callable[[Term], Term], skips: Term
) -> ListValue:
    """The pieces that end where `is_end`; without empty ones where `skips`."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        count, items, piece = state
        char = terms.at(text, at)
        ends = is_end(char)
        whole = terms.and_(ends, terms.or_(terms.not_(skips), terms.ne(piece, terms.EMPTY)))
        return (
            terms.ite(whole, terms.add(count, ONE), count),
            terms.ite(whole, terms.store(items, count, piece), items),
            terms.ite(ends, terms.EMPTY, terms.concat(piece, char)),
        )

    start = (ZERO, seq.empty_list(STR).items, terms.EMPTY)
    count, items, piece = encoder.fold(name, start, ZERO, terms.length(text), step)
    left = terms.ne(piece, terms.EMPTY)
    return ListValue(
        STR,
        terms.ite(left, terms.store(items, count, piece), items),
        ZERO,
        terms.ite(left, terms.add(count, ONE), count),
    )


# ---------------------------------------------------------------- put together


def _join(encoder: Encoder, mark: Term, items: ex.Expr, scope: Scope) -> Term:
    if mark is terms.EMPTY:
        return _joined(encoder, items, scope)
    through = seq.sequence(encoder, items, scope)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        value = through.at(at)
        separator = terms.ite(terms.eq(at, through.low), terms.EMPTY, mark)
        return (terms.concat(state[0], separator, _text(value)),)

    return encoder.fold("join", (terms.EMPTY,), through.low, through.high, step)[0]


def _text(value: Symbolic) -> Term:
    if isinstance(value, Scalar) and value.term.sort is sorts.STRING:
        return value.term
    raise NotModelledError("join of other than str")


def _joined(encoder: Encoder, items: ex.Expr, scope: Scope) -> Term:
    """`"".join(items)`. Of the characters of a text, as they are or turned, it is that text."""
    match items:
        case ex.Call(function="reversed", args=(inner,)) if inner.type == STR:
            return turned(encoder, seq.sequence(encoder, inner, scope))
        case ex.Call(function="list" | "tuple", args=(inner,), keywords=()):
            return _joined(encoder, inner, scope)
        case _ if items.type == STR:
            return encode_text.text_of(encoder, items, scope)
        case _:
            pass
    generators, element = encode_calls.generators_of(items, encode_calls.item_type(items))

    def step(state: tuple[Term, ...], inner: Scope) -> tuple[Term, ...]:
        return (terms.concat(state[0], _text(encoder.encode(element, inner))),)

    return seq.run(encoder, generators, scope, "join", (terms.EMPTY,), step)[0]


def turned(encoder: Encoder, through: seq.Sequence) -> Term:
    """The characters of a text, or of a part of one, from the last to the first."""
    (result,) = encoder.fold(
        "reverse",
        (terms.EMPTY,),
        through.low,
        through.high,
        lambda state, at: (terms.concat(_text(through.at(at)), state[0]),),
    )
    return result


def put_together(encoder: Encoder, through: seq.Sequence) -> Term:
    """The text of the characters that a sequence yields."""
    (result,) = encoder.fold(
        "join",
        (terms.EMPTY,),
        through.low,
        through.high,
        lambda state, at: (terms.concat(state[0], _text(through.at(at))),),
    )
    return result

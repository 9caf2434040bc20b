"""Methods of str written out, for the search: exact on ASCII and on a few other characters.

The search is free to look at some texts only, and notes at which (`limits`): those of ASCII and
of the characters below, which are the ones whose properties people forget. What it finds is run
in the sandbox, so nothing here is a claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.values import ONE, ZERO

if TYPE_CHECKING:
    from axiom_verifiers.obligations.encode import Encoder

# Letters that grow, or have no other case; digits that `int` refuses and takes; a wide space.
_SPECIAL = "\u00b2\u00df\u00e9\u0130\u0131\u0660\u2028"
_ALPHABET = terms.re_union(ch.ASCII, ch.one_of(_SPECIAL))
_KNOWN = [chr(code) for code in range(128)] + list(_SPECIAL)


def look_at_known(encoder: Encoder, text: Term) -> None:
    """The search looks only at texts of characters that are known here."""
    look(encoder, terms.in_regex(text, terms.re_star(_ALPHABET)))


def look(encoder: Encoder, condition: Term) -> None:
    """The search looks only where this holds, if it gets here."""
    assert isinstance(encoder.ranges, Bounded)
    encoder.ranges.limits.append(terms.implies(encoder.here, condition))


def _ranges(characters: list[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for code in sorted(map(ord, characters)):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return found


def of_class(name: str, char: Term) -> Term:
    """The predicate of a single known character; false of any other text."""
    code = terms.to_code(char)
    return terms.or_(
        *(
            terms.and_(terms.le(terms.integer(low), code), terms.le(code, terms.integer(high)))
            for low, high in _ranges([c for c in _KNOWN if getattr(c, name)()])
        )
    )


def predicate(encoder: Encoder, name: str, text: Term) -> Term:
    """`text.isdigit()` and its like."""
    look_at_known(encoder, text)
    last = terms.length(text)
    if name in ("isupper", "islower"):
        other = {"isupper": "islower", "islower": "isupper"}[name]

        def seen(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
            char = terms.at(text, at)
            return (
                terms.or_(state[0], of_class(name, char)),
                terms.and_(state[1], terms.not_(of_class(other, char))),
            )

        some, none = encoder.fold("case", (terms.FALSE, terms.TRUE), ZERO, last, seen)
        return terms.and_(some, none)
    if name == "istitle":
        return _titled(encoder, text)

    def every(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        return (terms.and_(state[0], of_class(name, terms.at(text, at))),)

    (whole,) = encoder.fold("class", (terms.TRUE,), ZERO, last, every)
    return terms.and_(terms.ne(text, terms.EMPTY), whole)


def _titled(encoder: Encoder, text: Term) -> Term:
    """Upper case begins each word, lower case goes on in it."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        char = terms.at(text, at)
        upper, lower = of_class("isupper", char), of_class("islower", char)
        sound = terms.ite(upper, terms.not_(state[1]), terms.implies(lower, state[1]))
        cased = terms.or_(upper, lower)
        return (terms.and_(state[0], sound), cased, terms.or_(state[2], cased))

    start = (terms.TRUE, terms.FALSE, terms.FALSE)
    sound, _, some = encoder.fold("titled", start, ZERO, terms.length(text), step)
    return terms.and_(sound, some)


def _mapped(name: str, char: Term) -> Term:
    """The text that a single known character becomes."""
    shifts: dict[int, list[str]] = {}
    result = char
    for known in _KNOWN:
        made = getattr(known, name)()
        if made == known:
            continue
        if len(made) == 1:
            shifts.setdefault(ord(made) - ord(known), []).append(known)
        else:
            result = terms.ite(terms.eq(char, terms.string(known)), terms.string(made), result)
    code = terms.to_code(char)
    for shift, characters in sorted(shifts.items()):
        moved = terms.from_code(terms.add(code, terms.integer(shift)))
        inside = terms.or_(
            *(
                terms.and_(terms.le(terms.integer(low), code), terms.le(code, terms.integer(high)))
                for low, high in _ranges(characters)
            )
        )
        result = terms.ite(inside, moved, result)
    return result


def cased(encoder: Encoder, name: str, text: Term) -> Term:
    """`text.lower()` and its like, from one character after the other."""
    look_at_known(encoder, text)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        char = terms.at(text, at)
        match name:
            case "capitalize":
                first = terms.eq(at, ZERO)
                made = terms.ite(first, _mapped("title", char), _mapped("lower", char))
            case "title":
                made = terms.ite(state[1], _mapped("lower", char), _mapped("title", char))
            case _:
                made = _mapped(name, char)
        inside = terms.or_(of_class("isupper", char), of_class("islower", char))
        return (terms.concat(state[0], made), inside)

    start = (terms.EMPTY, terms.FALSE)
    return encoder.fold(name, start, ZERO, terms.length(text), step)[0]


def _among(char: Term, marks: str | None) -> Term:
    if marks is None:
        return of_class("isspace", char)
    return terms.and_(terms.ne(char, terms.EMPTY), terms.contains(terms.string(marks), char))


def left_stripped(encoder: Encoder, text: Term, marks: str | None) -> Term:
    """Without what begins it: spaces, or the characters of `marks`."""
    if marks is None:
        look_at_known(encoder, text)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        gone = terms.and_(terms.eq(state[0], at), _among(terms.at(text, at), marks))
        return (terms.ite(gone, terms.add(at, ONE), state[0]),)

    (start,) = encoder.fold("lstrip", (ZERO,), ZERO, terms.length(text), step)
    return terms.substring(text, start, terms.sub(terms.length(text), start))


def right_stripped(encoder: Encoder, text: Term, marks: str | None) -> Term:
    """Without what ends it."""
    if marks is None:
        look_at_known(encoder, text)

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        return (terms.ite(_among(terms.at(text, at), marks), state[0], terms.add(at, ONE)),)

    (end,) = encoder.fold("rstrip", (ZERO,), ZERO, terms.length(text), step)
    return terms.substring(text, ZERO, end)


def last_place(encoder: Encoder, text: Term, part: Term) -> Term:
    """The last place of `part`, or -1."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        here = terms.eq(terms.substring(text, at, terms.length(part)), part)
        return (terms.ite(here, at, state[0]),)

    (found,) = encoder.fold("rfind", (terms.integer(-1),), ZERO, terms.length(text), step)
    return terms.ite(terms.eq(part, terms.EMPTY), terms.length(text), found)


_DIGITS = terms.re_plus(ch.DIGIT)
_SIGNED = terms.re_concat(terms.re_union(ch.one_of("-"), ch.one_of("+")), _DIGITS)


def number(encoder: Encoder, text: Term) -> tuple[Term, Term]:
    """Whether `int` takes the text, and what it makes of it."""
    look_at_known(encoder, text)
    plain = terms.in_regex(text, _DIGITS)
    signed = terms.in_regex(text, _SIGNED)
    zero = terms.eq(text, terms.string("\u0660"))
    # Spaces, underscores and digits of other scripts within longer texts are not looked at.
    letters = terms.and_(*(terms.not_(terms.contains(text, terms.string(c))) for c in " _\u0660"))
    for other in "\t\n\x0b\x0c\r\u2028":
        letters = terms.and_(letters, terms.not_(terms.contains(text, terms.string(other))))
    short = terms.le(terms.length(text), ONE)
    look(encoder, terms.or_(letters, short))
    rest = terms.substring(text, ONE, terms.sub(terms.length(text), ONE))
    magnitude = terms.to_number(rest)
    minus = terms.starts_with(text, terms.string("-"))
    value = terms.ite(
        plain,
        terms.to_number(text),
        terms.ite(zero, ZERO, terms.ite(minus, terms.neg(magnitude), magnitude)),
    )
    return terms.or_(plain, signed, zero), value

"""What solvers are told of the functions in `characters`: instances of true statements.

Each fact holds for every text of characters up to U+2FFFF. `OF_CHARACTER` speak of one text and
are checked for every single character in the sandbox; the others follow from how CPython
computes the method, and are checked on samples. Where an application stands under a quantifier,
its facts are stated for all values of the bound variables, with the application as trigger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.characters import CASES, PREDICATES, cased, predicate
from axiom_verifiers.obligations.values import ONE, ZERO

_ASCII_END = terms.integer(128)


def _within(code: Term, low: str, high: str) -> Term:
    return terms.and_(
        terms.le(terms.integer(ord(low)), code), terms.le(code, terms.integer(ord(high)))
    )


def _ascii_class(name: str, code: Term) -> Term | None:
    """The predicate of an ASCII character, as ranges of its code."""
    digit = _within(code, "0", "9")
    upper = _within(code, "A", "Z")
    lower = _within(code, "a", "z")
    match name:
        case "isdigit" | "isdecimal" | "isnumeric":
            return digit
        case "isupper" | "istitle":
            return upper
        case "islower":
            return lower
        case "isalpha":
            return terms.or_(upper, lower)
        case "isalnum":
            return terms.or_(digit, upper, lower)
        case _:
            return None


def _of_predicate(name: str, text: Term) -> Iterator[Term]:
    here = predicate(name, text)
    yield terms.implies(here, terms.ne(text, terms.EMPTY))
    if name == "isspace":
        yield terms.iff(here, terms.in_regex(text, terms.re_plus(ch.SPACE)))
        return
    code = terms.to_code(text)
    inside = _ascii_class(name, code)
    assert inside is not None
    ascii_code = terms.and_(terms.le(ZERO, code), terms.lt(code, _ASCII_END))
    yield terms.implies(ascii_code, terms.iff(here, inside))


_SHIFT = terms.integer(32)


def _of_case(name: str, text: Term) -> Iterator[Term]:
    here = cased(name, text)
    code = terms.to_code(text)
    upper, lower = _within(code, "A", "Z"), _within(code, "a", "z")
    up = terms.from_code(terms.sub(code, _SHIFT))
    down = terms.from_code(terms.add(code, _SHIFT))
    ascii_code = terms.and_(terms.le(ZERO, code), terms.lt(code, _ASCII_END))
    match name:
        case "lower" | "casefold":
            mapped = terms.ite(upper, down, text)
        case "upper" | "title" | "capitalize":
            mapped = terms.ite(lower, up, text)
        case _:
            mapped = terms.ite(upper, down, terms.ite(lower, up, text))
    yield terms.implies(ascii_code, terms.eq(here, mapped))
    yield terms.iff(terms.eq(here, terms.EMPTY), terms.eq(text, terms.EMPTY))
    yield terms.le(terms.length(text), terms.length(here))
    most = terms.mul(terms.integer(3), terms.length(text))
    yield terms.le(terms.length(here), most)
    # Done once more, these change nothing.
    if name in ("lower", "upper", "casefold"):
        yield terms.eq(cased(name, here), here)


_IMPLIED = (
    ("isdecimal", "isdigit"),
    ("isdigit", "isnumeric"),
    ("isnumeric", "isalnum"),
    ("isalpha", "isalnum"),
)
_EXCLUDED = (
    ("isspace", "isalnum"), ("isspace", "isalpha"), ("isspace", "isdigit"),
    ("isspace", "isdecimal"), ("isspace", "isnumeric"), ("isspace", "isupper"),
    ("isspace", "islower"), ("isalpha", "isdigit"), ("isalpha", "isdecimal"),
    ("isupper", "islower"), ("isupper", "isdigit"), ("islower", "isdigit"),
    ("isupper", "isdecimal"), ("islower", "isdecimal"),
)  # fmt: skip


def _implications(names: set[str], text: Term) -> Iterator[Term]:
    """How predicates of one text stand to each other."""
    known = {name: name in names for name in PREDICATES}
    for first, second in _IMPLIED:
        if known[first]:
            # The chain is told on as far as it goes.
            known[second] = True
            yield terms.implies(predicate(first, text), predicate(second, text))
    for first, second in _EXCLUDED:
        if first in names and second in names:
            both = terms.and_(predicate(first, text), predicate(second, text))
            yield terms.not_(both)
    if "isalnum" in names and "isalpha" in names:
        # What is alphanumeric and no letter is a number of some kind; of one character alone.
        either = terms.or_(predicate("isalpha", text), predicate("isnumeric", text))
        single = terms.eq(terms.length(text), ONE)
        yield terms.implies(terms.and_(single, predicate("isalnum", text)), either)


_DIGITS = terms.re_plus(ch.DIGIT)
_MINUS = terms.re_concat(terms.re_string(terms.string("-")), _DIGITS)
_PLUS = terms.re_concat(terms.re_string(terms.string("+")), _DIGITS)


def _of_number(text: Term) -> Iterator[Term]:
    """When `int` takes a text, and what it makes of the plain forms."""
    valid = terms.apply(ch.IS_NUMBER, text)
    value = terms.apply(ch.NUMBER, text)
    shown = _shown(text)
    if shown is not None:
        yield valid
        yield terms.eq(value, shown)
        return
    rest = terms.substring(text, ONE, terms.sub(terms.length(text), ONE))
    for language, number in (
        (_DIGITS, terms.to_number(text)),
        (_MINUS, terms.neg(terms.to_number(rest))),
        (_PLUS, terms.to_number(rest)),
    ):
        plain = terms.in_regex(text, language)
        yield terms.implies(plain, terms.and_(valid, terms.eq(value, number)))
    yield terms.implies(valid, terms.ne(text, terms.EMPTY))
    code = terms.to_code(text)
    single = terms.eq(terms.length(text), ONE)
    decimal = predicate("isdecimal", text)
    yield terms.implies(decimal, terms.and_(valid, terms.le(ZERO, value)))
    yield terms.implies(terms.and_(single, valid), decimal)
    yield terms.implies(
        terms.and_(single, valid), terms.and_(terms.le(ZERO, value), terms.lt(value, _TEN))
    )
    zero = terms.integer(ord("0"))
    of_code = terms.eq(value, terms.sub(code, zero))
    yield terms.implies(_within(code, "0", "9"), terms.and_(valid, of_code))
    for name in ("isalpha", "isspace", "isupper", "islower"):
        yield terms.not_(terms.and_(valid, predicate(name, text)))


_TEN = terms.integer(10)


def _shown(text: Term) -> Term | None:
    """The int that a text is the decimal form of, where its own form shows that."""
    match text.op:
        case "ite":
            negative, minus, digits = text.args
            if negative.op == "<" and digits.op == "str.from_int" and minus.op == "str.++":
                number = negative.args[0]
                whole = terms.from_number(terms.absolute(number))
                same = negative.args[1] is ZERO and digits is whole
                if same and minus is terms.concat(terms.string("-"), whole):
                    return number
            return None
        case _:
            return None


def _spaces(application: Term) -> Term:
    """The language of the characters that are taken off."""
    if len(application.args) == 1:
        return ch.SPACE
    marks = application.args[1]
    assert marks.is_literal
    assert marks.payload
    return ch.one_of(marks.payload)


def _of_stripped(application: Term, *, left: bool) -> Iterator[Term]:
    """What is left of a text: it begins, or ends, with none of what is taken off."""
    text, space = application.args[0], _spaces(application)
    size, rest = terms.length(text), terms.length(application)
    gone = terms.sub(size, rest)
    yield terms.le(rest, size)
    if left:
        yield terms.ends_with(text, application)
        taken = terms.substring(text, ZERO, gone)
        edge = terms.re_concat(space, terms.RE_ALL)
    else:
        yield terms.starts_with(text, application)
        taken = terms.substring(text, rest, gone)
        edge = terms.re_concat(terms.RE_ALL, space)
    yield terms.in_regex(taken, terms.re_star(space))
    yield terms.not_(terms.in_regex(application, edge))


def _of_last_place(application: Term) -> Iterator[Term]:
    text, part = application.args
    size = terms.length(part)
    yield terms.implies(
        terms.not_(terms.contains(text, part)), terms.eq(application, terms.integer(-1))
    )
    behind = terms.substring(text, terms.add(application, ONE), terms.length(text))
    later = terms.and_(terms.ne(part, terms.EMPTY), terms.contains(behind, part))
    yield terms.implies(
        terms.contains(text, part),
        terms.and_(
            terms.le(ZERO, application),
            terms.le(terms.add(application, size), terms.length(text)),
            terms.eq(terms.substring(text, application, size), part),
            terms.not_(later),
            terms.implies(terms.eq(part, terms.EMPTY), terms.eq(application, terms.length(text))),
        ),
    )


# How many pieces of a split text are said in full.
_PIECES = 3


def _of_pieces(application: Term) -> Iterator[Term]:
    """Of the pieces of a text at a separator, which is not empty."""
    text, mark = application.args
    pieces = terms.apply(ch.SPLIT, text, mark)
    count = terms.apply(ch.SPLIT_COUNT, text, mark)
    sound = terms.ne(mark, terms.EMPTY)
    rest, reached = text, sound
    yield terms.implies(sound, terms.le(ONE, count))
    for number in range(_PIECES):
        more = terms.contains(rest, mark)
        place = terms.index_of(rest, mark)
        piece = terms.ite(more, terms.substring(rest, ZERO, place), rest)
        at = terms.integer(number)
        yield terms.implies(reached, terms.eq(terms.select(pieces, at), piece))
        yield terms.implies(reached, terms.iff(more, terms.lt(terms.integer(number + 1), count)))
        reached = terms.and_(reached, more)
        start = terms.add(place, terms.length(mark))
        rest = terms.substring(rest, start, terms.length(rest))
    index = terms.var("index", sorts.INT)
    one = terms.select(pieces, index)
    inside = terms.and_(sound, terms.le(ZERO, index), terms.lt(index, count))
    said = terms.and_(terms.not_(terms.contains(one, mark)), terms.contains(text, one))
    yield terms.forall((index,), terms.implies(inside, said), ((one,),))


def _of_words(application: Term) -> Iterator[Term]:
    """Of the pieces of a text between spaces: none is empty, and none holds a space."""
    (text,) = application.args
    words = terms.apply(ch.WORDS, text)
    count = terms.apply(ch.WORDS_COUNT, text)
    empty = terms.in_regex(text, terms.re_star(ch.SPACE))
    yield terms.le(ZERO, count)
    yield terms.iff(terms.eq(count, ZERO), empty)
    twice = terms.sub(terms.mul(terms.integer(2), count), ONE)
    yield terms.or_(terms.eq(count, ZERO), terms.le(twice, terms.length(text)))
    index = terms.var("index", sorts.INT)
    one = terms.select(words, index)
    inside = terms.and_(terms.le(ZERO, index), terms.lt(index, count))
    spaced = terms.re_concat(terms.RE_ALL, ch.SPACE, terms.RE_ALL)
    said = terms.and_(
        terms.ne(one, terms.EMPTY),
        terms.not_(terms.in_regex(one, spaced)),
        terms.contains(text, one),
    )
    yield terms.forall((index,), terms.implies(inside, said), ((one,),))


def _of_lines(application: Term) -> Iterator[Term]:
    (text,) = application.args
    count = terms.apply(ch.LINES_COUNT, text)
    yield terms.le(ZERO, count)
    yield terms.iff(terms.eq(count, ZERO), terms.eq(text, terms.EMPTY))
    yield terms.le(count, terms.length(text))


def _of_far(application: Term) -> Iterator[Term]:
    yield terms.eq(terms.length(application), ONE)


OF_CHARACTER: dict[str, Callable[[Term], Iterator[Term]]] = {
    **{f"text.{n}": (lambda text, n=n: _of_predicate(n, text)) for n in PREDICATES},
    **{f"text.{n}": (lambda text, n=n: _of_case(n, text)) for n in CASES},
    "implications": lambda text: _implications(set(PREDICATES), text),
    ch.IS_NUMBER.name: _of_number,
}
_OTHERS: dict[str, Callable[[Term], Iterator[Term]]] = {
    ch.LEFT.name: lambda one: _of_stripped(one, left=True),
    ch.LEFT_SPACES.name: lambda one: _of_stripped(one, left=True),
    ch.RIGHT.name: lambda one: _of_stripped(one, left=False),
    ch.RIGHT_SPACES.name: lambda one: _of_stripped(one, left=False),
    ch.LAST_PLACE.name: _of_last_place,
    ch.SPLIT.name: _of_pieces,
    ch.SPLIT_COUNT.name: _of_pieces,
    ch.WORDS.name: _of_words,
    ch.WORDS_COUNT.name: _of_words,
    ch.LINES_COUNT.name: _of_lines,
    ch.FAR.name: _of_far,
}


def text_facts(roots: tuple[Term, ...]) -> Iterator[Term]:
    """The facts about the functions that occur in `roots`, and once about those in the facts."""
    done: set[tuple[str, tuple[Term, ...]]] = set()
    asked: dict[Term, set[str]] = {}
    found: list[Term] = []
    for _ in range(2):
        new: list[Term] = []
        for term in terms.postorder((*roots, *found)):
            if term.op == "apply" and term.payload.name.startswith("text."):
                new += _about(term, done, asked)
        found += new
    yield from found
    for text, names in asked.items():
        yield from _stated(_implications(names, text), predicate(min(names), text))


def _about(
    term: Term, done: set[tuple[str, tuple[Term, ...]]], asked: dict[Term, set[str]]
) -> list[Term]:
    name: str = term.payload.name
    if name == ch.NUMBER.name:
        name = ch.IS_NUMBER.name
    if (name, term.args) in done:
        return []
    done.add((name, term.args))
    if name in OF_CHARACTER:
        if name.removeprefix("text.") in PREDICATES:
            asked.setdefault(term.args[0], set()).add(name.removeprefix("text."))
        return list(_stated(OF_CHARACTER[name](term.args[0]), term))
    if name in _OTHERS:
        return list(_stated(_OTHERS[name](term), term))
    return []


def _stated(facts: Iterator[Term], about: Term) -> Iterator[Term]:
    """The facts, for all values of the variables that are bound around what they speak of."""
    bound = tuple(
        sorted(
            (one for one in about.free if one.payload.startswith(("?", "member."))),
            key=lambda one: one.payload,
        )
    )
    for fact in facts:
        if fact is terms.TRUE:
            continue
        yield terms.forall(bound, fact, ((about,),)) if bound else fact

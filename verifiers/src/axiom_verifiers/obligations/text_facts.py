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
from axiom_verifiers.obligations.strip_facts import of_stripped
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


# Predicates that hold of a text when it is not empty and they hold of each of its characters.
_OF_EACH = ("isalnum", "isalpha", "isdecimal", "isdigit", "isnumeric", "isspace")


def _of_each(name: str, text: Term) -> Iterator[Term]:
    """What a predicate of a text says of its characters."""
    whole = predicate(name, text)
    one = predicate(name, terms.at(text, _INDEX))
    inside = terms.and_(terms.le(ZERO, _INDEX), terms.lt(_INDEX, terms.length(text)))
    every = terms.implies(terms.and_(whole, inside), one)
    yield terms.forall((_INDEX,), every, ((one,),))
    other = terms.exists((_INDEX,), terms.and_(inside, terms.not_(one)))
    yield terms.or_(whole, terms.eq(text, terms.EMPTY), other)


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


_IMPLIED = {
    "isdecimal": ("isdigit", "isnumeric", "isalnum"),
    "isdigit": ("isnumeric", "isalnum"),
    "isnumeric": ("isalnum",),
    "isalpha": ("isalnum",),
}
_EXCLUDED = (
    ("isspace", "isalnum"), ("isspace", "isalpha"), ("isspace", "isdigit"),
    ("isspace", "isdecimal"), ("isspace", "isnumeric"), ("isspace", "isupper"),
    ("isspace", "islower"), ("isalpha", "isdigit"), ("isalpha", "isdecimal"),
    ("isupper", "islower"), ("isupper", "isdigit"), ("islower", "isdigit"),
    ("isupper", "isdecimal"), ("islower", "isdecimal"),
)  # fmt: skip


def _implications(names: set[str], text: Term) -> Iterator[Term]:
    """How predicates of one text stand to each other."""
    for first, seconds in _IMPLIED.items():
        for second in seconds:
            if first in names and second in names:
                yield terms.implies(predicate(first, text), predicate(second, text))
    for first, second in _EXCLUDED:
        if first in names and second in names:
            both = terms.and_(predicate(first, text), predicate(second, text))
            yield terms.not_(both)
    if {"isalnum", "isalpha", "isnumeric"} <= names:
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
    # What `int` refuses, or makes less than nothing of, holds something else than digits.
    char = terms.to_code(terms.at(text, _INDEX))
    other = terms.not_(_within(char, "0", "9"))
    place = terms.and_(terms.le(ZERO, _INDEX), terms.lt(_INDEX, terms.length(text)), other)
    plain = terms.and_(valid, terms.le(ZERO, value))
    yield terms.or_(plain, terms.eq(text, terms.EMPTY), terms.exists((_INDEX,), place))


_TEN = terms.integer(10)
_INDEX = terms.var("#index", sorts.INT)


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
    one, two = (terms.select(pieces, terms.integer(number)) for number in (0, 1))
    both = terms.and_(sound, terms.eq(count, terms.integer(2)))
    yield terms.implies(both, terms.eq(text, terms.concat(one, mark, two)))


def _of_piece(application: Term, index: Term) -> Term:
    """Of one piece: it holds no separator."""
    text, mark = application.args
    one = terms.select(application, index)
    count = terms.apply(ch.SPLIT_COUNT, text, mark)
    sound = terms.ne(mark, terms.EMPTY)
    inside = terms.and_(sound, terms.le(ZERO, index), terms.lt(index, count))
    said = terms.and_(terms.not_(terms.contains(one, mark)), terms.contains(text, one))
    return terms.implies(inside, said)


def _of_words(application: Term) -> Iterator[Term]:
    """Of the pieces of a text between spaces: how many they are."""
    (text,) = application.args
    count = terms.apply(ch.WORDS_COUNT, text)
    empty = terms.in_regex(text, terms.re_star(ch.SPACE))
    yield terms.le(ZERO, count)
    yield terms.iff(terms.eq(count, ZERO), empty)
    twice = terms.sub(terms.mul(terms.integer(2), count), ONE)
    yield terms.or_(terms.eq(count, ZERO), terms.le(twice, terms.length(text)))


def _of_word(application: Term, index: Term) -> Term:
    """Of one of the words: it is not empty, and holds no space."""
    (text,) = application.args
    one = terms.select(application, index)
    inside = terms.and_(terms.le(ZERO, index), terms.lt(index, terms.apply(ch.WORDS_COUNT, text)))
    spaced = terms.re_concat(terms.RE_ALL, ch.SPACE, terms.RE_ALL)
    said = terms.and_(
        terms.ne(one, terms.EMPTY),
        terms.not_(terms.in_regex(one, spaced)),
        terms.contains(text, one),
    )
    return terms.implies(inside, said)


def _of_lines(application: Term) -> Iterator[Term]:
    (text,) = application.args
    count = terms.apply(ch.LINES_COUNT, text)
    yield terms.le(ZERO, count)
    yield terms.iff(terms.eq(count, ZERO), terms.eq(text, terms.EMPTY))
    yield terms.le(count, terms.length(text))


def _of_replaced(application: Term) -> Iterator[Term]:
    """Of a text in which every occurrence of one character became another constant text."""
    text, gone, new = application.args
    size, here = terms.length(text), terms.length(application)
    if gone.payload not in new.payload:
        yield terms.not_(terms.contains(application, gone))
    yield terms.implies(terms.not_(terms.contains(text, gone)), terms.eq(application, text))
    if len(new.payload) <= 1:
        yield terms.le(here, size)
    if len(new.payload) >= 1:
        yield terms.le(size, here)
    if len(new.payload) == 1:
        char, made = terms.at(text, _INDEX), terms.at(application, _INDEX)
        inside = terms.and_(terms.le(ZERO, _INDEX), terms.lt(_INDEX, size))
        same = terms.eq(made, terms.ite(terms.eq(char, gone), new, char))
        yield terms.forall((_INDEX,), terms.implies(inside, same), ((made,), (char,)))


def _is_replaced(term: Term) -> bool:
    """Whether `_of_replaced` has something to say of it."""
    if term.op != "str.replace_all":
        return False
    _, gone, new = term.args
    return gone.is_literal and new.is_literal and len(gone.payload) == 1


def _of_far(application: Term) -> Iterator[Term]:
    yield terms.eq(terms.length(application), ONE)


OF_CHARACTER: dict[str, Callable[[Term], Iterator[Term]]] = {
    **{f"text.{n}": (lambda text, n=n: _of_predicate(n, text)) for n in PREDICATES},
    **{f"text.{n}": (lambda text, n=n: _of_case(n, text)) for n in CASES},
    "implications": lambda text: _implications(set(PREDICATES), text),
    ch.IS_NUMBER.name: _of_number,
}
_OTHERS: dict[str, Callable[[Term], Iterator[Term]]] = {
    ch.LEFT.name: lambda one: of_stripped(one, left=True),
    ch.LEFT_SPACES.name: lambda one: of_stripped(one, left=True),
    ch.RIGHT.name: lambda one: of_stripped(one, left=False),
    ch.RIGHT_SPACES.name: lambda one: of_stripped(one, left=False),
    ch.LAST_PLACE.name: _of_last_place,
    ch.SPLIT.name: _of_pieces,
    ch.SPLIT_COUNT.name: _of_pieces,
    ch.WORDS.name: _of_words,
    ch.WORDS_COUNT.name: _of_words,
    ch.LINES_COUNT.name: _of_lines,
    ch.FAR.name: _of_far,
    "str.replace_all": _of_replaced,
}


_ITEMS: dict[str, Callable[[Term, Term], Term]] = {
    ch.SPLIT.name: _of_piece,
    ch.WORDS.name: _of_word,
}

# What shows that a problem speaks of certain characters, so that their properties matter.
_CONCRETE = frozenset(
    ("str.to_code", "str.from_code", "str.<", "str.<=", "str.in_re", "str.from_int", "str.to_int")
)


def text_facts(roots: tuple[Term, ...]) -> Iterator[Term]:
    """The facts about the functions that occur in `roots`, and once about those in the facts.

    What needs a quantifier is said only where there is one already.
    """
    order = list(terms.postorder(roots))
    if not any(_is_ours(term) or _is_replaced(term) for term in order):
        return
    if all(_is_opaque(term) for term in order):
        # Nothing looks into the pieces: they are just a list of that length.
        for term in order:
            if term.op == "apply" and term.payload in _COUNTS:
                least = ZERO if term.payload != ch.SPLIT_COUNT else _split_least(term)
                yield from _stated(iter((terms.le(least, term),)), term)
        return
    quantified = any(term.op in ("forall", "exists") for term in order)
    concrete = any(
        term.op in _CONCRETE
        or (term.is_literal and term.sort is sorts.STRING and term.payload)
        or (_is_ours(term) and term.payload.name in _OTHERS)
        for term in order
    )
    telling = _Telling(quantified=quantified, concrete=concrete)
    found: list[Term] = []
    for _ in range(2):
        new: list[Term] = []
        for term in terms.postorder((*roots, *found)):
            if _is_ours(term) or _is_replaced(term):
                new += telling.about(term)
            elif term.op == "select" and _is_ours(term.args[0]):
                new += telling.of_item(term)
        found += new
    yield from found
    for text, names in telling.asked.items():
        yield from _stated(_implications(names, text), predicate(min(names), text))


_LISTS = (ch.SPLIT, ch.WORDS, ch.LINES)
_COUNTS = (ch.SPLIT_COUNT, ch.WORDS_COUNT, ch.LINES_COUNT)


def _split_least(count: Term) -> Term:
    """The fewest pieces that a text has at a separator, which may not be empty."""
    return terms.ite(terms.eq(count.args[1], terms.EMPTY), count, ONE)


def _is_opaque(term: Term) -> bool:
    """Whether a term does nothing with texts but hand them on, and take them apart as a whole."""
    if term.op.startswith("str.") or _is_replaced(term):
        return False
    if _is_ours(term):
        return term.payload in _LISTS or term.payload in _COUNTS
    if term.op == "const-array":
        return True
    return not any(arg.is_literal and arg.sort is sorts.STRING for arg in term.args)


def _is_ours(term: Term) -> bool:
    return term.op == "apply" and term.payload.name.startswith("text.")


class _Telling:
    """What has been said in one problem."""

    def __init__(self, *, quantified: bool, concrete: bool) -> None:
        self.quantified = quantified
        self.concrete = concrete
        self.asked: dict[Term, set[str]] = {}
        self._done: set[tuple[str, tuple[Term, ...]]] = set()

    def about(self, term: Term) -> Iterator[Term]:
        """The facts about one application."""
        name: str = term.op if term.op != "apply" else term.payload.name
        if name == ch.NUMBER.name:
            name = ch.IS_NUMBER.name
        if (name, term.args) in self._done:
            return
        self._done.add((name, term.args))
        method = name.removeprefix("text.")
        if method in PREDICATES:
            self.asked.setdefault(term.args[0], set()).add(method)
            if self.quantified and method in _OF_EACH and term.args[0].op != "str.at":
                yield from _stated(_of_each(method, term.args[0]), term)
            if not self.concrete:
                some = terms.implies(term, terms.ne(term.args[0], terms.EMPTY))
                yield from _stated(iter((some,)), term)
                return
        if name in OF_CHARACTER:
            facts = OF_CHARACTER[name](term.args[0])
        elif name in _OTHERS:
            facts = _OTHERS[name](term)
        else:
            return
        for fact in _stated(facts, term):
            if self.quantified or fact.height == 0:
                yield fact
        item = _ITEMS.get(name)
        if item is not None and self.quantified:
            one = terms.select(term, _INDEX)
            every = terms.forall((_INDEX,), item(term, _INDEX), ((one,),))
            yield from _stated(iter((every,)), term)

    def of_item(self, term: Term) -> Iterator[Term]:
        """The facts about one piece that is read, where none about all are given."""
        array, index = term.args
        item = _ITEMS.get(array.payload.name)
        if item is not None and not self.quantified and ("item", term.args) not in self._done:
            self._done.add(("item", term.args))
            yield item(array, index)


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

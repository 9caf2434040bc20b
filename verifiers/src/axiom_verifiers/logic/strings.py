"""Constructors of strings and regular expressions, with SMT-LIB's meaning of each.

SMT-LIB's characters are the code points 0 to 0x2FFFF; `string` refuses others.
"""

from __future__ import annotations

from axiom_verifiers.logic.booleans import FALSE, TRUE, expect, plain
from axiom_verifiers.logic.languages import in_language
from axiom_verifiers.logic.numbers import ZERO
from axiom_verifiers.logic.semantics import MAX_CODE
from axiom_verifiers.logic.sorts import BOOL, INT, REGEX, STRING, Sort
from axiom_verifiers.logic.term import REBUILD, Term, literal, make

_FLAT = 64


def string(value: str) -> Term:
    """A string literal; ValueError when a character is beyond what SMT-LIB has."""
    for character in value:
        if ord(character) > MAX_CODE:
            raise ValueError(
                f"the character U+{ord(character):X} is beyond U+2FFFF, the last one that the "
                "solvers' theory of strings has"
            )
    return literal(value, STRING)


EMPTY = string("")


def concat(*terms: Term) -> Term:
    """Concatenation of any number; neighbouring literals are joined."""
    kept: list[Term] = []
    for term in terms:
        expect(term, STRING, "str.++")
        parts = term.args if term.op == "str.++" and len(term.args) <= _FLAT else (term,)
        for part in parts:
            if part is EMPTY:
                continue
            if part.is_literal and kept and kept[-1].is_literal:
                kept[-1] = string(kept[-1].payload + part.payload)
            else:
                kept.append(part)
    if not kept:
        return EMPTY
    return kept[0] if len(kept) == 1 else make("str.++", tuple(kept), STRING)


def length(term: Term) -> Term:
    """The number of code points."""
    expect(term, STRING, "str.len")
    return plain("str.len", (term,), INT)


def _of(op: str, args: tuple[Term, ...], sorts: tuple[Sort, ...], result: Sort) -> Term:
    for arg, sort in zip(args, sorts, strict=True):
        expect(arg, sort, op)
    return plain(op, args, result)


def at(term: Term, index: Term) -> Term:
    """The one-character string at `index`; empty out of range, and for negative ones."""
    return _of("str.at", (term, index), (STRING, INT), STRING)


def substring(term: Term, start: Term, count: Term) -> Term:
    """At most `count` characters from `start`; empty when `start` is out of range."""
    if start is ZERO and count is length(term):
        return term
    return _of("str.substr", (term, start, count), (STRING, INT, INT), STRING)


def index_of(term: Term, part: Term, start: Term = ZERO) -> Term:
    """The first place at or after `start`, else -1."""
    return _of("str.indexof", (term, part, start), (STRING, STRING, INT), INT)


def contains(term: Term, part: Term) -> Term:
    """Whether `part` occurs in `term`."""
    if part is EMPTY or part is term:
        return TRUE
    return _of("str.contains", (term, part), (STRING, STRING), BOOL)


def starts_with(term: Term, prefix: Term) -> Term:
    """Whether `term` begins with `prefix`."""
    if prefix is EMPTY or prefix is term:
        return TRUE
    return _of("str.prefixof", (prefix, term), (STRING, STRING), BOOL)


def ends_with(term: Term, suffix: Term) -> Term:
    """Whether `term` ends with `suffix`."""
    if suffix is EMPTY or suffix is term:
        return TRUE
    return _of("str.suffixof", (suffix, term), (STRING, STRING), BOOL)


def replace(term: Term, old: Term, new: Term) -> Term:
    """The first occurrence replaced; an empty `old` puts `new` in front."""
    return _of("str.replace", (term, old, new), (STRING, STRING, STRING), STRING)


def replace_all(term: Term, old: Term, new: Term) -> Term:
    """Every occurrence replaced, from the left; an empty `old` changes nothing."""
    return _of("str.replace_all", (term, old, new), (STRING, STRING, STRING), STRING)


def less(left: Term, right: Term) -> Term:
    """By code points, as Python compares."""
    if left is right:
        return FALSE
    return _of("str.<", (left, right), (STRING, STRING), BOOL)


def less_equal(left: Term, right: Term) -> Term:
    if left is right:
        return TRUE
    return _of("str.<=", (left, right), (STRING, STRING), BOOL)


def is_digit(term: Term) -> Term:
    """Whether it is one of the ten ASCII digits."""
    return _of("str.is_digit", (term,), (STRING,), BOOL)


def to_code(term: Term) -> Term:
    """The code point of a string of one character, else -1."""
    return _of("str.to_code", (term,), (STRING,), INT)


def from_code(term: Term) -> Term:
    """The one-character string, empty for what is no code point."""
    return _of("str.from_code", (term,), (INT,), STRING)


def to_number(term: Term) -> Term:
    """The number that ASCII digits denote, else -1."""
    return _of("str.to_int", (term,), (STRING,), INT)


def from_number(term: Term) -> Term:
    """The decimal digits of a number, empty for a negative one."""
    return _of("str.from_int", (term,), (INT,), STRING)


# Regular expressions: no simplification but of membership of literals.
RE_NONE = make("re.none", (), REGEX)
RE_ALL = make("re.all", (), REGEX)
RE_ALLCHAR = make("re.allchar", (), REGEX)


def in_regex(term: Term, regex: Term) -> Term:
    expect(term, STRING, "str.in_re")
    expect(regex, REGEX, "str.in_re")
    if term.is_literal:
        inside = in_language(term.payload, regex)
        if inside is not None:
            return TRUE if inside else FALSE
    return make("str.in_re", (term, regex), BOOL)


def re_string(term: Term) -> Term:
    """The language of exactly this string."""
    expect(term, STRING, "str.to_re")
    return make("str.to_re", (term,), REGEX)


def re_range(first: str, last: str) -> Term:
    """The one-character strings from `first` to `last`."""
    return make("re.range", (string(first), string(last)), REGEX)


def _regex(op: str, terms: tuple[Term, ...], payload: object = None) -> Term:
    for term in terms:
        expect(term, REGEX, op)
    return make(op, terms, REGEX, payload)


def re_concat(*terms: Term) -> Term:
    return terms[0] if len(terms) == 1 else _regex("re.++", terms)


def re_union(*terms: Term) -> Term:
    return terms[0] if len(terms) == 1 else _regex("re.union", terms)


def re_intersect(*terms: Term) -> Term:
    return terms[0] if len(terms) == 1 else _regex("re.inter", terms)


def re_star(term: Term) -> Term:
    return _regex("re.*", (term,))


def re_plus(term: Term) -> Term:
    return _regex("re.+", (term,))


def re_optional(term: Term) -> Term:
    return _regex("re.opt", (term,))


def re_complement(term: Term) -> Term:
    return _regex("re.comp", (term,))


def re_loop(term: Term, low: int, high: int) -> Term:
    """From `low` to `high` repetitions."""
    return _regex("re.loop", (term,), (low, high))


REBUILD.update(
    {
        "str.++": lambda _, args: concat(*args),
        "str.len": lambda _, args: length(*args),
        "str.at": lambda _, args: at(*args),
        "str.substr": lambda _, args: substring(*args),
        "str.indexof": lambda _, args: index_of(*args),
        "str.contains": lambda _, args: contains(*args),
        "str.prefixof": lambda _, args: starts_with(args[1], args[0]),
        "str.suffixof": lambda _, args: ends_with(args[1], args[0]),
        "str.replace": lambda _, args: replace(*args),
        "str.replace_all": lambda _, args: replace_all(*args),
        "str.<": lambda _, args: less(*args),
        "str.<=": lambda _, args: less_equal(*args),
        "str.is_digit": lambda _, args: is_digit(*args),
        "str.to_code": lambda _, args: to_code(*args),
        "str.from_code": lambda _, args: from_code(*args),
        "str.to_int": lambda _, args: to_number(*args),
        "str.from_int": lambda _, args: from_number(*args),
        "str.in_re": lambda _, args: in_regex(*args),
    }
)

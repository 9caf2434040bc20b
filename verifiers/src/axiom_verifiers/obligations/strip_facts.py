"""What solvers are told of texts that `strip` and its like leave."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.values import ONE, ZERO

_INDEX = terms.var("#index", sorts.INT)
# So many characters are named one by one; more are a language.
_NAMED = 8


def _spaces(application: Term) -> Term:
    """The language of the characters that are taken off."""
    if len(application.args) == 1:
        return ch.SPACE
    marks = application.args[1]
    assert marks.is_literal
    assert marks.payload
    return ch.one_of(marks.payload)


def of_stripped(application: Term, *, left: bool) -> Iterator[Term]:
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
    yield from _by_place(application, left=left)


def _taken_off(application: Term, char: Term) -> Term:
    """Whether a character, a text of length 1, is one of those that are taken off."""
    if len(application.args) == 2:
        marks: str = application.args[1].payload
        if len(set(marks)) <= _NAMED:
            return terms.or_(*(terms.eq(char, terms.string(mark)) for mark in sorted(set(marks))))
    return terms.in_regex(char, _spaces(application))


def _by_place(application: Term, *, left: bool) -> Iterator[Term]:
    """The same of every single place: what is gone is of those characters, what is left is where
    it was, and its edge is none of them.
    """
    text = application.args[0]
    size, rest = terms.length(text), terms.length(application)
    gone = terms.sub(size, rest)
    char, still = terms.at(text, _INDEX), terms.at(application, _INDEX)
    there = terms.at(text, terms.add(_INDEX, gone)) if left else char
    kept = terms.and_(terms.le(ZERO, _INDEX), terms.lt(_INDEX, rest))
    yield terms.forall((_INDEX,), terms.implies(kept, terms.eq(still, there)), ((still,),))
    low, high = (ZERO, gone) if left else (rest, size)
    lost = terms.and_(terms.le(low, _INDEX), terms.lt(_INDEX, high))
    off = terms.implies(lost, _taken_off(application, char))
    yield terms.forall((_INDEX,), off, ((char,),))
    edge = terms.at(application, ZERO if left else terms.sub(rest, ONE))
    bare = terms.not_(_taken_off(application, edge))
    yield terms.or_(terms.eq(application, terms.EMPTY), bare)

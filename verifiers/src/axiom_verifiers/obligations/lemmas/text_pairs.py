"""Lemmas about what a fold over texts has to do with another term of the problem.

* alike: two texts that are put together of equal pieces, in the same order, are equal; one may
  grow at its end and the other one at its start;
* front: a range that begins one member earlier has that member's piece at its front;
* kept: what is put together of all that a filter kept is put together of what it went through,
  where its condition holds;
* replaced: the characters of a text with one of them exchanged are what `replace` makes of it;
* joined again: the pieces of a split text with a separator between them are what `replace` makes
  of the text (so CPython makes both: from the left, without overlaps);
* by parts: a character occurs in a text put together of others as often as in these;
* contained: a character is counted somewhere if the part of the text holds it;
* pieces: a text splits at a character into one more piece than that character occurs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.folds import AT, Fold
from axiom_verifiers.obligations.lemmas.filters import Filtering, filtering
from axiom_verifiers.obligations.lemmas.shapes import (
    At,
    added,
    counts_places,
    read_at_member,
)
from axiom_verifiers.obligations.lemmas.shapes import replaced as replaced_part
from axiom_verifiers.obligations.lemmas.sums import growth
from axiom_verifiers.obligations.values import ONE, ZERO

# ---------------------------------------------------------------- texts that are put together


class Pieces(msgspec.Struct, frozen=True):
    """A text that begins empty and that each step joins a piece to, to its end or to its front."""

    at: At
    piece: Term
    front: bool

    def of(self, member: Term) -> Term:
        return self.at.bound(self.piece, member)

    @property
    def count(self) -> Term:
        return terms.sub(self.at.high, self.at.low)


def pieces(at: At) -> Pieces | None:
    """The fold as pieces put together; None for other folds."""
    fold = at.fold
    if len(fold.step) != 1 or fold.state[0].sort is not sorts.STRING:
        return None
    if fold.start[0] is not terms.EMPTY:
        return None
    found = _appended(fold.step[0], fold.state[0])
    if found is None or found[1] is None:
        return None
    return Pieces(at, found[0], found[1])


def _appended(step: Term, state: Term) -> tuple[Term, bool | None] | None:
    """The piece that a step joins to the state, and whether to its front (None: no piece)."""
    if step is state:
        return terms.EMPTY, None
    if step.op == "ite" and state not in step.args[0].free:
        then, otherwise = _appended(step.args[1], state), _appended(step.args[2], state)
        if then is None or otherwise is None:
            return None
        sides = {side for side in (then[1], otherwise[1]) if side is not None}
        if len(sides) > 1:
            return None
        return terms.ite(step.args[0], then[0], otherwise[0]), next(iter(sides), None)
    if step.op != "str.++":
        return None
    if step.args[0] is state:
        piece, front = terms.concat(*step.args[1:]), False
    elif step.args[-1] is state:
        piece, front = terms.concat(*step.args[:-1]), True
    else:
        return None
    return None if state in piece.free else (piece, front)


def alike(one: Pieces, other: Pieces) -> Iterator[Term]:
    """Texts of as many pieces, that are equal one by one, are equal."""
    k = terms.var("k", sorts.INT)
    # Where one grows the other way, its last member stands first.
    last = terms.sub(other.at.high, ONE)
    there = terms.add(other.at.low, k) if one.front == other.front else terms.sub(last, k)
    left, right = one.of(terms.add(one.at.low, k)), other.of(there)
    inside = terms.and_(terms.le(ZERO, k), terms.lt(k, one.count))
    apart = terms.exists((k,), terms.and_(inside, terms.ne(left, right)))
    same = terms.eq(one.at.value, other.at.value)
    yield terms.implies(terms.eq(one.count, other.count), terms.or_(apart, same))


def front(one: Pieces, other: Pieces) -> Iterator[Term]:
    """Of one fold over two ranges with the same end, if `other` begins one member later."""
    low, high = one.at.low, one.at.high
    first = one.of(low)
    rest = other.at.value
    whole = terms.concat(rest, first) if one.front else terms.concat(first, rest)
    later = terms.and_(
        terms.eq(other.at.low, terms.add(low, ONE)),
        terms.eq(other.at.high, high),
        terms.lt(low, high),
    )
    yield terms.implies(later, terms.eq(one.at.value, whole))


def kept(one: Pieces) -> tuple[At, Term] | None:
    """The text over what a filter went through, in place of what it kept; and that it is that."""
    at = one.at
    if at.low is not ZERO or one.front:
        return None
    for position, parameter in enumerate(at.fold.parameters):
        array = at.arguments[position]
        through = at.folds.of(array)
        if (
            not isinstance(through, Fold)
            or not read_at_member(at.fold, parameter)
            or counts_places(at.fold, parameter)
        ):
            continue
        *arguments, low, high = array.args
        shape = filtering(At(at.folds, through, tuple(arguments), low, high))
        if shape is None or shape.place(high) is not at.high:
            continue
        probe = terms.var("kept", array.sort.element)
        piece = replaced_part(one.piece, terms.select(parameter, AT), probe)
        if probe not in piece.free or AT in piece.free:
            continue

        def step(
            state: tuple[Term, ...],
            member: Term,
            piece: Term = piece,
            probe: Term = probe,
            shape: Filtering = shape,
        ) -> tuple[Term, ...]:
            own = terms.substitute(piece, at.binding | {probe: shape.element(member)})
            return (terms.ite(shape.condition(member), terms.concat(state[0], own), state[0]),)

        (same,) = at.folds.apply("join", (terms.EMPTY,), low, high, step)
        fold = at.folds.of(same)
        assert isinstance(fold, Fold)
        return At(at.folds, fold, same.args[:-2], low, high), terms.eq(at.value, same)
    return None


# ---------------------------------------------------------------- replace


def replaced(one: Pieces, terms_: tuple[Term, ...]) -> Iterator[Term]:
    """What a text with one character exchanged is, by the `replace` that the problem speaks of."""
    if one.front:
        return
    exchange = _exchange(one.of(AT))
    if exchange is None:
        return
    text, gone, new = exchange
    if not any(t.args[1] is gone and t.args[2] is new for t in terms_):
        return
    low, high = one.at.low, one.at.high
    part = terms.substring(text, low, terms.sub(high, low))
    if low is ZERO and high is terms.length(text):
        part = text
    inside = terms.and_(
        terms.le(ZERO, low), terms.le(low, high), terms.le(high, terms.length(text))
    )
    yield terms.implies(inside, terms.eq(one.at.value, terms.replace_all(part, gone, new)))


def _exchange(piece: Term) -> tuple[Term, Term, Term] | None:
    """Of `new if t[k] == gone else t[k]`: the text, what goes, and what comes."""
    if piece.op != "ite":
        return None
    test, then, otherwise = piece.args
    if test.op == "not":
        test, then, otherwise = test.args[0], otherwise, then
    if test.op == "distinct" and len(test.args) == 2:
        then, otherwise = otherwise, then
    elif test.op != "=":
        return None
    gone = next((arg for arg in test.args if arg.is_literal), None)
    if gone is None or gone.sort is not sorts.STRING or len(gone.payload) != 1:
        return None
    char = next((arg for arg in test.args if arg is not gone), None)
    if char is None or char is not otherwise or not then.is_literal:
        return None
    if char.op != "str.at" or char.args[1] is not AT or AT in char.args[0].free:
        return None
    return char.args[0], gone, then


def joined_again(one: Pieces) -> Iterator[Term]:
    """What the pieces of a split text come to, with a separator between them or without."""
    at = one.at
    if one.front or at.low is not ZERO:
        return
    piece = one.of(AT)
    between, item = terms.EMPTY, piece
    if piece.op == "str.++" and len(piece.args) == 2:
        first, item = piece.args
        if first.op != "ite" or first.args[1] is not terms.EMPTY:
            return
        if first.args[0] is not terms.eq(AT, ZERO):
            return
        between = first.args[2]
    if item.op != "select" or item.args[1] is not AT or AT in between.free:
        return
    pieces_ = item.args[0]
    if pieces_.op != "apply" or pieces_.payload != ch.SPLIT:
        return
    text, mark = pieces_.args
    whole = text if between is mark else terms.replace_all(text, mark, between)
    every = terms.eq(at.high, terms.apply(ch.SPLIT_COUNT, text, mark))
    sound = terms.ne(mark, terms.EMPTY)
    yield terms.implies(terms.and_(every, sound), terms.eq(at.value, whole))


# ---------------------------------------------------------------- characters that are counted


class Counted(msgspec.Struct, frozen=True):
    """How often a character occurs in a part of a text."""

    at: At
    text: Term
    mark: Term

    def over(self, low: Term, high: Term) -> Counted:
        return msgspec.structs.replace(self, at=self.at.over(low, high))


def counted(at: At) -> Counted | None:
    """The fold as a count of one character; None for other folds."""
    gain = added(at.fold)
    if gain is None or gain.op != "ite" or gain.args[1] is not ONE or gain.args[2] is not ZERO:
        return None
    test = at.bound(gain.args[0], AT)
    if test.op != "=":
        return None
    mark = next((arg for arg in test.args if arg.is_literal), None)
    char = next((arg for arg in test.args if arg is not mark), None)
    if mark is None or char is None or mark.sort is not sorts.STRING or len(mark.payload) != 1:
        return None
    if char.op != "str.at" or char.args[1] is not AT or AT in char.args[0].free:
        return None
    return Counted(at, char.args[0], mark)


def contained(one: Counted) -> Iterator[Term]:
    """That it is counted if and only if that part of the text holds it."""
    low, high = one.at.low, one.at.high
    whole = low is ZERO and high is terms.length(one.text)
    part = one.text if whole else terms.substring(one.text, low, terms.sub(high, low))
    inside = terms.and_(
        terms.le(ZERO, low), terms.le(low, high), terms.le(high, terms.length(one.text))
    )
    some = terms.lt(one.at.start, one.at.value)
    yield terms.implies(inside, terms.iff(some, terms.contains(part, one.mark)))


def around_first(one: Counted) -> Iterator[Term]:
    """What is counted before the first place that it has, there, and behind it."""
    place = terms.index_of(one.text, one.mark)
    size = terms.length(one.text)
    before, behind = one.over(ZERO, place), one.over(terms.add(place, ONE), size)
    found = terms.contains(one.text, one.mark)
    parts = terms.add(before.at.value, ONE, behind.at.value)
    yield terms.implies(found, terms.eq(one.at.value, parts))
    for part in (before, behind):
        yield from growth(part.at)
        yield from contained(part)


# So many literals are tried for a text of which only a few are possible.
_LITERALS = 16


def by_parts(one: Counted) -> Iterator[Term]:
    """In a text put together of others: as often as in these."""
    if one.text.op != "str.++":
        return
    positions = [i for i, argument in enumerate(one.at.arguments) if argument is one.text]
    if len(positions) != 1:
        return
    found: list[Term] = []
    for part in one.text.args:
        if part.is_literal:
            found.append(terms.integer(part.payload.count(one.mark.payload)))
            continue
        at = one.at.given(positions[0], part).over(ZERO, terms.length(part))
        found.append(at.value)
        yield from by_repeats(Counted(at, part, one.mark))
    yield terms.eq(one.at.value, terms.add(*found))


def by_repeats(one: Counted) -> Iterator[Term]:
    """In a literal that is repeated: as many times as often as in it."""
    fold = one.at.folds.of(one.text)
    if not isinstance(fold, Fold):
        return
    put = pieces(At(one.at.folds, fold, one.text.args[:-2], *one.text.args[-2:]))
    piece = None if put is None else put.of(AT)
    if put is not None and piece is not None and piece.is_literal:
        times = terms.maximum(put.count, ZERO)
        each = terms.integer(piece.payload.count(one.mark.payload))
        yield terms.eq(one.at.value, terms.mul(each, times))


def of_literals(one: Counted, order: list[Term]) -> Iterator[Term]:
    """How often it occurs in the literals of the problem, if the text is one of them."""
    if one.text.op not in ("select", "ite"):
        return
    literals = [term for term in order if term.is_literal and term.sort is sorts.STRING]
    if len(literals) <= _LITERALS:
        for literal in literals:
            times = terms.integer(literal.payload.count(one.mark.payload))
            same = terms.eq(one.text, literal)
            yield terms.implies(same, terms.eq(one.at.value, times))


def pieces_counted(one: Counted) -> Iterator[Term]:
    """How many pieces the text has at that character."""
    many = terms.apply(ch.SPLIT_COUNT, one.text, one.mark)
    yield terms.eq(many, terms.add(one.at.value, ONE))


def is_whole(one: Counted) -> bool:
    """Whether it counts in the whole text, from nothing on."""
    at = one.at
    return at.low is ZERO and at.high is terms.length(one.text) and at.start is ZERO


# ---------------------------------------------------------------- of a problem


def apart(goal: Term, applied: frozenset[Term]) -> Iterator[Term]:
    """Two texts that the goal says to be equal, one of them a part of one that is put together,
    have different lengths, or differ at some place, or are equal.
    """
    k = terms.var("k", sorts.INT)
    for term in terms.postorder((goal,)):
        if term.op != "=" or term.args[0].sort is not sorts.STRING:
            continue
        parts = [one for one in term.args if one.op == "str.substr" and one.args[0] in applied]
        if not parts or any(one.payload.startswith("?") for one in term.free):
            continue
        left, right = term.args
        inside = terms.and_(terms.le(ZERO, k), terms.lt(k, terms.length(left)))
        differ = terms.exists(
            (k,), terms.and_(inside, terms.ne(terms.at(left, k), terms.at(right, k)))
        )
        longer = terms.ne(terms.length(left), terms.length(right))
        yield terms.or_(longer, differ, term)


# How many pairs of one problem are looked at.
_PAIRS = 8


def of_texts(
    applied: tuple[At, ...], roots: tuple[Term, ...], asked: frozenset[Term]
) -> Iterator[Term]:
    """What these folds have to do with one another, as far as `asked` has one of them, and with
    the terms of the problem.
    """
    put = [one for one in map(pieces, applied) if one is not None]
    for found in map(kept, tuple(put)):
        if found is not None:
            at, same = found
            yield same
            asked |= {at.value}
            another = pieces(at)
            if another is not None and at not in applied:
                put.append(another)
    told = 0
    for (first, one), (second, other) in permutations(enumerate(put), 2):
        facts: list[Term] = []
        if one.at.fold is other.at.fold and one.at.arguments == other.at.arguments:
            if one.at.low is not other.at.low:
                facts += front(one, other)
        elif first < second and (one.at.value in asked or other.at.value in asked):
            facts += alike(one, other)
        told += bool(facts)
        if told > _PAIRS:
            break
        yield from facts
    tallies = [one for one in map(counted, applied) if one is not None]
    if not put and not tallies:
        return
    order = list(terms.postorder(roots))
    again = tuple(fact for one in put for fact in joined_again(one))
    yield from again
    spoken = (*order, *terms.postorder(again))
    exchanged = tuple(term for term in spoken if term.op == "str.replace_all")
    for one in put:
        yield from replaced(one, exchanged)
    for tally in tallies:
        if is_whole(tally):
            yield from _of_tally(tally, order)


def _of_tally(one: Counted, order: list[Term]) -> Iterator[Term]:
    """As far as the problem speaks of places, of parts or of pieces of that text."""
    same = [term for term in order if term.args[:2] == (one.text, one.mark)]
    split = any(term.op == "apply" and term.payload in _SPLITS for term in same)
    placed = any(term.op == "str.indexof" for term in same)
    yield from by_parts(one)
    yield from by_repeats(one)
    yield from of_literals(one, order)
    if split:
        yield from pieces_counted(one)
    if split or placed:
        yield from around_first(one)
    if split or placed or any(term.op == "str.contains" for term in same):
        yield from contained(one)


_SPLITS = (ch.SPLIT, ch.SPLIT_COUNT)

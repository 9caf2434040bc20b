"""The obligations that show the lemmas of `text_pairs`: of folds with any pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Fold, Folds
from axiom_verifiers.obligations.lemmas import sums, text_pairs, text_ranges
from axiom_verifiers.obligations.lemmas.filters import Filtering, filtering
from axiom_verifiers.obligations.lemmas.induction import (
    HIGH,
    LOW,
    Facts,
    Proof,
    definitions,
    induction,
    problem,
    unknown,
)
from axiom_verifiers.obligations.lemmas.shapes import At
from axiom_verifiers.obligations.lemmas.text_pairs import Counted, Pieces

_TEXT = terms.var("t", sorts.STRING)
_END = terms.var("e", sorts.INT)
_MARK, _NEW = terms.string("-"), terms.string("+.")

_first = unknown("first", sorts.INT, result=sorts.STRING)
_made = unknown("made", sorts.STRING, result=sorts.STRING)
_meets = unknown("meets", sorts.INT, result=sorts.BOOL)
_START = terms.var("start", sorts.INT)
_stepped = unknown("stepped", sorts.INT, sorts.STRING)
_second = unknown("second", sorts.INT, result=sorts.STRING)


def proofs() -> Iterator[Proof]:
    """All of them, in a fixed order."""
    yield from _of_front(to_front=False)
    yield from _of_front(to_front=True)
    yield from _of_alike(to_front=False)
    yield from _of_alike(to_front=True)
    yield from _of_both_ways()
    yield from _of_kept()
    yield from _of_replaced()
    yield from _of_counts()
    yield from _of_parts()
    yield from _of_repeats()
    yield from _of_ranges()


def _of_ranges() -> Iterator[Proof]:
    """Over a part of a text, of folds to any sort, from any place of the part on."""
    shift, size = terms.var("shift", sorts.INT), terms.var("size", sorts.INT)
    sliced = terms.minimum(terms.ONE, terms.length(_TEXT))
    count = terms.maximum(terms.sub(terms.length(_TEXT), sliced), terms.ZERO)
    for part in (
        terms.substring(_TEXT, shift, size),
        terms.substring(_TEXT, sliced, count),
    ):
        folds = Folds()

        def facts(h: Term, folds: Folds = folds, part: Term = part) -> Iterator[Term]:
            def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
                return (_stepped(state[0], terms.at(part, at)),)

            at = _at(folds, "any", _START, LOW, h, step)
            found = tuple(text_ranges.part(at))
            assert found, "the fold was not seen to go through a part of a text"
            yield from found

        yield from induction("part of a text", folds, facts)


def _put(
    folds: Folds, piece: Callable[[Term], Term], low: Term, high: Term, *, to_front: bool
) -> Pieces:
    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        parts = (piece(at), state[0]) if to_front else (state[0], piece(at))
        return (terms.concat(*parts),)

    found = text_pairs.pieces(_at(folds, "join", terms.EMPTY, low, high, step))
    assert found is not None
    return found


def _at(
    folds: Folds,
    name: str,
    start: Term,
    low: Term,
    high: Term,
    step: Callable[[tuple[Term, ...], Term], tuple[Term, ...]],
) -> At:
    (value,) = folds.apply(name, (start,), low, high, step)
    fold = folds.of(value)
    assert isinstance(fold, Fold)
    return At(folds, fold, value.args[:-2], low, high)


def _front(folds: Folds, *, to_front: bool) -> Facts:
    def facts(h: Term) -> Iterator[Term]:
        whole = _put(folds, _second, LOW, h, to_front=to_front)
        rest = _put(folds, _second, terms.add(LOW, terms.ONE), h, to_front=to_front)
        yield from text_pairs.front(whole, rest)

    return facts


def _of_front(*, to_front: bool) -> Iterator[Proof]:
    folds = Folds()
    yield from induction("front of a text", folds, _front(folds, to_front=to_front))


def _of_alike(*, to_front: bool) -> Iterator[Proof]:
    folds = Folds()

    def facts(h: Term) -> Iterator[Term]:
        one = _put(folds, _first, LOW, h, to_front=to_front)
        end = terms.add(_END, terms.sub(h, LOW))
        yield from text_pairs.alike(one, _put(folds, _second, _END, end, to_front=to_front))

    yield from induction("texts alike", folds, facts)


def _of_both_ways() -> Iterator[Proof]:
    """One grows at its end, the other one, whose range ends at `_END`, begins ever earlier."""
    folds = Folds()

    def other(h: Term) -> Pieces:
        return _put(folds, _second, terms.sub(_END, terms.sub(h, LOW)), _END, to_front=True)

    def facts(h: Term) -> Iterator[Term]:
        one = _put(folds, _first, LOW, h, to_front=False)
        yield from text_pairs.alike(one, other(h))

    shown = tuple(text_pairs.front(other(terms.add(HIGH, terms.ONE)), other(HIGH)))
    yield from induction("texts alike", folds, facts, given=shown)


def _of_kept() -> Iterator[Proof]:
    """As for sums: what is stored behind what was kept does not change what that comes to."""
    folds = Folds()
    items = sorts.array(sorts.INT, sorts.STRING)
    source = terms.var("items", items)

    def filtered(h: Term) -> Filtering:
        def counted(at: Term) -> Term:
            def more(state: tuple[Term, ...], k: Term) -> tuple[Term, ...]:
                return (terms.ite(_meets(k), terms.add(state[0], terms.ONE), state[0]),)

            return _at(folds, "sum", terms.ZERO, LOW, at, more).value

        def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
            held = terms.store(state[0], counted(at), terms.select(source, at))
            return (terms.ite(_meets(at), held, state[0]),)

        start = terms.const_array(items, terms.EMPTY)
        shape = filtering(_at(folds, "filter", start, LOW, h, step))
        assert shape is not None
        return shape

    def put(array: Term, high: Term) -> Pieces:
        return _put(
            folds, lambda k: _made(terms.select(array, k)), terms.ZERO, high, to_front=False
        )

    def facts(h: Term) -> Iterator[Term]:
        shape = filtered(h)
        found = text_pairs.kept(put(shape.at.value, shape.place(h)))
        assert found is not None
        yield found[1]

    longer = filtered(HIGH)
    place = longer.place(HIGH)
    stored = put(terms.store(longer.at.value, place, longer.element(HIGH)), place)
    one_more = put(
        terms.store(longer.at.value, place, longer.element(HIGH)), terms.add(place, terms.ONE)
    )
    given = (
        *sums.stored(stored.at),
        terms.le(terms.ZERO, place),
        *definitions(folds, (one_more.at.value,)),
    )
    yield from induction("text of what a filter keeps", folds, facts, given=given)


def _of_replaced() -> Iterator[Proof]:
    folds = Folds()

    def piece(at: Term) -> Term:
        char = terms.at(_TEXT, at)
        return terms.ite(terms.eq(char, _MARK), _NEW, char)

    def facts(h: Term) -> Iterator[Term]:
        one = _put(folds, piece, LOW, h, to_front=False)
        yield from text_pairs.replaced(one, (terms.replace_all(_TEXT, _MARK, _NEW),))

    # Of one character the standard's `replace_all` goes character by character.
    before = terms.substring(_TEXT, LOW, terms.sub(HIGH, LOW))
    longer = terms.substring(_TEXT, LOW, terms.sub(terms.add(HIGH, terms.ONE), LOW))
    known = terms.and_(
        terms.le(terms.ZERO, LOW), terms.le(LOW, HIGH), terms.lt(HIGH, terms.length(_TEXT))
    )
    made = terms.concat(terms.replace_all(before, _MARK, _NEW), piece(HIGH))
    by_character = terms.implies(known, terms.eq(terms.replace_all(longer, _MARK, _NEW), made))
    yield from induction("replaced", folds, facts, given=(by_character,))


def _count(folds: Folds, text: Term, low: Term, high: Term) -> Counted:
    """How often the mark occurs in a part of the text."""

    def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
        same = terms.eq(terms.at(text, at), _MARK)
        return (terms.ite(same, terms.add(state[0], terms.ONE), state[0]),)

    found = text_pairs.counted(_at(folds, "sum", terms.ZERO, low, high, step))
    assert found is not None
    return found


def _of_counts() -> Iterator[Proof]:
    folds = Folds()
    never_less = tuple(sums.growth(_count(folds, _TEXT, LOW, HIGH).at))

    def contained(h: Term) -> Iterator[Term]:
        return text_pairs.contained(_count(folds, _TEXT, LOW, h))

    yield from induction("contained", folds, contained, given=never_less)
    size, place = terms.length(_TEXT), terms.index_of(_TEXT, _MARK)
    whole = _count(folds, _TEXT, terms.ZERO, size)
    before, rest = whole.at.over(terms.ZERO, place), whole.at.over(place, size)
    shown = (
        *sums.split(before, rest),
        *sums.beheaded(rest),
        *text_pairs.contained(_count(folds, _TEXT, terms.ZERO, place)),
    )
    claim = next(text_pairs.around_first(whole))
    yield Proof("around the first", "follows", problem(folds, shown, claim))


def _of_parts() -> Iterator[Proof]:
    """In the first of two texts as in both, as far as it goes; then as in the second."""
    folds = Folds()
    other = terms.var("u", sorts.STRING)
    both = terms.concat(_TEXT, other)
    first = terms.length(_TEXT)
    last = terms.add(first, terms.length(other))

    def of(text: Term, high: Term) -> Term:
        return _count(folds, text, terms.ZERO, high).at.value

    def begins(h: Term) -> Iterator[Term]:
        yield terms.implies(terms.le(h, first), terms.eq(of(both, h), of(_TEXT, h)))

    yield from induction("count by parts", folds, begins, low=terms.ZERO)

    def goes_on(h: Term) -> Iterator[Term]:
        inside = terms.and_(terms.le(first, h), terms.le(h, last))
        together = terms.add(of(_TEXT, first), of(other, terms.sub(h, first)))
        yield terms.implies(inside, terms.eq(of(both, h), together))

    given = tuple(begins(first))
    yield from induction("count by parts", folds, goes_on, low=first, given=given)
    whole = _count(folds, both, terms.ZERO, terms.length(both))
    claim = terms.and_(*text_pairs.by_parts(whole))
    yield Proof("count by parts", "follows", problem(folds, tuple(goes_on(last)), claim))


def _of_repeats() -> Iterator[Proof]:
    folds = Folds()
    piece = terms.string("-x--")

    def repeated(h: Term) -> Term:
        return _put(folds, lambda _: piece, LOW, h, to_front=False).at.value

    def facts(h: Term) -> Iterator[Term]:
        text = repeated(h)
        yield from text_pairs.by_repeats(_count(folds, text, terms.ZERO, terms.length(text)))

    both = terms.concat(repeated(HIGH), piece)
    shown = tuple(text_pairs.by_parts(_count(folds, both, terms.ZERO, terms.length(both))))
    yield from induction("count by repeats", folds, facts, given=shown[-1:])

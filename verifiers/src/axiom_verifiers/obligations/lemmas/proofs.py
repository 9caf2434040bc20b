"""The obligations that show the lemmas: for each a base and a step of induction, or what follows
without one.

Each is stated of folds whose step is a function of which nothing is known, so it holds of every
fold of the shape. What the induction goes over is the end of the range. A test sends all of them
to the solvers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import Folds
from axiom_verifiers.obligations.lemmas import (
    LEMMAS,
    REWRITES,
    choices,
    places,
    sums,
    text_pair_proofs,
    text_proofs,
)
from axiom_verifiers.obligations.lemmas.average_proofs import of_averages
from axiom_verifiers.obligations.lemmas.filter_proofs import of_filters
from axiom_verifiers.obligations.lemmas.flattening_proofs import of_flattening
from axiom_verifiers.obligations.lemmas.gathered import of_gathered
from axiom_verifiers.obligations.lemmas.induction import (
    Proof,
    fold,
    induction,
    problem,
    unknown,
)
from axiom_verifiers.obligations.lemmas.neighbour_proofs import of_neighbours
from axiom_verifiers.obligations.lemmas.order_proofs import of_orders
from axiom_verifiers.obligations.lemmas.power_proofs import of_power_lemmas
from axiom_verifiers.obligations.lemmas.removal_proofs import of_removals
from axiom_verifiers.obligations.lemmas.shapes import At
from axiom_verifiers.obligations.lemmas.table_proofs import of_tables
from axiom_verifiers.obligations.lemmas.total_part_proofs import of_total_parts

_INTS = sorts.array(sorts.INT, sorts.INT)
_A, _B = terms.var("a", _INTS), terms.var("b", _INTS)
_LOW, _HIGH, _MIDDLE, _END = (terms.var(name, sorts.INT) for name in ("l", "h", "m", "e"))
_I, _V = terms.var("i", sorts.INT), terms.var("v", sorts.INT)
_K = terms.var("k", sorts.INT)


_gain = unknown("gain", sorts.INT, sorts.INT)
_value = unknown("value", sorts.INT)
_other = unknown("other", sorts.INT, sorts.INT)
_meets = unknown("meets", sorts.INT, result=sorts.BOOL)
_before = unknown("before", sorts.INT, sorts.INT, result=sorts.BOOL)


def _sum(folds: Folds, array: Term, low: Term, high: Term) -> At:
    """Any sum: what is added may depend on the member and on its place."""
    return fold(
        folds, "sum", low, high, lambda s, k: terms.add(s, _gain(terms.select(array, k), k))
    )


def _going_on(folds: Folds, array: Term, low: Term, high: Term) -> At:
    """The same, from any number on."""
    return fold(
        folds, "sum", low, high, lambda s, k: terms.add(s, _gain(terms.select(array, k), k)), _V
    )


def _plain(folds: Folds, array: Term, low: Term, high: Term) -> At:
    """Any sum over members whose places do not matter."""
    return fold(folds, "sum", low, high, lambda s, k: terms.add(s, _value(terms.select(array, k))))


def _tally(folds: Folds, array: Term, low: Term, high: Term, wanted: Term) -> At:
    """How often a value occurs."""

    def step(state: Term, at: Term) -> Term:
        same = terms.eq(terms.select(array, at), wanted)
        return terms.add(state, terms.ite(same, terms.ONE, terms.ZERO))

    return fold(folds, "count", low, high, step)


def _choice(folds: Folds, array: Term, low: Term, high: Term) -> At:
    """A count: what is added is between two literals."""

    def more(at: Term) -> Term:
        return terms.ite(_meets(terms.select(array, at)), terms.integer(3), terms.integer(-2))

    return fold(folds, "sum", low, high, lambda s, k: terms.add(s, more(k)))


def proofs() -> Iterator[Proof]:
    """All of them, in a fixed order."""
    yield from _of_sums()
    yield from _of_pairs()
    yield from of_tables()
    yield from _of_places()
    yield from of_filters()
    yield from of_removals()
    yield from of_flattening()
    yield from _of_permutations()
    yield from of_gathered()
    yield from of_total_parts()
    yield from of_neighbours()
    yield from of_power_lemmas()
    yield from of_averages()
    yield from of_orders()
    yield from text_proofs.proofs()
    yield from text_pair_proofs.proofs()


def _says(name: str) -> Callable[[At], Iterator[Term]]:
    return next(lemma.says for lemma in (*LEMMAS, *REWRITES) if lemma.name == name)


_SUMS: tuple[tuple[str, Callable[[Folds, Term], At]], ...] = (
    ("frame and update", lambda folds, h: _sum(folds, terms.store(_A, _I, _V), _LOW, h)),
    ("growth", lambda folds, h: _choice(folds, _A, _LOW, h)),
    ("front", lambda folds, h: _sum(folds, _A, _LOW, h)),
    ("another start", lambda folds, h: _going_on(folds, _A, _LOW, h)),
    ("members of a sum", lambda folds, h: _sum(folds, _A, _LOW, h)),
    ("members of a sum", lambda folds, h: _choice(folds, _A, _LOW, h)),
    ("members of a sum", lambda folds, h: _tally(folds, _A, _LOW, h, _V)),
)

_POLYNOMIALS: tuple[Callable[[Term, Term], Term], ...] = (
    lambda s, k: terms.add(s, terms.mul(terms.integer(3), k), _V),
    lambda s, k: terms.sub(terms.add(s, terms.mul(k, k)), k),
    lambda s, _: terms.add(s, _V),
)


def _parted(folds: Folds, h: Term) -> At:
    """What is added is a difference, and so many times something else."""

    def step(s: Term, k: Term) -> Term:
        one = terms.mul(terms.integer(3), _other(terms.select(_B, k), k))
        return terms.add(s, _gain(terms.select(_A, k), k), terms.neg(one), _V)

    return fold(folds, "sum", _LOW, h, step)


def _scaled(folds: Folds, h: Term) -> At:
    """What is added is a multiple, where a condition holds."""

    def step(s: Term, k: Term) -> Term:
        gain = terms.add(terms.mul(_V, _gain(terms.select(_A, k), k)), _I)
        return terms.ite(_meets(k), terms.add(s, gain), s)

    return fold(folds, "sum", _LOW, h, step)


_LINEAR = (_parted, _scaled)


def _told(name: str, made: Callable[[Folds, Term], At]) -> Iterator[Proof]:
    """What a lemma says of one application, by the end of its range."""
    folds = Folds()
    says = _says(name)
    yield from induction(name, folds, lambda h: says(made(folds, h)))


def _of_sums() -> Iterator[Proof]:
    for name, made in _SUMS:
        yield from _told(name, made)
    for step in _POLYNOMIALS:

        def polynomial(folds: Folds, h: Term, step: Callable[[Term, Term], Term] = step) -> At:
            return fold(folds, "sum", _LOW, h, step)

        yield from _told("closed form", polynomial)
    for made in _LINEAR:
        yield from _told("parts of a sum", made)
    folds = Folds()
    yield from induction("other places", folds, lambda h: _elsewhere(folds, h, _shifted))
    # Counted from the end, the other range grows at its front.
    turned = Folds()
    begin, end = terms.sub(_V, _HIGH), terms.add(terms.sub(_V, _LOW), terms.ONE)
    given = tuple(sums.front(_plain(turned, _A, begin, end)))
    yield from induction(
        "other places", turned, lambda h: _elsewhere(turned, h, _from_end), given=given
    )

    either, met = Folds(), terms.var("met", sorts.BOOL)
    high = terms.add(_END, terms.ite(met, _I, _V))
    said = choices.cases(_sum(either, terms.ite(met, _A, _B), _LOW, high))
    yield Proof("cases", "one or the other", problem(either, (), terms.and_(*said)))


def _elsewhere(folds: Folds, high: Term, place: Callable[[Term], Term]) -> Iterator[Term]:
    def step(state: Term, at: Term) -> Term:
        return terms.add(state, _value(terms.select(_A, place(at))))

    return sums.reindexed(fold(folds, "sum", _LOW, high, step))


def _shifted(at: Term) -> Term:
    return terms.add(_V, at)


def _from_end(at: Term) -> Term:
    return terms.sub(_V, at)


def _of_pairs() -> Iterator[Proof]:
    folds = Folds()
    one = _sum(folds, _A, _LOW, _MIDDLE)
    yield from induction("split", folds, lambda h: sums.split(one, one.over(_MIDDLE, h)))
    folds = Folds()
    less = _choice(folds, _A, _LOW, _MIDDLE)
    yield from induction("longer", folds, lambda h: sums.longer(less, less.over(_LOW, h)))
    folds = Folds()

    def alike(h: Term) -> Iterator[Term]:
        left = _sum(folds, _A, _LOW, h)
        size = terms.sub(h, _LOW)
        right = fold(
            folds,
            "sum",
            _END,
            terms.add(_END, size),
            lambda s, k: terms.add(s, _other(terms.select(_B, k), k)),
        )
        return sums.alike(left, right)

    yield from induction("alike", folds, alike)
    folds = Folds()

    def scaled(h: Term) -> Iterator[Term]:
        left = fold(
            folds,
            "sum",
            _LOW,
            h,
            lambda s, k: terms.add(s, terms.mul(terms.integer(5), _gain(terms.select(_A, k), k))),
        )
        return sums.alike(left, _sum(folds, _A, _LOW, h))

    yield from induction("alike", folds, scaled)
    yield from _of_triples()


def _of_triples() -> Iterator[Proof]:
    folds = Folds()

    def second(high: Term) -> At:
        def step(state: Term, at: Term) -> Term:
            return terms.add(state, _other(terms.select(_B, at), at))

        return fold(folds, "sum", _LOW, high, step)

    def together(h: Term) -> Iterator[Term]:
        third = _plain(folds, _B, _LOW, h)
        return sums.together(_sum(folds, _A, _LOW, h), second(h), third)

    yield from induction("together", folds, together)
    counts = Folds()

    def counted(high: Term, meets: Callable[[Term], Term]) -> At:
        def step(state: Term, at: Term) -> Term:
            return terms.add(state, terms.ite(meets(at), terms.ONE, terms.ZERO))

        return fold(counts, "sum", _LOW, high, step)

    def every_one(h: Term) -> Iterator[Term]:
        return sums.every_one(counted(h, _meets), counted(h, lambda k: _before(k, _V)))

    yield from induction("every one", counts, every_one)


def _order() -> tuple[Term, ...]:
    """That `before` is a strict weak order."""
    x, y, z = (terms.var(name, sorts.INT) for name in "xyz")
    return (
        terms.forall((x,), terms.not_(_before(x, x))),
        terms.forall(
            (x, y, z),
            terms.implies(terms.and_(_before(x, y), _before(y, z)), _before(x, z)),
            ((_before(x, y), _before(y, z)),),
        ),
        terms.forall(
            (x, y, z),
            terms.implies(_before(x, y), terms.or_(_before(x, z), _before(z, y))),
            ((_before(x, y), _before(x, z)), (_before(x, y), _before(z, y))),
        ),
    )


def _of_places() -> Iterator[Proof]:
    folds = Folds()

    def first(h: Term) -> Iterator[Term]:
        def step(state: Term, at: Term) -> Term:
            met = terms.and_(terms.lt(state, terms.ZERO), _meets(terms.select(_A, at)))
            return terms.ite(met, terms.sub(at, _LOW), state)

        return places.first(fold(folds, "index", _LOW, h, step, terms.integer(-1)))

    yield from induction("first place", folds, first)
    folds_best = Folds()
    second = terms.add(_LOW, terms.ONE)

    def best(h: Term) -> Iterator[Term]:
        def step(state: Term, at: Term) -> Term:
            better = _before(terms.select(_A, at), terms.select(_A, state))
            return terms.ite(better, at, state)

        place = fold(folds_best, "best", second, h, step, _LOW)
        yield from places.within(place)
        yield from places.best(place)

    yield from induction("best place", folds_best, best, second, _order())
    folds_extreme = Folds()

    def extreme(h: Term) -> Iterator[Term]:
        def step(state: Term, at: Term) -> Term:
            member = terms.select(_A, at)
            return terms.ite(_before(member, state), member, state)

        start = terms.select(_A, _LOW)
        return places.extreme(fold(folds_extreme, "max", second, h, step, start))

    yield from induction("greatest and least", folds_extreme, extreme, second, _order())
    yield from _of_headed("max")
    yield from _of_headed("min")


def _of_headed(name: str) -> Iterator[Proof]:
    """The greatest of a range that begins with any number, and of the range without that."""
    folds = Folds()

    def step(state: Term, at: Term) -> Term:
        member = _value(terms.select(_A, at))
        beyond = (state, member) if name == "max" else (member, state)
        return terms.ite(terms.lt(*beyond), member, state)

    def facts(h: Term) -> Iterator[Term]:
        after = terms.add(_LOW, terms.ONE)
        rest = fold(folds, name, after, h, step, _value(terms.select(_A, _LOW)))
        found = tuple(places.headed(fold(folds, name, _LOW, h, step, _V), rest))
        assert found, "the two were not seen to be a range and the rest of it"
        yield from found

    yield from induction("greatest without the first", folds, facts)


def _of_permutations() -> Iterator[Proof]:
    """Where each value occurs equally often in the first n members of two arrays, sums over them
    are equal, and there are functions between their places.

    By induction on n, for all arrays: the last member of the one occurs in the other, say at j;
    without it, and with the other's last member at j instead, each value occurs equally often in
    the first n - 1.
    """
    name = "permutation"
    folds = Folds()
    last, j = terms.sub(_HIGH, terms.ONE), terms.var("j", sorts.INT)
    wanted = terms.select(_A, last)
    other = terms.store(_B, j, terms.select(_B, last))

    def tally(array: Term, high: Term, value: Term) -> Term:
        return _tally(folds, array, terms.ZERO, high, value).value

    def equal(left: Term, right: Term, high: Term, value: Term) -> Term:
        return terms.eq(tally(left, high, value), tally(right, high, value))

    some = terms.lt(terms.ZERO, _HIGH)
    # It occurs there.
    present = tuple(sums.members(_tally(folds, _B, terms.ZERO, _HIGH, wanted)))
    growth = tuple(sums.growth(_tally(folds, _A, terms.ZERO, last, wanted)))
    occurs = terms.exists(
        (_K,),
        terms.and_(
            terms.le(terms.ZERO, _K),
            terms.lt(_K, _HIGH),
            terms.eq(terms.select(_B, _K), wanted),
        ),
    )
    hypotheses = (some, equal(_A, _B, _HIGH, wanted), *present, *growth)
    yield Proof(name, "the last member occurs", problem(folds, hypotheses, occurs))
    # The rest is balanced.
    at_j = (terms.le(terms.ZERO, j), terms.lt(j, _HIGH), terms.eq(terms.select(_B, j), wanted))
    update = tuple(sums.stored(_tally(folds, other, terms.ZERO, last, _V)))
    rest = equal(_A, other, last, _V)
    balanced = (some, *at_j, *update, equal(_A, _B, _HIGH, _V))
    yield Proof(name, "the rest is balanced", problem(folds, balanced, rest))
    # So sums are equal, by the induction's hypothesis for the rest.

    def total(array: Term, high: Term) -> Term:
        return _plain(folds, array, terms.ZERO, high).value

    smaller = terms.eq(total(_A, last), total(other, last))
    moved = tuple(sums.stored(_plain(folds, other, terms.ZERO, last)))
    goal = terms.eq(total(_A, _HIGH), total(_B, _HIGH))
    yield Proof(name, "sums: base", problem(folds, (terms.not_(some),), goal))
    yield Proof(name, "sums: step", problem(folds, (some, *at_j, smaller, *moved), goal))
    # And places correspond.
    go, come = unknown("go", sorts.INT), unknown("come", sorts.INT)

    def corresponds(there: Callable[[Term], Term], back: Callable[[Term], Term],
                    left: Term, right: Term, high: Term) -> Term:  # fmt: skip
        place = there(_K)
        found = terms.and_(
            terms.le(terms.ZERO, place),
            terms.lt(place, high),
            terms.eq(terms.select(right, place), terms.select(left, _K)),
            terms.eq(back(place), _K),
        )
        inside = terms.and_(terms.le(terms.ZERO, _K), terms.lt(_K, high))
        return terms.forall((_K,), terms.implies(inside, found))

    def gone(place: Term) -> Term:
        kept = terms.ite(terms.eq(go(place), j), last, go(place))
        return terms.ite(terms.eq(place, last), j, kept)

    def came(place: Term) -> Term:
        kept = terms.ite(terms.eq(place, last), come(j), come(place))
        return terms.ite(terms.eq(place, j), last, kept)

    before = (
        corresponds(go, come, _A, other, last),
        corresponds(come, go, other, _A, last),
    )
    then = terms.and_(
        corresponds(gone, came, _A, _B, _HIGH), corresponds(came, gone, _B, _A, _HIGH)
    )
    yield Proof(name, "places: step", problem(folds, (some, *at_j, *before), then))

"""What `Within` says to be never negative never is, under what was noted."""

import itertools
import random

import pytest

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.within import Within

_I, _J, _K, _N = (terms.var(name, sorts.INT) for name in ("i", "j", "k", "n"))
_VALUES = range(-1, 3)


def _random(generator: random.Random) -> Term:
    chosen = generator.sample([_I, _J, _K, _N], generator.randint(1, 3))
    times = [terms.integer(generator.choice([1, 1, -1, 2])) for _ in chosen]
    parts = [terms.integer(generator.randint(-2, 2)), *map(terms.mul, times, chosen)]
    return (
        terms.sub(terms.add(*parts[:2]), terms.add(*parts[2:])) if parts[2:] else terms.add(*parts)
    )


def _fact(generator: random.Random) -> Term:
    left, right = _random(generator), _random(generator)
    made = generator.choice([terms.lt, terms.le, terms.eq])(left, right)
    return terms.not_(made) if generator.random() < 0.3 else made


@pytest.mark.parametrize("seed", range(24))
def test_nothing_is_said_that_does_not_hold(seed: int):
    generator = random.Random(seed)
    required, assumed = _fact(generator), [_fact(generator) for _ in range(2)]
    low, high = _random(generator), _random(generator)
    member = terms.var("member", sorts.INT)
    within = Within()
    within.note_natural(_N)
    within.note_all([required])
    within.note(member, low, high)
    said: list[Term] = []
    with within.assuming(terms.and_(*assumed)):
        for _ in range(20):
            one = terms.add(_random(generator), generator.choice([member, terms.neg(member)]))
            if within.natural(one):
                said.append(terms.le(terms.ZERO, one))
            if within.below(one, high):
                said.append(terms.lt(one, high))
    facts = [
        *(required, *assumed, terms.le(terms.ZERO, _N)),
        *(terms.le(low, member), terms.lt(member, high)),
    ]
    for values in itertools.product(_VALUES, repeat=5):
        model = dict(zip((_I, _J, _K, _N, member), values, strict=True))
        if all(evaluate(fact, model) is True for fact in facts):
            assert all(evaluate(claim, model) is True for claim in said)


def test_of_ranges_within_ranges():
    within = Within()
    within.note_natural(_N)
    within.note_all([terms.not_(terms.lt(_K, terms.ONE)), terms.le(_K, _N)])
    within.note(_I, terms.ZERO, terms.add(terms.sub(_N, _K), terms.ONE))
    within.note(_J, terms.add(_I, terms.ONE), terms.add(_N, terms.ONE))
    assert within.natural(_I)
    assert within.natural(terms.sub(_J, _I))
    assert within.below(terms.add(_I, _K), terms.add(_N, terms.ONE))
    assert within.below(terms.ZERO, _N)
    assert not within.below(_J, _N)
    assert not within.below(terms.add(_I, _K), _N)
    assert not within.natural(terms.sub(_I, terms.ONE))


def test_what_is_assumed_is_forgotten():
    within = Within()
    within.note(_I, terms.ZERO, _N)
    after = terms.add(_I, terms.ONE)
    assert not within.below(after, _N)
    with within.assuming(terms.lt(after, _N)):
        assert within.below(after, _N)
        assert within.natural(terms.sub(_N, terms.integer(2)))
    assert not within.below(after, _N)
    assert not within.natural(terms.sub(_N, terms.integer(2)))

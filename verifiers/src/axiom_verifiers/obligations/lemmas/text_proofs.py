"""The obligations that show the lemmas of `texts`: of folds with each kind of step."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.lemmas.induction import Proof
from axiom_verifiers.obligations.lemmas.texts import AT, STATE, Built
from axiom_verifiers.obligations.text_facts import text_facts

_P = terms.var("p", sorts.STRING)
_LOW, _HIGH, _FIRST = (terms.var(name, sorts.INT) for name in ("l", "h", "first"))
_FOLD = Function("fold", (sorts.INT, sorts.INT), sorts.STRING)
_PASSES = Function("passes", (sorts.STRING,), sorts.BOOL)
_CHAR = terms.at(_P, AT)
_TEST = terms.apply(_PASSES, _CHAR)
_ITEMS = terms.var("items", sorts.array(sorts.INT, sorts.STRING))
_DASHES = terms.string("--")

_STEPS: dict[str, tuple[Term, Term]] = {
    "characters": (terms.EMPTY, terms.concat(STATE, _CHAR)),
    "turned": (terms.EMPTY, terms.concat(_CHAR, STATE)),
    "filtered": (terms.EMPTY, terms.ite(_TEST, terms.concat(STATE, _CHAR), STATE)),
    "filtered out": (terms.EMPTY, terms.ite(_TEST, STATE, terms.concat(STATE, _CHAR))),
    "stepped": (
        terms.EMPTY,
        terms.concat(STATE, terms.at(_P, terms.add(_FIRST, terms.mul(terms.integer(2), AT)))),
    ),
    "from the end": (terms.EMPTY, terms.concat(STATE, terms.at(_P, terms.sub(_FIRST, AT)))),
    "repeated": (terms.string("<"), terms.concat(STATE, terms.string("ab"))),
    "marked": (
        terms.EMPTY,
        terms.ite(_TEST, terms.concat(STATE, _DASHES), terms.concat(STATE, _CHAR)),
    ),
    "of codes": (
        terms.EMPTY,
        terms.concat(
            STATE,
            terms.from_code(terms.add(terms.integer(97), terms.floor_mod(AT, terms.integer(26)))),
        ),
    ),
    "of a list": (terms.EMPTY, terms.concat(STATE, terms.select(_ITEMS, AT))),
    "in upper case": (terms.EMPTY, terms.concat(STATE, ch.cased("upper", _CHAR))),
    "in lower case": (
        terms.EMPTY,
        terms.concat(STATE, ch.cased("lower", _CHAR), terms.string(".")),
    ),
}


def proofs() -> Iterator[Proof]:
    """All of them, in a fixed order."""
    for name in _STEPS:
        yield from _shown("a text that is put together", name, lambda one: list(one.plain()))
        yield from _shown("characters of such a text", name, lambda one: list(one.of_places()))


def _shown(lemma: str, name: str, said: Callable[[Built], list[Term]]) -> Iterator[Proof]:
    """The base and the step of each fact, by the end of the range."""
    last = terms.sub(_HIGH, terms.ONE)
    whole, before = _built(name, _HIGH), _built(name, last)
    for claim, earlier in zip(said(whole), said(before), strict=True):
        known = [_definition(name, _HIGH), _definition(name, last), _upper_of_parts()]
        assumed: tuple[Term, ...] = (earlier,)
        goal = claim
        if claim.op == "forall":
            # At any one place: what is said of it, and of the one before it, is assumed.
            place = terms.var("place", sorts.INT)
            both = (place, terms.sub(place, terms.ONE))
            assumed = tuple(terms.instance(earlier, (at,)) for at in both)
            goal = terms.instance(claim, (place,))
            known += before.plain()
        yield _proof(lemma, "base", (*known, terms.le(_HIGH, _LOW)), goal)
        yield _proof(lemma, "step", (*known, terms.lt(_LOW, _HIGH), *assumed), goal)


def _proof(lemma: str, part: str, hypotheses: tuple[Term, ...], goal: Term) -> Proof:
    facts = tuple(f for f in text_facts((*hypotheses, goal)) if f.height == 0)
    return Proof(lemma, part, Problem(hypotheses=(*hypotheses, *facts), goal=goal))


def _built(name: str, high: Term) -> Built:
    start, step = _STEPS[name]
    return Built(start, step, terms.apply(_FOLD, _LOW, high), _LOW, high)


def _definition(name: str, high: Term) -> Term:
    start, step = _STEPS[name]
    here, last = terms.apply(_FOLD, _LOW, high), terms.sub(high, terms.ONE)
    after = terms.substitute(step, {STATE: terms.apply(_FOLD, _LOW, last), AT: last})
    return terms.ite(terms.le(high, _LOW), terms.eq(here, start), terms.eq(here, after))


def _upper_of_parts() -> Term:
    """Upper case goes character by character: so CPython makes it."""
    last = terms.sub(_HIGH, terms.ONE)
    before = terms.substring(_P, _LOW, terms.sub(last, _LOW))
    both = terms.substring(_P, _LOW, terms.sub(_HIGH, _LOW))
    joined = terms.concat(ch.cased("upper", before), ch.cased("upper", terms.at(_P, last)))
    known = terms.and_(
        terms.le(terms.ZERO, _LOW), terms.lt(_LOW, _HIGH), terms.le(_HIGH, terms.length(_P))
    )
    return terms.implies(known, terms.eq(ch.cased("upper", both), joined))

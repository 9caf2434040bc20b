"""Lemmas about sums whose members are sums or multiples themselves."""

from __future__ import annotations

from collections.abc import Iterator

from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT
from axiom_verifiers.obligations.lemmas.shapes import At, added, kept_or, more
from axiom_verifiers.obligations.lemmas.sums import polynomial


def parts(at: At) -> Iterator[Term]:
    """The sum of sums is the sums of the parts; a factor of all members is one of the sum."""
    gain = added(at.fold)
    if gain is None or polynomial(gain) is not None:
        return
    condition, inner = kept_or(gain, terms.ZERO) or (terms.TRUE, gain)
    found = list(summands(inner, 1))
    if len(found) < 2 and factors(inner, AT)[0] is terms.ONE:
        return
    whole = terms.add(
        terms.ZERO,
        *(terms.mul(terms.integer(sign), _one(at, condition, summand)) for summand, sign in found),
    )
    yield terms.eq(terms.sub(at.value, at.start), whole)


def summands(term: Term, sign: int) -> Iterator[tuple[Term, int]]:
    """What a sum adds up, each with its sign."""
    match term.op:
        case "+":
            for arg in term.args:
                yield from summands(arg, sign)
        case "-":
            yield from summands(term.args[0], sign)
            yield from summands(term.args[1], -sign)
        case "neg":
            yield from summands(term.args[0], -sign)
        case _:
            yield term, sign


def factors(term: Term, member: Term) -> tuple[Term, Term]:
    """The factor that does not depend on the member, and the rest."""
    if member not in term.free:
        return term, terms.ONE
    if term.op != "*":
        return terms.ONE, term
    same = [arg for arg in term.args if member not in arg.free]
    rest = [arg for arg in term.args if member in arg.free]
    return (terms.mul(*same) if same else terms.ONE), terms.mul(*rest)


def _one(at: At, condition: Term, summand: Term) -> Term:
    """The sum of one part of each member, where the condition holds."""
    factor, rest = factors(summand, AT)
    times = at.bound(factor, AT)
    if rest is terms.ONE and condition is terms.TRUE:
        return terms.mul(times, at.size)
    given = at.binding
    gain = rest if condition is terms.TRUE else terms.ite(condition, rest, terms.ZERO)

    def step(state: tuple[Term, ...], member: Term) -> tuple[Term, ...]:
        return (more(state[0], terms.substitute(gain, given | {AT: member})),)

    (part,) = at.folds.apply("sum", (terms.ZERO,), at.low, at.high, step)
    return terms.mul(times, part)

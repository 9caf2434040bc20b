"""What the step of a fold looks like: lemmas are told of folds of one shape only.

A shape is read off the text of the step, never guessed: a fold that adds in some other way has
no shape, and no lemma speaks of it.
"""

from __future__ import annotations

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.folds import AT, Fold, Folds


class At(msgspec.Struct, frozen=True):
    """A fold with its arguments and its range: `low` up to `high`, without it."""

    folds: Folds
    fold: Fold
    arguments: tuple[Term, ...]
    low: Term
    high: Term

    @property
    def values(self) -> tuple[Term, ...]:
        """The accumulators after the range."""
        return self.fold.at(self.arguments, self.low, self.high)

    @property
    def value(self) -> Term:
        """The only accumulator."""
        (only,) = self.values
        return only

    @property
    def start(self) -> Term:
        """What the only accumulator starts from."""
        (only,) = self.fold.started(self.arguments)
        return only

    @property
    def binding(self) -> dict[Term, Term]:
        """The arguments by parameter."""
        return dict(zip(self.fold.parameters, self.arguments, strict=True))

    def bound(self, term: Term, at: Term) -> Term:
        """A part of the step, with the arguments, for one member."""
        return terms.substitute(term, self.binding | {AT: at})

    def over(self, low: Term, high: Term) -> At:
        return msgspec.structs.replace(self, low=low, high=high)

    def given(self, position: int, argument: Term) -> At:
        """The same with another argument."""
        before, after = self.arguments[:position], self.arguments[position + 1 :]
        return msgspec.structs.replace(self, arguments=(*before, argument, *after))

    def inside(self, place: Term) -> Term:
        return terms.and_(terms.le(self.low, place), terms.lt(place, self.high))

    @property
    def size(self) -> Term:
        return terms.maximum(terms.sub(self.high, self.low), terms.ZERO)


def application(folds: Folds, fold: Fold, term: Term) -> At:
    """A term that applies one of the fold's functions."""
    return At(folds, fold, term.args[:-2], term.args[-2], term.args[-1])


def added(fold: Fold) -> Term | None:
    """What the step adds to its only accumulator, if adding is all it does."""
    if len(fold.step) != 1 or fold.state[0].sort is not sorts.INT:
        return None
    return adds(fold.step[0], fold.state[0])


def adds(step: Term, state: Term) -> Term | None:
    """What a term adds to the variable `state`, if adding is all it does."""
    if step is state:
        return terms.ZERO
    if step.op == "+":
        holding = [arg for arg in step.args if state in arg.free]
        if len(holding) != 1:
            return None
        inner = adds(holding[0], state)
        rest = [arg for arg in step.args if arg is not holding[0]]
        return None if inner is None else terms.add(inner, *rest)
    if step.op == "-" and state not in step.args[1].free:
        inner = adds(step.args[0], state)
        return None if inner is None else terms.sub(inner, step.args[1])
    if step.op == "ite" and state not in step.args[0].free:
        then, otherwise = adds(step.args[1], state), adds(step.args[2], state)
        if then is not None and otherwise is not None:
            return terms.ite(step.args[0], then, otherwise)
    return None


def bounds(term: Term) -> tuple[int | None, int | None]:
    """The least and the most that a number can be, when its text shows them."""
    if term.is_literal:
        return (term.payload, term.payload)
    if term.op == "ite":
        condition, then, otherwise = term.args
        one = _at_least(bounds(then), then, condition)
        other = _at_least(bounds(otherwise), otherwise, terms.not_(condition))
        low = None if one[0] is None or other[0] is None else min(one[0], other[0])
        high = None if one[1] is None or other[1] is None else max(one[1], other[1])
        return (low, high)
    if term.op == "str.len":
        return (0, None)
    if term.op == "*" and len(term.args) == 2 and term.args[0] is term.args[1]:
        return (0, None)
    return (None, None)


def _at_least(
    known: tuple[int | None, int | None], term: Term, condition: Term
) -> tuple[int | None, int | None]:
    """The bounds where the condition holds, which may say that the term is not negative: `b - a`
    where `a < b`, `-a` where `a < 0`.
    """
    parts = condition.args if condition.op == "and" else (condition,)
    for part in parts:
        inner = part.args[0] if part.op == "not" else part
        if inner.op not in ("<", "<=") or inner.args[0].sort is not sorts.INT:
            continue
        less, more = inner.args if part is inner else reversed(inner.args)
        gap = int((inner.op == "<") is (part is inner))
        if known[0] is None and term is terms.sub(more, less):
            return gap, known[1]
    return known


def read_at_member(fold: Fold, parameter: Term) -> bool:
    """Whether the step reads the array at the range's member alone, and the start not at all."""
    if parameter.sort.kind is not sorts.Kind.ARRAY or parameter.sort.index is not AT.sort:
        return False
    read = terms.select(parameter, AT)
    if any(parameter in part.free for part in fold.start):
        return False
    return all(parameter not in term.args or term is read for term in terms.postorder(fold.step))


def counts_places(fold: Fold, parameter: Term) -> bool:
    """Whether the member's place matters beyond reading this array there."""
    read = terms.select(parameter, AT)
    return any(AT in term.args and term is not read for term in terms.postorder(fold.step))


def reads(part: Term, at: Term) -> tuple[tuple[Term, ...], ...]:
    """Triggers: the terms that read an array or a text at a member, and nothing but that."""
    found = [
        (term,)
        for term in terms.postorder((part,))
        if term.op in ("select", "str.at") and term.args[1] is at and at not in term.args[0].free
    ]
    return tuple(dict.fromkeys(found))


def kept_or(step: Term, state: Term) -> tuple[Term, Term] | None:
    """Of a step that changes its accumulator only where a condition holds: the condition, and what
    the accumulator becomes there.
    """
    if step.op != "ite":
        return None
    condition, then, otherwise = step.args
    if otherwise is state:
        return condition, then
    # The translation turns a negated condition round.
    return (terms.not_(condition), otherwise) if then is state else None


def more(state: Term, gain: Term) -> Term:
    """What adds `gain`, in the form in which the translation writes sums with conditions."""
    if gain.op == "ite" and gain.args[2] is terms.ZERO:
        return terms.ite(gain.args[0], more(state, gain.args[1]), state)
    if gain.op == "ite" and gain.args[1] is terms.ZERO:
        return terms.ite(gain.args[0], state, more(state, gain.args[2]))
    return terms.add(state, gain)


def replaced(root: Term, old: Term, new: Term) -> Term:
    """The term with a subterm replaced, outside of quantifiers that bind what it speaks of."""
    done: dict[Term, Term] = {old: new}
    for term in terms.postorder((root,)):
        if term not in done:
            args = tuple(done[arg] for arg in term.args)
            done[term] = term if args == term.args else terms.rebuild(term, args)
    return done[root]


def along(place: Term, shift: Term) -> Term:
    """The sum, without what cancels out."""
    kept: tuple[list[Term], list[Term]] = [], []

    def note(part: Term, sign: int) -> None:
        match part.op:
            case "+":
                for arg in part.args:
                    note(arg, sign)
            case "-":
                note(part.args[0], sign)
                note(part.args[1], 1 - sign)
            case "neg":
                note(part.args[0], 1 - sign)
            case _ if part in kept[1 - sign]:
                kept[1 - sign].remove(part)
            case _:
                kept[sign].append(part)

    note(place, 0)
    note(shift, 0)
    return terms.add(terms.ZERO, *kept[0], *(terms.neg(part) for part in kept[1]))

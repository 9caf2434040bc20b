"""Recursive defines over a list, as folds over it.

`define total(xs) = 0 if len(xs) == 0 else xs[0] + total(xs[1:])` takes a list apart from its front;
a loop goes through it the other way. So where the body adds, or joins conditions, the define is
said to be the sum, or the quantifier, that it computes. That this is so is an obligation of every
clause that uses the define, by induction on the list's length: see `defines.grounds`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.obligations.folds import Equation, Folds
from axiom_verifiers.obligations.lemmas.shapes import adds, more, replaced

_ACC = terms.var("rest", sorts.INT)
_HOLDS = terms.var("rest", sorts.BOOL)
_PLACE = terms.var("place", sorts.INT)


class ListParts(msgspec.Struct, frozen=True):
    """Where the parts of the list that the recursion goes through stand among the parameters."""

    position: int
    length: Term
    items: Term
    offset: Term

    def rest(self) -> tuple[Term, Term, Term]:
        """The parts of `xs[1:]`, as the translation writes them."""
        lower = terms.minimum(self.length, terms.ONE)
        size = terms.maximum(terms.sub(self.length, lower), terms.ZERO)
        return (size, self.items, terms.add(self.offset, lower))


class Tie(msgspec.Struct, frozen=True):
    """`function` is what a fold or a quantifier computes. `member` speaks of the parameters and
    of `place`, the place of one member; `short` members at the end do not count.
    """

    function: Function
    parameters: tuple[Term, ...]
    parts: ListParts
    kind: str
    base: Term
    member: Term
    short: int

    def says(self, folds: Folds, args: tuple[Term, ...]) -> Term:
        """The tie at these arguments."""
        binding = dict(zip(self.parameters, args, strict=True))
        length, offset = binding[self.parts.length], binding[self.parts.offset]
        here = terms.apply(self.function, *args)
        high = terms.sub(terms.add(offset, length), terms.integer(self.short))

        def member(place: Term) -> Term:
            return terms.substitute(self.member, binding | {_PLACE: place})

        if self.kind == "sum":

            def step(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
                return (more(state[0], member(at)),)

            (total,) = folds.apply("sum", (terms.ZERO,), offset, high, step)
            base = terms.substitute(self.base, binding)
            same = terms.eq(here, terms.add(base, total))
        else:
            k = terms.var("k", sorts.INT)
            inside = terms.and_(terms.le(offset, k), terms.lt(k, high))
            if self.kind == "all":
                whole = terms.forall((k,), terms.implies(inside, member(k)))
            else:
                whole = terms.exists((k,), terms.and_(inside, member(k)))
            same = terms.iff(here, whole)
        return terms.implies(terms.le(terms.ZERO, length), same)

    def induction(self, folds: Folds) -> tuple[tuple[Term, ...], Term]:
        """Hypotheses and goal: the tie follows from the one for the list without its first."""
        shorter = list(self.parameters)
        parts, at = self.parts, self.parts.position
        shorter[at : at + 3] = (
            terms.sub(parts.length, terms.ONE),
            parts.items,
            terms.add(parts.offset, terms.ONE),
        )
        given = terms.implies(terms.lt(terms.ZERO, parts.length), self.says(folds, tuple(shorter)))
        return (terms.le(terms.ZERO, parts.length), given), self.says(folds, self.parameters)


def ties(equation: Equation) -> Iterator[Tie]:
    """What the parts of a define's result are, as far as its text shows it."""
    if equation.guard is not terms.TRUE:
        return
    for parts in _lists(equation.parameters):
        for function, body in zip(equation.functions, equation.body, strict=True):
            tie = _tie(equation, parts, function, body)
            if tie is not None:
                yield tie


def _lists(parameters: tuple[Term, ...]) -> Iterator[ListParts]:
    for position, parameter in enumerate(parameters[:-2]):
        stem, _, last = str(parameter.payload).rpartition(".")
        names = [f"{stem}.{part}" for part in ("length", "items", "offset")]
        following = parameters[position : position + 3]
        if last == "length" and [one.payload for one in following] == names:
            yield ListParts(position, *following)


def _tie(equation: Equation, parts: ListParts, function: Function, body: Term) -> Tie | None:
    own = frozenset(one.name for one in equation.functions)
    calls = [t for t in terms.postorder((body,)) if t.op == "apply" and t.payload.name in own]
    expected = list(equation.parameters)
    expected[parts.position : parts.position + 3] = parts.rest()
    if len(calls) != 1 or calls[0].payload != function or calls[0].args != tuple(expected):
        return None
    rest = _ACC if function.result is sorts.INT else _HOLDS
    if function.result not in (sorts.INT, sorts.BOOL):
        return None
    shape = _shape(replaced(body, calls[0], rest), parts.length, rest)
    if shape is None:
        return None
    kind, base, member, short = shape
    read = terms.select(parts.items, parts.offset)
    after = terms.select(parts.items, terms.add(parts.offset, terms.ONE))
    moved = replaced(member, read, terms.select(parts.items, _PLACE))
    if short == 1:
        behind = terms.select(parts.items, terms.add(_PLACE, terms.ONE))
        moved = replaced(moved, after, behind)
    if rest in moved.free | base.free or {parts.length, parts.offset} & moved.free:
        return None
    if {parts.length, parts.offset, parts.items} & base.free:
        return None
    return Tie(function, equation.parameters, parts, kind, base, moved, short)


def _shape(body: Term, length: Term, rest: Term) -> tuple[str, Term, Term, int] | None:
    """The kind, the value of a list that is too short, what a member adds, and how many members
    at the end are too few.
    """
    if rest.sort is sorts.INT:
        if body.op != "ite":
            return None
        for empty, base, step in (
            (body.args[0], body.args[1], body.args[2]),
            (terms.not_(body.args[0]), body.args[2], body.args[1]),
        ):
            gain = adds(step, rest)
            if rest not in base.free and gain is not None and _too_short(empty, length) == 0:
                return ("sum", base, gain, 0)
        return None
    # `True if too short else c and rest` and `False if too short else c or rest`, simplified.
    outer, inner, kind = ("or", "and", "all") if body.op == "or" else ("and", "or", "any")
    if body.op != outer:
        return None
    steps = [arg for arg in body.args if rest in arg.free]
    others = [arg for arg in body.args if rest not in arg.free]
    if len(steps) != 1 or len(others) != 1:
        return None
    empty = others[0] if kind == "all" else terms.not_(others[0])
    short = _too_short(empty, length)
    parts = steps[0].args if steps[0].op == inner else (steps[0],)
    members = [part for part in parts if part is not rest]
    if short is None or len(members) != len(parts) - 1:
        return None
    if any(rest in part.free for part in members):
        return None
    joined = terms.and_(*members) if kind == "all" else terms.or_(*members)
    return (kind, terms.boolean(kind == "all"), joined, short)


def _too_short(condition: Term, length: Term) -> int | None:
    """0 for `length = 0`, 1 for `length < 2`, however they are written, of a length that is not
    negative.
    """
    inner = condition.args[0] if condition.op == "not" else condition
    if condition.free != frozenset((length,)) or inner.op not in ("=", "<", "<="):
        return None
    if set(map(type, inner.args)) != {Term} or length not in inner.args:
        return None
    other = inner.args[1] if inner.args[0] is length else inner.args[0]
    if not other.is_literal or abs(other.payload) > 2:
        return None
    # A comparison with a literal of at most 2 no longer changes from 3 on.
    holds = [terms.substitute(condition, {length: terms.integer(n)}) for n in range(5)]
    for most in (0, 1):
        if holds == [terms.boolean(n <= most) for n in range(5)]:
            return most
    return None


def marker(name: str) -> str:
    """The name by which the ties of a define are left out of a problem."""
    return f"{name} as a fold"

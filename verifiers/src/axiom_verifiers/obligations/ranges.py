"""How much of an unbounded range is looked at: all of it, or its first few members.

`Unbounded` makes quantifiers and recursive functions: for proofs. `Bounded` writes every member
out and notes what it took for granted (`limits`): its formulas have no quantifier, so models
are quick and complete, and say something only where the limits hold.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Binder, Term
from axiom_verifiers.obligations.folds import Folds, Step, is_bound, member
from axiom_verifiers.obligations.values import ONE
from axiom_verifiers.obligations.within import Within

# Ranges of a constant size up to this are written out even in proofs.
WRITTEN_OUT = 24


def constant_size(low: Term, high: Term) -> int | None:
    """How many members the range has, when that is a literal."""
    if high is low:
        return 0
    size = terms.sub(high, low)
    if size.is_literal:
        return max(0, size.payload)
    if high.op == "+" and len(high.args) == 2 and high.args[0] is low and high.args[1].is_literal:
        return max(0, high.args[1].payload)
    return None


def _given(root: Term, test: Term, value: Term) -> Term:
    """`root` with the truth of one of its parts known."""
    done: dict[Term, Term] = {test: value}
    for term in terms.postorder((root,)):
        if term not in done:
            done[term] = terms.rebuild(term, tuple(done[arg] for arg in term.args))
    return done[root]


# What is computed of numbers and truths alone.
_BOOLEAN = frozenset(("not", "and", "or", "=>", "=", "<", "<=", "ite"))
_PLAIN = _BOOLEAN | {"var", "literal", "+", "-", "*", "neg", "mod", "div"}


def _arithmetic(body: Term, index: Term) -> tuple[tuple[Term, ...], ...]:
    """What a solver should look for to use a quantifier in which the variable is only computed
    with: remainders of divisions by it, else its square. Solvers find what is read or applied
    by themselves.
    """
    about = [part for part in terms.postorder((body,)) if index in part.free]
    if any(part.op not in _PLAIN for part in about):
        return ()
    divided = [part for part in about if part.op == "mod" and part.args[1] is index]
    squared = [part for part in about if part.op == "*" and part.args == (index, index)]
    alone = [part for part in divided if index not in part.args[0].free]
    return tuple((part,) for part in (alone or squared)[:1])


def _ends_behind(high: Term, last: Term, said: Term) -> bool:
    """Whether a range's end is written as one behind a place that does not stand for all members
    of another range, and nothing is said of many of each member: that would be said twice.
    """
    return (
        high.op == "+"
        and terms.ONE in high.args
        and not any(member(variable) or _is_open(variable) for variable in last.free)
        and not any(part.op in ("forall", "exists") for part in terms.postorder((said,)))
    )


def _is_open(variable: Term) -> bool:
    """Whether it is a variable for a quantifier that is being made."""
    return str(variable.payload).startswith("bound.")


def _without(body: Term, index: Term, place: Term) -> Term:
    """What is said of an index before the place, without what was stored at the place."""
    found: dict[Term, Term] = {}
    for part in terms.postorder((body,)):
        kept = terms.rebuild(part, tuple(found[arg] for arg in part.args))
        if kept.op == "select" and kept.args[1] is index:
            array = kept.args[0]
            while array.op == "store" and array.args[1] is place:
                array = array.args[0]
            kept = terms.select(array, index)
        found[part] = kept
    return found[body]


def _difference(index: Term, inner: Term) -> Term | None:
    """The difference `c - index`, if the index occurs in nothing else: solvers look for what is
    read at an index, so that had better be the difference itself.
    """
    less = terms.neg(index)
    found = [part for part in terms.postorder((inner,)) if part.op == "+" and less in part.args]
    if len(found) != 1:
        return None
    (difference,) = found
    free = _rest(difference, less).free
    # What a quantifier inside binds means nothing outside of it.
    if index in free or any(map(is_bound, free)):
        return None
    return None if index in _given(inner, difference, terms.ZERO).free else difference


def _rest(difference: Term, less: Term) -> Term:
    return terms.add(*(arg for arg in difference.args if arg is not less))


def _flat(index: Term, inside: Term, inner: Term) -> Term | None:
    """One quantifier in the place of two that stand directly in one another: what solvers look for
    to use the outer one mostly stands within the inner one.
    """
    if not isinstance(inner.payload, Binder) or inner.op != "forall" or inner.payload.triggers:
        return None
    (body,) = inner.args
    guard, claim = body.args if body.op == "=>" else (terms.TRUE, body)
    both = terms.implies(terms.and_(inside, guard), claim)
    return terms.forall((index, *inner.payload.variables), both)


class Unbounded:
    """Quantifiers over whole ranges."""

    bounded = False

    def __init__(self) -> None:
        self.bound = 0
        self.folds = Folds()
        self.within = Within()
        # Whether what ends one further than some place is said of that place by itself.
        self._parting = False

    @contextmanager
    def last_apart(self) -> Generator[None]:
        """Inside, what is said of a range up to `h + 1` is said of it up to `h`, and of `h`: what
        solvers are told of one member they are then told of `h`.
        """
        before, self._parting = self._parting, True
        try:
            yield
        finally:
            self._parting = before

    def mark(self) -> tuple[int, int]:
        """A moment: see `fresh`."""
        return self.bound, self.folds.made

    def fresh(self, at: Term, since: tuple[int, int]) -> bool:
        """Whether `at` is a variable for all members of a range, made after `since`; else it is
        a member that was written out.
        """
        if at.op != "var":
            return False
        kind, _, number = str(at.payload).rpartition(".")
        made = {"bound": since[0], "member": since[1]}.get(kind)
        return made is not None and int(number) > made

    def forall(self, low: Term, high: Term, body: Callable[[Term], Term]) -> Term:
        """For all integers from `low` up to `high`, without it."""
        size = constant_size(low, high)
        if size is not None and size <= WRITTEN_OUT:
            return terms.and_(*(body(terms.add(low, terms.integer(i))) for i in range(size)))
        index = self.variable(sorts.INT)
        self.within.note(index, low, high)
        inner = body(index)
        last = terms.sub(high, terms.ONE)
        if not self._parting or size is not None or not _ends_behind(high, last, inner):
            return self._all(index, low, high, inner)
        of_last = terms.implies(terms.le(low, last), terms.substitute(inner, {index: last}))
        return terms.and_(self._all(index, low, last, _without(inner, index, last)), of_last)

    def _all(self, index: Term, low: Term, high: Term, inner: Term) -> Term:
        """What is said of the index, of all in the range."""
        difference = _difference(index, inner)
        if difference is not None:
            # Of the other variable nothing is noted: it goes through another range.
            other, whole = self.variable(sorts.INT), _rest(difference, terms.neg(index))
            low, high = (
                terms.add(terms.sub(whole, high), terms.ONE),
                terms.add(terms.sub(whole, low), terms.ONE),
            )
            index, inner = other, _given(inner, difference, other)
        inside = terms.and_(terms.le(low, index), terms.lt(index, high))
        negative = terms.lt(index, terms.ZERO)
        if not any(part is negative for part in terms.postorder((inner,))):
            return _flat(index, inside, inner) or terms.forall(
                (index,), terms.implies(inside, inner), _arithmetic(inner, index)
            )
        # Apart they are what solvers can match; few ranges have negative members at all.
        plain = terms.implies(terms.and_(inside, terms.not_(negative)),
                              _given(inner, negative, terms.FALSE))  # fmt: skip
        other = terms.implies(terms.and_(inside, negative), _given(inner, negative, terms.TRUE))
        return terms.and_(terms.forall((index,), plain), terms.forall((index,), other))

    def exists(self, low: Term, high: Term, body: Callable[[Term], Term]) -> Term:
        return terms.not_(self.forall(low, high, lambda index: terms.not_(body(index))))

    def variable(self, sort: sorts.Sort) -> Term:
        """A variable for a quantifier, distinct from all others; quantifiers rename theirs."""
        self.bound += 1
        return terms.var(f"bound.{self.bound}", sort)

    def writes_out(self, low: Term, high: Term) -> bool:
        """Whether a fold over the range is written out."""
        size = constant_size(low, high)
        return size is not None and size <= WRITTEN_OUT

    def fold(
        self, name: str, start: tuple[Term, ...], low: Term, high: Term, step: Step
    ) -> tuple[Term, ...]:
        """The accumulators after `step` has taken each member of the range in turn."""
        size = constant_size(low, high)
        if size is not None and size <= WRITTEN_OUT:
            return _written_out(start, low, size, step)

        def noted(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
            self.within.note(at, low, high)
            return step(state, at)

        return self.folds.apply(name, start, low, high, noted)


class Bounded:
    """The first `size` members of each range; `limits` says that there are no more."""

    bounded = True

    def __init__(self, size: int) -> None:
        self.size = size
        # How many calls of recursive defines were written out.
        self.calls = 0
        self.limits: list[Term] = []
        # When a loop goes on for longer than is looked at.
        self.beyond: list[Term] = []
        self.folds = Folds()
        self.within = Within()

    @contextmanager
    def last_apart(self) -> Generator[None]:
        """Every member is written out anyhow."""
        yield

    def mark(self) -> tuple[int, int]:
        return (0, 0)

    def fresh(self, at: Term, since: tuple[int, int]) -> bool:
        return False

    def limit(self, low: Term, high: Term) -> int:
        """How many members to write out, after noting that there are no more."""
        exact = constant_size(low, high)
        if exact is not None and exact <= WRITTEN_OUT:
            return exact
        self.limits.append(terms.le(terms.sub(high, low), terms.integer(self.size)))
        return self.size

    def forall(self, low: Term, high: Term, body: Callable[[Term], Term]) -> Term:
        members = [terms.add(low, terms.integer(i)) for i in range(self.limit(low, high))]
        return terms.and_(*(terms.implies(terms.lt(at, high), body(at)) for at in members))

    def exists(self, low: Term, high: Term, body: Callable[[Term], Term]) -> Term:
        return terms.not_(self.forall(low, high, lambda index: terms.not_(body(index))))

    def writes_out(self, low: Term, high: Term) -> bool:
        """Every fold is written out."""
        return True

    def fold(
        self, name: str, start: tuple[Term, ...], low: Term, high: Term, step: Step
    ) -> tuple[Term, ...]:
        exact = constant_size(low, high)
        if exact is not None and exact <= WRITTEN_OUT:
            return _written_out(start, low, exact, step)
        state = start
        at = low
        for _ in range(self.limit(low, high)):
            after = step(state, at)
            going = terms.lt(at, high)
            state = tuple(terms.ite(going, new, old) for new, old in zip(after, state, strict=True))
            at = terms.add(at, ONE)
        return state


Ranges = Unbounded | Bounded


def _written_out(start: tuple[Term, ...], low: Term, size: int, step: Step) -> tuple[Term, ...]:
    state = start
    for i in range(size):
        state = step(state, terms.add(low, terms.integer(i)))
    return state

"""Recursive functions over ranges: what `sum`, `count`, `max`, a filter … mean in a proof.

A fold takes an accumulator through the members of a range. It becomes functions, one for each
part of the accumulator, of the range's bounds and of everything that its step depends on. They
are defined by

    low >= high  →  f(p, low, high) = start(p)
    low <  high  →  f(p, low, high) = step(p, f(p, low, high - 1), high - 1)

which some functions satisfy whatever `start` and `step` are, so to assume an instance of the
definition is always sound. A problem gets the instances for the applications that occur in it,
and the lemmas named below, each of which follows from the definition by induction on `high`:

* frame: an array that differs at one place outside of the range gives the same result;
* front (sums and counts): the first member may be taken off as well as the last;
* growth: where each step adds from m to n, the result is as many times that from the start;
* bound and reach (greatest and least): no member is beyond the result, and the result is the
  start or a member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Binder, Function, Term
from axiom_verifiers.obligations.values import ONE

# From the accumulators and a member of the range to the accumulators after it.
Step = Callable[[tuple[Term, ...], Term], tuple[Term, ...]]

_AT = terms.var("at", sorts.INT)


def member(term: Term) -> bool:
    """Whether the term stands for any member of a range, in the step of a fold being made."""
    return term.op == "var" and term.payload.startswith("member.")


def is_bound(term: Term) -> bool:
    """Whether the term is a variable of a quantifier."""
    return term.op == "var" and term.payload.startswith("?")


class Fold(msgspec.Struct, frozen=True):
    """A definition: `start` and `step` speak of `parameters`, `state` and `at` alone."""

    name: str
    parameters: tuple[Term, ...]
    state: tuple[Term, ...]
    start: tuple[Term, ...]
    step: tuple[Term, ...]
    functions: tuple[Function, ...]

    def at(self, arguments: tuple[Term, ...], low: Term, high: Term) -> tuple[Term, ...]:
        """The applications of its functions."""
        return tuple(terms.apply(f, *arguments, low, high) for f in self.functions)

    def stepped(
        self, arguments: tuple[Term, ...], state: tuple[Term, ...], at: Term
    ) -> tuple[Term, ...]:
        binding = dict(zip(self.parameters, arguments, strict=True))
        binding |= dict(zip(self.state, state, strict=True))
        binding[_AT] = at
        return tuple(terms.substitute(part, binding) for part in self.step)

    def started(self, arguments: tuple[Term, ...]) -> tuple[Term, ...]:
        binding = dict(zip(self.parameters, arguments, strict=True))
        return tuple(terms.substitute(part, binding) for part in self.start)


class Table(msgspec.Struct, frozen=True):
    """An array given by its elements: `element` speaks of `parameters` and `at` alone."""

    parameters: tuple[Term, ...]
    element: Term
    function: Function

    def facts(self, application: Term) -> Iterator[Term]:
        index = terms.var("index", sorts.INT)
        binding = dict(zip(self.parameters, application.args, strict=True)) | {_AT: index}
        read = terms.select(application, index)
        variables = (index, *(v for v in application.free if member(v) or is_bound(v)))
        same = terms.eq(read, terms.substitute(self.element, binding))
        yield terms.forall(variables, same, ((read,),))


class Equation(msgspec.Struct, frozen=True):
    """A recursive define: `guard → function(parameters) = body`, for each part of the result."""

    name: str
    functions: tuple[Function, ...]
    parameters: tuple[Term, ...]
    guard: Term
    body: tuple[Term, ...]

    def facts(self, application: Term) -> Iterator[Term]:
        """The equation at the arguments of one application."""
        binding = dict(zip(self.parameters, application.args, strict=True))
        guard = terms.substitute(self.guard, binding)
        for function, part in zip(self.functions, self.body, strict=True):
            same = terms.eq(
                terms.apply(function, *application.args), terms.substitute(part, binding)
            )
            yield terms.implies(guard, same)


class Meant(Protocol):
    """What gives functions a meaning beside folds: an order, a permutation."""

    @property
    def functions(self) -> tuple[Function, ...]:
        """Its functions; an application of the first has the facts."""
        ...

    def facts(self, application: Term) -> Iterator[Term]:
        """What holds of one application of the first function."""
        ...


Kind = TypeVar("Kind", bound=Meant)


class Folds:
    """The folds of one derivation, by the name of their functions."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, tuple[Term, ...], tuple[Term, ...]], Fold] = {}
        self._by_function: dict[str, Fold | Table | Equation | Meant] = {}
        self._meant: dict[object, Meant] = {}
        self._tables: dict[Term, Table] = {}
        # The defining equation of each recursive define; None while it is being made.
        self.equations: dict[str, Equation | None] = {}
        self.made = 0

    def apply(
        self, name: str, start: tuple[Term, ...], low: Term, high: Term, step: Step
    ) -> tuple[Term, ...]:
        self.made += 1
        # Folds nest, so the step is built with names of its own, then gets its canonical ones.
        own = [terms.var(f"acc.{self.made}.{i}", part.sort) for i, part in enumerate(start)]
        at = terms.var(f"member.{self.made}", sorts.INT)
        stepped = step(tuple(own), at)
        state = tuple(terms.var(f"acc.{i}", part.sort) for i, part in enumerate(start))
        canonical = dict(zip(own, state, strict=True)) | {at: _AT}
        abstraction = Abstraction({at, *own})
        abstract_step = tuple(terms.substitute(abstraction.of(p), canonical) for p in stepped)
        abstract_start = tuple(abstraction.of(part) for part in start)
        arguments = tuple(abstraction.found)
        key = (name, abstract_start, abstract_step)
        fold = self._by_key.get(key)
        if fold is None:
            parameters = tuple(abstraction.found.values())
            kinds = (*(parameter.sort for parameter in parameters), sorts.INT, sorts.INT)
            number = len(self._by_key) + 1
            functions = tuple(
                Function(f"{name}.{number}.{i}", kinds, part.sort) for i, part in enumerate(start)
            )
            fold = Fold(name, parameters, state, abstract_start, abstract_step, functions)
            self._by_key[key] = fold
            for function in fold.functions:
                self._by_function[function.name] = fold
        return fold.at(arguments, low, high)

    def table(self, sort: sorts.Sort, element: Callable[[Term], Term]) -> Term:
        """An array that holds `element(i)` at each index i."""
        self.made += 1
        at = terms.var(f"member.{self.made}", sorts.INT)
        abstraction = Abstraction({at})
        abstract = terms.substitute(abstraction.of(element(at)), {at: _AT})
        arguments = tuple(abstraction.found)
        table = self._tables.get(abstract)
        if table is None:
            parameters = tuple(abstraction.found.values())
            kinds = tuple(parameter.sort for parameter in parameters)
            function = Function(f"table.{len(self._tables) + 1}", kinds, sort)
            table = Table(parameters, abstract, function)
            self._tables[abstract] = table
            self._by_function[function.name] = table
        return terms.apply(table.function, *arguments)

    def state(self, equation: Equation) -> None:
        """Notes the defining equation of a recursive define."""
        self.equations[equation.name] = equation
        for function in equation.functions:
            self._by_function[function.name] = equation

    def meaning(self, key: object, make: Callable[[int], Kind]) -> Kind:
        """The one thing with this key, made with its number when it is first asked for. Things
        of different kinds have different keys.
        """
        known = self._meant.get(key)
        if known is None:
            known = self._meant[key] = make(len(self._meant) + 1)
            self._by_function[known.functions[0].name] = known
        return known  # type: ignore[return-value]  # a key belongs to one kind

    def of(self, term: Term) -> Fold | Table | Equation | Meant | None:
        """What gives a term its meaning, if it applies a function that has one."""
        return self._by_function.get(term.payload.name) if term.op == "apply" else None


class Abstraction:
    """Replaces the largest subterms that do not depend on `inner` by parameters."""

    def __init__(self, inner: set[Term]) -> None:
        self.inner = frozenset(inner)
        self.found: dict[Term, Term] = {}

    def of(self, term: Term) -> Term:
        return self._of(term, self.inner)

    def _of(self, term: Term, inner: frozenset[Term]) -> Term:
        if not term.free:
            return term
        if term.free.isdisjoint(inner):
            if term not in self.found:
                self.found[term] = terms.var(f"p.{len(self.found)}", term.sort)
            return self.found[term]
        if not term.args:
            return term
        if isinstance(term.payload, Binder):
            inner |= set(term.payload.variables)
        return terms.rebuild(term, tuple(self._of(arg, inner) for arg in term.args))


def instances(
    folds: Folds, roots: tuple[Term, ...], without: frozenset[str] = frozenset()
) -> tuple[Term, ...]:
    """The facts about folds, tables and defines that a problem made of `roots` is given, each
    once; not about the defines in `without`.
    """
    known: dict[Term, None] = {}

    def note(facts: Iterable[Term]) -> None:
        known.update(dict.fromkeys(fact for fact in facts if fact is not terms.TRUE))

    # What an order or a permutation means is said by counting, so that comes first.
    meant: dict[Term, None] = {}
    waiting = roots
    while waiting:
        order = list(terms.postorder(waiting))
        found: dict[Term, None] = {}
        for term in order:
            meaning = folds.of(term)
            if meaning is None or isinstance(meaning, Fold | Table | Equation) or term in meant:
                continue
            meant[term] = None
            found.update(dict.fromkeys(meaning.facts(term)))
        note(found)
        waiting = tuple(found)
    first = (*roots, *known)
    note(_of_applied(folds, first, without))
    # The facts about a fold may speak of others, once more.
    outside = {t.payload.name for t in terms.postorder(first) if folds.of(t) is not None}
    inner = (t for t in terms.postorder(tuple(known)) if folds.of(t) is not None)
    nested = tuple(dict.fromkeys(t for t in inner if t.payload.name not in outside))
    note(_of_applied(folds, nested, without))
    return tuple(known)


def _of_applied(folds: Folds, roots: tuple[Term, ...], without: frozenset[str]) -> Iterator[Term]:
    """What the folds, tables and defines that these terms apply are told to be."""
    order = list(terms.postorder(roots))
    quantified = any(term.op in ("forall", "exists") for term in order)
    seen: set[tuple[int, tuple[Term, ...]]] = set()
    for term in order:
        fold = folds.of(term)
        if fold is None or (id(fold), term.args) in seen:
            continue
        seen.add((id(fold), term.args))
        if isinstance(fold, Table):
            yield from fold.facts(term)
        elif isinstance(fold, Equation):
            if fold.name not in without and not any(is_bound(free) for free in term.free):
                yield from fold.facts(term)
        elif not isinstance(fold, Fold):
            continue
        elif any(is_bound(variable) for variable in term.free):
            yield from _general(fold, term)
        else:
            yield from _facts(fold, term.args[:-2], term.args[-2], term.args[-1])
            if quantified:
                yield from _extremes(fold, term.args[:-2], term.args[-2], term.args[-1])


def _facts(fold: Fold, arguments: tuple[Term, ...], low: Term, high: Term) -> Iterator[Term]:
    here = fold.at(arguments, low, high)
    empty = terms.le(high, low)
    last = terms.sub(high, ONE)
    before = fold.at(arguments, low, last)
    for value, start, after in zip(
        here,
        fold.started(arguments),
        fold.stepped(arguments, before, last),
        strict=True,
    ):
        yield terms.implies(empty, terms.eq(value, start))
        yield terms.implies(terms.not_(empty), terms.eq(value, after))
    yield from _frame(fold, arguments, low, high)
    grows = _growth(fold.step[0], fold.state[0]) if len(fold.step) == 1 else None
    if grows is not None:
        size = terms.maximum(terms.sub(high, low), terms.integer(0))
        (start,) = fold.started(arguments)
        least, most = (terms.mul(terms.integer(bound), size) for bound in grows)
        yield terms.le(terms.add(start, least), here[0])
        yield terms.le(here[0], terms.add(start, most))
    if fold.name in ("sum", "count") and not low.is_literal:
        rest = fold.at(arguments, terms.add(low, ONE), high)
        (first,) = fold.stepped(arguments, (terms.integer(0),), low)
        (start,) = fold.started(arguments)
        if start.is_literal and start.payload == 0:
            front = terms.eq(here[0], terms.add(first, rest[0]))
            yield terms.implies(terms.not_(empty), front)


def _growth(step: Term, state: Term) -> tuple[int, int] | None:
    """The least and the most that a step adds, when its text shows them."""
    if step is state:
        return (0, 0)
    if step.op == "+" and step.args[0] is state:
        least = most = 0
        for part in step.args[1:]:
            bounds = _literals(part)
            if bounds is None:
                return None
            least, most = least + bounds[0], most + bounds[1]
        return (least, most)
    if step.op == "ite":
        then, otherwise = _growth(step.args[1], state), _growth(step.args[2], state)
        if then is not None and otherwise is not None:
            return (min(then[0], otherwise[0]), max(then[1], otherwise[1]))
    return None


def _literals(term: Term) -> tuple[int, int] | None:
    if term.is_literal:
        return (term.payload, term.payload)
    if term.op == "ite":
        then, otherwise = _literals(term.args[1]), _literals(term.args[2])
        if then is not None and otherwise is not None:
            return (min(then[0], otherwise[0]), max(then[1], otherwise[1]))
    return None


def _frame(fold: Fold, arguments: tuple[Term, ...], low: Term, high: Term) -> Iterator[Term]:
    here = fold.at(arguments, low, high)
    for position, (parameter, argument) in enumerate(zip(fold.parameters, arguments, strict=True)):
        if argument.op != "store" or not _read_at_member(fold, parameter):
            continue
        array, index, _ = argument.args
        there = fold.at((*arguments[:position], array, *arguments[position + 1 :]), low, high)
        outside = terms.or_(terms.lt(index, low), terms.le(high, index))
        for left, right in zip(here, there, strict=True):
            yield terms.implies(outside, terms.eq(left, right))


def _read_at_member(fold: Fold, parameter: Term) -> bool:
    """Whether the step reads the array at the range's member alone, and the start not at all."""
    read = terms.select(parameter, _AT) if parameter.sort.kind is sorts.Kind.ARRAY else None
    if any(parameter in part.free for part in fold.start):
        return False
    return all(parameter not in term.args or term is read for term in terms.postorder(fold.step))


def _general(fold: Fold, term: Term) -> Iterator[Term]:
    """The definition for every range, where an application stands under a quantifier.

    Only for arguments that the quantifier leaves alone; else nothing is said of it.
    """
    arguments = term.args[:-2]
    if any(is_bound(variable) for argument in arguments for variable in argument.free):
        return
    low = terms.var("low", sorts.INT)
    high = terms.var("high", sorts.INT)
    facts = terms.and_(*_facts(fold, arguments, low, high))
    yield terms.forall((low, high), facts, ((fold.at(arguments, low, high)[0],),))


def _extremes(fold: Fold, arguments: tuple[Term, ...], low: Term, high: Term) -> Iterator[Term]:
    if fold.name not in ("max", "min"):
        return
    (here,) = fold.at(arguments, low, high)
    if here.sort is not sorts.INT:
        return  # Not of floats: nan is in no order.
    (start,) = fold.started(arguments)
    index = terms.var("index", sorts.INT)
    # `step` is ite(member beyond accumulator, member, accumulator).
    member = (
        terms.substitute(
            fold.step[0].args[1],
            dict(zip(fold.parameters, arguments, strict=True)) | {_AT: index},
        )
        if fold.step[0].op == "ite" and fold.state[0] not in fold.step[0].args[1].free
        else None
    )
    if member is None:
        return
    inside = terms.and_(terms.le(low, index), terms.lt(index, high))
    within = terms.le if fold.name == "max" else terms.ge
    yield within(start, here)
    yield terms.forall((index,), terms.implies(inside, within(member, here)))
    yield terms.or_(
        terms.eq(here, start),
        terms.exists((index,), terms.and_(inside, terms.eq(here, member))),
    )

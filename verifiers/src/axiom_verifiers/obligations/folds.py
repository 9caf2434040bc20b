"""Recursive functions over ranges: what `sum`, `count`, `max`, a filter … mean in a proof.

A fold takes an accumulator through the members of a range. It becomes functions, one for each
part of the accumulator, of the range's bounds and of everything that its step depends on. They
are defined by

    low >= high  →  f(p, low, high) = start(p)
    low <  high  →  f(p, low, high) = step(p, f(p, low, high - 1), high - 1)

which some functions satisfy whatever `start` and `step` are, so to assume an instance of the
definition is always sound. A problem gets the instances for the applications that occur in it,
and lemmas that follow from the definition by induction: see `lemmas`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

import msgspec

from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Binder, Function, Term

# From the accumulators and a member of the range to the accumulators after it.
Step = Callable[[tuple[Term, ...], Term], tuple[Term, ...]]
# The member of the range that a step or an element speaks of.
AT = terms.var("at", sorts.INT)


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
        binding[AT] = at
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
        index = terms.var("index", application.sort.index)
        own = terms.var("at", application.sort.index)
        binding = dict(zip(self.parameters, application.args, strict=True)) | {own: index}
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


def abstracted(
    body: Term, own: Term, canonical: Term
) -> tuple[tuple[Term, ...], tuple[Term, ...], Term]:
    """A body that speaks of the variable `own`: what it depends on beside that, the parameters
    that stand for these, and its text over the parameters and `canonical`.
    """
    abstraction = Abstraction({own})
    text = terms.substitute(abstraction.of(body), {own: canonical})
    return tuple(abstraction.found), tuple(abstraction.found.values()), text


class Folds:
    """The folds of one derivation, by the name of their functions."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, tuple[Term, ...], tuple[Term, ...]], Fold] = {}
        self._by_function: dict[str, Fold | Table | Equation | Meant] = {}
        self._meant: dict[object, Meant] = {}
        self._tables: dict[tuple[sorts.Sort, Term], Table] = {}
        # The defining equation of each recursive define; None while it is being made.
        self.equations: dict[str, Equation | None] = {}
        # What lists the members of a set, the keys of a dict: an array, and how many they are.
        self._listings: dict[Term, dict[tuple[Term, Term], None]] = {}
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
        canonical = dict(zip(own, state, strict=True)) | {at: AT}
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
        at = terms.var(f"member.{self.made}", sort.index)
        index = terms.var("at", sort.index)
        arguments, parameters, abstract = abstracted(element(at), at, index)
        table = self._tables.get((sort, abstract))
        if table is None:
            kinds = tuple(parameter.sort for parameter in parameters)
            function = Function(f"table.{len(self._tables) + 1}", kinds, sort)
            table = Table(parameters, abstract, function)
            self._tables[sort, abstract] = table
            self._by_function[function.name] = table
        return terms.apply(table.function, *arguments)

    def note_listing(self, has: Term, order: Term, length: Term) -> None:
        """Notes that the first `length` places of `order` have the members of `has`, each once."""
        self._listings.setdefault(has, {})[order, length] = None

    def listed(self, has: Term) -> tuple[tuple[Term, Term], ...]:
        """What is known to list the members."""
        return tuple(self._listings.get(has, ()))

    def members_of(self, order: Term, length: Term) -> Term | None:
        """The set that is listed so, if it is one."""
        return next(
            (has for has, listings in self._listings.items() if (order, length) in listings), None
        )

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

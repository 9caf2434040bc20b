"""Terms: immutable, hash-consed expressions of many-sorted logic.

Structurally equal terms are one object, so equality is identity and a term is a directed
acyclic graph. The constructors to use are in `terms`; `make` here does no simplification.
All walks are iterative: a term may be as deep as memory allows.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

import msgspec

from axiom_verifiers.logic.sorts import Sort


class Function(msgspec.Struct, frozen=True):
    """A function symbol. Its definition, if any, belongs to the problem."""

    name: str
    parameters: tuple[Sort, ...]
    result: Sort


class Binder(msgspec.Struct, frozen=True):
    """What a quantifier binds, and how many of its arguments after the first belong to each
    trigger.
    """

    variables: tuple[Term, ...]
    triggers: tuple[int, ...] = ()


# What distinguishes terms of the same operator and arguments: a literal's value, a
# variable's name, a Function, a Binder, a Selector, a constructor's name, indices.
Payload = Any


class Term:
    """A node. `op` is the SMT-LIB symbol for interpreted functions; the others are

    `literal` (payload: its value), `var` (name), `apply` (Function), `forall` and `exists`
    (Binder; the body is the first argument, trigger terms follow), `construct` (constructor's
    name), `field` (Selector), `is` (constructor's name), `const-array`.

    `free` are the free variables: constants of the problem and variables not yet bound.
    `height` is the greatest number of quantifiers that are nested in it.
    """

    __slots__ = ("__weakref__", "args", "free", "height", "op", "payload", "sort")

    op: str
    args: tuple[Term, ...]
    sort: Sort
    payload: Payload
    free: frozenset[Term]
    height: int

    def __repr__(self) -> str:
        from axiom_verifiers.logic.smtlib import show

        return show(self)

    def __copy__(self) -> Term:
        return self

    def __deepcopy__(self, memo: object) -> Term:
        return self

    @property
    def is_literal(self) -> bool:
        return self.op == "literal"


_Key = tuple[str, tuple[Term, ...], Sort, Payload]
_terms: weakref.WeakValueDictionary[_Key, Term] = weakref.WeakValueDictionary()
_lock = threading.RLock()
_NONE: frozenset[Term] = frozenset()


def make(op: str, args: tuple[Term, ...], sort: Sort, payload: Payload = None) -> Term:
    """The one term with these parts, unsimplified."""
    # True == 1 in Python: a literal's type takes part in its key through its sort.
    key = (op, args, sort, payload)
    with _lock:
        term = _terms.get(key)
        if term is not None:
            return term
        term = Term()
        term.op, term.args, term.sort, term.payload = op, args, sort, payload
        if op == "var":
            term.free, term.height = frozenset((term,)), 0
        elif not args:
            term.free, term.height = _NONE, 0
        else:
            term.free = _union(args)
            term.height = max(arg.height for arg in args)
            if isinstance(payload, Binder):
                term.free = term.free.difference(payload.variables)
                term.height += 1
        _terms[key] = term
        return term


def _union(args: tuple[Term, ...]) -> frozenset[Term]:
    """The free variables of all; shares an existing set where one holds them all."""
    largest = max((arg.free for arg in args), key=len)
    if all(arg.free is largest or arg.free <= largest for arg in args):
        return largest
    return largest.union(*(arg.free for arg in args))


def literal(value: bool | int | str | Any, sort: Sort) -> Term:
    """A value of `sort`: bool, int, Fraction (Real), str, int (bit-vector, and the bits of a
    float), a rounding mode's name.
    """
    return make("literal", (), sort, value)


def var(name: str, sort: Sort) -> Term:
    """A constant of the problem, or a variable to be bound by a quantifier."""
    return make("var", (), sort, name)


def postorder(roots: Iterable[Term]) -> Iterator[Term]:
    """Every term reachable from `roots` once, arguments before what holds them.

    Bound variables appear only where they occur; the order depends on structure alone.
    """
    done: set[Term] = set()
    for root in roots:
        stack: list[tuple[Term, int]] = [(root, 0)]
        while stack:
            term, position = stack.pop()
            if position == 0 and term in done:
                continue
            args = term.args
            while position < len(args) and args[position] in done:
                position += 1
            if position < len(args):
                stack.append((term, position + 1))
                stack.append((args[position], 0))
            elif term not in done:
                done.add(term)
                yield term


def count(root: Term) -> int:
    """How many distinct terms `root` is made of."""
    return sum(1 for _ in postorder((root,)))


Rebuild = Callable[[Term, tuple[Term, ...]], Term]
# Filled by the theories' modules: how to make a term of an operator again, simplifying.
REBUILD: dict[str, Rebuild] = {}


def rebuild(term: Term, args: tuple[Term, ...]) -> Term:
    """`term` with other arguments, simplified by the smart constructor of its operator."""
    if args == term.args:
        return term
    again = REBUILD.get(term.op)
    if again is None:
        return make(term.op, args, term.sort, term.payload)
    return again(term, args)


def substitute(root: Term, mapping: Mapping[Term, Term]) -> Term:
    """`root` with each free variable that is a key of `mapping` replaced, all at once.

    Bound variables are renamed where they would capture. ValueError for other keys or
    when a replacement has another sort.
    """
    for old, new in mapping.items():
        if old.op != "var" or old.sort is not new.sort:
            raise ValueError(f"cannot replace {old} of sort {old.sort} by {new} of {new.sort}")
    live = {old: new for old, new in mapping.items() if old is not new and old in root.free}
    return _substitute(root, live) if live else root


def _substitute(root: Term, live: dict[Term, Term]) -> Term:
    keys = live.keys()
    done: dict[Term, Term] = dict(live)
    stack: list[tuple[Term, bool]] = [(root, False)]
    while stack:
        term, ready = stack.pop()
        if term in done:
            continue
        if keys.isdisjoint(term.free):
            done[term] = term
        elif ready:
            done[term] = rebuild(term, tuple(done[arg] for arg in term.args))
        elif isinstance(term.payload, Binder):
            done[term] = _under(term, live)
        else:
            stack.append((term, True))
            stack.extend((arg, False) for arg in reversed(term.args) if arg not in done)
    return done[root]


def _under(term: Term, live: dict[Term, Term]) -> Term:
    """Substitutes inside a quantifier. Recursive in the nesting of quantifiers alone."""
    binder = cast("Binder", term.payload)
    inside = {old: new for old, new in live.items() if old in term.free}
    renamed: dict[Term, Term] = {}
    if any(not new.free.isdisjoint(binder.variables) for new in inside.values()):
        taken = {free.payload for new in inside.values() for free in new.free}
        taken |= {free.payload for arg in term.args for free in arg.free}
        for variable in binder.variables:
            renamed[variable] = fresh(variable, taken)
            taken.add(renamed[variable].payload)
    inside |= renamed
    variables = tuple(renamed.get(variable, variable) for variable in binder.variables)
    args = tuple(_substitute(arg, {o: n for o, n in inside.items() if o in arg.free} or {})
                 for arg in term.args)  # fmt: skip
    again = REBUILD[term.op]
    return again(make(term.op, args, term.sort, Binder(variables, binder.triggers)), args)


def fresh(variable: Term, taken: set[str]) -> Term:
    """A variable of the same sort whose name is not in `taken`."""
    number = 0
    while (name := f"{variable.payload}'{number}") in taken:
        number += 1
    return var(name, variable.sort)


def uses(roots: Iterable[Term], op: str) -> bool:
    """Whether an operator occurs."""
    return any(term.op == op for term in postorder(roots))

"""Constructors of arrays, datatypes and quantifiers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from axiom_verifiers.logic.booleans import TRUE, boolean, expect
from axiom_verifiers.logic.sorts import (
    BOOL,
    Datatype,
    Kind,
    Selector,
    Sort,
    instantiate,
)
from axiom_verifiers.logic.term import REBUILD, Binder, Term, make, substitute, var


def select(array: Term, index: Term) -> Term:
    """The element at an index."""
    if array.sort.kind is not Kind.ARRAY:
        raise TypeError(f"select takes an array, got {array.sort}")
    expect(index, array.sort.index, "select")
    while array.op == "store":
        if array.args[1] is index:
            return array.args[2]
        if not (array.args[1].is_literal and index.is_literal):
            break
        array = array.args[0]
    if array.op == "const-array":
        return array.args[0]
    return make("select", (array, index), array.sort.element)


def store(array: Term, index: Term, value: Term) -> Term:
    """The array with another element at an index."""
    if array.sort.kind is not Kind.ARRAY:
        raise TypeError(f"store takes an array, got {array.sort}")
    expect(index, array.sort.index, "store")
    expect(value, array.sort.element, "store")
    if array.op == "store" and array.args[1] is index:
        array = array.args[0]
    if value.op == "select" and value.args == (array, index):
        return array
    return make("store", (array, index, value), array.sort)


def const_array(sort: Sort, value: Term) -> Term:
    """The array of `sort` that holds `value` everywhere."""
    expect(value, sort.element, "a constant array")
    return make("const-array", (value,), sort)


def construct(datatype: Datatype, constructor: str, *args: Term, sort: Sort | None = None) -> Term:
    """A value of a datatype. `sort` is needed for a parametric one."""
    of = sort or datatype.sort()
    binding = dict(zip(datatype.parameters, of.args, strict=True))
    selectors = datatype.constructor(constructor).selectors
    if len(selectors) != len(args):
        raise TypeError(f"{constructor} takes {len(selectors)} fields, got {len(args)}")
    for arg, selector in zip(args, selectors, strict=True):
        expect(arg, instantiate(selector.sort, binding), f"{constructor}.{selector.name}")
    return make("construct", args, of, constructor)


def field(datatype: Datatype, selector: str, term: Term) -> Term:
    """A field of a value; arbitrary when the value was made by another constructor."""
    if term.sort.kind is not Kind.DATATYPE or term.sort.name != datatype.name:
        raise TypeError(f"{selector} takes {datatype.name}, got {term.sort}")
    binding = dict(zip(datatype.parameters, term.sort.args, strict=True))
    found = datatype.selector(selector)
    return _field(found, instantiate(found.sort, binding), term)


def _field(selector: Selector, sort: Sort, term: Term) -> Term:
    if term.op == "construct" and term.payload == selector.constructor:
        return term.args[selector.index]
    return make("field", (term,), sort, selector)


def is_made_by(datatype: Datatype, constructor: str, term: Term) -> Term:
    """Whether `constructor` made the value."""
    if term.sort.kind is not Kind.DATATYPE or term.sort.name != datatype.name:
        raise TypeError(f"is {constructor} takes {datatype.name}, got {term.sort}")
    datatype.constructor(constructor)
    if len(datatype.constructors) == 1:
        return TRUE
    return _is(constructor, term)


def _is(constructor: str, term: Term) -> Term:
    if term.op == "construct":
        return boolean(term.payload == constructor)
    return make("is", (term,), BOOL, constructor)


def forall(variables: Sequence[Term], body: Term, triggers: Sequence[Sequence[Term]] = ()) -> Term:
    """For all values. Each trigger is a group of terms that together bind every variable;
    one that does not is dropped.
    """
    return _quantify("forall", variables, body, triggers)


def exists(variables: Sequence[Term], body: Term, triggers: Sequence[Sequence[Term]] = ()) -> Term:
    return _quantify("exists", variables, body, triggers)


def _quantify(
    op: str, variables: Sequence[Term], body: Term, triggers: Sequence[Sequence[Term]]
) -> Term:
    """Drops variables that do not occur (no sort is empty) and gives the others names that
    depend on the structure alone, so that quantifiers which differ in names are one term.
    The names speak of the nesting height: an inner quantifier never hides an outer one.
    """
    expect(body, BOOL, op)
    used = [variable for variable in dict.fromkeys(variables) if variable in body.free]
    if not used:
        return body
    groups = [
        tuple(group)
        for group in triggers
        if group and frozenset(used) <= frozenset[Term]().union(*(term.free for term in group))
    ]
    flat = (body, *(term for group in groups for term in group))
    height = 1 + max(term.height for term in flat)
    free = frozenset[Term]().union(*(term.free for term in flat)).difference(used)
    while True:
        names = {
            variable: var(f"?{height}.{number}", variable.sort)
            for number, variable in enumerate(used)
        }
        # In the midst of a substitution an outer variable may still have its former name.
        if free.isdisjoint(names.values()):
            break
        height += 1
    args = tuple(substitute(term, {o: n for o, n in names.items() if o in term.free})
                 for term in flat)  # fmt: skip
    if not args[0].free.intersection(names.values()):
        return args[0]
    binder = Binder(tuple(names.values()), tuple(len(group) for group in groups))
    return make(op, args, BOOL, binder)


def groups_of(term: Term) -> tuple[tuple[Term, ...], ...]:
    """The triggers of a quantifier."""
    binder = cast("Binder", term.payload)
    groups: list[tuple[Term, ...]] = []
    start = 1
    for size in binder.triggers:
        groups.append(term.args[start : start + size])
        start += size
    return tuple(groups)


def instance(term: Term, values: Sequence[Term]) -> Term:
    """The body of a quantifier at these values of its variables."""
    binder = cast("Binder", term.payload)
    return substitute(term.args[0], dict(zip(binder.variables, values, strict=True)))


def _again(term: Term, args: tuple[Term, ...]) -> Term:
    """`term` has the new arguments already where its variables were renamed."""
    binder = cast("Binder", term.payload)
    probe = make(term.op, args, BOOL, binder)
    return _quantify(term.op, binder.variables, args[0], groups_of(probe))


REBUILD.update(
    {
        "select": lambda _, args: select(*args),
        "store": lambda _, args: store(*args),
        "const-array": lambda term, args: const_array(term.sort, *args),
        "construct": lambda term, args: make("construct", args, term.sort, term.payload),
        "field": lambda term, args: _field(term.payload, term.sort, *args),
        "is": lambda term, args: _is(term.payload, *args),
        "forall": _again,
        "exists": _again,
    }
)

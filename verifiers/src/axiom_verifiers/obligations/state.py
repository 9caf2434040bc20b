"""What symbolic execution goes through and leaves behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.types import (
    BoolType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase as erase_all
from axiom_verifiers.core.program import Place
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import mappings
from axiom_verifiers.obligations.encode_sequences import Sequence
from axiom_verifiers.obligations.ranges import Ranges
from axiom_verifiers.obligations.values import (
    ZERO,
    DictValue,
    ListValue,
    Nothing,
    Opaque,
    OptionalValue,
    RecordParts,
    Scalar,
    SetValue,
    Symbolic,
    TupleValue,
    choose,
    erase,
    unpack,
)


class LoopHints(msgspec.Struct, frozen=True):
    """What is claimed of one loop: each invariant is proved before it is used.

    `measure` is an int that each iteration decreases and that is never negative before one.
    Those with a `clause` are for its obligations alone, in place of those without one: so what
    helps another clause changes no question of this one. One without a function is `at_exits`.
    """

    function: str
    loop: int
    invariants: tuple[Expr, ...] = ()
    measure: Expr | None = None
    clause: str = ""


def at_exits(clause: str) -> LoopHints:
    """That this clause, which has no value for some results, is shown to have one for those that
    the code at hand gives.
    """
    return LoopHints("", 0, clause=clause)


class Trial(msgspec.Struct, frozen=True):
    """What might hold of one loop: each invariant is assumed only under its `toggle`, and each
    measure is checked beside the others. For finding hints; nothing is proved by it.
    """

    function: str
    loop: int
    invariants: tuple[Expr, ...] = ()
    measures: tuple[Expr, ...] = ()


def toggle(function: str, loop: int, number: int) -> Term:
    """The switch of one invariant on trial; `number` counts from 1."""
    return terms.var(f"trial.{function}.{loop}.{number}", sorts.BOOL)


class Exit(msgspec.Struct, frozen=True):
    """One way in which a call ends, when `condition` holds.

    `unmodelled`: it goes on with `construct`, about which nothing is known. `names` are the
    locals then.
    """

    kind: Literal["return", "raise", "unmodelled"]
    condition: Term
    place: Place
    names: Mapping[str, Symbolic]
    value: Symbolic | None = None
    errors: tuple[str, ...] = ()
    construct: str = ""


class Check(msgspec.Struct, frozen=True):
    """Something to prove on the way, under `condition`. `number` counts within its kind."""

    kind: Literal[
        "invariant holds at start",
        "invariant is kept",
        "measure is bounded",
        "measure decreases",
        "no measure",
        "precondition of call",
    ]
    condition: Term
    goal: Term
    place: Place
    function: str = ""
    loop: int = 0
    number: int = 0
    text: str = ""


class State(msgspec.Struct, frozen=True):
    """One point of the execution: `live` is the condition for getting here."""

    live: Term
    names: Mapping[str, Symbolic]
    unbound: Mapping[str, Term] = {}
    sequences: Mapping[str, Sequence] = {}

    def under(self, condition: Term) -> State:
        return msgspec.structs.replace(self, live=terms.and_(self.live, condition))

    def assign(self, new: Mapping[str, Symbolic]) -> State:
        unbound = {name: when for name, when in self.unbound.items() if name not in new}
        return msgspec.structs.replace(self, names={**self.names, **new}, unbound=unbound)


def join(condition: Term, then: State | None, otherwise: State | None) -> State | None:
    """The state after two branches; `condition` tells them apart where both are live."""
    if then is None or then.live is terms.FALSE:
        return otherwise
    if otherwise is None or otherwise.live is terms.FALSE:
        return then
    names: dict[str, Symbolic] = {}
    unbound: dict[str, Term] = {}
    for name in (*then.names, *(n for n in otherwise.names if n not in then.names)):
        left, right = then.names.get(name), otherwise.names.get(name)
        if left is None or right is None:
            present = left if left is not None else right
            assert present is not None
            names[name] = present
        else:
            try:
                names[name] = choose(condition, left, right)
            except NotModelledError:
                names[name] = Opaque(TupleType(()), "one of several types")
        missing = terms.ite(
            condition,
            terms.TRUE if left is None else then.unbound.get(name, terms.FALSE),
            terms.TRUE if right is None else otherwise.unbound.get(name, terms.FALSE),
        )
        if missing is not terms.FALSE:
            unbound[name] = missing
    live = terms.or_(then.live, otherwise.live)
    return State(live, names, unbound, {**then.sequences, **otherwise.sequences})


def join_all(states: list[State]) -> State | None:
    """The state after several ways that exclude one another."""
    merged: State | None = None
    for state in reversed(states):
        merged = join(state.live, state, merged)
    return merged


def well_formed(value: Symbolic, ranges: Ranges) -> Term:
    """What holds of every value of its type: lengths are not negative, and the parts of a set
    or dict fit together.
    """
    match value:
        case Scalar() | Opaque():
            return terms.TRUE
        case ListValue(item, items, offset, length):
            facts = terms.le(ZERO, length)
            if length.op == "var":
                ranges.within.note_natural(length)
            if not _has_facts(item):
                return facts
            inside = ranges.forall(
                offset,
                terms.add(offset, length),
                lambda at: well_formed(unpack(terms.select(items, at), item), ranges),
            )
            return terms.and_(facts, inside)
        case SetValue():
            return mappings.fits_together(value, ranges)
        case DictValue(_, kind, _, values):
            facts = mappings.fits_together(value, ranges)
            if not _has_facts(kind):
                return facts
            inside = mappings.each(
                value,
                ranges,
                lambda at: well_formed(unpack(terms.select(values, at), kind), ranges),
            )
            return terms.and_(facts, inside)
        case TupleValue(items) | RecordParts(_, items):
            return terms.and_(*(well_formed(item, ranges) for item in items))
        case OptionalValue(_, _, inner):
            return well_formed(inner, ranges)
        case _:
            return terms.TRUE


def _has_facts(kind: Type) -> bool:
    match erase(kind):
        case ListType() | SetType() | DictType():
            return True
        case TupleType(items):
            return any(_has_facts(item) for item in items)
        case RecordType(_, fields):
            return any(_has_facts(field) for _, field in fields)
        case OptionalType(item):
            return _has_facts(item)
        case _:
            return False


def conforms(value: Symbolic, kind: Type) -> Term:
    """When the value is one of the type: None for a plain type never is."""
    kind = erase(kind)
    if isinstance(kind, OptionalType):
        if isinstance(value, OptionalValue):
            return terms.implies(value.present, conforms(value.value, kind.item))
        return terms.TRUE if isinstance(value, Nothing) else conforms(value, kind.item)
    match value:
        case OptionalValue(_, present, inner):
            if isinstance(kind, NoneType):
                return terms.not_(present)
            return terms.and_(present, conforms(inner, kind))
        case Nothing():
            return terms.boolean(isinstance(kind, NoneType))
        case Scalar(term):
            return terms.boolean(_is_of(term.sort, kind))
        case ListValue(other):
            same = isinstance(kind, ListType) and erase_all(kind.item) == erase_all(other)
            return terms.boolean(same)
        case SetValue(other):
            same = isinstance(kind, SetType) and erase(kind.item) == erase(other)
            return terms.boolean(same)
        case DictValue(key, held):
            same = isinstance(kind, DictType) and (erase(kind.key), erase(kind.value)) == (
                erase(key),
                erase(held),
            )
            return terms.boolean(same)
        case TupleValue(values):
            if not isinstance(kind, TupleType) or len(kind.items) != len(values):
                return terms.FALSE
            pairs = zip(values, kind.items, strict=True)
            return terms.and_(*(conforms(item, of) for item, of in pairs))
        case RecordParts(record, _):
            return terms.boolean(erase_all(record) == erase_all(kind))
        case Opaque():
            return terms.FALSE


def _is_of(sort: sorts.Sort, kind: Type) -> bool:
    """Whether a term of the sort is one of a plain type; a bool is also an int."""
    match kind:
        case IntType():
            return sort in (sorts.INT, sorts.BOOL)
        case BoolType():
            return sort is sorts.BOOL
        case StrType():
            return sort is sorts.STRING
        case FloatType():
            return sort is sorts.FLOAT64
        case _:
            return False

"""Places: which part of which other name's value a name certainly is, and writing to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Constant,
    Expr,
    FieldOf,
    Index,
    MakeRecord,
    MakeTuple,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.source import NOWHERE
from axiom_verifiers.contracts.traversal import rebuild, walk
from axiom_verifiers.contracts.types import (
    DictType,
    IntType,
    ListType,
    OptionalType,
    RecordType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.core.flow import assigned_names, map_expressions
from axiom_verifiers.core.program import Assign, Block, Function, SetItem, Statement


class Place(msgspec.Struct, frozen=True):
    """`read` is an expression that leads from the variable `root` to an object by indices and
    fields; `steps` are these, from the root on.
    """

    root: str
    steps: tuple[Expr | str, ...]
    read: Expr

    def mentions(self, name: str) -> bool:
        return any(isinstance(node, Variable) and node.name == name for node in walk(self.read))


def place_of(expr: Expr, same: Callable[[str], str]) -> Place | None:
    """The place that the expression reads; None when it is no such expression.

    `same` names a local whose value a loop's counter certainly is.
    """
    match expr:
        case Variable(role="local" | "parameter"):
            return Place(expr.name, (), bare(expr))
        case FieldOf() if isinstance(expr.value.type, RecordType):
            outer = place_of(expr.value, same)
            if outer is None:
                return None
            read = FieldOf(type=expr.type, value=outer.read, name=expr.name)
            return Place(outer.root, (*outer.steps, expr.name), read)
        case Index() if isinstance(expr.value.type, ListType | DictType | TupleType):
            outer = place_of(expr.value, same)
            if outer is None or not _steady(expr.index):
                return None
            index = _renamed(bare(expr.index), same)
            read = Index(type=expr.type, value=outer.read, index=index)
            return Place(outer.root, (*outer.steps, index), read)
        case _:
            return None


def _steady(index: Expr) -> bool:
    """Whether it has the same value as long as its variables have."""
    match index:
        case Constant():
            return True
        case Variable():
            return isinstance(index.type, IntType | StrType)
        case Unary(op="-" | "+"):
            return _steady(index.operand)
        case Binary(op="+" | "-") if isinstance(index.type, IntType):
            return _steady(index.left) and _steady(index.right)
        case _:
            return False


def bare(expr: Expr) -> Expr:
    """The expression without its place in the source, so that equal ones are equal."""
    return msgspec.structs.replace(rebuild(expr, bare), span=NOWHERE)


def _renamed(expr: Expr, same: Callable[[str], str]) -> Expr:
    if isinstance(expr, Variable):
        return Variable(type=expr.type, name=same(expr.name), role="local")
    return rebuild(expr, lambda part: _renamed(part, same))


def joined(outer: Place, inner: Place) -> Place:
    """The place that `inner` is, where its root is at `outer`."""

    def change(expr: Expr) -> Expr:
        if isinstance(expr, Variable) and expr.name == inner.root:
            return outer.read
        return rebuild(expr, change)

    return Place(outer.root, (*outer.steps, *inner.steps), change(inner.read))


def apart(one: tuple[Expr | str, ...], other: tuple[Expr | str, ...]) -> bool:
    """Whether two ways from one root certainly lead into different parts of it."""
    for first, second in zip(one, other, strict=False):
        if first == second:
            continue
        if isinstance(first, str) or isinstance(second, str):
            return True
        match first, second:
            case Constant(value=int(a)), Constant(value=int(b)) if (a < 0) == (b < 0):
                return a != b
            case Constant(value=str(a)), Constant(value=str(b)):
                return a != b
            case _:
                return False
    return False


def is_counted(step: Expr | str) -> bool:
    """Whether the step stays the same place when a list grows at its end."""
    match step:
        case Constant(value=int(value)):
            return value >= 0
        case Variable(name=name):
            return name.startswith("#i")
        case str():
            return True
        case _:
            return False


class Writer:
    """Makes the statements that put a value at a place; its temporaries are `#w1`, `#w2` …"""

    def __init__(self) -> None:
        self.temporaries: dict[str, Type] = {}
        self._made = 0

    def restart(self) -> None:
        self._made = 0

    def write(self, at: Place, value: Expr, like: Statement) -> list[Statement]:
        """`at := value`, every object on the way changed in place."""
        chain: list[Expr] = []
        read: Expr = at.read
        while isinstance(read, Index | FieldOf):
            chain.append(read)
            read = read.value
        if not isinstance(read, Variable):
            return []
        if not chain:
            return [Assign(place=like.place, name=read.name, value=value, in_place=True)]
        chain.reverse()
        made: list[Statement] = []
        owners: list[Variable] = [read]
        for part in chain[:-1]:
            owner = self._temporary(part.type)
            made.append(Assign(place=like.place, name=owner.name, value=_on(part, owners[-1])))
            owners.append(owner)
        for owner, part in zip(reversed(owners), reversed(chain), strict=True):
            made.append(_put(owner, part, value, like))
            value = owner
        return made

    def _temporary(self, type_: Type) -> Variable:
        self._made += 1
        name = f"#w{self._made}"
        known = self.temporaries.get(name)
        while known is not None and known != type_:
            self._made += 1
            name = f"#w{self._made}"
            known = self.temporaries.get(name)
        self.temporaries[name] = type_
        return Variable(type=type_, name=name, role="local")


def _on(part: Expr, owner: Variable) -> Expr:
    assert isinstance(part, Index | FieldOf)
    return msgspec.structs.replace(part, value=owner)


def _put(owner: Variable, part: Expr, value: Expr, like: Statement) -> Statement:
    """`owner` with another part, in place."""
    type_ = owner.type.item if isinstance(owner.type, OptionalType) else owner.type
    match part, type_:
        case FieldOf(name=name), RecordType(fields=fields):
            whole = with_field(owner, type_, name, value)
            assert fields
        case Index(index=Constant(value=int(at))), TupleType(items=items):
            parts = tuple(
                value if position == at else Index(type=item, value=owner, index=_at(position))
                for position, item in enumerate(items)
            )
            whole = MakeTuple(type=type_, items=parts)
        case Index(index=index), _:
            return SetItem(place=like.place, name=owner.name, index=index, value=value)
        case _:
            raise AssertionError(part)
    return Assign(place=like.place, name=owner.name, value=whole, in_place=True)


def _at(position: int) -> Constant:
    return Constant(type=IntType(), value=position)


def with_field(owner: Expr, type_: RecordType, name: str, value: Expr) -> MakeRecord:
    """The record with another value of one field."""
    values = tuple(
        value if field == name else FieldOf(type=kind, value=owner, name=field)
        for field, kind in type_.fields
    )
    return MakeRecord(type=type_, record=type_, values=values)


def completed(function: Function, body: Block, writer: Writer) -> Function:
    """The function with this body; what it assigns anew is a local."""
    parameters = {p.name: p.type for p in function.parameters}
    local = dict(function.locals)
    assigned = assigned_names(body)
    for name in sorted(assigned - set(local)):
        type_ = parameters.get(name) or writer.temporaries.get(name)
        if type_ is not None:
            local[name] = type_
    new = frozenset(name for name in parameters if name in local) - {n for n, _ in function.locals}
    if new:
        body = tuple(map_expressions(statement, lambda e: _localised(e, new)) for statement in body)
    return msgspec.structs.replace(
        function, body=body, locals=tuple(sorted(local.items(), key=lambda one: one[0]))
    )


def _localised(expr: Expr, names: frozenset[str]) -> Expr:
    """The expression in which these parameters are read as locals."""
    if isinstance(expr, Variable) and expr.role == "parameter" and expr.name in names:
        return msgspec.structs.replace(expr, role="local")
    return rebuild(expr, lambda part: _localised(part, names))


class Growing(Mapping[str, Type]):
    """Types of names, and of the temporaries that are made on the way."""

    def __init__(self, known: Mapping[str, Type], more: Mapping[str, Type]) -> None:
        self._known, self._more = known, more

    def __getitem__(self, name: str) -> Type:
        found = self._known.get(name)
        return self._more[name] if found is None else found

    def __iter__(self) -> Iterator[str]:
        yield from self._known
        yield from self._more

    def __len__(self) -> int:
        return len(self._known) + len(self._more)

"""Values as expressions of the language."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

from axiom_verifiers.contracts.expressions import (
    Constant,
    Expr,
    MakeDict,
    MakeList,
    MakeRecord,
    MakeSet,
    MakeTuple,
)
from axiom_verifiers.contracts.records import RecordValue
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.contracts.values import Value, sort_values


def literal(value: Value, kind: Type) -> Expr:
    """The expression whose value this is; `kind` is the value's declared type."""
    kind = erase(kind)
    if value is None:
        return Constant(type=kind, value=None)
    match kind:
        case OptionalType(item):
            return literal(value, item)
        case ListType(item):
            return MakeList(type=kind, items=tuple(literal(one, item) for one in value))
        case SetType(item):
            return MakeSet(type=kind, items=tuple(literal(one, item) for one in sort_values(value)))
        case TupleType(items):
            parts = tuple(literal(one, of) for one, of in zip(value, items, strict=True))
            return MakeTuple(type=kind, items=parts)
        case DictType(key, held):
            pairs = tuple((literal(k, key), literal(v, held)) for k, v in value.items())
            return MakeDict(type=kind, items=pairs)
        case RecordType(fields=fields) if isinstance(value, RecordValue):
            members = tuple(literal(value.fields[name], of) for name, of in fields)
            return MakeRecord(type=kind, record=kind, values=members)
        case _:
            return Constant(type=kind, value=value)

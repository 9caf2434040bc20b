"""Typed expressions: names resolved, types checked, sugar removed.

The checker makes them from `contracts.syntax`; the front ends make the same nodes from a
target language's source, so that contract and code share one evaluator and one translation
to logic. Every node has its type (refinements are erased to their base inside expressions).
Where a `T?` is known not to be None (`x is not None and …`), a variable, field or item of it has
the type T; a T or None may stand where a `T?` is wanted. Neither is a node of its own.
`range`, `enumerate`, `zip`, `reversed`, `keys()`, `values()`, `items()` and generators have the
type of the list that they would make.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec

from axiom_verifiers.contracts import types
from axiom_verifiers.contracts.source import NOWHERE, Span
from axiom_verifiers.contracts.types import RecordType, Type

if TYPE_CHECKING:
    ConstantValue = int | float | str | bytes | bool | None
else:
    ConstantValue = Any  # msgspec decodes no union of str and bytes; who decodes, checks.


class Node(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="node"):
    """A typed expression. `span` does not take part in normal forms and digests."""

    type: Type
    span: Span = NOWHERE


class Constant(Node, frozen=True):
    """A literal. Floats may be nan or infinite; None has type NONE or an optional type."""

    value: ConstantValue


class Variable(Node, frozen=True):
    """A parameter, a bound variable, a code's local, or one of the reserved names.

    `role` says which: `parameter`, `bound`, `local`, `result`, `it`.
    """

    name: str
    role: Literal["parameter", "bound", "local", "result", "it"]


class ConstantRef(Node, frozen=True):
    """A `define` constant, by name."""

    name: str


class Unary(Node, frozen=True):
    op: Literal["-", "+", "~", "not"]
    operand: Expr


class Binary(Node, frozen=True):
    """Arithmetic and the operators of str, list, set, bytes, tuple, bool: by operand types."""

    op: Literal["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"]
    left: Expr
    right: Expr


class Logical(Node, frozen=True):
    """Short circuits from left to right; `implies` guards its right side by its left."""

    op: Literal["and", "or", "implies", "iff"]
    left: Expr
    right: Expr


class Compare(Node, frozen=True):
    """One link; chains become `and` of their links. `is` compares with None only."""

    op: Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]
    left: Expr
    right: Expr


class Conditional(Node, frozen=True):
    condition: Expr
    then: Expr
    otherwise: Expr


class Index(Node, frozen=True):
    """`value[index]` of list, str, tuple (constant index), dict, bytes."""

    value: Expr
    index: Expr


class Slice(Node, frozen=True):
    value: Expr
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class FieldOf(Node, frozen=True):
    """A record's field."""

    value: Expr
    name: str


class Call(Node, frozen=True):
    """A builtin function by its Python name (`len`, `sum`, `sorted`, …), or `permutation`.

    Keywords that were given stand in `keywords` (`key`, `default`, `reverse`, `start` …);
    a `key` is a `FunctionRef`.
    """

    function: str
    args: tuple[Expr, ...]
    keywords: tuple[tuple[str, Expr], ...] = ()


class MethodCall(Node, frozen=True):
    """A method of a builtin type by its Python name; pure ones only.

    Code has one more: `without` is a dict without a key, whether it has it or not.
    """

    value: Expr
    method: str
    args: tuple[Expr, ...]


class DefineCall(Node, frozen=True):
    """A call of a `define` of the specification."""

    name: str
    args: tuple[Expr, ...]


class FunctionRef(Node, frozen=True):
    """A function given as `key=`: a one-parameter function `parameter → body`.

    `type` is the type of the body.
    """

    parameter: str
    parameter_type: Type
    body: Expr


class Let(Node, frozen=True):
    """`value` is evaluated, then `body`, in which the bound variable `name` holds it.

    Front ends alone make it, where a function's code stands in the place of its call.
    """

    name: str
    value: Expr
    body: Expr


class Failing(Node, frozen=True):
    """An expression that has no value: evaluating it raises `error`. `type` is that of the
    place where it stands; front ends alone make it.
    """

    error: str


class MakeList(Node, frozen=True):
    items: tuple[Expr, ...]


class MakeTuple(Node, frozen=True):
    items: tuple[Expr, ...]


class MakeSet(Node, frozen=True):
    items: tuple[Expr, ...]


class MakeDict(Node, frozen=True):
    items: tuple[tuple[Expr, Expr], ...]


class MakeRecord(Node, frozen=True):
    """Every field of the record, in the record's order."""

    record: RecordType
    values: tuple[Expr, ...]


class Target(msgspec.Struct, frozen=True):
    """What a generator binds: a name of that type, or a tuple of targets (name None)."""

    name: str | None
    type: Type
    items: tuple[Target, ...] = ()


class Generator(msgspec.Struct, frozen=True):
    target: Target
    iterable: Expr
    conditions: tuple[Expr, ...]


class Comprehension(Node, frozen=True):
    """`value` is set for dicts only. A generator's type is that of the list it would make."""

    kind: Literal["list", "set", "dict", "generator"]
    element: Expr
    value: Expr | None
    generators: tuple[Generator, ...]


class Quantifier(Node, frozen=True):
    """Exactly one of `domain` (a finite collection) and `over` (a whole type) is set."""

    kind: Literal["forall", "exists"]
    target: Target
    domain: Expr | None
    over: Type | None
    body: Expr


class Old(Node, frozen=True):
    """The value in a deep snapshot from before the call."""

    value: Expr


Expr = (
    Constant
    | Variable
    | ConstantRef
    | Unary
    | Binary
    | Logical
    | Compare
    | Conditional
    | Index
    | Slice
    | FieldOf
    | Call
    | MethodCall
    | DefineCall
    | FunctionRef
    | Let
    | Failing
    | MakeList
    | MakeTuple
    | MakeSet
    | MakeDict
    | MakeRecord
    | Comprehension
    | Quantifier
    | Old
)

# A refined type holds an expression, and expressions hold types: what decodes either (msgspec)
# looks the name up in `types`, which cannot import this module.
types.__dict__["Expr"] = Expr

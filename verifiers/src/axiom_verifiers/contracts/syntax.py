"""The surface syntax of intent files: what was written, with spans, before names and types.

The parser (`contracts.parser`) makes these from the syntax tree; it never fails: what could
not be read is an `ErrorExpr` or is left out, and a `Problem` says so.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from axiom_verifiers.contracts.source import Problem, Span


class Node(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="node"):
    """Everything that stands at a place of an item's text."""

    span: Span


# ---------------------------------------------------------------- expressions


class ErrorExpr(Node, frozen=True):
    """Text that could not be read as an expression; its problem is reported already."""


class IntLiteral(Node, frozen=True):
    value: int


class FloatLiteral(Node, frozen=True):
    value: float


class BoolLiteral(Node, frozen=True):
    value: bool


class NoneLiteral(Node, frozen=True):
    pass


class StrLiteral(Node, frozen=True):
    value: str


class BytesLiteral(Node, frozen=True):
    value: bytes


class Name(Node, frozen=True):
    """Any identifier, `result` and `it`, `inf` and `nan` among them."""

    id: str


class Unary(Node, frozen=True):
    op: Literal["-", "+", "~", "not"]
    operand: Syntax


class Binary(Node, frozen=True):
    op: Literal["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"]
    left: Syntax
    right: Syntax


class Logical(Node, frozen=True):
    """Binary; `a and b and c` nests to the left, `implies` to the right."""

    op: Literal["and", "or", "implies", "iff"]
    left: Syntax
    right: Syntax


CompareOp = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]


class Compare(Node, frozen=True):
    """A chain `first op1 e1 op2 e2 …`; at least one link."""

    first: Syntax
    links: tuple[tuple[CompareOp, Syntax], ...]


class Conditional(Node, frozen=True):
    """`then if condition else otherwise`."""

    condition: Syntax
    then: Syntax
    otherwise: Syntax


class Index(Node, frozen=True):
    value: Syntax
    index: Syntax


class Slice(Node, frozen=True):
    value: Syntax
    lower: Syntax | None
    upper: Syntax | None
    step: Syntax | None


class Attribute(Node, frozen=True):
    value: Syntax
    name: str
    name_span: Span


class Call(Node, frozen=True):
    """`function(args, key=value)`; `function` is a Name or an Attribute (a method)."""

    function: Syntax
    args: tuple[Syntax, ...]
    keywords: tuple[tuple[str, Syntax], ...] = ()


class ListDisplay(Node, frozen=True):
    items: tuple[Syntax, ...]


class TupleDisplay(Node, frozen=True):
    items: tuple[Syntax, ...]


class SetDisplay(Node, frozen=True):
    items: tuple[Syntax, ...]


class DictDisplay(Node, frozen=True):
    items: tuple[tuple[Syntax, Syntax], ...]


class Target(Node, frozen=True):
    """What a generator or quantifier binds: one name, or a tuple of targets."""

    name: str | None
    items: tuple[Target, ...] = ()


class Generator(Node, frozen=True):
    """`for target in iterable if c1 if c2`."""

    target: Target
    iterable: Syntax
    conditions: tuple[Syntax, ...]


class Comprehension(Node, frozen=True):
    """`kind` generator stands only as the sole argument of a call."""

    kind: Literal["list", "set", "dict", "generator"]
    element: Syntax
    value: Syntax | None  # of a dict comprehension
    generators: tuple[Generator, ...]


class Quantifier(Node, frozen=True):
    """`forall target in domain: body`, or `forall name: Type: body` over a whole type."""

    kind: Literal["forall", "exists"]
    target: Target
    domain: Syntax | None
    over: TypeSyntax | None
    body: Syntax


Syntax = (
    ErrorExpr
    | IntLiteral
    | FloatLiteral
    | BoolLiteral
    | NoneLiteral
    | StrLiteral
    | BytesLiteral
    | Name
    | Unary
    | Binary
    | Logical
    | Compare
    | Conditional
    | Index
    | Slice
    | Attribute
    | Call
    | ListDisplay
    | TupleDisplay
    | SetDisplay
    | DictDisplay
    | Comprehension
    | Quantifier
)

# ---------------------------------------------------------------- types


class TypeName(Node, frozen=True):
    """`int`, `None`, a declared name."""

    id: str


class TypeApply(Node, frozen=True):
    """`list[T]`, `set[T]`, `dict[K, V]`, `tuple[A, B]`."""

    constructor: str
    args: tuple[TypeSyntax, ...]


class TypeOptional(Node, frozen=True):
    """`T?`."""

    item: TypeSyntax


class ErrorType(Node, frozen=True):
    """Text that could not be read as a type."""


TypeSyntax = TypeName | TypeApply | TypeOptional | ErrorType

# ---------------------------------------------------------------- clauses


class Label(Node, frozen=True):
    name: str


class Prose(Node, frozen=True):
    """The text between the triple quotes, dedented; `span` covers the quotes."""

    text: str


class Requires(Node, frozen=True):
    label: Label | None
    condition: Syntax
    tags: tuple[str, ...] = ()


class Ensures(Node, frozen=True):
    label: Label | None
    condition: Syntax
    when: Syntax | None
    tags: tuple[str, ...] = ()


class Raises(Node, frozen=True):
    label: Label | None
    error: Name
    when: Syntax
    tags: tuple[str, ...] = ()


class Modifies(Node, frozen=True):
    names: tuple[Name, ...]


class Example(Node, frozen=True):
    """`call == expected, param == value …`, or `call raises error` (then `error` is set)."""

    call: Call
    expected: Syntax | None
    error: Name | None
    after: tuple[tuple[Name, Syntax], ...] = ()


class Must(Node, frozen=True):
    """`what` is one of the structural words, or None when `prose` is given."""

    negated: bool
    what: Literal["import", "recurse", "loop", "print", "terminate"] | None
    prose: Prose | None = None


class Invariant(Node, frozen=True):
    condition: Syntax


class Decreases(Node, frozen=True):
    measure: Syntax


class Setting(Node, frozen=True):
    """`target python`, `budget 60s, $0.05, confidence 0.95` …: the words after the keyword."""

    name: Literal["target", "model", "budget", "context", "trust", "temperature", "candidates"]
    text: str


Clause = (
    Prose
    | Requires
    | Ensures
    | Raises
    | Modifies
    | Example
    | Must
    | Invariant
    | Decreases
    | Setting
)

# ---------------------------------------------------------------- items


class Parameter(Node, frozen=True):
    name: Name
    type: TypeSyntax


class Field(Node, frozen=True):
    name: Name
    type: TypeSyntax


class UseItem(Node, frozen=True):
    path: StrLiteral


class TypeItem(Node, frozen=True):
    """Exactly one of `alias` and `fields` is set; `where` only beside an alias."""

    name: Name
    alias: TypeSyntax | None
    fields: tuple[Field, ...] | None
    where: Syntax | None


class DefineItem(Node, frozen=True):
    """A constant has `parameters` None."""

    name: Name
    parameters: tuple[Parameter, ...] | None
    result: TypeSyntax
    requires: Syntax | None
    decreases: Syntax | None
    body: Syntax


class IntentItem(Node, frozen=True):
    name: Name
    parameters: tuple[Parameter, ...]
    result: TypeSyntax
    clauses: tuple[Clause, ...]


class ProseIntentItem(Node, frozen=True):
    """`intent "free prose"`: legal, and waiting to be interpreted."""

    prose: StrLiteral


class BrokenItem(Node, frozen=True):
    """An item of which not even the head could be read."""

    keyword: str | None = None


Item = UseItem | TypeItem | DefineItem | IntentItem | ProseIntentItem | BrokenItem


class ParsedItem(msgspec.Struct, frozen=True):
    """What the parser makes of one item's text: the item and the problems in it."""

    item: Item
    problems: tuple[Problem, ...]

"""Checking what iterates and binds: comprehensions, quantifiers, membership, ranges of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_types import resolve
from axiom_verifiers.contracts.expressions import (
    Compare,
    Comprehension,
    Expr,
    Generator,
    Logical,
    Quantifier,
    Target,
    Variable,
)
from axiom_verifiers.contracts.narrowing import facts_of
from axiom_verifiers.contracts.refinements import refinement
from axiom_verifiers.contracts.scope import (
    CONTRACT_WORDS,
    LITERAL_NAMES,
    Occurrence,
    Scope,
)
from axiom_verifiers.contracts.source import Edit, Fix, Span
from axiom_verifiers.contracts.types import (
    BOOL,
    UNKNOWN,
    BytesType,
    DictType,
    ListType,
    OptionalType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import (
    erase,
    fits,
    is_finite,
    iteration_item,
    join,
    show_type,
)

if TYPE_CHECKING:
    from axiom_verifiers.contracts.checker_expressions import Checker


class Iterated(msgspec.Struct, frozen=True):
    """Something to iterate over: its items' type, and whether their order is determined."""

    expr: Expr
    item: Type
    ordered: bool


def is_unordered(expr: Expr) -> bool:
    """Whether the order in which iterating gives the items is nobody's to know."""
    if isinstance(expr.type, SetType):
        return True
    if isinstance(expr, Comprehension) and expr.kind in ("generator", "dict"):
        return any(is_unordered(made.iterable) for made in expr.generators)
    return False


def iterable(checker: Checker, node: syntax.Syntax, scope: Scope, what: str) -> Iterated:
    """What `node` gives when it is iterated over; ranges and generators are welcome."""
    checker.order_free.add(id(node))
    made = checker.expr(node, scope, lazy=True)
    if isinstance(made.type, OptionalType):
        return Iterated(checker.maybe_none(node, made.type), UNKNOWN, True)
    item = iteration_item(made.type)
    if item is None:
        message = (
            f"{what}: found `{show_type(made.type)}`, expected something to go through "
            "(a list, set, dict, str, tuple or range)"
        )
        return Iterated(checker.wrong("not-iterable", message, node.span), UNKNOWN, True)
    return Iterated(made, item, not is_unordered(made))


def ordered_iterable(checker: Checker, node: syntax.Syntax, scope: Scope, what: str) -> Iterated:
    """As `iterable`, where the order shows: a set is refused."""
    found = iterable(checker, node, scope, what)
    if not found.ordered:
        order_shows(checker, node.span)
    return found


def order_shows(checker: Checker, span: Span) -> None:
    """Notes that a set is iterated over where its order shows."""
    before, after = Span(span.start, span.start), Span(span.end, span.end)
    checker.notes.problem(
        "unordered-iteration",
        "the order of a set shows here, and a set has none; expected a list: `sorted(…)` gives "
        "one order",
        span,
        fixes=(Fix("Wrap in `sorted(…)`", (Edit(before, "sorted("), Edit(after, ")"))),),
    )


def bind_target(checker: Checker, target: syntax.Target, of: Type) -> Target:
    """The typed target for items of type `of`."""
    if target.name is not None:
        if target.name in LITERAL_NAMES or target.name in CONTRACT_WORDS:
            checker.notes.problem(
                "reserved-name",
                f"`{target.name}` has a meaning of its own in contracts; expected another name",
                target.span,
            )
        checker.notes.occur(Occurrence(target.span, target.name, "bound", of, declares=True))
        return Target(target.name, of)
    size = len(target.items)
    if isinstance(of, TupleType) and len(of.items) == size:
        types = of.items
    else:
        if not isinstance(of, UnknownType):
            checker.notes.problem(
                "unpacking",
                f"found {size} names to unpack into, expected as many as `{show_type(of)}` holds",
                target.span,
            )
        types = (UNKNOWN,) * size
    items = tuple(
        bind_target(checker, item, one) for item, one in zip(target.items, types, strict=True)
    )
    return Target(None, of, items)


def bindings(checker: Checker, target: Target, span: Span) -> list[tuple[str, Type]]:
    """The names that the target binds, each once."""
    found: list[tuple[str, Type]] = []

    def gather(one: Target) -> None:
        if one.name is not None:
            if any(one.name == name for name, _ in found):
                checker.notes.problem(
                    "duplicate-name", f"`{one.name}` is bound twice here; expected two names", span
                )
            found.append((one.name, one.type))
        for item in one.items:
            gather(item)

    gather(target)
    return found


def generators(
    checker: Checker, nodes: tuple[syntax.Generator, ...], scope: Scope
) -> tuple[tuple[Generator, ...], Scope]:
    """The typed generators of a comprehension and the scope of its element."""
    made: list[Generator] = []
    for node in nodes:
        domain = iterable(checker, node.iterable, scope, "what stands after `in`")
        target = bind_target(checker, node.target, domain.item)
        scope = scope.bind(bindings(checker, target, node.target.span))
        conditions: list[Expr] = []
        for condition in node.conditions:
            conditions.append(checker.condition(condition, scope, "what stands after `if`"))
            scope = scope.know(facts_of(condition).true)
        made.append(Generator(target, domain.expr, tuple(conditions)))
    return tuple(made), scope


def comprehension(
    checker: Checker,
    node: syntax.Comprehension,
    scope: Scope,
    expected: Type | None,
    *,
    lazy: bool,
) -> Expr:
    """`[e for x in xs if c]` and its kin; a bare generator only where something consumes it."""
    made, inner = generators(checker, node.generators, scope)
    guide = expected.item if isinstance(expected, OptionalType) else expected
    hint: Type | None = None
    if isinstance(guide, ListType | SetType):
        hint = guide.item
    elif isinstance(guide, DictType):
        hint = guide.key
    element = checker.expr(node.element, inner, hint)
    item = hint if hint is not None and fits(element.type, hint) else element.type
    unordered = any(is_unordered(one.iterable) for one in made)
    value: Expr | None = None
    of: Type
    match node.kind:
        case "list":
            if unordered:
                order_shows(checker, node.span)
            of = ListType(item)
        case "generator":
            if not lazy:
                return checker.wrong(
                    "lazy-value",
                    "found a generator; expected it as the argument of a function such as "
                    "`sum(…)`, or a list: `[…]`",
                    node.span,
                )
            of = ListType(item)
        case "set":
            checker.hashable(item, node.span, "a member of a set")
            of = SetType(item)
        case "dict":
            assert node.value is not None, "the parser gives a dict comprehension its value"
            if unordered and id(node) not in checker.order_free:
                order_shows(checker, node.span)
            checker.hashable(item, node.span, "the key of a dict")
            value_hint = guide.value if isinstance(guide, DictType) else None
            value = checker.expr(node.value, inner, value_hint)
            held = value.type
            if value_hint is not None and fits(held, value_hint):
                held = value_hint
            of = DictType(item, held)
    return Comprehension(
        type=of,
        kind=node.kind,
        element=element,
        value=value,
        generators=made,
        span=node.span,
    )


def quantifier(checker: Checker, node: syntax.Quantifier, scope: Scope) -> Expr:
    """`forall x in E: P`, or over a whole type where that is allowed."""
    if node.domain is not None:
        domain = iterable(checker, node.domain, scope, f"what `{node.kind}` ranges over")
        target = bind_target(checker, node.target, domain.item)
        inner = scope.bind(bindings(checker, target, node.target.span))
        body = checker.condition(node.body, inner, f"the body of `{node.kind}`")
        return Quantifier(
            type=BOOL,
            kind=node.kind,
            target=target,
            domain=domain.expr,
            over=None,
            body=body,
            span=node.span,
        )
    assert node.over is not None, "the parser gives a quantifier a domain or a type"
    declared = resolve(node.over, checker.names, checker.notes)
    of = erase(declared)
    target = bind_target(checker, node.target, of)
    bound = bindings(checker, target, node.target.span)
    body = checker.condition(node.body, scope.bind(bound), f"the body of `{node.kind}`")
    if not is_finite(of) and not checker.context.unbounded and not isinstance(of, UnknownType):
        checker.notes.problem(
            "unbounded-quantifier",
            f"`{node.kind} … : {show_type(declared)}` ranges over a whole type, which cannot be "
            f"evaluated; in {checker.context.place} expected `{node.kind} … in …` over a range or "
            "a collection",
            node.span,
        )
    if target.name is not None:
        variable = Variable(type=of, name=target.name, role="bound", span=node.target.span)
        limits = refinement(variable, declared)
        if limits is not None:
            op = "implies" if node.kind == "forall" else "and"
            body = Logical(type=BOOL, op=op, left=limits, right=body, span=node.body.span)
    return Quantifier(
        type=BOOL, kind=node.kind, target=target, domain=None, over=of, body=body, span=node.span
    )


def membership(
    checker: Checker,
    op: syntax.CompareOp,
    left: syntax.Syntax,
    right: syntax.Syntax,
    scope: Scope,
    span: Span,
) -> Expr:
    """`x in E`."""
    holder = iterable(checker, right, scope, f"what stands after `{op}`")
    of = holder.expr.type
    item = checker.expr(left, scope, holder.item)
    if isinstance(of, StrType | BytesType) and isinstance(item.type, OptionalType):
        return checker.maybe_none(left, item.type)
    plain = join(item.type, holder.item) is not None
    if isinstance(of, BytesType):
        plain = plain or isinstance(item.type, BytesType)
    if not plain:
        return checker.wrong(
            "type-mismatch",
            f"`{op}` looks for `{show_type(item.type)}` among `{show_type(holder.item)}`: "
            "expected the same type on both sides",
            span,
        )
    return Compare(type=BOOL, op=op, left=item, right=holder.expr, span=span)

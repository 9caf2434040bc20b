"""The same computation as a loop: other candidates, which a prover may find easier.

Each template is the loop that a person writes for a builtin over a list. They are variants of
a candidate that is right already, and are judged like any other.
"""

from __future__ import annotations

from axiom_server.synthesis.drafts import (
    Append,
    Assign,
    Block,
    For,
    If,
    Return,
    item_name,
    statement_exprs,
)
from axiom_server.synthesis.trees import (
    FALSE,
    TRUE,
    call,
    conjunction,
    constant,
    negate,
    substitute,
)
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Expr,
    Index,
    MakeList,
    MethodCall,
    Quantifier,
    Slice,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import names_of
from axiom_verifiers.contracts.typing_rules import iteration_item

ONE = constant(1)
ZERO = constant(0)


def _fresh(wish: str, taken: frozenset[str]) -> str:
    while wish in taken:
        wish += "_"
    return wish


def _local(name: str, kind: t.Type) -> Variable:
    return Variable(type=kind, name=name, role="local")


def _unbound(expr: Expr, target: Target) -> Expr:
    """What a comprehension bound is a local of the loop."""
    if target.name is not None:
        return substitute(expr, {target.name: _local(target.name, target.type)})
    for item in target.items:
        expr = _unbound(expr, item)
    return expr


def _plus(left: Expr, right: Expr) -> Expr:
    return Binary(type=left.type, op="+", left=left, right=right)


def _guarded(conditions: tuple[Expr, ...], body: Block) -> Block:
    return (If(conjunction(conditions), body),) if conditions else body


def as_loop(expr: Expr, taken: frozenset[str]) -> Block | None:
    """Statements that return `expr`, with a loop; None when no template fits."""
    match expr:
        case Call(function="sum" | "any" | "all", args=(source,)) if not expr.keywords:
            return _reduction(expr.function, source, taken)
        case Call(function="len", args=(Comprehension() as source,)):
            ones = Comprehension(
                type=t.ListType(t.INT),
                kind="generator",
                element=ONE,
                value=None,
                generators=source.generators,
            )
            return _reduction("sum", ones, taken)
        case Call(function="max" | "min", args=(source,)) if not expr.keywords:
            return _extreme(expr.function, source, taken)
        case Quantifier():
            return _quantified(expr)
        case MethodCall(method="count", args=(wanted,)) if isinstance(expr.value.type, t.ListType):
            return _count(expr.value, wanted, taken)
        case Comprehension(kind="list"):
            return _collected(expr, taken)
        case Compare(op="in") if isinstance(expr.right.type, t.ListType):
            return _contained(expr.right, expr.left, taken)
        case Compare(op="==", left=Slice() as turned, right=whole) if turned.value == whole:
            return _mirrored(turned, whole, taken)
        case Compare(op="==", left=whole, right=Slice() as turned) if turned.value == whole:
            return _mirrored(turned, whole, taken)
        case _:
            return None


def _items(
    source: Expr, taken: frozenset[str]
) -> tuple[Target, Expr, tuple[Expr, ...], Expr] | None:
    """Target, iterable, conditions and element of what a reduction runs over."""
    if isinstance(source, Comprehension):
        if len(source.generators) != 1 or source.value is not None:
            return None
        made = source.generators[0]
        conditions = tuple(_unbound(condition, made.target) for condition in made.conditions)
        return made.target, made.iterable, conditions, _unbound(source.element, made.target)
    kind = iteration_item(source.type)
    if kind is None:
        return None
    name = item_name(source, taken)
    return Target(name, kind), source, (), _local(name, kind)


def _reduction(function: str, source: Expr, taken: frozenset[str]) -> Block | None:
    found = _items(source, taken)
    if found is None:
        return None
    target, iterable, conditions, element = found
    if function == "sum":
        name = _fresh("count" if element == ONE else "total", taken)
        total = _local(name, element.type)
        if element.type != t.INT:
            return None
        step = Assign(name, element.type, _plus(total, element))
        return (
            Assign(name, element.type, ZERO, first=True),
            For(target, iterable, _guarded(conditions, (step,))),
            Return(total),
        )
    if function == "any":
        leave = If(conjunction((*conditions, element)), (Return(TRUE),))
        return (For(target, iterable, (leave,)), Return(FALSE))
    leave = If(conjunction((*conditions, negate(element))), (Return(FALSE),))
    return (For(target, iterable, (leave,)), Return(TRUE))


def _quantified(expr: Quantifier) -> Block | None:
    if expr.domain is None:
        return None
    body = _unbound(expr.body, expr.target)
    if expr.kind == "exists":
        return (For(expr.target, expr.domain, (If(body, (Return(TRUE),)),)), Return(FALSE))
    leave = If(negate(body), (Return(FALSE),))
    return (For(expr.target, expr.domain, (leave,)), Return(TRUE))


def _extreme(function: str, source: Expr, taken: frozenset[str]) -> Block | None:
    if not isinstance(source, Variable) or not isinstance(source.type, t.ListType):
        return None
    kind = source.type.item
    item = item_name(source, taken)
    name = _fresh("best", taken | {item})
    best, each = _local(name, kind), _local(item, kind)
    better = Compare(type=t.BOOL, op=">" if function == "max" else "<", left=each, right=best)
    return (
        Assign(name, kind, Index(type=kind, value=source, index=ZERO), first=True),
        For(Target(item, kind), source, (If(better, (Assign(name, kind, each),)),)),
        Return(best),
    )


def _count(source: Expr, wanted: Expr, taken: frozenset[str]) -> Block | None:
    if not isinstance(source.type, t.ListType):
        return None
    kind = source.type.item
    item = item_name(source, taken)
    name = _fresh("count", taken | {item})
    total = _local(name, t.INT)
    same = Compare(type=t.BOOL, op="==", left=_local(item, kind), right=wanted)
    return (
        Assign(name, t.INT, ZERO, first=True),
        For(Target(item, kind), source, (If(same, (Assign(name, t.INT, _plus(total, ONE)),)),)),
        Return(total),
    )


def _collected(expr: Comprehension, taken: frozenset[str]) -> Block | None:
    found = _items(expr, taken)
    if found is None:
        return None
    target, iterable, conditions, element = found
    name = _fresh("found", taken | frozenset(names_of(target)))
    empty = MakeList(type=expr.type, items=())
    return (
        Assign(name, expr.type, empty, first=True),
        For(target, iterable, _guarded(conditions, (Append(name, element),))),
        Return(_local(name, expr.type)),
    )


def _contained(source: Expr, wanted: Expr, taken: frozenset[str]) -> Block | None:
    if not isinstance(source.type, t.ListType):
        return None
    kind = source.type.item
    item = item_name(source, taken)
    same = Compare(type=t.BOOL, op="==", left=_local(item, kind), right=wanted)
    return (For(Target(item, kind), source, (If(same, (Return(TRUE),)),)), Return(FALSE))


def _mirrored(turned: Slice, whole: Expr, taken: frozenset[str]) -> Block | None:
    """`x == x[::-1]` compared from both ends."""
    kind = iteration_item(whole.type)
    if turned.lower is not None or turned.upper is not None or kind is None:
        return None
    name = _fresh("i", taken)
    place = _local(name, t.INT)
    length = call("len", t.INT, whole)
    end = Binary(
        type=t.INT,
        op="-",
        left=Binary(type=t.INT, op="-", left=length, right=ONE),
        right=place,
    )
    different = Compare(
        type=t.BOOL,
        op="!=",
        left=Index(type=kind, value=whole, index=place),
        right=Index(type=kind, value=whole, index=end),
    )
    body = (If(different, (Return(FALSE),)),)
    return (For(Target(name, t.INT), call("range", t.ListType(t.INT), length), body), Return(TRUE))


def searching(source: Expr, wanted: Expr, otherwise: Expr, taken: frozenset[str]) -> Block | None:
    """`source.index(wanted)`, or `otherwise` when it is not there, as one loop."""
    kind = iteration_item(source.type)
    if kind is None:
        return None
    name = _fresh("index", taken)
    place = _local(name, t.INT)
    here = Index(type=kind, value=source, index=place)
    same = Compare(type=t.BOOL, op="==", left=here, right=substitute(wanted, {}))
    places = call("range", t.ListType(t.INT), call("len", t.INT, source))
    return (
        For(Target(name, t.INT), places, (If(same, (Return(place),)),)),
        Return(otherwise),
    )


def search_of(body: Block) -> tuple[Expr, Expr, Expr] | None:
    """List, wanted item and value otherwise, of `xs.index(x) if x in xs else OTHERWISE`."""
    if len(body) != 1 or not isinstance(body[0], If):
        return None
    exprs = statement_exprs(body)
    if len(exprs) != 3:
        return None
    condition, first, second = exprs
    if isinstance(condition, Compare) and condition.op == "not in":
        condition, first, second = negate(condition), second, first
    if not isinstance(condition, Compare) or condition.op != "in":
        return None
    if (
        isinstance(first, MethodCall)
        and first.method == "index"
        and first.value == condition.right
        and first.args == (condition.left,)
    ):
        return condition.right, condition.left, second
    return None

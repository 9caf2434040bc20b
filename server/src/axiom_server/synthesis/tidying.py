"""What a solver wrote, put as a person would: `p + -1 * q >= 1` becomes `p > q`."""

from __future__ import annotations

from msgspec.structs import replace

from axiom_server.synthesis.trees import (
    FALSE,
    TRUE,
    conditional,
    conjunction,
    conjuncts,
    constant,
    disjunction,
    disjuncts,
    negate,
)
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    Expr,
    Logical,
    Unary,
)
from axiom_verifiers.contracts.traversal import rebuild

_Linear = tuple[dict[Expr, int], int]
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def tidy(expr: Expr) -> Expr:
    """An expression equal to this one and at least as easy to read."""
    expr = rebuild(expr, tidy)
    match expr:
        case Compare() if expr.left.type == t.INT and expr.op in _FLIPPED:
            return _comparison(expr)
        case Binary() if expr.type == t.INT and expr.op in ("+", "-", "*"):
            terms, rest = _linear(expr)
            return _sum(terms, rest)
        case Unary(op="not"):
            return negate(expr.operand)
        case Logical(op="and"):
            parts = tuple(dict.fromkeys(conjuncts(expr)))
            return FALSE if FALSE in parts else conjunction(parts)
        case Logical(op="or"):
            parts = tuple(dict.fromkeys(disjuncts(expr)))
            return TRUE if TRUE in parts else disjunction(parts)
        case Conditional():
            return _choice(expr)
        case Call(
            function="sum" | "any" | "all" | "max" | "min" | "sorted",
            args=(Comprehension(kind="list") as inside,),
        ):
            return replace(expr, args=(replace(inside, kind="generator"),))
        case Call(function="max" | "min") if not expr.keywords and len(expr.args) > 1:
            return replace(expr, args=tuple(_flat(expr)))
        case _:
            return expr


def _flat(expr: Call) -> list[Expr]:
    """The arguments, with those of nested calls of the same function in their place."""
    found: list[Expr] = []
    for arg in expr.args:
        nested = isinstance(arg, Call) and arg.function == expr.function and len(arg.args) > 1
        found += arg.args if nested and isinstance(arg, Call) and not arg.keywords else [arg]
    return found


def _choice(expr: Conditional) -> Expr:
    if expr.condition == TRUE or expr.then == expr.otherwise:
        return expr.then
    if expr.condition == FALSE:
        return expr.otherwise
    if expr.type == t.BOOL:
        match expr.then, expr.otherwise:
            case Constant(value=True), other:
                return disjunction((expr.condition, other))
            case Constant(value=False), other:
                return conjunction((negate(expr.condition), other))
            case other, Constant(value=False):
                return conjunction((expr.condition, other))
            case other, Constant(value=True):
                return disjunction((negate(expr.condition), other))
            case _:
                pass
    if isinstance(expr.condition, Unary) and expr.condition.op == "not":
        return conditional(expr.condition.operand, expr.otherwise, expr.then)
    return expr


def _linear(expr: Expr) -> _Linear:
    """The expression as a sum: how often each term counts, and the number left over."""
    match expr:
        case Constant() if isinstance(expr.value, int):
            return {}, expr.value
        case Unary(op="-"):
            return _scaled(_linear(expr.operand), -1)
        case Binary(op="+"):
            return _added(_linear(expr.left), _linear(expr.right))
        case Binary(op="-"):
            return _added(_linear(expr.left), _scaled(_linear(expr.right), -1))
        case Binary(op="*"):
            left, right = _linear(expr.left), _linear(expr.right)
            if not left[0]:
                return _scaled(right, left[1])
            if not right[0]:
                return _scaled(left, right[1])
            return {expr: 1}, 0
        case _:
            return {expr: 1}, 0


def _scaled(value: _Linear, factor: int) -> _Linear:
    terms, rest = value
    return {term: count * factor for term, count in terms.items()}, rest * factor


def _added(one: _Linear, other: _Linear) -> _Linear:
    terms = dict(one[0])
    for term, count in other[0].items():
        terms[term] = terms.get(term, 0) + count
    return {term: count for term, count in terms.items() if count}, one[1] + other[1]


def _sum(terms: dict[Expr, int], rest: int) -> Expr:
    """The terms that count first, those taken away after them, the number last."""
    whole: Expr | None = None
    ordered = [entry for entry in terms.items() if entry[1] > 0]
    ordered += [entry for entry in terms.items() if entry[1] < 0]
    for term, count in ordered:
        part = term
        if abs(count) != 1:
            part = Binary(type=t.INT, op="*", left=constant(abs(count)), right=term)
        if whole is None:
            whole = part if count > 0 else Unary(type=t.INT, op="-", operand=part)
        else:
            whole = Binary(type=t.INT, op="+" if count > 0 else "-", left=whole, right=part)
    if whole is None:
        return constant(rest)
    if rest == 0:
        return whole
    return Binary(type=t.INT, op="+" if rest > 0 else "-", left=whole, right=constant(abs(rest)))


def _comparison(expr: Compare) -> Expr:
    terms, rest = _added(_linear(expr.left), _scaled(_linear(expr.right), -1))
    op = expr.op
    if not terms:
        return constant(_settled(op, rest))
    left = {term: count for term, count in terms.items() if count > 0}
    right = {term: -count for term, count in terms.items() if count < 0}
    if op == ">=" and rest == -1:
        op, rest = ">", 0
    elif op == "<=" and rest == 1:
        op, rest = "<", 0
    elif op == ">" and rest == 1:
        op, rest = ">=", 0
    elif op == "<" and rest == -1:
        op, rest = "<=", 0
    if not left:
        left, right, rest = right, left, -rest
        op = _FLIPPED[op]
    low, high = (0, -rest) if rest < 0 or not right else (rest, 0)
    return replace(expr, op=op, left=_sum(left, low), right=_sum(right, high))


def _settled(op: str, rest: int) -> bool:
    match op:
        case "<":
            return rest < 0
        case "<=":
            return rest <= 0
        case ">":
            return rest > 0
        case ">=":
            return rest >= 0
        case "==":
            return rest == 0
        case _:
            return rest != 0


def branches(expr: Expr, given: tuple[Expr, ...] = ()) -> list[tuple[Expr, Expr]]:
    """The ways through the outermost conditionals: what holds there, and the value."""
    if not isinstance(expr, Conditional):
        return [(conjunction(given), expr)]
    return [
        *branches(expr.then, (*given, *conjuncts(expr.condition))),
        *branches(expr.otherwise, (*given, *conjuncts(negate(expr.condition)))),
    ]

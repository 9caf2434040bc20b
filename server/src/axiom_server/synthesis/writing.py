"""Candidates as Python text: expressions with no needless parentheses, statements, modules."""

from __future__ import annotations

import math
from typing import assert_never

from axiom_server.errors import UnwritableError
from axiom_server.synthesis.trees import conjuncts, negate
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    ConstantRef,
    DefineCall,
    Expr,
    Failing,
    FieldOf,
    FunctionRef,
    Generator,
    Index,
    Let,
    Logical,
    MakeDict,
    MakeList,
    MakeRecord,
    MakeSet,
    MakeTuple,
    MethodCall,
    Old,
    Quantifier,
    Slice,
    Target,
    Unary,
    Variable,
)

# Precedence levels of Python's expression grammar, loosest first.
TEST, OR, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT, SIGN, POWER, ATOM = (
    range(14)
)
_BINARY = {
    "|": BIT_OR,
    "^": BIT_XOR,
    "&": BIT_AND,
    "<<": SHIFT,
    ">>": SHIFT,
    "+": SUM,
    "-": SUM,
    "*": PRODUCT,
    "/": PRODUCT,
    "//": PRODUCT,
    "%": PRODUCT,
    "**": POWER,
}


def write(expr: Expr) -> str:
    """The expression as Python text.

    Raises UnwritableError when it has no form in code.
    """
    return _written(expr, TEST)


def _written(expr: Expr, least: int) -> str:
    """The text, in parentheses when the expression binds looser than `least`."""
    text, level = _form(expr)
    return f"({text})" if level < least else text


def _form(expr: Expr) -> tuple[str, int]:
    match expr:
        case Constant():
            return _literal(expr.value)
        case Variable():
            if expr.role == "it":
                raise UnwritableError("`it` has no meaning in code")
            return expr.name, ATOM
        case ConstantRef():
            return expr.name, ATOM
        case Unary(op="not"):
            return f"not {_written(expr.operand, NOT)}", NOT
        case Unary():
            return f"{expr.op}{_written(expr.operand, SIGN)}", SIGN
        case Binary():
            level = _BINARY[expr.op]
            if expr.op == "**":
                return f"{_written(expr.left, ATOM)} ** {_written(expr.right, SIGN)}", POWER
            left, right = _written(expr.left, level), _written(expr.right, level + 1)
            return f"{left} {expr.op} {right}", level
        case Logical():
            return _logical(expr)
        case Compare():
            left, right = _written(expr.left, BIT_OR), _written(expr.right, BIT_OR)
            return f"{left} {expr.op} {right}", COMPARE
        case Conditional():
            then, condition = _written(expr.then, OR), _written(expr.condition, OR)
            return f"{then} if {condition} else {_written(expr.otherwise, TEST)}", TEST
        case Index():
            return f"{_written(expr.value, ATOM)}[{write(expr.index)}]", ATOM
        case Slice():
            lower = write(expr.lower) if expr.lower is not None else ""
            upper = write(expr.upper) if expr.upper is not None else ""
            step = f":{write(expr.step)}" if expr.step is not None else ""
            return f"{_written(expr.value, ATOM)}[{lower}:{upper}{step}]", ATOM
        case FieldOf():
            return f"{_written(expr.value, ATOM)}.{expr.name}", ATOM
        case Call(function="permutation"):
            left, right = (write(arg) for arg in expr.args)
            return f"sorted({left}) == sorted({right})", COMPARE
        case Call():
            return f"{expr.function}({_arguments(expr.args, expr.keywords)})", ATOM
        case MethodCall():
            value = _written(expr.value, ATOM)
            if isinstance(expr.value, Constant) and isinstance(expr.value.value, int):
                value = f"({value})"
            return f"{value}.{expr.method}({_arguments(expr.args, ())})", ATOM
        case DefineCall():
            return f"{expr.name}({_arguments(expr.args, ())})", ATOM
        case FunctionRef():
            return f"lambda {expr.parameter}: {write(expr.body)}", TEST
        case Let() | Failing():
            raise UnwritableError("it holds code in the place of a call")
        case MakeList():
            return f"[{', '.join(write(item) for item in expr.items)}]", ATOM
        case MakeTuple():
            comma = "," if len(expr.items) == 1 else ""
            return f"({', '.join(write(item) for item in expr.items)}{comma})", ATOM
        case MakeSet():
            if not expr.items:
                return "set()", ATOM
            return f"{{{', '.join(write(item) for item in expr.items)}}}", ATOM
        case MakeDict():
            inside = ", ".join(f"{write(key)}: {write(value)}" for key, value in expr.items)
            return f"{{{inside}}}", ATOM
        case MakeRecord():
            named = zip(expr.record.fields, expr.values, strict=True)
            inside = ", ".join(f"{field}={write(value)}" for (field, _), value in named)
            return f"{expr.record.name}({inside})", ATOM
        case Comprehension():
            return _comprehension(expr)
        case Quantifier():
            if expr.domain is None:
                raise UnwritableError("it quantifies over a whole type")
            function = "all" if expr.kind == "forall" else "any"
            inside = f"{write(expr.body)} for {_target(expr.target)} in {_written(expr.domain, OR)}"
            return f"{function}({inside})", ATOM
        case Old():
            return _form(expr.value)
        case _:
            assert_never(expr)


def _literal(value: object) -> tuple[str, int]:
    if isinstance(value, float):
        if math.isnan(value) or math.isinf(value):
            return f'float("{value}")', ATOM
        return repr(value), SIGN if value < 0 or str(value).startswith("-") else ATOM
    if isinstance(value, int) and not isinstance(value, bool) and value < 0:
        return repr(value), SIGN
    if isinstance(value, str):
        # Double quotes, as the formatter would have it.
        inside = repr(value)
        if inside.startswith("'") and '"' not in inside:
            inside = f'"{inside[1:-1]}"'
        return inside, ATOM
    return repr(value), ATOM


def _arguments(args: tuple[Expr, ...], keywords: tuple[tuple[str, Expr], ...]) -> str:
    if len(args) == 1 and not keywords:
        (only,) = args
        if isinstance(only, Comprehension) and only.kind == "generator":
            return _comprehension(only)[0]
    parts = [_argument(arg) for arg in args]
    parts += [f"{name}={_argument(value)}" for name, value in keywords]
    return ", ".join(parts)


def _argument(arg: Expr) -> str:
    text = write(arg)
    if isinstance(arg, Comprehension) and arg.kind == "generator":
        return f"({text})"
    return text


def _target(target: Target) -> str:
    if target.name is not None:
        return target.name
    return ", ".join(
        item.name if item.name is not None else f"({_target(item)})" for item in target.items
    )


def _generator(generator: Generator) -> str:
    text = f"for {_target(generator.target)} in {_written(generator.iterable, OR)}"
    return text + "".join(f" if {_written(c, OR)}" for c in generator.conditions)


def _comprehension(expr: Comprehension) -> tuple[str, int]:
    tail = " ".join(_generator(generator) for generator in expr.generators)
    match expr.kind:
        case "list":
            return f"[{write(expr.element)} {tail}]", ATOM
        case "set":
            return f"{{{write(expr.element)} {tail}}}", ATOM
        case "dict":
            if expr.value is None:
                raise UnwritableError("a dict comprehension lacks its value")
            return f"{{{write(expr.element)}: {write(expr.value)} {tail}}}", ATOM
        case "generator":
            return f"{write(expr.element)} {tail}", ATOM
        case _:
            assert_never(expr.kind)


def _logical(expr: Logical) -> tuple[str, int]:
    match expr.op:
        case "or":
            # An `and` inside an `or` stands in parentheses, for readers who do not recall
            # which binds tighter.
            left = expr.left
            first = (
                _written(left, OR) if isinstance(left, Logical) and left.op == "or" else _side(left)
            )
            return f"{first} or {_side(expr.right)}", OR
        case "implies":
            return _logical(Logical(type=t.BOOL, op="or", left=negate(expr.left), right=expr.right))
        case "iff":
            return f"{_written(expr.left, BIT_OR)} == {_written(expr.right, BIT_OR)}", COMPARE
        case "and":
            parts = _chains(conjuncts(expr))
            if len(parts) == 1:
                return parts[0]
            return " and ".join(f"({p})" if level < NOT else p for p, level in parts), AND
        case _:
            assert_never(expr.op)


def _side(expr: Expr) -> str:
    """One side of an `or`."""
    text, level = _form(expr)
    return f"({text})" if level <= AND and level != NOT else text


def _chains(parts: tuple[Expr, ...]) -> list[tuple[str, int]]:
    """Neighbouring links `a <= b`, `b < c` become the chain `a <= b < c`."""
    texts: list[tuple[str, int]] = []
    last: Expr | None = None
    for part in parts:
        chained = (
            isinstance(part, Compare)
            and isinstance(last, Compare)
            and part.left == last.right
            and _direction(part.op) == _direction(last.op) != ""
        )
        if chained and isinstance(part, Compare):
            text, level = texts[-1]
            texts[-1] = (f"{text} {part.op} {_written(part.right, BIT_OR)}", level)
        else:
            texts.append(_form(part))
        last = part
    return texts


def _direction(op: str) -> str:
    return op[0] if op in ("<", "<=", ">", ">=") else ""

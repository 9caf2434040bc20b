"""Core programs and typed expressions as text, for people and golden tests.

The text is Python's, with `old(…)`, quantifiers and `implies` as in the intent language.
Parentheses stand wherever two operators meet, so that nothing depends on precedence.
"""

from __future__ import annotations

from typing import assert_never

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
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.program import (
    Assert,
    Assign,
    Block,
    Break,
    CallFunction,
    Continue,
    Evaluate,
    For,
    Function,
    If,
    Program,
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)

_COMPOUND = Unary | Binary | Logical | Compare | Conditional | Quantifier | FunctionRef | Let


def show_expression(expr: Expr) -> str:
    """One line of text; equal texts only for equal expressions (places aside)."""
    match expr:
        case Constant(value=float(value)) if value != value or value in (_INF, -_INF):
            return f"float('{value}')"
        case Constant():
            return repr(expr.value)
        case Variable() | ConstantRef():
            return expr.name
        case Unary():
            blank = " " if expr.op == "not" else ""
            return f"{expr.op}{blank}{_part(expr.operand)}"
        case Binary() | Logical() | Compare():
            return f"{_part(expr.left)} {expr.op} {_part(expr.right)}"
        case Conditional():
            then, otherwise = _part(expr.then), _part(expr.otherwise)
            return f"{then} if {_part(expr.condition)} else {otherwise}"
        case Index():
            return f"{_part(expr.value)}[{show_expression(expr.index)}]"
        case Slice():
            bounds = [expr.lower, expr.upper, *([] if expr.step is None else [expr.step])]
            shown = ":".join("" if bound is None else _part(bound) for bound in bounds)
            return f"{_part(expr.value)}[{shown}]"
        case FieldOf():
            return f"{_part(expr.value)}.{expr.name}"
        case Call():
            given = [*map(show_expression, expr.args)]
            given += [f"{name}={show_expression(value)}" for name, value in expr.keywords]
            return f"{expr.function}({', '.join(given)})"
        case MethodCall():
            return f"{_part(expr.value)}.{expr.method}({_list(expr.args)})"
        case DefineCall():
            return f"{expr.name}({_list(expr.args)})"
        case FunctionRef():
            return f"lambda {expr.parameter}: {show_expression(expr.body)}"
        case Let():
            value, body = show_expression(expr.value), show_expression(expr.body)
            return f"let {expr.name} = {value} in {body}"
        case Failing():
            return f"raise({expr.error}, {show_type(expr.type)})"
        case MakeList():
            return f"[{_list(expr.items)}]"
        case MakeTuple():
            return f"({_list(expr.items)}{',' if len(expr.items) == 1 else ''})"
        case MakeSet():
            return f"{{{_list(expr.items)}}}" if expr.items else "set()"
        case MakeDict():
            pairs = (f"{show_expression(k)}: {show_expression(v)}" for k, v in expr.items)
            return f"{{{', '.join(pairs)}}}"
        case MakeRecord():
            names = (name for name, _ in expr.record.fields)
            fields = zip(names, map(show_expression, expr.values), strict=True)
            return f"{expr.record.name}({', '.join(f'{n}={v}' for n, v in fields)})"
        case Comprehension():
            return _comprehension(expr)
        case Quantifier():
            return _quantifier(expr)
        case Old():
            return f"old({show_expression(expr.value)})"
        case _:
            assert_never(expr)


_INF = float("inf")


def _part(expr: Expr) -> str:
    text = show_expression(expr)
    negative = isinstance(expr, Constant) and text.startswith("-")
    return f"({text})" if negative or isinstance(expr, _COMPOUND) else text


def _list(items: tuple[Expr, ...]) -> str:
    return ", ".join(map(show_expression, items))


def show_target(target: Target) -> str:
    """A loop's or generator's target."""
    if target.name is not None:
        return target.name
    return f"({', '.join(map(show_target, target.items))})"


def _generator(generator: Generator) -> str:
    conditions = "".join(f" if {_part(condition)}" for condition in generator.conditions)
    return f" for {show_target(generator.target)} in {_part(generator.iterable)}{conditions}"


def _comprehension(expr: Comprehension) -> str:
    inside = _part(expr.element)
    if expr.value is not None:
        inside += f": {_part(expr.value)}"
    inside += "".join(map(_generator, expr.generators))
    match expr.kind:
        case "list":
            return f"[{inside}]"
        case "generator":
            return f"({inside})"
        case _:
            return f"{{{inside}}}"


def _quantifier(expr: Quantifier) -> str:
    name = show_target(expr.target)
    if expr.domain is not None:
        return f"{expr.kind} {name} in {_part(expr.domain)}: {show_expression(expr.body)}"
    over = "?" if expr.over is None else show_type(expr.over)
    return f"{expr.kind} {name}: {over}: {show_expression(expr.body)}"


def _block(block: Block, margin: str) -> list[str]:
    lines = [line for statement in block for line in _statement(statement, margin)]
    return lines or [f"{margin}pass"]


def _statement(statement: Statement, margin: str) -> list[str]:
    deeper = margin + "    "
    match statement:
        case Assign():
            sign = ":=" if statement.in_place else "="
            return [f"{margin}{statement.name} {sign} {show_expression(statement.value)}"]
        case SetItem():
            index, value = show_expression(statement.index), show_expression(statement.value)
            return [f"{margin}{statement.name}[{index}] := {value}"]
        case CallFunction():
            target = "" if statement.target is None else f"{statement.target} = "
            changed = ", ".join(name for _, name in statement.updates)
            after = f" changing {changed}" if changed else ""
            return [f"{margin}{target}call {statement.function}({_list(statement.args)}){after}"]
        case Evaluate():
            return [f"{margin}evaluate {show_expression(statement.value)}"]
        case If():
            lines = [f"{margin}if {show_expression(statement.condition)}:"]
            lines += _block(statement.then, deeper)
            if statement.otherwise:
                lines += [f"{margin}else:", *_block(statement.otherwise, deeper)]
            return lines
        case While() | For():
            if isinstance(statement, While):
                head = f"while {show_expression(statement.condition)}"
            else:
                target = show_target(statement.target)
                head = f"for {target} in {show_expression(statement.iterable)}"
            lines = [f"{margin}#{statement.loop} {head}:", *_block(statement.body, deeper)]
            if statement.otherwise:
                lines += [f"{margin}else:", *_block(statement.otherwise, deeper)]
            return lines
        case Break():
            return [f"{margin}break"]
        case Continue():
            return [f"{margin}continue"]
        case Return():
            value = "" if statement.value is None else f" {show_expression(statement.value)}"
            return [f"{margin}return{value}"]
        case Raise():
            message = "" if statement.message is None else show_expression(statement.message)
            kinds = "".join(f"{name} of " for name in statement.classes)
            return [f"{margin}raise {kinds}{statement.error}({message})"]
        case Try():
            lines = [f"{margin}try:", *_block(statement.body, deeper)]
            for handler in statement.handlers:
                caught = ", ".join((*handler.errors, *handler.classes))
                lines += [f"{margin}except {caught or 'anything'}:"]
                lines += _block(handler.body, deeper)
            for head, block in (("else", statement.otherwise), ("finally", statement.finalizer)):
                if block:
                    lines += [f"{margin}{head}:", *_block(block, deeper)]
            return lines
        case Reraise():
            return [f"{margin}raise again"]
        case Assert():
            return [f"{margin}assert {show_expression(statement.condition)}"]
        case Unmodelled():
            return [f"{margin}unmodelled line {statement.place.line}: {statement.construct}"]
        case _:
            assert_never(statement)


def show_function(function: Function) -> str:
    """Head, locals with their types, and body; ends with a newline."""
    parameters = ", ".join(f"{p.name}: {show_type(p.type)}" for p in function.parameters)
    lines = [f"def {function.name}({parameters}) -> {show_type(function.result)}:"]
    unbound = set(function.maybe_unbound)
    for name, type_ in function.locals:
        mark = " (maybe unbound)" if name in unbound else ""
        lines.append(f"    local {name}: {show_type(type_)}{mark}")
    lines += _block(function.body, "    ")
    return "\n".join(lines) + "\n"


def show_program(program: Program) -> str:
    """Obstacles, constants and functions, the entry first; ends with a newline."""
    parts = [
        f"obstacle line {obstacle.place.line}: {obstacle.construct}\n"
        for obstacle in program.obstacles
    ]
    parts += [f"{name} = {show_expression(value)}\n" for name, value in program.constants]
    parts += [show_function(function) for function in program.functions]
    return "".join(parts) or "\n"

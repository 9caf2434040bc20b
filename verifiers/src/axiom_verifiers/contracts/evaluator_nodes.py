"""Compiling each kind of expression to a function of a frame."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false
from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, assert_never

from msgspec.structs import replace

from axiom_verifiers.contracts.equality import equal
from axiom_verifiers.contracts.evaluator_binders import (
    compile_comprehension,
    compile_iterable,
    compile_quantifier,
)
from axiom_verifiers.contracts.evaluator_calls import compile_call
from axiom_verifiers.contracts.evaluator_methods import compile_method
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
    Unary,
    Variable,
)
from axiom_verifiers.contracts.frames import Fn, Frame
from axiom_verifiers.contracts.numbers import BINARY, COMPARE, lexicographic
from axiom_verifiers.contracts.partial import PARTIAL, failed
from axiom_verifiers.contracts.records import RecordValue, Value
from axiom_verifiers.contracts.types import (
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    OptionalType,
    SetType,
    StrType,
    TupleType,
)
from axiom_verifiers.contracts.typing_rules import holds_float
from axiom_verifiers.errors import UndefinedError, UnevaluableError

if TYPE_CHECKING:
    from axiom_verifiers.contracts.evaluator import Evaluator


def compile_expr(evaluator: Evaluator, expr: Expr) -> Fn:
    """The expression as a function of a frame."""
    match expr:
        case Constant():
            value = expr.value
            return lambda _frame: value
        case Variable():
            return _variable(expr)
        case ConstantRef():
            name, span = expr.name, expr.span
            return lambda _frame: evaluator.call(name, (), span)
        case Unary():
            return _unary(evaluator, expr)
        case Binary():
            return _binary(evaluator, expr)
        case Logical():
            return _logical(evaluator, expr)
        case Compare():
            return _compare(evaluator, expr)
        case Conditional():
            condition = compile_expr(evaluator, expr.condition)
            then = compile_expr(evaluator, expr.then)
            otherwise = compile_expr(evaluator, expr.otherwise)
            return lambda frame: then(frame) if condition(frame) else otherwise(frame)
        case Index():
            return _index(evaluator, expr)
        case Slice():
            return _slice(evaluator, expr)
        case FieldOf():
            return _field(evaluator, expr)
        case Call():
            return compile_call(evaluator, expr)
        case MethodCall():
            return compile_method(evaluator, expr)
        case DefineCall():
            return _define_call(evaluator, expr)
        case FunctionRef():
            return compile_expr(evaluator, expr.body)
        case Let():
            return _let(evaluator, expr)
        case Failing():
            return _failing(expr)
        case MakeList():
            items = _all(evaluator, expr.items)
            return lambda frame: [item(frame) for item in items]
        case MakeTuple():
            items = _all(evaluator, expr.items)
            return lambda frame: tuple([item(frame) for item in items])
        case MakeSet():
            items = _all(evaluator, expr.items)
            return lambda frame: {item(frame) for item in items}
        case MakeDict():
            pairs = [
                (compile_expr(evaluator, key), compile_expr(evaluator, of))
                for key, of in expr.items
            ]
            return lambda frame: {key(frame): of(frame) for key, of in pairs}
        case MakeRecord():
            return _record(evaluator, expr)
        case Comprehension():
            return compile_comprehension(evaluator, expr)
        case Quantifier():
            return compile_quantifier(evaluator, expr)
        case Old():
            inner = compile_expr(evaluator, expr.value)
            return lambda frame: inner(Frame(frame.before, frame.bound, frame.before))
        case _:
            assert_never(expr)


def _let(evaluator: Evaluator, expr: Let) -> Fn:
    name = expr.name
    value, body = compile_expr(evaluator, expr.value), compile_expr(evaluator, expr.body)

    def run(frame: Frame) -> Value:
        bound = {**frame.bound, name: value(frame)}
        return body(Frame(frame.values, bound, frame.before))

    return run


def _failing(expr: Failing) -> Fn:
    where = (expr.span.start, expr.span.end)

    def run(_frame: Frame) -> Value:
        raise UndefinedError(expr.error, expr.error, where)

    return run


def _all(evaluator: Evaluator, exprs: tuple[Expr, ...]) -> list[Fn]:
    return [compile_expr(evaluator, expr) for expr in exprs]


def _variable(expr: Variable) -> Fn:
    name = expr.name
    if expr.role == "bound":
        return lambda frame: frame.bound[name]

    def read(frame: Frame) -> Value:
        try:
            return frame.values[name]
        except KeyError:
            raise UnevaluableError(
                f"`{name}` has no value here", (expr.span.start, expr.span.end)
            ) from None

    return read


def _unary(evaluator: Evaluator, expr: Unary) -> Fn:
    operand = compile_expr(evaluator, expr.operand)
    match expr.op:
        case "not":
            return lambda frame: not operand(frame)
        case "-":
            return lambda frame: -operand(frame)
        case "+":
            return lambda frame: +operand(frame)
        case "~":
            return lambda frame: ~operand(frame)


def _collected(evaluator: Evaluator, expr: Expr) -> Fn:
    """The expression, of which code that reads its items one by one makes a list."""
    if isinstance(expr, Comprehension) and expr.kind == "generator":
        expr = replace(expr, kind="list")
    items, meter = compile_expr(evaluator, expr), evaluator.meter
    if not isinstance(expr.type, ListType):
        return items

    def run(frame: Frame) -> Value:
        held = items(frame)
        if isinstance(held, list | tuple):
            return held
        if isinstance(held, Collection):
            meter.grow(len(held))
        return list(held)

    return run


def _binary(evaluator: Evaluator, expr: Binary) -> Fn:
    left, right = _collected(evaluator, expr.left), _collected(evaluator, expr.right)
    meter, span = evaluator.meter, expr.span
    operation = BINARY[expr.op]

    def run(frame: Frame) -> Value:
        try:
            return operation(meter, left(frame), right(frame))
        except PARTIAL as error:
            raise failed(error, span) from None

    return run


def _logical(evaluator: Evaluator, expr: Logical) -> Fn:
    left, right = compile_expr(evaluator, expr.left), compile_expr(evaluator, expr.right)
    match expr.op:
        case "and":
            return lambda frame: left(frame) and right(frame)
        case "or":
            return lambda frame: left(frame) or right(frame)
        case "implies":
            return lambda frame: (not left(frame)) or right(frame)
        case "iff":
            return lambda frame: left(frame) == right(frame)


def _compare(evaluator: Evaluator, expr: Compare) -> Fn:
    op = expr.op
    if op in ("in", "not in"):
        return _membership(evaluator, expr)
    left, right = compile_expr(evaluator, expr.left), compile_expr(evaluator, expr.right)
    if op == "is":
        return lambda frame: left(frame) is None
    if op == "is not":
        return lambda frame: left(frame) is not None
    of = expr.left.type
    if isinstance(of, ListType | StrType | BytesType | SetType | DictType):
        left = _paid(evaluator, left)
    floats = holds_float(of) or holds_float(expr.right.type)
    if floats and not isinstance(of, FloatType | IntType):
        if op == "==":
            return lambda frame: equal(left(frame), right(frame))
        if op == "!=":
            return lambda frame: not equal(left(frame), right(frame))
        if not isinstance(of, SetType):
            return lambda frame: lexicographic(op, left(frame), right(frame))
    compare = COMPARE[op]
    return lambda frame: compare(left(frame), right(frame))


def _paid(evaluator: Evaluator, function: Fn) -> Fn:
    """The function, where comparing what it gives is paid for by its size."""
    meter = evaluator.meter

    def run(frame: Frame) -> Value:
        value = function(frame)
        meter.pay(len(value) >> 4)
        return value

    return run


def _membership(evaluator: Evaluator, expr: Compare) -> Fn:
    item = compile_expr(evaluator, expr.left)
    of = expr.right.type
    meter = evaluator.meter
    wanted = expr.op == "in"
    sized = not isinstance(expr.right, Comprehension) or expr.right.kind != "generator"
    is_range = isinstance(expr.right, Call) and expr.right.function == "range"
    keyed = isinstance(of, SetType | DictType)
    if sized and (keyed or is_range or isinstance(of, StrType | BytesType)):
        holder = compile_expr(evaluator, expr.right)
        floats = keyed and holds_float(expr.left.type)

        def find(frame: Frame) -> bool:
            value = item(frame)
            among = holder(frame)
            if floats and not equal(value, value):
                return not wanted  # nan is a member of nothing: identity does not count.
            try:
                return (value in among) == wanted
            except ValueError as error:  # An int beyond a byte, looked for in bytes.
                raise failed(error, expr.span) from None

        return find
    members = compile_iterable(evaluator, expr.right)

    def search(frame: Frame) -> bool:
        value = item(frame)
        for one in members(frame):
            meter.pay(1)
            if equal(one, value):
                return wanted
        return not wanted

    return search


def _index(evaluator: Evaluator, expr: Index) -> Fn:
    value, index = compile_expr(evaluator, expr.value), compile_expr(evaluator, expr.index)
    of = expr.value.type
    span = expr.span
    floats = isinstance(of, DictType) and holds_float(of.key)

    def run(frame: Frame) -> Value:
        holder, at = value(frame), index(frame)
        try:
            if floats and not equal(at, at):
                raise KeyError(at)
            return holder[at]
        except IndexError:
            message = f"the index {at} is out of range for a length of {len(holder)}"
            raise UndefinedError("IndexError", message, (span.start, span.end)) from None
        except KeyError as error:
            raise failed(error, span) from None

    if isinstance(of, ListType | StrType | BytesType | TupleType | DictType):
        return run
    raise UnevaluableError("this has no items", (span.start, span.end))


def _slice(evaluator: Evaluator, expr: Slice) -> Fn:
    value = compile_expr(evaluator, expr.value)
    lower, upper, step = (
        None if part is None else compile_expr(evaluator, part)
        for part in (expr.lower, expr.upper, expr.step)
    )
    meter = evaluator.meter

    def run(frame: Frame) -> Value:
        holder = value(frame)
        first = None if lower is None else lower(frame)
        last = None if upper is None else upper(frame)
        by = None if step is None else step(frame)
        meter.grow(len(holder))
        try:
            return holder[first:last:by]
        except ValueError as error:
            raise failed(error, expr.span) from None

    return run


def _define_call(evaluator: Evaluator, expr: DefineCall) -> Fn:
    args = _all(evaluator, expr.args)
    name, span = expr.name, expr.span
    return lambda frame: evaluator.call(name, tuple([arg(frame) for arg in args]), span)


def _field(evaluator: Evaluator, expr: FieldOf) -> Fn:
    holder, field = compile_expr(evaluator, expr.value), expr.name
    if not isinstance(expr.value.type, OptionalType):
        return lambda frame: holder(frame).fields[field]
    where = expr.span.start, expr.span.end

    def run(frame: Frame) -> Value:
        value = holder(frame)
        if value is None:
            message = f"'NoneType' object has no attribute '{field}'"
            raise UndefinedError("AttributeError", message, where)
        return value.fields[field]

    return run


def _record(evaluator: Evaluator, expr: MakeRecord) -> Fn:
    values = _all(evaluator, expr.values)
    name = expr.record.name
    fields = [field for field, _ in expr.record.fields]

    def run(frame: Frame) -> RecordValue:
        made = {f: value(frame) for f, value in zip(fields, values, strict=True)}
        return RecordValue(name, made)

    return run

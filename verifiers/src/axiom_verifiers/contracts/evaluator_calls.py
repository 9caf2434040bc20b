"""Compiling calls of Python's builtin functions."""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from axiom_verifiers.contracts.equality import equal
from axiom_verifiers.contracts.evaluator_binders import Iterating, compile_iterable
from axiom_verifiers.contracts.expressions import Call, FunctionRef
from axiom_verifiers.contracts.frames import Fn, Frame, Meter
from axiom_verifiers.contracts.numbers import float_sum, power
from axiom_verifiers.contracts.partial import PARTIAL, failed
from axiom_verifiers.contracts.records import Value
from axiom_verifiers.contracts.tables import require_known
from axiom_verifiers.contracts.types import DictType, FloatType
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

if TYPE_CHECKING:
    from axiom_verifiers.contracts.evaluator import Evaluator

DIGITS = 4300  # CPython's default limit for the decimal text of an int.


def compile_call(evaluator: Evaluator, expr: Call) -> Fn:
    """The call as a function of a frame; its failures carry the call's place."""
    made = _FUNCTIONS[expr.function](evaluator, expr)

    def run(frame: Frame) -> Value:
        try:
            return made(frame)
        except PARTIAL as error:
            raise failed(error, expr.span) from None

    return run


def _args(evaluator: Evaluator, expr: Call) -> list[Fn]:
    return [evaluator.function(arg) for arg in expr.args]


def _first(evaluator: Evaluator, expr: Call) -> Iterating:
    return compile_iterable(evaluator, expr.args[0])


def paid(meter: Meter, items: Iterable[Value]) -> Iterator[Value]:
    """The items, each paid for when it is taken."""
    for item in items:
        meter.pay(1)
        yield item


def _len(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)

    def run(frame: Frame) -> int:
        holder = value(frame)
        if isinstance(holder, range):  # len() of a huge range overflows where its size does not.
            return max(0, -(-(holder.stop - holder.start) // holder.step))
        return len(holder)

    return run


def _sum(evaluator: Evaluator, expr: Call) -> Fn:
    items = _first(evaluator, expr)
    keywords = dict(expr.keywords)
    start = evaluator.function(keywords["start"]) if "start" in keywords else None
    meter = evaluator.meter
    if isinstance(expr.type, FloatType):
        return lambda frame: float_sum(
            paid(meter, items(frame)), None if start is None else start(frame)
        )
    return lambda frame: sum(paid(meter, items(frame)), 0 if start is None else start(frame))


def _key(evaluator: Evaluator, expr: Call) -> Callable[[Frame], dict[str, Any]]:
    """The keyword arguments for Python's own min, max and sorted."""
    keywords = dict(expr.keywords)
    function = keywords.get("key")
    reverse = evaluator.function(keywords["reverse"]) if "reverse" in keywords else None
    if function is None:
        if reverse is None:
            return lambda _frame: {}
        return lambda frame: {"reverse": reverse(frame)}
    assert isinstance(function, FunctionRef), "the checker makes a function of `key=`"
    body, parameter = evaluator.function(function.body), function.parameter

    def with_key(frame: Frame) -> dict[str, Any]:
        def key(value: Value) -> Value:
            return body(Frame(frame.values, {**frame.bound, parameter: value}, frame.before))

        made: dict[str, Any] = {"key": key}
        if reverse is not None:
            made["reverse"] = reverse(frame)
        return made

    return with_key


def _extreme(evaluator: Evaluator, expr: Call) -> Fn:
    choose: Any = min if expr.function == "min" else max
    key = _key(evaluator, expr)
    keywords = dict(expr.keywords)
    default = evaluator.function(keywords["default"]) if "default" in keywords else None
    meter = evaluator.meter
    if len(expr.args) > 1:
        args = _args(evaluator, expr)
        return lambda frame: choose([arg(frame) for arg in args], **key(frame))
    items = _first(evaluator, expr)

    def run(frame: Frame) -> Value:
        given = key(frame)
        if default is not None:
            given["default"] = default(frame)
        return choose(paid(meter, items(frame)), **given)

    return run


def _sorted(evaluator: Evaluator, expr: Call) -> Fn:
    items, key, meter = _first(evaluator, expr), _key(evaluator, expr), evaluator.meter
    return lambda frame: sorted(paid(meter, items(frame)), **key(frame))


def _abs(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)
    return lambda frame: abs(value(frame))


def _round(evaluator: Evaluator, expr: Call) -> Fn:
    args = _args(evaluator, expr)
    meter = evaluator.meter

    def run(frame: Frame) -> Value:
        value, *digits = (arg(frame) for arg in args)
        if isinstance(value, int) and digits and digits[0] < 0:
            meter.widen(-4 * digits[0])
        return round(value, *digits)

    return run


def _divmod(evaluator: Evaluator, expr: Call) -> Fn:
    left, right = _args(evaluator, expr)
    return lambda frame: divmod(left(frame), right(frame))


def _pow(evaluator: Evaluator, expr: Call) -> Fn:
    args = _args(evaluator, expr)
    meter = evaluator.meter
    span = (expr.span.start, expr.span.end)

    def run(frame: Frame) -> Value:
        values = [arg(frame) for arg in args]
        if len(values) == 3:
            base, exponent, modulus = values
            meter.pay(exponent.bit_length() * (1 + modulus.bit_length() // 64))
            return pow(base, exponent, modulus)
        try:
            return power(meter, *values)
        except UndefinedError as error:
            raise UndefinedError(error.kind, error.message, span) from None

    return run


def _reversed(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)
    return lambda frame: reversed(value(frame))


def _range(evaluator: Evaluator, expr: Call) -> Fn:
    args = _args(evaluator, expr)
    return lambda frame: range(*[arg(frame) for arg in args])


def _all(evaluator: Evaluator, expr: Call) -> Fn:
    items, meter = _first(evaluator, expr), evaluator.meter
    return lambda frame: all(paid(meter, items(frame)))


def _any(evaluator: Evaluator, expr: Call) -> Fn:
    items, meter = _first(evaluator, expr), evaluator.meter
    return lambda frame: any(paid(meter, items(frame)))


def _enumerate(evaluator: Evaluator, expr: Call) -> Fn:
    items = _first(evaluator, expr)
    # Contracts name where it starts, code may just say it.
    given = [*expr.args[1:], *(value for name, value in expr.keywords if name == "start")]
    start = evaluator.function(given[0]) if given else None
    return lambda frame: enumerate(items(frame), 0 if start is None else start(frame))


def _zip(evaluator: Evaluator, expr: Call) -> Fn:
    parts = [compile_iterable(evaluator, arg) for arg in expr.args]
    return lambda frame: zip(*[part(frame) for part in parts], strict=False)


def _dict(evaluator: Evaluator, expr: Call) -> Fn:
    """Of a dict or of pairs; in code alone."""
    meter = evaluator.meter
    if isinstance(expr.args[0].type, DictType):
        (given,) = _args(evaluator, expr)
        return lambda frame: dict(paid(meter, given(frame).items()))
    items = _first(evaluator, expr)
    return lambda frame: dict(paid(meter, items(frame)))


def _collect(kind: Callable[[Iterable[Value]], Value]) -> Callable[[Evaluator, Call], Fn]:
    def compile_it(evaluator: Evaluator, expr: Call) -> Fn:
        if not expr.args:
            return lambda _frame: kind(())
        items, meter = _first(evaluator, expr), evaluator.meter

        def run(frame: Frame) -> Value:
            given = items(frame)
            if isinstance(given, range):
                meter.grow(max(0, -(-(given.stop - given.start) // given.step)))
            return kind(paid(meter, given))

        return run

    return compile_it


def _str(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)

    def run(frame: Frame) -> str:
        of = value(frame)
        if isinstance(of, int) and of.bit_length() > DIGITS * 3:
            try:
                return str(of)
            except ValueError:
                raise LimitExceededError("an int has too many digits to be written") from None
        return str(of)

    return run


def _int(evaluator: Evaluator, expr: Call) -> Fn:
    args = _args(evaluator, expr)

    def run(frame: Frame) -> int:
        values = [arg(frame) for arg in args]
        text = values[0]
        if isinstance(text, str):
            require_known(text)
            if sum(char.isdigit() for char in text) > DIGITS:
                raise LimitExceededError("a text has too many digits for an int")
        return int(*values)

    return run


def _ord(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)
    span = (expr.span.start, expr.span.end)

    def run(frame: Frame) -> int:
        of = value(frame)
        if len(of) != 1:
            raise UndefinedError("TypeError", "ord takes a single character", span)
        return ord(of)

    return run


def _chr(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)
    span = (expr.span.start, expr.span.end)

    def run(frame: Frame) -> str:
        code = value(frame)
        if not 0 <= code <= 0x10FFFF:
            raise UndefinedError("ValueError", "chr takes a code point", span)
        if 0xD800 <= code <= 0xDFFF:
            raise UnevaluableError("a surrogate is no character of a str in contracts")
        return chr(code)

    return run


def _centred(evaluator: Evaluator, expr: Call) -> Fn:
    """What a format's `^` does: of an odd number of spaces more are behind."""
    text, width = _args(evaluator, expr)
    meter = evaluator.meter

    def run(frame: Frame) -> str:
        of, size = text(frame), width(frame)
        meter.grow(size)
        return f"{of:^{size}}"

    return run


def _float(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)

    def run(frame: Frame) -> float:
        of = value(frame)
        if isinstance(of, str):
            require_known(of)
        return float(of)

    return run


def _bool(evaluator: Evaluator, expr: Call) -> Fn:
    (value,) = _args(evaluator, expr)
    return lambda frame: bool(value(frame))


def _permutation(evaluator: Evaluator, expr: Call) -> Fn:
    first, second = (compile_iterable(evaluator, arg) for arg in expr.args)
    meter = evaluator.meter

    def run(frame: Frame) -> bool:
        left = list(paid(meter, first(frame)))
        right = list(paid(meter, second(frame)))
        if len(left) != len(right):
            return False
        if all(isinstance(item, (int, str)) for item in left):
            return sorted(left) == sorted(right)
        for item in left:
            meter.pay(len(right))
            place = next((i for i, other in enumerate(right) if equal(item, other)), None)
            if place is None:
                return False
            del right[place]
        return True

    return run


_FUNCTIONS: dict[str, Callable[[Evaluator, Call], Fn]] = {
    "len": _len,
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "abs": _abs,
    "round": _round,
    "divmod": _divmod,
    "pow": _pow,
    "sorted": _sorted,
    "reversed": _reversed,
    "range": _range,
    "all": _all,
    "any": _any,
    "enumerate": _enumerate,
    "zip": _zip,
    "list": _collect(list),
    "set": _collect(set),
    "dict": _dict,
    "tuple": _collect(tuple),
    "str": _str,
    "int": _int,
    "float": _float,
    "ord": _ord,
    "chr": _chr,
    "centred": _centred,
    "bool": _bool,
    "permutation": _permutation,
}

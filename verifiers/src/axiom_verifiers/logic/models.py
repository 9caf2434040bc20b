"""Reads the values that solvers print, by sort."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction

from axiom_verifiers.errors import ModelError, ReadError, SExprError, UndeterminedError
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.reading import Scope, read_term
from axiom_verifiers.logic.semantics import bits_float
from axiom_verifiers.logic.sexpr import Atom, SExpr, natural, parse_one, text_of, unquote
from axiom_verifiers.logic.sorts import (
    Constructor,
    Datatype,
    Kind,
    Sort,
    instantiate,
)
from axiom_verifiers.logic.term import Term, var
from axiom_verifiers.logic.values import AbstractValue, ArrayValue, DatatypeValue, Value

_DEEPEST = 150  # Levels of nested constructors that are read.


def read_value(text: str | SExpr, sort: Sort, datatypes: Iterable[Datatype] = ()) -> Value:
    """The value that a solver printed for a term of `sort`. ModelError when it is none.

    Strings may hold surrogates: SMT-LIB's characters are code points, not scalar values.
    """
    try:
        expression = parse_one(text) if isinstance(text, str) else text
    except SExprError as error:
        raise ModelError(str(error)) from error
    named = {datatype.name: datatype for datatype in datatypes}
    return _Reader(named).read(expression, sort, {}, 0)


def read_model(
    model: Mapping[str, str], want: Iterable[Term], datatypes: Iterable[Datatype] = ()
) -> dict[str, Value]:
    """The values of the constants in `want` that the model has, by name."""
    known = tuple(datatypes)
    return {
        term.payload: read_value(model[term.payload], term.sort, known)
        for term in want
        if term.op == "var" and term.payload in model
    }


_Bindings = Mapping[str, SExpr]


class _Reader:
    def __init__(self, datatypes: Mapping[str, Datatype]) -> None:
        self.datatypes = datatypes

    def read(self, expression: SExpr, sort: Sort, bound: _Bindings, depth: int) -> Value:
        if depth > _DEEPEST:
            raise ModelError("the value is nested too deeply")
        expression, bound = _open(expression, bound)
        match sort.kind:
            case Kind.BOOL:
                return _read_bool(expression)
            case Kind.INT:
                return _read_int(expression)
            case Kind.REAL:
                return _read_real(expression)
            case Kind.STRING:
                return _read_string(expression)
            case Kind.BITVECTOR:
                return _read_bits(expression)
            case Kind.FLOAT:
                return _read_float(expression, sort)
            case Kind.ROUNDING:
                return _read_mode(expression)
            case Kind.ARRAY:
                return self.array(expression, sort, bound, depth)
            case Kind.DATATYPE:
                return self.datatype(expression, sort, bound, depth)
            case Kind.UNINTERPRETED:
                return AbstractValue(text_of(expression))
            case _:
                raise ModelError(f"values of {sort} are not read")

    def array(self, expression: SExpr, sort: Sort, bound: _Bindings, depth: int) -> Value:
        stores: list[tuple[SExpr, SExpr, _Bindings]] = []
        while True:
            expression, bound = _open(expression, bound)
            if not isinstance(expression, tuple) or not expression:
                raise ModelError(f"this is no array: {text_of(expression):.80}")
            if _is(expression[0], "store") and len(expression) == 4:
                stores.append((expression[2], expression[3], bound))
                expression = expression[1]
                continue
            break
        value = self.bottom(expression, sort, bound, depth)
        for index, element, scope in reversed(stores):
            key = self.read(index, sort.index, scope, depth + 1)
            value = value.set(key, self.read(element, sort.element, scope, depth + 1))
        return value

    def bottom(self, expression: SExpr, sort: Sort, bound: _Bindings, depth: int) -> ArrayValue:
        """What a chain of stores begins with."""
        assert isinstance(expression, tuple)
        head = expression[0]
        if isinstance(head, tuple) and head[:2] == (Atom("as"), Atom("const")):
            return ArrayValue(self.read(expression[1], sort.element, bound, depth + 1))
        if _is(head, "lambda") and len(expression) == 3:
            return self.function(expression, sort, bound)
        raise ModelError(f"this is no array: {text_of(expression):.80}")

    def function(self, expression: SExpr, sort: Sort, bound: _Bindings) -> ArrayValue:
        """z3's arrays that are given by a function of the index."""
        assert isinstance(expression, tuple)
        parameters, body = expression[1], _substituted(expression[2], bound)
        if not isinstance(parameters, tuple) or len(parameters) != 1:
            raise ModelError("an array with more than one index")
        parameter = parameters[0]
        if not isinstance(parameter, tuple) or not isinstance(parameter[0], Atom):
            raise ModelError(f"this is no parameter: {text_of(parameter):.80}")
        index = var(parameter[0].text, sort.index)
        scope = Scope(self.datatypes.values())
        scope.constants[index.payload] = index
        try:
            term = read_term(body, scope)
        except ReadError as error:
            raise ModelError(f"an array's function cannot be read: {error}") from error

        def at(key: Value) -> Value:
            try:
                return evaluate(term, {index: key})
            except UndeterminedError as error:
                raise ModelError(f"an array's function has no value there: {error}") from error

        return ArrayValue(None, {}, at)

    def datatype(self, expression: SExpr, sort: Sort, bound: _Bindings, depth: int) -> Value:
        datatype = self.datatypes.get(sort.name)
        if datatype is None:
            raise ModelError(f"the datatype {sort.name} was not given")
        head, args = expression, ()
        if isinstance(expression, tuple) and not _is(expression[0], "as"):
            head, args = expression[0], expression[1:]
        constructor = _constructor(datatype, head)
        if len(constructor.selectors) != len(args):
            raise ModelError(f"{constructor.name} with {len(args)} fields")
        binding = dict(zip(datatype.parameters, sort.args, strict=True))
        return DatatypeValue(
            constructor.name,
            tuple(
                self.read(arg, instantiate(selector.sort, binding), bound, depth + 1)
                for arg, selector in zip(args, constructor.selectors, strict=True)
            ),
        )


def _constructor(datatype: Datatype, head: SExpr) -> Constructor:
    if isinstance(head, tuple) and len(head) == 3 and _is(head[0], "as"):
        head = head[1]
    if isinstance(head, Atom):
        for constructor in datatype.constructors:
            if constructor.name == head.text:
                return constructor
    raise ModelError(f"{datatype.name} has no constructor {text_of(head):.80}")


def _open(expression: SExpr, bound: _Bindings) -> tuple[SExpr, _Bindings]:
    """Without the `let`s around it, and without names that `let`s gave."""
    while True:
        if isinstance(expression, Atom):
            if not expression.is_string and expression.text in bound:
                expression = bound[expression.text]
                continue
            return expression, bound
        if len(expression) == 3 and _is(expression[0], "let"):
            pairs = expression[1]
            new: dict[str, SExpr] = dict(bound)
            for pair in pairs if isinstance(pairs, tuple) else ():
                if not isinstance(pair, tuple) or not isinstance(pair[0], Atom):
                    raise ModelError("a let that cannot be read")
                new[pair[0].text] = _substituted(pair[1], bound)
            expression, bound = expression[2], new
            continue
        return expression, bound


def _substituted(expression: SExpr, bound: _Bindings) -> SExpr:
    if not bound:
        return expression
    if isinstance(expression, Atom):
        return bound.get(expression.text, expression) if not expression.is_string else expression
    return tuple(_substituted(part, bound) for part in expression)


def _is(expression: SExpr, text: str) -> bool:
    return isinstance(expression, Atom) and not expression.quoted and expression.text == text


def _read_bool(expression: SExpr) -> bool:
    if _is(expression, "true"):
        return True
    if _is(expression, "false"):
        return False
    raise ModelError(f"this is no Boolean: {text_of(expression):.80}")


def _natural(text: str) -> int:
    try:
        return natural(text)
    except ValueError as error:
        raise ModelError(str(error)) from error


def _read_int(expression: SExpr) -> int:
    if isinstance(expression, Atom):
        return _natural(expression.text)
    if len(expression) == 2 and _is(expression[0], "-"):
        return -_read_int(expression[1])
    raise ModelError(f"this is no integer: {text_of(expression):.80}")


def _read_real(expression: SExpr) -> Fraction:
    if isinstance(expression, Atom):
        whole, _, part = expression.text.partition(".")
        value = Fraction(_natural(whole))
        return value + Fraction(_natural(part), 10 ** len(part)) if part else value
    if len(expression) == 2 and _is(expression[0], "-"):
        return -_read_real(expression[1])
    if len(expression) == 3 and _is(expression[0], "/"):
        divisor = _read_real(expression[2])
        if divisor:
            return _read_real(expression[1]) / divisor
    raise ModelError(f"this is no rational number: {text_of(expression):.80}")


def _read_string(expression: SExpr) -> str:
    if isinstance(expression, Atom) and expression.is_string:
        return unquote(expression.text)
    if "(witness " in text_of(expression):  # cvc5's description of a very long string.
        raise ModelError("a string that is too long to be written down")
    raise ModelError(f"this is no string: {text_of(expression):.80}")


def _bits(expression: SExpr) -> tuple[int, int]:
    """The value and the width."""
    if isinstance(expression, Atom):
        text = expression.text
        if re.fullmatch(r"#x[0-9a-fA-F]+", text):
            return int("0" + text[1:], 0), 4 * (len(text) - 2)
        if re.fullmatch(r"#b[01]+", text):
            return int("0" + text[1:], 0), len(text) - 2
    elif len(expression) == 3 and _is(expression[0], "_"):
        name, width = expression[1], expression[2]
        if isinstance(name, Atom) and name.text.startswith("bv") and isinstance(width, Atom):
            return _natural(name.text[2:]), _natural(width.text)
    raise ModelError(f"this is no bit-vector: {text_of(expression):.80}")


def _read_bits(expression: SExpr) -> int:
    return _bits(expression)[0]


def float_bits_of(expression: SExpr, sort: Sort) -> int:
    """The bits of a float's text; ModelError when it is none."""
    exponent, significand = sort.indices
    top = (1 << exponent) - 1
    if isinstance(expression, tuple) and len(expression) == 4:
        if _is(expression[0], "fp"):
            value = 0
            for part in expression[1:]:
                number, width = _bits(part)
                value = (value << width) | number
            return value
        name = expression[1]
        special = {
            "NaN": (0, top, 1 << (significand - 2)),
            "+oo": (0, top, 0),
            "-oo": (1, top, 0),
            "+zero": (0, 0, 0),
            "-zero": (1, 0, 0),
        }
        if _is(expression[0], "_") and isinstance(name, Atom) and name.text in special:
            sign, power, fraction = special[name.text]
            return (sign << (sort.width - 1)) | (power << (significand - 1)) | fraction
    raise ModelError(f"this is no float: {text_of(expression):.80}")


def _read_float(expression: SExpr, sort: Sort) -> float:
    bits = float_bits_of(expression, sort)
    exponent, significand = sort.indices
    if exponent > 11 or significand > 53:
        raise ModelError(f"{sort} is wider than Python's floats")
    fraction_bits = significand - 1
    sign = bits >> (sort.width - 1)
    power = (bits >> fraction_bits) & ((1 << exponent) - 1)
    fraction = bits & ((1 << fraction_bits) - 1)
    bias = (1 << (exponent - 1)) - 1
    if (exponent, significand) == (11, 53):
        return bits_float(bits)
    if power == (1 << exponent) - 1:
        size = float("nan") if fraction else float("inf")
    elif power == 0:
        size = fraction * 2.0 ** (1 - bias - fraction_bits)
    else:
        size = (1 + fraction / (1 << fraction_bits)) * 2.0 ** (power - bias)
    return -size if sign else size


_MODES = {
    "roundNearestTiesToEven": "RNE",
    "roundNearestTiesToAway": "RNA",
    "roundTowardPositive": "RTP",
    "roundTowardNegative": "RTN",
    "roundTowardZero": "RTZ",
}


def _read_mode(expression: SExpr) -> str:
    if isinstance(expression, Atom):
        name = _MODES.get(expression.text, expression.text)
        if name in _MODES.values():
            return name
    raise ModelError(f"this is no rounding mode: {text_of(expression):.80}")

"""Texts made by formats: f-strings, `str.format`, and `%`."""

from __future__ import annotations

import abc
import re
import string
from collections.abc import Mapping, Sequence

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Expr,
    MakeTuple,
    MethodCall,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    STR,
    FloatType,
    IntType,
    OptionalType,
    RecordType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Evaluate, If, Unmodelled
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._displays import Displays
from axiom_verifiers.frontends.python._tree import place, span
from axiom_verifiers.frontends.python._typing import SeriesType

_SPEC = re.compile(
    r"(?:(?P<fill>[^{}])?(?P<align>[<>^]))?(?P<sign>[+-])?(?P<zero>0)?"
    r"(?P<width>[1-9][0-9]{0,5})?(?P<group>,)?(?:\.(?P<digits>[0-9]{1,2}))?(?P<kind>[bdfsx])?"
)
_PERCENT = re.compile(
    r"%(?:(?P<percent>%)|(?P<flags>[-+0]*)(?P<width>[1-9][0-9]{0,5})?"
    r"(?:\.(?P<digits>[0-9]{1,2}))?(?P<kind>[dfisux]))"
)
# Below this size the float nearest to n / 10**k is nearer to it than to any other number of k
# digits after the point by far, so that its text of k digits is that of n.
_EXACT = 2**50


class _Hole(msgspec.Struct, frozen=True):
    """Where a template takes the argument `key`, in which format."""

    key: str
    spec: str


def _text(value: str, where: Span) -> Constant:
    return Constant(type=STR, value=value, span=where)


class Formats(Displays, abc.ABC):
    """What `format(value, spec)` gives, exactly; ints divided by a power of ten among it."""

    @abc.abstractmethod
    def called(self, node: Node, name: str, args: list[Expr]) -> Expr:
        """The value of a call of a function of the program."""

    def format_of(self, node: Node, value: Expr, spec: str) -> Expr:
        """The text of a value in a format."""
        if not spec:
            return self.shown(node, value)
        match = _SPEC.fullmatch(spec)
        made = None if match is None else self._content(node, value, match)
        if match is None or made is None:
            raise self.missing(node, f"format {spec} of a {show_type(value.type)}")
        if match["width"] is None:
            if match["zero"]:
                raise self.missing(node, f"format {spec}")
            return made
        where = span(node)
        is_text = isinstance(value.type, StrType)
        width = Constant(type=INT, value=int(match["width"]), span=where)
        if match["zero"]:
            # Zeros stand between the sign and the digits, unless the text is aligned.
            if match["align"] or is_text or match["group"]:
                raise self.missing(node, f"format {spec} of a {show_type(value.type)}")
            return MethodCall(type=STR, value=made, method="zfill", args=(width,), span=where)
        align = match["align"] or ("<" if is_text else ">")
        fill = match["fill"] or " "
        if align == "^":
            if fill != " ":
                raise self.missing(node, f"format {spec} of a {show_type(value.type)}")
            return Call(type=STR, function="centred", args=(made, width), span=where)
        method = {"<": "ljust", ">": "rjust"}[align]
        args = (width,) if fill == " " else (width, _text(fill, where))
        return MethodCall(type=STR, value=made, method=method, args=args, span=where)

    def _content(self, node: Node, value: Expr, match: re.Match[str]) -> Expr | None:
        """The text before it is brought to a width; None for what is not modelled."""
        kind, digits = match["kind"], match["digits"]
        match value.type:
            case StrType() if kind in (None, "s") and not match["sign"] and not match["group"]:
                if digits is None:
                    return value
                upper = integer_constant(int(digits))
                return Slice(
                    type=STR, value=value, lower=None, upper=upper, step=None, span=span(node)
                )
            case IntType() if kind in (None, "d") and digits is None:
                return self._signed(node, value, match["sign"], grouped=bool(match["group"]))
            case IntType() if kind in ("b", "x") and digits is None and not match["group"]:
                if match["sign"] == "+":
                    return None
                name = {"b": "int:binary", "x": "int:hexadecimal"}[kind]
                return self.called(node, name, [value])
            case IntType() | FloatType() if kind == "f":
                places = 6 if digits is None else int(digits)
                if match["sign"] == "+" or places > 12:
                    return None
                return self._fixed(node, value, places, grouped=bool(match["group"]))
            case _:
                return None

    def _signed(self, node: Node, value: Expr, sign: str | None, *, grouped: bool) -> Expr:
        if grouped or sign == "+":
            value = self._once(node, value)
        shown = self.called(node, "int:grouped", [value]) if grouped else self.shown(node, value)
        if sign != "+":
            return shown
        where = span(node)
        positive = Compare(type=BOOL, op=">=", left=value, right=integer_constant(0), span=where)
        plus = Binary(type=STR, op="+", left=_text("+", where), right=shown, span=where)
        return Conditional(type=STR, condition=positive, then=plus, otherwise=shown, span=where)

    def _once(self, node: Node, value: Expr) -> Expr:
        """The value as an expression that may stand in several places."""
        if isinstance(value, Constant | Variable):
            return value
        return self.saved(node, value)

    def _fixed(self, node: Node, value: Expr, places: int, *, grouped: bool) -> Expr | None:
        """`places` digits after the point of an int, or of an int over a power of ten no higher
        than these.
        """
        if isinstance(value, Variable) and value.role == "local":
            quotient = self.quotients.get(value.name)
            if quotient is not None:
                # That the local has a value is asked where it is read.
                self.emit(node, Evaluate(place=place(node), value=value))
                value = quotient
        number, over = value, 1
        if isinstance(value.type, FloatType):
            if not isinstance(value, Binary) or value.op != "/":
                return None
            by = value.right.value if isinstance(value.right, Constant) else None
            number = value.left
            powers = {10**k for k in range(1, places + 1)}
            if not isinstance(number.type, IntType) or type(by) is not int or by not in powers:
                return None
            over = by
        number = self._once(node, number)
        where = span(node)
        zero = integer_constant(0)
        limit = integer_constant(_EXACT // (10**places // over))
        size = Call(type=INT, function="abs", args=(number,), span=where)
        beyond = Compare(type=BOOL, op=">=", left=size, right=limit, span=where)
        report = Unmodelled(place=place(node), construct="text of a large number as a float")
        self.emit(node, If(place=place(node), condition=beyond, then=(report,), otherwise=()))
        whole: Expr = size
        rest = "0" * places
        after: Expr = _text(f".{rest}" if places else "", where)
        if over > 1:
            power = integer_constant(over)
            whole = Binary(type=INT, op="//", left=size, right=power, span=where)
            part = Binary(type=INT, op="%", left=size, right=power, span=where)
            shown = Call(type=STR, function="str", args=(part,), span=where)
            own = len(str(over)) - 1
            width = integer_constant(own)
            digits = MethodCall(type=STR, value=shown, method="zfill", args=(width,), span=where)
            after = Binary(type=STR, op="+", left=_text(".", where), right=digits, span=where)
            if places > own:
                zeros = _text("0" * (places - own), where)
                after = Binary(type=STR, op="+", left=after, right=zeros, span=where)
        before = self._signed(node, whole, None, grouped=grouped)
        made = Binary(type=STR, op="+", left=before, right=after, span=where)
        negative = Compare(type=BOOL, op="<", left=number, right=zero, span=where)
        minus = Binary(type=STR, op="+", left=_text("-", where), right=made, span=where)
        return Conditional(type=STR, condition=negative, then=minus, otherwise=made, span=where)

    # ------------------------------------------------------------ templates

    def joined(self, node: Node, pieces: Sequence[Expr]) -> Expr:
        """The texts one after the other."""
        merged: list[Expr] = []
        for piece in pieces:
            if merged and isinstance(piece, Constant) and isinstance(merged[-1], Constant):
                merged[-1] = _text(str(merged[-1].value) + str(piece.value), span(node))
            else:
                merged.append(piece)
        result: Expr = merged[0] if merged else _text("", span(node))
        for piece in merged[1:]:
            result = Binary(type=STR, op="+", left=result, right=piece, span=span(node))
        return result

    def operate(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr:
        """A binary operator; `%` after a text that is a constant fills it in."""
        if operator == "%" and isinstance(left, Constant) and isinstance(left.value, str):
            return self._percent(node, left.value, right)
        return super().operate(node, operator, left, right)

    def filled(
        self, node: Node, template: str, positional: list[Expr], named: Mapping[str, Expr]
    ) -> Expr:
        """`template.format(…)`; all arguments are evaluated, in their order, before any is used."""
        try:
            parts = list(string.Formatter().parse(template))
        except ValueError:
            raise self.missing(node, "a format that is none") from None
        given = {**{str(at): value for at, value in enumerate(positional)}, **named}
        holes = [part for part in parts if part[1] is not None]
        if any(not name for _, name, _, _ in holes) and any(name for _, name, _, _ in holes):
            raise self.missing(node, "fields with and without names in a format")
        pieces: list[str | _Hole] = []
        count = 0
        for literal, name, spec, conversion in parts:
            pieces.append(literal)
            if name is None:
                continue
            key = name or str(count)
            count += 1
            plain = conversion in (None, "s") and "{" not in (spec or "")
            if key not in given or not plain or (conversion == "s" and spec):
                raise self.missing(node, f"field {{{name}}} of a format")
            pieces.append(_Hole(key, spec or ""))
        return self._put_together(node, pieces, given)

    def _percent(self, node: Node, template: str, value: Expr) -> Expr:
        """`template % value`."""
        values = [value]
        if isinstance(value.type, SeriesType) or self._is_tuple(value.type):
            raise self.missing(node, f"% of a {show_type(value.type)}, which is a tuple")
        if isinstance(value, MakeTuple):
            values = list(value.items)
        elif isinstance(value.type, TupleType):
            whole = value if isinstance(value, Variable) else self.saved(node, value)
            places = range(len(value.type.items))
            values = [self.item(node, whole, integer_constant(at)) for at in places]
        pieces: list[str | _Hole] = []
        end, count = 0, 0
        while (at := template.find("%", end)) >= 0:
            pieces.append(template[end:at])
            match = _PERCENT.match(template, at)
            if match is None:
                raise self.missing(node, "a format of %")
            end = match.end()
            if match["percent"]:
                pieces.append("%")
                continue
            if count == len(values):
                raise self.missing(node, "% with too few values")
            spec, values[count] = self._of_percent(node, values[count], match)
            pieces.append(_Hole(str(count), spec))
            count += 1
        if count < len(values):
            raise self.missing(node, "% with too many values")
        pieces.append(template[end:])
        return self._put_together(node, pieces, {str(n): one for n, one in enumerate(values)})

    def _is_tuple(self, type_: Type) -> bool:
        """Whether it is a record that is a tuple, whose fields `%` takes one by one."""
        inside = type_.item if isinstance(type_, OptionalType) else type_
        return isinstance(inside, RecordType) and self.unpacking(inside) is not None

    def _of_percent(self, node: Node, value: Expr, match: re.Match[str]) -> tuple[str, Expr]:
        """What `%5d` and its like ask for in the words of `format`, and of which value."""
        kind, flags, width = match["kind"], match["flags"], match["width"] or ""
        digits = "" if match["digits"] is None else f".{match['digits']}"
        align = ("<" if "-" in flags else ">") if width else ""
        if kind == "s":
            return f"{align}{width}{digits}s", self.shown(node, value)
        value = self.numeric(value)
        number = isinstance(value.type, IntType) or (
            kind == "f" and isinstance(value.type, FloatType)
        )
        if not number or (digits and kind != "f"):
            raise self.missing(node, f"%{kind} of a {show_type(value.type)}")
        kind = "d" if kind in "iu" else kind
        sign = "+" if "+" in flags else ""
        if width and "0" in flags and "-" not in flags:
            return f"{sign}0{width}{digits}{kind}", value
        return f"{align}{sign}{width}{digits}{kind}", value

    def _put_together(
        self, node: Node, pieces: Sequence[str | _Hole], given: Mapping[str, Expr]
    ) -> Expr:
        with self.collecting() as inner:
            made = self._texts(node, pieces, given)
        used = [piece.key for piece in pieces if isinstance(piece, _Hole)]
        if not inner and used == list(given):
            return self.joined(node, made)
        # All arguments are evaluated before any is written, and each of them once.
        kept = {key: self._kept(node, value) for key, value in given.items()}
        return self.joined(node, self._texts(node, pieces, kept))

    def _kept(self, node: Node, value: Expr) -> Expr:
        """The value, evaluated before what comes next if it could fail."""
        if isinstance(value, Binary) and value.op == "/" and isinstance(value.right, Constant):
            # A number over a constant keeps its form, by which its text is known.
            return msgspec.structs.replace(value, left=self._kept(node, value.left))
        return self.saved(node, value) if may_fail(value) else value

    def _texts(
        self, node: Node, pieces: Sequence[str | _Hole], given: Mapping[str, Expr]
    ) -> list[Expr]:
        return [
            self.format_of(node, given[piece.key], piece.spec)
            if isinstance(piece, _Hole)
            else _text(piece, span(node))
            for piece in pieces
        ]


__all__ = ["Formats"]

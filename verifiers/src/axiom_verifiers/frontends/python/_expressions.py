"""Python expressions to typed expressions; calls are in `_calls`."""

from __future__ import annotations

import abc
from typing import Literal, cast

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Conditional,
    Constant,
    Expr,
    Logical,
    MethodCall,
    Slice,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    STR,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    OptionalType,
    SetType,
    StrType,
)
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.program import Assign
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._context import NotModelledError, truth
from axiom_verifiers.frontends.python._formats import Formats
from axiom_verifiers.frontends.python._infinite import Infinite
from axiom_verifiers.frontends.python._narrowing import facts
from axiom_verifiers.frontends.python._operators import is_int
from axiom_verifiers.frontends.python._standard import library_constant
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._typing import DequeType


class Expressions(Formats, Infinite, abc.ABC):
    """Operators, displays, names, subscripts, comprehensions."""

    @abc.abstractmethod
    def call(self, node: Node) -> Expr:
        """A call's value."""

    @abc.abstractmethod
    def comprehension(self, node: Node) -> Expr:
        """A comprehension's value."""

    @abc.abstractmethod
    def iterable(self, node: Node) -> Expr:
        """What a loop or comprehension runs over: ranges and lazy iterators too."""

    def expression(self, node: Node) -> Expr:
        """The value of an expression, of the type that it has in Python."""
        where = span(node)
        match node.type:
            case "parenthesized_expression":
                return self.expression(children(node)[0])
            case "identifier":
                return self._name(node)
            case "integer":
                value = _literals.integer(text(node))
                if value is None:
                    raise self.missing(node, "number")
                return Constant(type=INT, value=value, span=where)
            case "float":
                number = _literals.floating(text(node))
                if number is None:
                    raise self.missing(node, "number")
                return Constant(type=FLOAT, value=number, span=where)
            case "true" | "false":
                return Constant(type=BOOL, value=node.type == "true", span=where)
            case "none":
                return Constant(type=NONE, value=None, span=where)
            case "string" | "concatenated_string":
                return self._string(node)
            case "unary_operator":
                return self._unary(node)
            case "not_operator":
                operand = self.condition(self.field(node, "argument"))
                return Unary(type=BOOL, op="not", operand=operand, span=where)
            case "binary_operator":
                operator = text(self.field(node, "operator"))
                translate = (
                    self.set_of_keys if operator in ("&", "|", "-", "^") else self.expression
                )
                left, right = self.in_order(
                    [self.field(node, "left"), self.field(node, "right")], translate
                )
                return self.operate(node, operator, left, right)
            case "boolean_operator":
                return self._boolean(node)
            case "comparison_operator":
                return self._comparison(node)
            case "conditional_expression":
                return self._conditional(node)
            case "named_expression":
                return self._walrus(node)
            case "list":
                return self.list_display(node)
            case "tuple" | "expression_list":
                return self.tuple_display(node)
            case "set":
                return self.set_display(node)
            case "dictionary":
                return self.dictionary_display(node)
            case "subscript":
                return self._subscript(node)
            case "attribute":
                return self.attribute(node)
            case "list_comprehension" | "set_comprehension" | "dictionary_comprehension":
                return self.comprehension(node)
            case "call":
                return self.call(node)
            case "generator_expression":
                raise self.missing(node, "generator expression")
            case "list_splat" | "dictionary_splat":
                raise self.missing(node, "starred expression")
            case other:
                raise self.missing(node, other.replace("_", " "))

    # ------------------------------------------------------------ names and literals

    def _name(self, node: Node) -> Expr:
        name = text(node)
        if name in self.standins:
            return self.standins[name]
        if name in self.bound:
            type_ = self.bound[name]
            if name in self.narrowed and isinstance(type_, OptionalType):
                type_ = type_.item
            if name in self.aliases:
                name = self.aliases[name]
                return Variable(type=type_, name=name, role="local", span=span(node))
            return Variable(type=type_, name=name, role="bound", span=span(node))
        if name in self.scope:
            return self.local(node, name)
        constant = self.surroundings.constant(name)
        if constant is None:
            dotted = self.surroundings.is_module(name)
            constant = None if dotted is None else library_constant(dotted, span(node))
        if constant is None:
            raise self.missing(node, f"name {name}")
        return constant

    def _string(self, node: Node) -> Expr:
        parts = [node] if node.type == "string" else children(node)
        pieces: list[Expr] = []
        for part in parts:
            if part.type != "string":
                raise self.missing(part, "string")
            prefix = _literals.string_prefix(part)
            if "f" in prefix:
                pieces.extend(self._interpolated(part))
                continue
            value = _literals.plain_string(part)
            if value is None:
                raise self.missing(part, "bytes literal" if "b" in prefix else "string literal")
            pieces.append(Constant(type=STR, value=value, span=span(part)))
        return self.joined(node, pieces)

    def _interpolated(self, node: Node) -> list[Expr]:
        """The parts of an f-string, each a str."""
        raw = "r" in _literals.string_prefix(node)
        holes = [child for child in children(node) if child.type == "interpolation"]
        values = iter(self.in_order(holes, self._hole))
        pieces: list[Expr] = []
        for child in node.children:
            if child.type == "interpolation":
                pieces.append(next(values))
            elif child.type == "string_content":
                content = text(child).replace("{{", "{").replace("}}", "}")
                value = _literals.decoded(content, raw=raw)
                if value is None:
                    raise self.missing(child, "string literal")
                pieces.append(Constant(type=STR, value=value, span=span(child)))
            elif child.type not in ("string_start", "string_end"):
                raise self.missing(child, "f-string")
        return pieces or [Constant(type=STR, value="", span=span(node))]

    def _hole(self, node: Node) -> Expr:
        """The text that stands for `{…}`, in its format."""
        value, *rest = [child for child in node.children if child.type not in ("{", "}")]
        result = self.expression(value)
        spec = ""
        match [part.type for part in rest]:
            case []:
                pass
            case ["format_specifier"]:
                spec = text(rest[0]).removeprefix(":")
            case ["type_conversion"] if text(rest[0]) == "!s":
                pass
            case ["type_conversion"] if text(rest[0]) == "!r" and self._told_alike(result):
                pass
            case _:
                raise self.missing(node, "f-string with a format or conversion")
        return self.format_of(node, result, spec)

    def _told_alike(self, value: Expr) -> bool:
        """Whether `repr` of the value is its `str`."""
        return isinstance(value.type, IntType | BoolType)

    def _shown(self, node: Node) -> Expr:
        return self.shown(node, self.expression(node))

    # ------------------------------------------------------------ truth

    def condition(self, node: Node) -> Expr:
        """The truth of an expression, as a bool."""
        if node.type == "parenthesized_expression":
            return self.condition(children(node)[0])
        if node.type == "boolean_operator":
            left = self.field(node, "left")
            right = self.field(node, "right")
            operator = text(self.field(node, "operator"))
            first = self.condition(left)
            known = facts(first)[0 if operator == "and" else 1]
            with self.collecting() as inner, self.knowing(known):
                second = self.condition(right)
            if not inner:
                op: Literal["and", "or"] = "and" if operator == "and" else "or"
                return Logical(type=BOOL, op=op, left=first, right=second, span=span(node))
            settled = truth(operator == "or")
            if operator == "and":
                return self.chosen(node, first, (inner, second), ([], settled), BOOL)
            return self.chosen(node, first, ([], settled), (inner, second), BOOL)
        return self.truthy(node, self.expression(node))

    # ------------------------------------------------------------ operators

    def _unary(self, node: Node) -> Expr:
        operand = self.numeric(self.expression(self.field(node, "argument")))
        operator = text(self.field(node, "operator"))
        where = span(node)
        if isinstance(operand, Constant) and operator == "-" and is_int(operand):
            return Constant(type=INT, value=-cast("int", operand.value), span=where)
        fits = is_int(operand) or (isinstance(operand.type, FloatType) and operator != "~")
        if operator not in ("-", "+", "~") or not fits:
            raise self.missing(node, f"unary {operator} of a {show_type(operand.type)}")
        op: Literal["-", "+", "~"] = operator
        return Unary(type=operand.type, op=op, operand=operand, span=where)

    def _boolean(self, node: Node) -> Expr:
        """`and`, `or` as values: they give one of their operands."""
        left, right = self.field(node, "left"), self.field(node, "right")
        is_and = text(self.field(node, "operator")) == "and"
        first = self.expression(left)
        if not self.pure and not isinstance(first, Constant | Variable):
            is_bool = isinstance(first.type, BoolType)
            # The operand stands twice below; a temporary keeps long chains short.
            first = first if is_bool else self.saved(node, first)
        test = self.truthy(left, first)
        with self.collecting() as inner, self.knowing(facts(test)[0 if is_and else 1]):
            second = self.expression(right)
        if isinstance(first.type, BoolType) and isinstance(second.type, BoolType) and not inner:
            op: Literal["and", "or"] = "and" if is_and else "or"
            return Logical(type=BOOL, op=op, left=first, right=second, span=span(node))
        kept = first
        if not is_and and isinstance(first, Variable) and isinstance(first.type, OptionalType):
            kept = msgspec.structs.replace(first, type=first.type.item)
        one, other, type_ = self.unified(node, kept, second)
        if inner:
            if is_and:
                return self.chosen(node, test, (inner, other), ([], one), type_)
            return self.chosen(node, test, ([], one), (inner, other), type_)
        then, otherwise = (other, one) if is_and else (one, other)
        return Conditional(
            type=type_, condition=test, then=then, otherwise=otherwise, span=span(node)
        )

    def _conditional(self, node: Node) -> Expr:
        then_node, condition_node, otherwise_node = children(node)
        try:
            condition = self.condition(condition_node)
        except NotModelledError:
            if self.final:
                raise
            condition = truth(value=True)
        true, false = facts(condition)
        first: Expr | None = None
        with self.collecting() as before_then, self.knowing(true):
            try:
                first = self.expression(then_node)
            except NotModelledError:
                if self.final:
                    raise
        with self.collecting() as before_otherwise, self.knowing(false):
            try:
                otherwise = self.expression(otherwise_node)
            except NotModelledError:
                # Types may not have settled: what the other gives is what is known so far.
                if self.final or first is None:
                    raise
                return first
        if first is None:
            return otherwise
        then, otherwise, type_ = self.unified(node, first, otherwise)
        if before_then or before_otherwise:
            branches = (before_then, then), (before_otherwise, otherwise)
            return self.chosen(node, condition, *branches, type_)
        return Conditional(
            type=type_, condition=condition, then=then, otherwise=otherwise, span=span(node)
        )

    def _walrus(self, node: Node) -> Expr:
        target = self.field(node, "name")
        name = text(target)
        value = self.expression(self.field(node, "value"))
        type_ = self.bind(target, name, value.type)
        value = self.fitted(node, value, type_)
        self.emit(node, Assign(place=place(node), name=name, value=value))
        self.narrowed -= {name}
        return Variable(type=type_, name=name, role="local", span=span(node))

    # ------------------------------------------------------------ comparison

    def _comparison(self, node: Node) -> Expr:
        operators = [
            " ".join(text(child).split()) for child in node.children_by_field_name("operators")
        ]
        operands = children(node)
        if len(operators) != len(operands) - 1:
            raise self.missing(node, "comparison")
        beyond = self.with_infinity(node)
        if beyond is not None:
            return beyond
        left = self._compared(operands[0], None)
        result: Expr | None = None
        for operator, operand in zip(operators, operands[1:], strict=True):
            with self.collecting() as inner:
                right = self._compared(operand, operator)
            if inner and result is not None:
                # What needs statements is evaluated only when the links before it hold.
                so_far, left = self.saved(node, result), self.saved(node, left)
                link = self.compare(node, operator, left, right)
                no = truth(value=False)
                result = self.chosen(node, so_far, (inner, link), ([], no), BOOL)
                left = right
                continue
            if inner:
                left = self.saved(node, left)
                self.out.extend(inner)
            link = self.compare(node, operator, left, right)
            result = (
                link
                if result is None
                else Logical(type=BOOL, op="and", left=result, right=link, span=span(node))
            )
            left = right
        if result is None:
            raise self.missing(node, "comparison")
        return result

    def _compared(self, node: Node, operator: str | None) -> Expr:
        if operator not in ("in", "not in"):
            return self.set_of_keys(node)
        asked = self.keys_asked(node)
        return self.iterable(node) if asked is None else asked

    @abc.abstractmethod
    def keys_asked(self, node: Node) -> Expr | None:
        """What `in TABLE` looks among, of a table of functions; None for any other expression."""

    def set_of_keys(self, node: Node) -> Expr:
        """`d.keys()` as the set that it is to operators; any other value as it is."""
        function = node.child_by_field_name("function")
        attribute = None if function is None else function.child_by_field_name("attribute")
        if function is None or attribute is None or text(attribute) != "keys":
            return self.expression(node)
        if children(self.field(node, "arguments")):
            return self.expression(node)
        value = self.iterable(node)
        if not isinstance(value, MethodCall) or not isinstance(value.value.type, DictType):
            return value
        kind = SetType(value.value.type.key)
        return Call(type=kind, function="set", args=(value,), span=span(node))

    # ------------------------------------------------------------ subscripts

    def _subscript(self, node: Node) -> Expr:
        subscripts = node.children_by_field_name("subscript")
        if len(subscripts) != 1:
            raise self.missing(node, "subscript")
        value_node = self.field(node, "value")
        if subscripts[0].type == "slice":
            return self._slice(node, value_node, subscripts[0])
        value, index = self.in_order([value_node, subscripts[0]], self.expression)
        return self.item(node, value, index)

    def slice_bounds(self, node: Node) -> list[Node | None]:
        """Where a slice begins, ends, and its step, as far as they are given."""
        bounds: list[Node | None] = [None, None, None]
        position = 0
        for child in node.children:
            if child.type == ":":
                position += 1
            elif child.is_named and child.type not in ("comment", "line_continuation"):
                bounds[position] = None if child.type == "none" else child
        return bounds

    def _slice(self, node: Node, value_node: Node, slice_node: Node) -> Expr:
        bounds = self.slice_bounds(slice_node)
        given = [bound for bound in bounds if bound is not None]
        value, *rest = self.in_order([value_node, *given], self.expression)
        sliced = isinstance(value.type, ListType | StrType | BytesType)
        if not sliced or isinstance(value.type, DequeType):
            raise self.missing(node, f"slice of {show_type(value.type)}")
        numbers = iter(self.numeric(part) for part in rest)
        parts = [None if bound is None else next(numbers) for bound in bounds]
        for part in parts:
            if part is not None and not is_int(part):
                raise self.missing(node, f"slice bound of type {show_type(part.type)}")
        lower, upper, step = parts
        return Slice(
            type=value.type, value=value, lower=lower, upper=upper, step=step, span=span(node)
        )

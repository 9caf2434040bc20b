"""Locals that are infinite until they are given an int: `best = float("inf")` beside ints.

Python compares ints with infinities exactly. Such a local is an int that may be None, where None
stands for the one infinity that it is ever given; only comparisons, `min`, `max` and assignments
to such locals know it. Anything else that reads one reads an int, and a run in which it is
infinite by then is reported.
"""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Literal, cast

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    Expr,
    Logical,
    Variable,
)
from axiom_verifiers.contracts.types import BOOL, INT, NONE, BoolType, IntType, OptionalType, Type
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Assign, Evaluate, If, Statement, Unmodelled
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._context import Context, truth
from axiom_verifiers.frontends.python._narrowing import without_optional
from axiom_verifiers.frontends.python._tree import children, place, span, text, walk

INFINITE = "which may be infinite"
_EXTENDED = OptionalType(INT)
_POSITIVE = frozenset({"+inf", "+infinity", "inf", "infinity"})
_NEGATIVE = frozenset({"-inf", "-infinity"})
_PATTERNS = frozenset({"list_pattern", "pattern_list", "tuple_pattern"})
_DISPLAYS = frozenset({"expression_list", "list", "tuple"})
_Ordering = Literal["==", "!=", "<", "<=", ">", ">="]
_ORDERINGS: dict[str, Callable[[int, int], bool]] = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


class Infinite(Context, abc.ABC):
    """Reads, comparisons and assignments of locals that may be infinite."""

    @abc.abstractmethod
    def expression(self, node: Node) -> Expr:
        """The value of an expression, of the type that it has in Python."""

    @abc.abstractmethod
    def condition(self, node: Node) -> Expr:
        """The truth of an expression, as a bool."""

    @abc.abstractmethod
    def numeric(self, expr: Expr) -> Expr:
        """A bool as the int that it is in arithmetic; anything else as it is."""

    @abc.abstractmethod
    def compare(self, node: Node, operator: str, left: Expr, right: Expr) -> Expr:
        """One link of a comparison."""

    # ------------------------------------------------------------ which names, which literals

    def infinity(self, node: Node) -> int:
        """1 or -1 for an expression that is that infinity whenever it is evaluated, else 0."""
        match node.type:
            case "parenthesized_expression":
                return self.infinity(children(node)[0])
            case "unary_operator":
                sign = text(self.field(node, "operator"))
                of = self.infinity(self.field(node, "argument"))
                return of if sign == "+" else -of if sign == "-" else 0
            case "call":
                function = self.field(node, "function")
                given = children(self.field(node, "arguments"))
                plain = text(function) == "float" and self._of_module("float")
                if not plain or not self.surroundings.is_builtin("float"):
                    return 0
                if len(given) != 1 or given[0].type != "string":
                    return 0
                written = (_literals.plain_string(given[0]) or "").strip().lower()
                return 1 if written in _POSITIVE else -1 if written in _NEGATIVE else 0
            case "identifier" | "attribute":
                base, _, member = text(node).partition(".")
                origin = self.surroundings.is_module(base) if self._of_module(base) else None
                return int((f"{origin}.{member}" if member else origin) == "math.inf")
            case _:
                return 0

    def _of_module(self, name: str) -> bool:
        return name not in self.bound and name not in self.scope

    def infinite_names(self, body: Node) -> dict[str, int]:
        """The locals of a function that are given an infinity, and always the same one."""
        found: dict[str, set[int]] = {}
        for node in walk(body):
            left = node.child_by_field_name("left")
            right = node.child_by_field_name("right")
            if node.type != "assignment" or left is None:
                continue
            while right is not None and right.type == "assignment":
                right = right.child_by_field_name("right")
            if right is None:
                continue
            pairs = [(left, right)]
            if left.type in _PATTERNS and right.type in _DISPLAYS:
                pairs = list(zip(children(left), children(right), strict=False))
            for target, value in pairs:
                sign = self.infinity(value)
                if sign and target.type == "identifier" and text(target) not in self.parameters:
                    found.setdefault(text(target), set()).add(sign)
        return {name: signs.pop() for name, signs in found.items() if len(signs) == 1}

    def _sign(self, node: Node) -> int:
        """The sign of what a name may be; 0 for a name, or another expression, that is finite."""
        name = text(node)
        inner = name in self.bound or name in self.own or name in self.standins
        return 0 if node.type != "identifier" or inner else self.infinite.get(name, 0)

    # ------------------------------------------------------------ reads

    def local(self, node: Node, name: str) -> Expr:
        value = super().local(node, name)
        if name not in self.infinite or not isinstance(value.type, OptionalType):
            return value
        none = Constant(type=NONE, value=None, span=span(node))
        absent = Compare(type=BOOL, op="is", left=value, right=none, span=span(node))
        report = Unmodelled(place=place(node), construct=f"{name}, {INFINITE}")
        self.emit(node, If(place=place(node), condition=absent, then=(report,), otherwise=()))
        return without_optional(value)

    def bind(self, node: Node, name: str, type_: Type) -> Type:
        if name in self.infinite:
            raise self.missing(node, f"{name}, {INFINITE}, bound in another way")
        return super().bind(node, name, type_)

    def _raw(self, node: Node) -> Expr:
        """The local as it is held: None where it is infinite."""
        if self.pure and self.inside:
            raise self.missing(node, f"{text(node)}, {INFINITE}")
        return super().local(node, text(node))

    def maybe_infinite(self, node: Node, sign: int) -> Expr:
        """A value that may be the infinity of this sign, as an int that may be None."""
        while node.type == "parenthesized_expression":
            node = children(node)[0]
        if self.infinity(node) == sign:
            return Constant(type=_EXTENDED, value=None, span=span(node))
        if self._sign(node) == sign:
            return self._raw(node)
        if node.type == "conditional_expression":
            return self._either(node, sign)
        function = node.child_by_field_name("function")
        if node.type == "call" and function is not None and text(function) in ("max", "min"):
            given = children(self.field(node, "arguments"))
            name = text(function)
            known = self._of_module(name) and self.surroundings.is_builtin(name)
            plain = not any(part.type in ("keyword_argument", "list_splat") for part in given)
            if known and plain and len(given) > 1:
                return self._extreme_of(node, name, given, sign)
        if node.type == "binary_operator" and text(self.field(node, "operator")) in ("+", "-"):
            left, right = self.field(node, "left"), self.field(node, "right")
            if self._sign(left) == sign and not self._sign(right):
                return self._moved(node, left, right)
        value = self.expression(node)
        if not isinstance(value.type, IntType):
            raise self.missing(node, f"{show_type(value.type)} beside an infinity")
        return value

    def extreme_of_infinite(self, node: Node, name: str, given: list[Node]) -> Expr | None:
        """`min(best, x)` where something may be infinite, as an int; None for any other."""
        signs = {self._sign(part) for part in given} - {0}
        if len(signs) != 1 or len(given) < 2:
            return None
        value = self._extreme_of(node, name, given, signs.pop())
        if not isinstance(value.type, OptionalType):
            return value
        held = self.saved(node, value)
        report = Unmodelled(place=place(node), construct=f"{name}, {INFINITE}")
        where = place(node)
        self.emit(node, If(place=where, condition=_is_none(held), then=(report,), otherwise=()))
        return without_optional(held)

    def _either(self, node: Node, sign: int) -> Expr:
        first, test, second = children(node)
        condition = self.condition(test)
        with self.collecting() as inner:
            then, otherwise = self.maybe_infinite(first, sign), self.maybe_infinite(second, sign)
        if inner:
            raise self.missing(node, "a choice of what may be infinite")
        return _chosen(condition, then, otherwise)

    def _moved(self, node: Node, left: Node, right: Node) -> Expr:
        """An infinity plus or minus an int is that infinity."""
        value, by = self.in_order(
            [left, right], lambda n: self._raw(n) if n is left else self.expression(n)
        )
        if not isinstance(by.type, IntType):
            raise self.missing(node, f"an infinity beside {show_type(by.type)}")
        if may_fail(by):
            by = self.saved(node, by)
        op: Literal["+", "-"] = "+" if text(self.field(node, "operator")) == "+" else "-"
        made = Binary(type=INT, op=op, left=without_optional(value), right=by, span=span(node))
        if not isinstance(value.type, OptionalType):
            return made
        nothing = Constant(type=_EXTENDED, value=None, span=span(node))
        return _chosen(_is_none(value), nothing, made)

    def _extreme_of(self, node: Node, name: str, given: list[Node], sign: int) -> Expr:
        with self.collecting() as inner:
            parts = self.in_order(given, lambda n: self.maybe_infinite(n, sign))
        self._read_first(node, parts, inner)
        # The infinity that is past everything in the other direction changes nothing.
        passes = (name == "min") == (sign > 0)
        so_far, *rest = parts
        for part in rest:
            so_far = self._of_two(
                node, name, self._kept_once(node, so_far), self._kept_once(node, part), passes
            )
        return so_far

    def _read_first(self, node: Node, parts: list[Expr], inner: list[Statement]) -> None:
        """Emits the statements of these operands. A local that may have no value yet is read
        before what fails after it.
        """
        if inner or any(may_fail(part) for part in parts):
            for part in parts:
                kept = isinstance(part, Variable) and part.name.startswith("#")
                if isinstance(part, Variable) and not kept:
                    self.emit(node, Evaluate(place=place(node), value=part))
        self.out.extend(inner)

    def _kept_once(self, node: Node, part: Expr) -> Expr:
        return part if isinstance(part, Variable | Constant) else self.saved(node, part)

    def _of_two(self, node: Node, name: str, one: Expr, other: Expr, passes: bool) -> Expr:
        ints = (_finite(one), _finite(other))
        both = Call(type=INT, function=name, args=ints, span=span(node))
        result: Expr = both
        for part, rest in ((other, one), (one, other)):
            if _is_infinite(part):
                return rest if passes else part
        for part, rest in ((other, one), (one, other)):
            if isinstance(part.type, OptionalType):
                nothing = Constant(type=_EXTENDED, value=None, span=span(node))
                result = _chosen(_is_none(part), rest if passes else nothing, result)
        return result

    # ------------------------------------------------------------ assignments

    def gives_infinite(self, node: Node) -> bool:
        """Whether an assignment binds a name that may be infinite; if so, it is translated."""
        targets: list[Node] = []
        right: Node | None = node
        while right is not None and right.type == "assignment":
            targets.append(self.field(right, "left"))
            right = right.child_by_field_name("right")
        named = [part for target in targets for part in walk(target)]
        if right is None or not any(self._sign(part) for part in named):
            return False
        if self.pure or self.inside:
            raise self.missing(node, "assignment inside an expression")
        pairs = [(target, right) for target in targets]
        if len(targets) == 1 and targets[0].type in _PATTERNS and right.type in _DISPLAYS:
            left, values = children(targets[0]), children(right)
            if len(left) != len(values):
                raise self.missing(node, "unpacking of another number of values")
            pairs = list(zip(left, values, strict=True))
        signs = {self._sign(target) for target, _ in pairs}
        chained = len(targets) > 1
        if len(pairs) == 1 and self._improved(node, targets[0], right):
            return True
        if any(target.type != "identifier" for target, _ in pairs) or (chained and len(signs) > 1):
            raise self.missing(node, f"an assignment to names of which one is that {INFINITE}")
        kept: list[tuple[Node, Expr]] = []
        if chained:
            value = self._given_value(node, right, signs.pop())
            kept = [(target, value) for target in targets]
        else:
            for target, source in pairs:
                kept.append((target, self._given_value(node, source, self._sign(target))))
        for target, value in kept:
            self._give(node, target, value)
        return True

    def _improved(self, node: Node, target: Node, right: Node) -> bool:
        """`best = min(best, x)` as `if x < best: best = x`; False for any other assignment."""
        function = right.child_by_field_name("function")
        sign = self._sign(target)
        name = "min" if sign > 0 else "max"
        if right.type != "call" or function is None or text(function) != name:
            return False
        given = children(self.field(right, "arguments"))
        plain = not any(part.type in ("keyword_argument", "list_splat") for part in given)
        known = self._of_module(name) and self.surroundings.is_builtin(name)
        others = [part for part in given if text(part) != text(target)]
        if not known or not plain or len(given) != 2 or len(others) != 1:
            return False
        if self._sign(others[0]) or self.infinity(others[0]):
            return False
        with self.collecting() as inner:
            value = self.expression(others[0])
        if not isinstance(value.type, IntType):
            return False
        before = self._raw(target)
        self._read_first(node, [before, value], inner)
        value = self._kept_once(node, value)
        op: _Ordering = "<" if sign > 0 else ">"
        better = self._link(node, op, [value, before], [0, sign])
        with self.collecting() as then:
            self._give(node, target, value)
        self.emit(node, If(place=place(node), condition=better, then=tuple(then), otherwise=()))
        return True

    def _given_value(self, node: Node, source: Node, sign: int) -> Expr:
        value = self.maybe_infinite(source, sign) if sign else self.expression(source)
        return value if isinstance(value, Constant) else self.saved(node, value)

    def _give(self, node: Node, target: Node, value: Expr) -> None:
        name = text(target)
        if not self._sign(target):
            self.set_name(node, target, name, value, value.type)
            return
        super().bind(target, name, _EXTENDED)
        self.emit(node, Assign(place=place(node), name=name, value=value))
        known = not isinstance(value.type, OptionalType)
        self.narrowed = self.narrowed | {name} if known else self.narrowed - {name}

    @abc.abstractmethod
    def set_name(self, node: Node, where: Node, name: str, value: Expr, wanted: Type) -> None:
        """Give a local a value."""

    # ------------------------------------------------------------ comparisons

    def with_infinity(self, node: Node) -> Expr | None:
        """A comparison in which something may be infinite; None for any other."""
        operands = children(node)
        if not self.infinite or not any(self._sign(p) or self.infinity(p) for p in operands):
            return None
        operators = [" ".join(text(o).split()) for o in node.children_by_field_name("operators")]
        if len(operators) != len(operands) - 1 or not set(operators) <= set(_ORDERINGS):
            raise self.missing(node, f"comparison of what {INFINITE}")
        signs = [self._sign(part) or self.infinity(part) for part in operands]
        values: list[Expr] = []
        for position, part in enumerate(operands):
            with self.collecting() as inner:
                value = self._operand(part)
                if may_fail(value) and not isinstance(value, Variable):
                    value = self.saved(node, value)
            if inner and position > 1:
                raise self.missing(node, f"comparison of what {INFINITE}")
            if inner and position == 1 and not isinstance(values[0], Constant):
                values[0] = self.saved(node, values[0])
            self.out.extend(inner)
            values.append(value)
        result: Expr | None = None
        for at, operator in enumerate(operators):
            link = self._link(
                node, cast("_Ordering", operator), values[at : at + 2], signs[at : at + 2]
            )
            result = (
                link
                if result is None
                else Logical(type=BOOL, op="and", left=result, right=link, span=span(node))
            )
        return result

    def _operand(self, part: Node) -> Expr:
        if self.infinity(part):
            return Constant(type=_EXTENDED, value=None, span=span(part))
        if self._sign(part):
            return self._raw(part)
        value = self.expression(part)
        if not isinstance(value.type, IntType | BoolType):
            raise self.missing(part, f"{show_type(value.type)} compared with what {INFINITE}")
        return self.numeric(value)

    def _link(self, node: Node, op: _Ordering, values: list[Expr], signs: list[int]) -> Expr:
        left, right = values

        def when(*infinite: bool) -> Expr:
            """What it is where these of both are infinite."""
            if not any(infinite):
                return self.compare(node, op, _finite(left), _finite(right))
            first, second = (sign if one else 0 for sign, one in zip(signs, infinite, strict=True))
            return truth(value=_ORDERINGS[op](first, second))

        def by_right(*before: bool) -> Expr:
            return _by_cases(right, lambda one: when(*before, one))

        return _by_cases(left, by_right)

    def infinite_test(self, node: Node, argument: Node) -> Expr | None:
        """`math.isinf(best)`."""
        if not self._sign(argument):
            return None
        value = self._raw(argument)
        return _is_none(value) if isinstance(value.type, OptionalType) else truth(value=False)


def _by_cases(value: Expr, made: Callable[[bool], Expr]) -> Expr:
    """What is made of a value that is infinite, and of one that is not, by which it is."""
    if _is_infinite(value):
        return made(True)
    if not isinstance(value.type, OptionalType):
        return made(False)
    beyond, inside = made(True), made(False)
    test = _is_none(value)
    known = beyond.value if isinstance(beyond, Constant) else None
    if isinstance(inside, Constant) and known is not None:
        if known == inside.value:
            return beyond
        if known:
            return test
        return Compare(type=BOOL, op="is not", left=value, right=test.right, span=value.span)
    if known is True:
        return Logical(type=BOOL, op="or", left=test, right=inside, span=inside.span)
    if known is False:
        there = Compare(type=BOOL, op="is not", left=value, right=test.right, span=value.span)
        return Logical(type=BOOL, op="and", left=there, right=inside, span=inside.span)
    return Conditional(type=BOOL, condition=test, then=beyond, otherwise=inside, span=inside.span)


def _is_infinite(value: Expr) -> bool:
    return isinstance(value, Constant) and value.value is None


def _is_none(value: Expr) -> Compare:
    none = Constant(type=NONE, value=None, span=value.span)
    return Compare(type=BOOL, op="is", left=value, right=none, span=value.span)


def _finite(value: Expr) -> Expr:
    return value if _is_infinite(value) else without_optional(value)


def _chosen(condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    finite = not isinstance(then.type, OptionalType) and not isinstance(
        otherwise.type, OptionalType
    )
    kind = INT if finite else _EXTENDED
    return Conditional(
        type=kind, condition=condition, then=then, otherwise=otherwise, span=then.span
    )


__all__ = ["INFINITE", "Infinite"]

"""Assignments to patterns: the parts of a value, each given to its target."""

from __future__ import annotations

import abc
from collections.abc import Generator
from contextlib import contextmanager

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Constant,
    Expr,
    Index,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.traversal import variables_in
from axiom_verifiers.contracts.types import BOOL, INT, ListType, TupleType, Type
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.program import Assign, Evaluate, If, Raise
from axiom_verifiers.frontends.python._comprehensions import unless_of_length
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._parts import Parts
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._written import fresh


class Unpacking(Parts, abc.ABC):
    """What gives several targets what they are to hold."""

    @abc.abstractmethod
    def assign(self, node: Node, target: Node, value: Expr, hint: Type | None = None) -> None:
        """Give a target its value."""

    def unpack_columns(self, node: Node, pattern: Node, value: Node) -> bool:
        """`xs, ys = zip(*pairs)`; False for any other value."""
        targets = children(pattern)
        if value.type != "call" or any(one.type == "list_splat_pattern" for one in targets):
            return False
        columns = self.columns_apart(value, len(targets))
        if columns is None:
            return False
        for target, column in zip(targets, columns, strict=True):
            self.assign(node, target, column)
        return True

    def unpack_items(self, node: Node, pattern: Node, value: Node) -> bool:
        """`a, b = map(int, words)` and `a, b = (int(w) for w in words)`; False for other values.

        As many items are asked for as there are targets, and one more, so that what would come
        after it is not computed; all are computed before any is given to its target.
        """
        parts = None if self.pure else self._computed_from(value)
        if parts is None:
            return False
        name, words, source = parts
        targets = children(pattern)
        if any(one.type == "list_splat_pattern" for one in targets):
            made = f"[{words} for {name} in {text(source)}]"
            self.unpack(node, pattern, self.in_words(value, made, self.expression))
            return True
        with self.collecting() as inner:
            values = self.consumed(source)
        if not isinstance(values.type, ListType):
            return False
        self.out.extend(inner)
        held = self.saved(node, Call(type=values.type, function="list", args=(values,)))
        self._of_as_many(node, value, held, (name, words), len(targets))
        made_items: list[Expr] = []
        for at in range(len(targets)):
            item = Index(type=values.type.item, value=held, index=integer_constant(at))
            with self._holding(node, name, item):
                one = self.in_words(value, words, self.expression)
            made_items.append(one if isinstance(one, Constant) else self.saved(node, one))
        for target, one in zip(targets, made_items, strict=True):
            self.assign(node, target, one)
        return True

    @contextmanager
    def _holding(self, node: Node, name: str, value: Expr) -> Generator[None]:
        """Inside, the name is one that a comprehension binds, and holds the value."""
        self.written_out += 1
        local = f"{name}.{self.written_out}"
        type_ = self.bind(node, local, value.type)
        self.emit(node, Assign(place=place(node), name=local, value=value))
        saved, narrowed, aliases = dict(self.bound), self.narrowed, dict(self.aliases)
        self.entered(name, type_)
        self.aliases[name] = local
        try:
            yield
        finally:
            self.bound, self.narrowed, self.aliases = saved, narrowed, aliases

    def _of_as_many(
        self, node: Node, value: Node, held: Expr, item: tuple[str, str], count: int
    ) -> None:
        """A ValueError where there are not `count` items, after those that are asked for."""
        name, words = item
        length = Call(type=INT, function="len", args=(held,), span=span(node))
        wrong = Compare(type=BOOL, op="!=", left=length, right=integer_constant(count))
        source = fresh("held", [value])
        with self.collecting() as inner, self.standing(source, held):
            made = f"[{words} for {name} in {source}[:{count + 1}]]"
            computed = self.in_words(value, made, self.consumed)
        failing = (
            *inner,
            Evaluate(place=place(node), value=computed),
            Raise(place=place(node), error="ValueError"),
        )
        self.emit(node, If(place=place(node), condition=wrong, then=failing, otherwise=()))

    def _computed_from(self, value: Node) -> tuple[str, str, Node] | None:
        """The name of an item, what is computed of it, in words, and where it is from."""
        while value.type == "parenthesized_expression":
            value = children(value)[0]
        if value.type == "generator_expression":
            body, loop, *rest = children(value)
            left = self.field(loop, "left")
            if rest or loop.children[0].type == "async" or left.type != "identifier":
                return None
            return text(left), f"({text(body)})", self.field(loop, "right")
        function = value.child_by_field_name("function")
        if value.type != "call" or function is None or text(function) != "map":
            return None
        given = children(self.field(value, "arguments"))
        plain = all(one.type not in ("list_splat", "keyword_argument") for one in given)
        if len(given) != 2 or not plain or not self.means_builtin("map"):
            return None
        item, owner = fresh("item", given), given[0].child_by_field_name("object")
        if owner is not None and text(owner) == "str" and self.means_builtin("str"):
            return item, f"{item}.{text(self.field(given[0], 'attribute'))}()", given[1]
        return (*self.applied_words(given[0], item), given[1])

    def unpack_display(self, node: Node, pattern: Node, display: Node) -> None:
        """`a, b = x, y`: all values first, then the targets from left to right."""
        targets, nodes = children(pattern), children(display)
        if len(targets) != len(nodes):
            raise self.missing(node, "unpacking of another number of values")
        values = self.in_order(nodes, self.expression)
        plain = all(target.type == "identifier" for target in targets)
        names = [text(target) for target in targets]
        for position, value in enumerate(values):
            earlier = set(names[:position])
            if not plain or earlier & variables_in(value):
                values = [v if isinstance(v, Constant) else self.saved(node, v) for v in values]
                break
        for target, value in zip(targets, values, strict=True):
            self.assign(node, target, value)

    def unpack(self, node: Node, pattern: Node, value: Expr) -> None:
        targets = children(pattern)
        if any(target.type == "list_splat_pattern" for target in targets):
            self._unpack_rest(node, targets, value)
            return
        kept = value if isinstance(value, Variable) else self.saved(node, value)
        names = {text(target) for target in targets}
        if isinstance(kept, Variable) and kept.name in names:
            kept = self.saved(node, kept)
        parts = self.unpacked(node, kept)
        if parts is not None:
            if len(parts) != len(targets):
                raise self.missing(node, "unpacking of another number of values")
            for target, part in zip(targets, parts, strict=True):
                self.assign(node, target, part)
            return
        match kept.type:
            case TupleType():
                types = list(kept.type.items)
                if len(types) != len(targets):
                    raise self.missing(node, "unpacking of another number of values")
            case ListType():
                types = [kept.type.item] * len(targets)
                self.emit(node, unless_of_length(node, kept, len(targets)))
            case other:
                raise self.missing(node, f"unpacking of a {show_type(other)}")
        for position, (target, type_) in enumerate(zip(targets, types, strict=True)):
            index = integer_constant(position)
            part = Index(type=type_, value=kept, index=index, span=span(node))
            self.assign(node, target, part)

    def _unpack_rest(self, node: Node, targets: list[Node], value: Expr) -> None:
        """`a, *rest, b = xs` of a list."""
        stars = [i for i, t in enumerate(targets) if t.type == "list_splat_pattern"]
        if len(stars) != 1 or not isinstance(value.type, ListType):
            raise self.missing(node, "starred target")
        item = value.type.item
        value = self.listed(value)  # What the star takes is a list.
        kept = self.saved(node, value)
        star, after = stars[0], len(targets) - stars[0] - 1
        length = Call(type=INT, function="len", args=(kept,), span=span(node))
        short = Compare(type=BOOL, op="<", left=length, right=integer_constant(star + after))
        failing = Raise(place=place(node), error="ValueError")
        self.emit(node, If(place=place(node), condition=short, then=(failing,), otherwise=()))
        for position, target in enumerate(targets):
            if position == star:
                upper = integer_constant(-after) if after else None
                rest = Slice(
                    type=kept.type,
                    value=kept,
                    lower=integer_constant(star),
                    upper=upper,
                    step=None,
                    span=span(node),
                )
                self.assign(node, children(target)[0], rest)
                continue
            index = position if position < star else position - len(targets)
            at = integer_constant(index)
            part = Index(type=item, value=kept, index=at, span=span(node))
            self.assign(node, target, part)

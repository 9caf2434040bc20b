"""Arguments with stars: `f(*pair)`, `max(*xs)`, and the columns that `zip(*rows)` goes through."""

from __future__ import annotations

import abc

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Comprehension,
    Expr,
    MethodCall,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    FloatType,
    IntType,
    ListType,
    TupleType,
    Type,
)
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import If, Raise
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._groups import Groups
from axiom_verifiers.frontends.python._tree import children, place, span, text, walk
from axiom_verifiers.frontends.python._typing import SeriesType, item_type
from axiom_verifiers.frontends.python._written import fresh

_SPLATS = ("list_splat", "dictionary_splat")


class Stars(Groups, abc.ABC):
    """What stands for the items of a tuple, or of a list, in a call."""

    def spread(self, node: Node) -> Expr | None:
        """A call with starred arguments, in words without them; None for any other call."""
        function, arguments = self.field(node, "function"), self.field(node, "arguments")
        given = children(arguments) if arguments.type == "argument_list" else []
        stars = [part for part in given if part.type == "list_splat"]
        if not stars or self.iterates(node) is not None:
            return None
        if len(given) == 1:
            inside, shown = children(stars[0])[0], text(function)
            if shown in ("max", "min") and self.means_builtin(shown):
                return self._greatest(node, shown, inside)
            if shown == "set().union" and self.means_builtin("set"):
                row, item = fresh("row", [inside]), fresh("item", [inside])
                words = f"{{{item} for {row} in {text(inside)} for {item} in {row}}}"
                return self.in_words(node, words, self.expression)
        return self._of_tuples(node, function, given)

    def _of_tuples(self, node: Node, function: Node, given: list[Node]) -> Expr:
        """The items of tuples stand where the stars are."""
        words: list[str] = []
        held: dict[str, Expr] = {}
        for at, part in enumerate(given):
            if part.type != "list_splat":
                words.append(text(part))
                continue
            with self.collecting() as inner:
                value = self.expression(children(part)[0])
            # What stands before, the object of a method among it, is evaluated before.
            owner = function.child_by_field_name("object")
            later = (
                at > 0
                or function.type == "subscript"
                or (owner is not None and owner.type not in ("identifier", "string"))
            )
            if inner and later:
                raise self.missing(part, "starred argument")
            self.out.extend(inner)
            parts = self.unpacking(value.type)
            if parts is None and isinstance(value.type, TupleType):
                parts = value.type.items
            if parts is None or (may_fail(value) and later):
                raise self.missing(part, "starred argument")
            if _may_change(given[:at], value):
                raise self.missing(part, "starred argument after one that may change it")
            if may_fail(value) or not self.pure:
                value = self.saved(node, value)
            name = fresh(f"held{len(held)}", [node])
            held[name] = value
            words += [f"{name}[{number}]" for number in range(len(parts))]
        self.standins |= held
        try:
            return self.in_words(node, f"{text(function)}({', '.join(words)})", self.call)
        finally:
            for name in held:
                del self.standins[name]

    def _greatest(self, node: Node, name: str, inside: Node) -> Expr:
        """`max(*xs)`: one number alone is not gone through."""
        values = self.consumed(inside)
        item = self.drawn(node, values)
        if isinstance(values.type, TupleType):
            if len(values.type.items) < 2:
                # One value alone is gone through.
                raise self.missing(node, f"{name} of starred arguments")
            return self._of_tuples(
                node, self.field(node, "function"), children(inside.parent or node)
            )
        if not isinstance(values.type, ListType) or not isinstance(item, IntType | FloatType):
            raise self.missing(node, f"{name} of starred arguments")
        held = values if isinstance(values, Variable) else self.saved(node, values)
        length = Call(type=INT, function="len", args=(held,), span=span(node))
        few = Compare(type=BOOL, op="<", left=length, right=integer_constant(2), span=span(node))
        failing = Raise(place=place(node), error="TypeError")
        self.emit(node, If(place=place(node), condition=few, then=(failing,), otherwise=()))
        hole = fresh("held", [node])
        with self.standing(hole, held):
            return self.in_words(node, f"{name}({hole})", self.expression)

    # ------------------------------------------------------------ columns

    def iterates(self, node: Node) -> str | None:
        if self._columned(node) is not None:
            return "zip"
        return super().iterates(node)

    def _columned(self, node: Node) -> Node | None:
        """`rows` in `zip(*rows)`."""
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        if node.type != "call" or function is None or arguments is None:
            return None
        given = children(arguments)
        if text(function) != "zip" or len(given) != 1 or given[0].type != "list_splat":
            return None
        return children(given[0])[0] if self.means_builtin("zip") else None

    def iterator(self, node: Node, name: str) -> Expr:
        rows = self._columned(node)
        if rows is not None:
            return self._columns(node, self._rows(node, rows))
        given = children(self.field(node, "arguments"))
        if name == "chain" and len(given) == 1 and given[0].type == "list_splat":
            row, item = fresh("row", given), fresh("item", given)
            words = f"[{item} for {row} in {text(children(given[0])[0])} for {item} in {row}]"
            return self.in_words(node, words, self.consumed)
        return super().iterator(node, name)

    def _rows(self, node: Node, rows: Node) -> Expr:
        values = self.consumed(rows)
        self.drawn(node, values)
        if not isinstance(values.type, ListType):
            raise self.missing(node, "zip of starred arguments")
        if isinstance(values, Call | MethodCall | Comprehension):
            values = Call(type=values.type, function="list", args=(values,), span=span(node))
        if isinstance(values, Variable) or (self.pure and not may_fail(values)):
            return values
        return self.saved(node, values)

    def _columns(self, node: Node, rows: Expr) -> Expr:
        """The tuples of what stands at one place in every row, as far as the shortest row goes."""
        item = self._of_rows(node, rows)
        if not all(self.means_builtin(name) for name in ("range", "min", "len")):
            raise self.missing(node, "zip of starred arguments")
        held, row, at = "rows", "row", "place"
        with self.standing(held, rows):
            shortest = f"min([len({row}) for {row} in {held}], default=0)"
            if isinstance(rows.type, ListType) and isinstance(rows.type.item, TupleType):
                shortest = f"({len(rows.type.item.items)} if {held} else 0)"
            words = f"[[{row}[{at}] for {row} in {held}] for {at} in range({shortest})]"
            made = self.in_words(node, words, self._expression_alone)
        assert isinstance(made, Comprehension)
        inner = msgspec.structs.replace(made.element, type=SeriesType(item))
        return msgspec.structs.replace(made, element=inner, type=ListType(SeriesType(item)))

    def _expression_alone(self, node: Node) -> Expr:
        self.pure += 1
        try:
            return self.expression(node)
        finally:
            self.pure -= 1

    def _of_rows(self, node: Node, rows: Expr) -> Type:
        row = self.drawn(node, rows)
        item = item_type(row)
        if item is None or not isinstance(rows.type, ListType):
            raise self.missing(node, "zip of starred arguments")
        return item

    def columns_apart(self, node: Node, count: int) -> list[Expr] | None:
        """The columns of `zip(*rows)`, or of `map(list, zip(*rows))`, where they are `count`; None
        for any other expression. Where they are not, a ValueError.
        """
        kind: type[ListType] = SeriesType
        function = node.child_by_field_name("function")
        if function is not None and text(function) == "map" and self.means_builtin("map"):
            given = children(self.field(node, "arguments"))
            if len(given) != 2 or text(given[0]) != "list" or not self.means_builtin("list"):
                return None
            kind, node = ListType, given[1]
        inside = self._columned(node)
        if inside is None or self.pure:
            return None
        # A target may have the name that the rows are under.
        rows = self.saved(node, self._rows(node, inside))
        row = self.drawn(node, rows)
        if isinstance(row, TupleType):
            types = row.items
            if len(types) != count:
                raise self.missing(node, "unpacking of another number of values")
            wrong = "not held"
        else:
            types = (self._of_rows(node, rows),) * count
            wrong = f"min([len(row) for row in held], default=0) != {count}"
        if not self.means_builtin("min") or not self.means_builtin("len"):
            raise self.missing(node, "zip of starred arguments")
        made: list[Expr] = []
        with self.standing("held", rows):
            test = self.in_words(node, wrong, self.condition)
            failing = Raise(place=place(node), error="ValueError")
            self.emit(node, If(place=place(node), condition=test, then=(failing,), otherwise=()))
            for at, type_ in enumerate(types):
                words = f"[row[{at}] for row in held]"
                column = self.in_words(node, words, self._expression_alone)
                made.append(msgspec.structs.replace(column, type=kind(type_)))
        return made


def _may_change(earlier: list[Node], value: Expr) -> bool:
    """Whether arguments that are evaluated first, though what has the star is read before them
    here, may make it another: they may bind its name, or change what it is computed from.
    """
    telling = {"named_expression"}
    if not isinstance(value, Variable):
        telling |= {"call", "subscript"}
    return any(part.type in telling for argument in earlier for part in walk(argument))


__all__ = ["Stars"]

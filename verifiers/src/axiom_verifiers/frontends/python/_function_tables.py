"""Tables of functions: `OPS = {"+": add, "-": lambda a, b: a - b}`, and calls through them.

Such a table is no value: wherever it is used, it is a choice by the key. So every use of its name
has to be one that asks for a key, or calls what it finds under one; what is found may get a name
that is only called, or asked whether there is one.
"""

from __future__ import annotations

import abc

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Conditional,
    Constant,
    Expr,
    Failing,
    MakeTuple,
    Variable,
)
from axiom_verifiers.contracts.types import NONE, OptionalType, TupleType, Type
from axiom_verifiers.core.program import If, Raise
from axiom_verifiers.frontends.python._binding import bound_names
from axiom_verifiers.frontends.python._dispatch import (
    FunctionTable,
    only_called,
    only_looked_up,
    table_of,
)
from axiom_verifiers.frontends.python._stars import Stars
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._written import fresh


class FunctionTables(Stars, abc.ABC):
    """Calls of what stands in tables of functions."""

    def table_named(self, node: Node) -> FunctionTable | None:
        """The table of functions that a name means here."""
        name = text(node)
        if node.type != "identifier" or name in self.bound or name in self.standins:
            return None
        if name in self.scope:
            return None if name in self.own else self.function_tables.get(name)
        return self.surroundings.function_table(name)

    def keys_asked(self, node: Node) -> Expr | None:
        """What `in TABLE` looks among; None for any other expression."""
        table = self.table_named(node)
        if table is None:
            return None
        items = tuple(self.expression(key) for key in table.keys)
        kind = TupleType(tuple(item.type for item in items))
        return MakeTuple(type=kind, items=items, span=span(node))

    def names_functions(self, node: Node) -> bool:
        """Whether an assignment makes a table of functions, or names what is found in one; then
        it is translated.
        """
        left, right = self.field(node, "left"), node.child_by_field_name("right")
        if left.type != "identifier" or right is None or self.inside:
            return False
        around = node.parent
        while around is not None and around.type not in ("function_definition", "lambda"):
            around = around.parent
        body = None if around is None else around.child_by_field_name("body")
        statement = node.parent
        if body is None or statement is None or text(left) in self.parameters:
            return False
        once = text(left) not in bound_names(body, without=node)
        table = table_of(right)
        if table is not None:
            if (
                not once
                or statement.parent != body
                or not only_looked_up(text(left), body, node.start_byte)
            ):
                return False
            if not all(self._there_already(function, body) for function in table.functions):
                raise self.missing(node, "a table of functions that are not known")
            for function in table.functions:
                if function.type == "lambda":
                    self.defaults_evaluated(function)
            self.function_tables[text(left)] = msgspec.structs.replace(table, inside=True)
            return True
        return once and self._found_named(node, left, right, body)

    def _there_already(self, function: Node, body: Node) -> bool:
        """Whether what stands in a table is a function that is defined by then, and stays it."""
        name = text(function)
        if function.type == "lambda":
            return True
        if function.type == "attribute":
            return self.origin(function) is not None
        if name in self.scope:
            nested = self.nested.get(name)
            defined = nested is not None and nested.type == "function_definition"
            return defined and nested is not None and name not in bound_names(body, without=nested)
        known = self.surroundings.definition(name) is not None
        return known or self.surroundings.is_builtin(name) or self.origin(function) is not None

    def _found_named(self, node: Node, left: Node, right: Node, body: Node) -> bool:
        """`f = TABLE[k]` and `f = TABLE.get(k)`: the name holds the key."""
        word = "value" if right.type == "subscript" else "function"
        source = right.child_by_field_name(word)
        if source is not None and source.type == "attribute":
            source = source.child_by_field_name("object")
        table = None if source is None else self.table_named(source)
        if table is None or not only_called(text(left), body, node):
            return False
        if table.keys[0].type != "string":
            raise self.missing(node, "a name for a function of a table with keys that may be 0")
        if right.type == "subscript":
            key = self._key(node, table, right.children_by_field_name("subscript"))
            self._unless_there(node, table, key)
        else:
            given = children(self.field(right, "arguments"))
            key = self._key(node, table, given)
            none = Constant(type=NONE, value=None, span=span(node))
            key = Conditional(
                type=OptionalType(key.type),
                condition=self._there(node, table, key),
                then=key,
                otherwise=msgspec.structs.replace(none, type=OptionalType(key.type)),
                span=span(node),
            )
        self.found_functions[text(left)] = table
        self.set_name(node, left, text(left), key, key.type)
        return True

    def _key(self, node: Node, table: FunctionTable, given: list[Node]) -> Expr:
        if len(given) != 1 or given[0].type in ("keyword_argument", "list_splat", "slice"):
            raise self.missing(node, "a look-up in a table of functions")
        key = self.expression(given[0])
        if key.type != self.expression(table.keys[0]).type:
            raise self.missing(node, "a key of another type in a table of functions")
        return key if isinstance(key, Variable | Constant) or self.pure else self.saved(node, key)

    def _there(self, node: Node, table: FunctionTable, key: Expr) -> Expr:
        items = tuple(self.expression(one) for one in table.keys)
        kind = TupleType(tuple(item.type for item in items))
        return self.compare(node, "in", key, MakeTuple(type=kind, items=items, span=span(node)))

    def _unless_there(self, node: Node, table: FunctionTable, key: Expr) -> None:
        failing = Raise(place=place(node), error="KeyError")
        there = self._there(node, table, key)
        self.emit(node, If(place=place(node), condition=there, then=(), otherwise=(failing,)))

    def found_call(self, node: Node, function: Node, arguments: Node) -> Expr | None:
        """A call of what stands in a table, by its key or by the name that it got."""
        name = text(function)
        if function.type == "subscript":
            table = self.table_named(self.field(function, "value"))
            if table is None:
                return None
            key = self._key(node, table, function.children_by_field_name("subscript"))
            if not self.pure:
                self._unless_there(node, table, key)
                return self._chosen_call(node, table, key, arguments)
            value = self._chosen_call(node, table, key, arguments)
            failing = Failing(type=value.type, error="KeyError", span=span(node))
            there = self._there(node, table, key)
            return Conditional(
                type=value.type, condition=there, then=value, otherwise=failing, span=span(node)
            )
        inner = name in self.bound or name in self.own or name in self.standins
        if name not in self.scope:
            return None  # In another function's code the name may mean another thing.
        if function.type != "identifier" or inner or name not in self.found_functions:
            return None
        key = self.local(function, name)
        if isinstance(key.type, OptionalType):
            raise self.missing(node, f"call of {name}, which may be None")
        return self._chosen_call(node, self.found_functions[name], key, arguments)

    def _chosen_call(self, node: Node, table: FunctionTable, key: Expr, arguments: Node) -> Expr:
        """A call of the function whose key it is; the last, if it is no other."""
        given = text(arguments)
        hole = fresh("key", [node, *table.functions])
        words = ""
        for number, at in enumerate(table.keys):
            last = number == len(table.keys) - 1
            call = f"FUNCTION_{number}{given}"
            words += f"({call})" if last else f"({call}) if {hole} == {text(at)} else "
        outer = self.called_here
        self.called_here = {f"FUNCTION_{n}": (f, table) for n, f in enumerate(table.functions)}
        try:
            with self.standing(hole, key):
                return self.in_words(node, words, self.expression)
        finally:
            self.called_here = outer

    def table_call(self, node: Node, function: Node, arguments: Node) -> Expr | None:
        """A call of one function of the table at hand."""
        found = self.called_here.get(text(function))
        if found is None:
            return None
        called, table = found
        outer, self.called_here = self.called_here, {}
        try:
            if called.type != "lambda":
                words = f"{text(called)}{text(arguments)}"
                if not table.inside and not self._of_the_module(called):
                    raise self.missing(node, f"{text(called)}, which means another thing here")
                return self.in_words(node, words, self.call)
            if table.inside:
                self.nested["#here"] = called
            try:
                return self.inlined(node, "lambda", called, arguments)
            finally:
                self.nested.pop("#here", None)
        finally:
            self.called_here = outer

    def _of_the_module(self, function: Node) -> bool:
        """Whether a function named at module level is called so here, too."""
        base = text(function).partition(".")[0]
        return base not in self.bound and base not in self.scope and base not in self.standins

    @abc.abstractmethod
    def set_name(self, node: Node, where: Node, name: str, value: Expr, wanted: Type) -> None:
        """Give a local a value."""


__all__ = ["FunctionTables"]

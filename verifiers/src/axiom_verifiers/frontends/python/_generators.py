"""Generator functions: what they yield, taken for the list of it by what goes through it at once.

A generator runs while it is gone through. That it ran before makes no difference where all of it
is read before anything else happens, or where nobody could tell: it does not fail, end late or
change anything once it has given its first value, and what it reads is not changed meanwhile.
"""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Literal

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Binary, Call, Expr, MakeList, Variable
from axiom_verifiers.contracts.types import ListType, Type
from axiom_verifiers.core.deciding import leaves, may_fail
from axiom_verifiers.core.flow import expressions, statements
from axiom_verifiers.core.program import (
    Assert,
    Assign,
    Block,
    CallFunction,
    For,
    Raise,
    Reraise,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)
from axiom_verifiers.frontends.python._alone import stands_alone
from axiom_verifiers.frontends.python._calls import Calls
from axiom_verifiers.frontends.python._tree import children, place, span, text, walk
from axiom_verifiers.frontends.python._typing import UNKNOWN_LIST

GIVEN = "made.0"
_TELLING = (
    Assert, CallFunction, Raise, Reraise, SetItem, Try, Unmodelled, While,
)  # fmt: skip
# Builtins that read all of their first argument before they do anything else.
_WHOLLY = frozenset({"dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple"})


Telling = Literal["silent", "quiet", "late"]


def telling(block: Block) -> Telling:
    """Whether anybody can tell when a generator's body ran: nobody at all, nobody who asked for
    its first value, or some who asked for that alone.
    """
    if not any(_telling(part) for part in statements(block)):
        return "silent"
    return "quiet" if _quiet(block) else "late"


def _quiet(block: Block) -> bool:
    begun = False
    for statement in block:
        gives = _gives(statement)
        if not begun and not gives:
            continue
        parts = [statement, *statements(statement.body)] if isinstance(statement, For) else []
        if not begun and isinstance(statement, For):
            # What it goes through is evaluated before the first value is given.
            parts = parts[1:]
        begun = True
        if any(_telling(part) for part in parts or statements((statement,))):
            return False
    return True


def changes_given(block: Block) -> bool:
    """Whether an object that was yielded is changed later on."""
    return any(isinstance(s, SetItem) and s.name == GIVEN for s in statements(block))


def changed_objects(block: Block) -> set[str]:
    """The names of the objects that the block changes in place."""
    found: set[str] = set()
    for statement in statements(block):
        match statement:
            case Assign(name=name, in_place=True) | SetItem(name=name):
                found.add(name)
            case CallFunction(updates=updates):
                found |= {name for _, name in updates}
            case _:
                pass
    return found


def _gives(statement: Statement) -> bool:
    return any(isinstance(s, Assign) and s.name == GIVEN for s in statements((statement,)))


def _telling(statement: Statement) -> bool:
    if isinstance(statement, _TELLING):
        return True
    return any(may_fail(expr) for expr in expressions(statement))


class Generators(Calls, abc.ABC):
    """Calls of functions that yield."""

    def yielding(self, node: Node) -> str | None:
        """The function that a call calls, if it is one that yields."""
        if node.type != "call":
            return None
        function = self.field(node, "function")
        name = text(function)
        if function.type != "identifier" or name in self.bound or name in self.own:
            return None
        if name in self.lifted:
            name = self.lifted[name]
        elif name in self.scope:
            return None
        return name if self.surroundings.generates(name) else None

    def iterable(self, node: Node) -> Expr:
        while node.type == "parenthesized_expression":
            node = children(node)[0]
        name = self.yielding(node)
        if name is None:
            return super().iterable(node)
        if self.pure:
            raise self.missing(node, f"{name} inside a comprehension or lambda")
        told = self.surroundings.generates(name)
        looped = node.parent is not None and node.parent.type == "for_statement"
        if told == "late" and not looped and not self._read_wholly(node):
            raise self.missing(node, f"{name}, which may fail or not end part-way")
        if told == "quiet" and not _begun_at_once(node):
            raise self.missing(node, f"{name}, which may fail when it is first asked")
        self.gone_through.add(node.id)
        return self.expression(node)

    def called(self, node: Node, name: str, args: list[Expr]) -> Expr:
        if self.surroundings.generates(name) and node.id not in self.gone_through:
            raise self.missing(node, f"{name}, a generator that is kept")
        return super().called(node, name, args)

    def _read_wholly(self, node: Node) -> bool:
        """Whether all of it is read before anything else happens."""
        around = node.parent
        call = None if around is None or around.type != "argument_list" else around.parent
        function = None if call is None else call.child_by_field_name("function")
        if around is None or function is None or len(children(around)) != 1:
            return False
        if function.type == "identifier":
            return text(function) in _WHOLLY and self.means_builtin(text(function))
        method = function.child_by_field_name("attribute")
        owner = function.child_by_field_name("object")
        if method is None or owner is None or text(method) != "extend":
            return method is not None and text(method) == "join"
        # Nobody sees how far a list came that no other name is, where nothing is tried.
        alone = owner.type == "identifier" and stands_alone(text(owner), around)
        return alone and not _tried(around)

    def taken(self, node: Node) -> Expr:
        inside = node
        while inside.type == "parenthesized_expression":
            inside = children(inside)[0]
        if inside.type in ("call", "generator_expression") and any(
            self.yielding(part) is not None and not self._read_wholly(part) for part in walk(inside)
        ):
            raise self.missing(node, "a list extended by a generator that may read it")
        return super().taken(node)

    def reads_on(self, node: Node) -> bool:
        return super().reads_on(node) or any(self.yielding(part) for part in walk(node))

    def unread(self, node: Node, body: Sequence[Statement]) -> None:
        super().unread(node, body)
        late = any(
            self.surroundings.generates(name) == "late" and not self._read_wholly(part)
            for part in walk(node)
            if (name := self.yielding(part)) is not None
        )
        if late and (leaves(tuple(body)) or _tried(node)):
            raise self.missing(node, "a generator that may fail or not end part-way")

    # ------------------------------------------------------------ yielding

    def yields(self, node: Node) -> None:
        """`yield value` and `yield from values`."""
        given = children(node)
        if not self.generator or len(given) != 1:
            raise self.missing(node, "yield")
        if any(child.type == "from" for child in node.children):
            values = self.consumed(given[0])
            kind: Type = self.bind(node, GIVEN, ListType(self.drawn(node, values)))
            more: Expr = Call(type=kind, function="list", args=(values,), span=span(node))
        else:
            value = self.expression(given[0])
            kind = self.bind(node, GIVEN, ListType(value.type))
            item = kind.item if isinstance(kind, ListType) else value.type
            one = self.fitted(node, value, item)
            more = MakeList(type=kind, items=(one,), span=span(node))
        longer = Binary(type=kind, op="+", left=self.given(), right=more, span=span(node))
        self.emit(node, Assign(place=place(node), name=GIVEN, value=longer, in_place=True))

    def given(self) -> Variable:
        """What was yielded so far."""
        return Variable(type=self.found.get(GIVEN, UNKNOWN_LIST), name=GIVEN, role="local")


def _begun_at_once(node: Node) -> bool:
    """Whether its first value is asked for whatever else there is to go through."""
    around = node.parent
    while around is not None and around.type in (
        "argument_list",
        "call",
        "parenthesized_expression",
    ):
        if around.type == "argument_list" and len(children(around)) != 1:
            return False
        around = around.parent
    return True


def _tried(node: Node) -> bool:
    """Whether an exception may be caught in the function around the node."""
    around = node.parent
    while around is not None and around.type != "function_definition":
        if around.type in ("try_statement", "with_statement"):
            return True
        around = around.parent
    return False


__all__ = ["GIVEN", "Generators", "changed_objects", "changes_given", "telling"]

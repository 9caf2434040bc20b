"""`itertools.groupby`: neighbours with one key, as the list of keys and groups."""

from __future__ import annotations

import abc

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Expr,
    Index,
    Let,
    Logical,
    MakeList,
    MakeTuple,
    Target,
    Variable,
)
from axiom_verifiers.contracts.types import BOOL, INT, ListType, StrType, TupleType, Type
from axiom_verifiers.contracts.typing_rules import holds_float, show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Assign, For, If, SetItem
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._iterators import Iterators
from axiom_verifiers.frontends.python._tree import children, place, span, text, walk

_READING = frozenset({"all", "any", "list", "max", "min", "set", "sorted", "sum", "tuple"})
_AROUND = frozenset(
    {"for_statement", "list_comprehension", "generator_expression", "set_comprehension"}
    | {"dictionary_comprehension"}
)


class Groups(Iterators, abc.ABC):
    """A group is an iterator that is over once it is read or the next one begins: it is taken for
    a list only where a loop reads it at most once, all of it, before it goes on.
    """

    def iterator(self, node: Node, name: str) -> Expr:
        if name != "groupby":
            return super().iterator(node, name)
        arguments = children(self.field(node, "arguments"))
        if any(part.type in ("list_splat", "dictionary_splat") for part in arguments):
            raise self.missing(node, "starred argument")
        plain = [part for part in arguments if part.type != "keyword_argument"]
        named = [part for part in arguments if part.type == "keyword_argument"]
        keys = [*plain[1:], *(self.field(part, "value") for part in named)]
        known = all(text(self.field(part, "name")) == "key" for part in named)
        if not plain or len(keys) > 1 or not known or self.pure or not self._read_once(node):
            raise self.missing(node, "call of itertools.groupby")
        return self._grouped(node, plain[0], keys[0] if keys else None)

    def _read_once(self, node: Node) -> bool:
        """Whether what goes through the groups reads each at most once, and wholly."""
        clause = node.parent
        whole = clause if clause is not None and clause.type == "for_statement" else None
        if clause is not None and clause.type == "for_in_clause":
            whole = clause.parent
        left = None if clause is None else clause.child_by_field_name("left")
        if whole is None or left is None or whole.type not in _AROUND or clause is None:
            return False
        parts = children(left)
        if len(parts) != 2 or any(part.type != "identifier" for part in parts):
            return False
        group = text(parts[1])
        uses = [n for n in walk(whole) if n.type == "identifier" and text(n) == group]
        uses = [use for use in uses if use != parts[1]]
        if whole.type == "for_statement" and not _bound_by_loops(whole, group):
            return False
        return len(uses) <= 1 and all(self._whole_read(use, whole) for use in uses)

    def _whole_read(self, use: Node, whole: Node) -> bool:
        call = use.parent
        if call is None:
            return False
        if call.type == "for_in_clause":
            # `sum(1 for _ in group)`: the one that reads is a call that reads all of it.
            made = call.parent
            if (
                made is None
                or call != children(made)[1]
                or use != call.child_by_field_name("right")
            ):
                return False
            if made.type != "generator_expression":
                return self._not_repeated(made, whole)
            call = made.parent if made.parent is not None else made
            if call.type != "call":
                call = call.parent if call.type == "argument_list" else None
        elif call.type == "argument_list" and len(children(call)) == 1:
            call = call.parent
        else:
            return False
        function = None if call is None else call.child_by_field_name("function")
        if call is None or function is None or text(function) not in _READING - {"all", "any"}:
            return False
        return self.means_builtin(text(function)) and self._not_repeated(call, whole)

    def _not_repeated(self, node: Node, whole: Node) -> bool:
        """Whether nothing between what reads a group and the loop over the groups repeats it."""
        around = node.parent
        while around is not None and around != whole:
            if around.type in (*_AROUND, "while_statement", "lambda", "function_definition"):
                return False
            around = around.parent
        return around is not None

    def _grouped(self, node: Node, source: Node, key: Node | None) -> Expr:
        where, at = place(node), span(node)
        values = self.consumed(source)
        item = self.drawn(node, values)
        if isinstance(values.type, StrType) or not isinstance(values, Variable):
            listed = Call(type=ListType(item), function="list", args=(values,), span=at)
            values = self.saved(node, listed)
        self.written_out += 1
        number = self.written_out
        self.loops += 1
        loop = self.loops
        name = f"item.{number}"
        member = Variable(type=self.bind(node, name, item), name=name, role="local", span=at)
        its: Expr = member
        if key is not None and key.type != "none":
            function = self.key(key, item)
            its = Let(type=function.type, name=function.parameter, value=member, body=function.body)
        if may_fail(its) or holds_float(its.type) or not self.comparable(its.type):
            raise self.missing(node, f"groups by {show_type(its.type)}")
        pair = TupleType((its.type, ListType(item)))
        made_name = f"made.{number}"
        kind: Type = self.bind(node, made_name, ListType(pair))
        made = Variable(type=kind, name=made_name, role="local", span=at)
        last = Index(type=pair, value=made, index=integer_constant(-1), span=at)
        so_far = Index(type=ListType(item), value=last, index=integer_constant(1), span=at)
        last_key = Index(type=its.type, value=last, index=integer_constant(0), span=at)
        alone = MakeList(type=ListType(item), items=(member,), span=at)
        more = Binary(type=ListType(item), op="+", left=so_far, right=alone, span=at)
        longer = MakeTuple(type=pair, items=(last_key, more), span=at)
        begun = MakeTuple(type=pair, items=(its, alone), span=at)
        one = MakeList(type=kind, items=(begun,), span=at)
        length = Call(type=INT, function="len", args=(made,), span=at)
        some = Compare(type=BOOL, op="!=", left=length, right=integer_constant(0), span=at)
        alike = Compare(type=BOOL, op="==", left=last_key, right=its, span=at)
        same = Logical(type=BOOL, op="and", left=some, right=alike, span=at)
        added = Binary(type=kind, op="+", left=made, right=one, span=at)
        choose = If(
            place=where,
            condition=same,
            then=(SetItem(place=where, name=made_name, index=integer_constant(-1), value=longer),),
            otherwise=(Assign(place=where, name=made_name, value=added, in_place=True),),
        )
        empty = MakeList(type=kind, items=(), span=at)
        self.emit(node, Assign(place=where, name=made_name, value=empty))
        target = Target(name=name, type=item)
        self.emit(node, For(place=where, loop=loop, target=target, iterable=values, body=(choose,)))
        return made


def _bound_by_loops(loop: Node, name: str) -> bool:
    """Whether all that the function around the loop reads under the name is what a loop that is
    still going on binds to it: after the loop, and in its `else`, the last group is over.
    """
    function = loop
    while function.parent is not None and function.type not in ("function_definition", "lambda"):
        function = function.parent
    named = (node for node in walk(function) if node.type == "identifier" and text(node) == name)
    return all(_bound_by_loop(node, name) for node in named)


def _bound_by_loop(node: Node, name: str) -> bool:
    inner, around = node, node.parent
    aside: Node | None = None
    while around is not None and around.type != "function_definition":
        if around.type in ("for_statement", "for_in_clause") and inner == _target(around):
            return True
        if around.type == "for_statement" and inner == around.child_by_field_name("body"):
            bound = [around]
        elif around.type in _AROUND and around.type != "for_statement" and around != aside:
            bound = [part for part in children(around) if part.type == "for_in_clause"]
        else:
            bound = []
        if any(_names(_target(one), name) for one in bound):
            return True
        # What a comprehension goes through is read before it binds anything.
        aside = around.parent if around.type == "for_in_clause" else aside
        inner, around = around, around.parent
    return False


def _target(loop: Node) -> Node | None:
    return loop.child_by_field_name("left")


def _names(target: Node | None, name: str) -> bool:
    parts = () if target is None else walk(target)
    return any(part.type == "identifier" and text(part) == name for part in parts)


__all__ = ["Groups"]

"""Comprehensions, and what loops and comprehensions bind."""

from __future__ import annotations

import abc
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Constant,
    Expr,
    Generator,
    Index,
    MakeDict,
    MakeList,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    BoolType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    SetType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.flow import assigned_names, statements
from axiom_verifiers.core.program import (
    Assign,
    Break,
    CallFunction,
    For,
    If,
    Raise,
    SetItem,
    Statement,
)
from axiom_verifiers.frontends.python._alone import stands_alone
from axiom_verifiers.frontends.python._context import NotModelledError, integer_constant, truth
from axiom_verifiers.frontends.python._expressions import Expressions
from axiom_verifiers.frontends.python._late import lazy_parts, names_read
from axiom_verifiers.frontends.python._narrowing import facts, without
from axiom_verifiers.frontends.python._operators import hashable
from axiom_verifiers.frontends.python._tree import children, place, span, text, walk
from axiom_verifiers.frontends.python._typing import item_type

# Those that loops may make, where they are no expressions.
_WRITTEN_OUT = frozenset({"dictionary_comprehension", "generator_expression", "list_comprehension"})
_UNCHANGING = (IntType, BoolType, FloatType, StrType, NoneType)


class Comprehensions(Expressions, abc.ABC):
    """Generators of every kind."""

    # ------------------------------------------------------------ comprehensions

    def comprehension(self, node: Node) -> Expr:
        """A comprehension, or a generator of which the reader may leave items unread."""
        if self.pure or node.type not in ("dictionary_comprehension", "list_comprehension"):
            return self._as_expression(node)
        return self.consumed(node)

    def consumed(self, node: Node) -> Expr:
        """An iterable of which every item is read at once.

        Where a list or generator cannot be an expression it is written out as loops.
        """
        while node.type == "parenthesized_expression":
            node = children(node)[0]
        if self.pure or node.type not in _WRITTEN_OUT:
            return self.iterable(node)
        inlinings = self.inlinings
        with self.collecting() as inner:
            try:
                made = self._as_expression(node)
            except NotModelledError as failure:
                self.inlinings = inlinings
                inner.clear()
                try:
                    keyed = node.type == "dictionary_comprehension"
                    made = self._keyed(node) if keyed else self._listed(node)
                except NotModelledError:
                    raise failure from None
        self.out.extend(inner)
        return made

    def searched(self, node: Node, generator: Node, *, wanted: bool) -> Expr:
        """Whether an item is `wanted`, read one by one up to the first that is."""
        self.written_out += 1
        number = self.written_out
        name = f"found.{number}"
        type_ = self.bind(node, name, BOOL)
        found = Variable(type=type_, name=name, role="local", span=span(node))

        def decide(body: Node) -> None:
            test = self.condition(body)
            if not wanted:
                test = Unary(type=BOOL, op="not", operand=test, span=test.span)
            where = place(body)
            then = (Assign(place=where, name=name, value=truth(value=True)), Break(place=where))
            self.emit(body, If(place=where, condition=test, then=then, otherwise=()))

        body, *clauses = children(generator)
        if len([clause for clause in clauses if clause.type == "for_in_clause"]) != 1:
            raise self.missing(node, "a search in several loops that are not expressions")
        first = Assign(place=place(node), name=name, value=truth(value=False))
        with self.collecting() as loop:
            self._looped(generator, clauses, number, lambda: decide(body))
        self.out.extend([first, *loop])
        if wanted:
            return found
        return Unary(type=BOOL, op="not", operand=found, span=span(node))

    def first(self, node: Node, generator: Node, default: Node | None) -> Expr:
        """`next(items, default)` of a generator: its items are read up to the first."""
        self.written_out += 1
        number = self.written_out
        name = f"found.{number}"
        body, *clauses = children(generator)
        if len([clause for clause in clauses if clause.type == "for_in_clause"]) != 1:
            raise self.missing(node, "the first of a generator of several loops")
        where = place(node)
        # What the loop goes through is evaluated before the default.
        otherwise = None if default is None else self.expression(default)
        if otherwise is not None and not isinstance(otherwise, Constant | Variable):
            raise self.missing(node, "a default that is computed")
        if otherwise is not None:
            self.bind(node, name, otherwise.type)

        def find() -> None:
            value = self.expression(body)
            type_ = self.bind(body, name, value.type)
            fitted = self.fitted(body, value, type_)
            self.emit(body, Assign(place=place(body), name=name, value=fitted))
            self.emit(body, Break(place=place(body)))

        with self.collecting() as loop:
            self._looped(generator, clauses, number, find)
        type_ = self.found[name]
        if otherwise is None:
            failing = Raise(place=where, error="StopIteration")
            last = loop.pop()
            assert isinstance(last, For)
            loop.append(msgspec.structs.replace(last, otherwise=(failing,)))
        else:
            fitted = self.fitted(node, otherwise, type_)
            self.out.append(Assign(place=where, name=name, value=fitted))
        self.out.extend(loop)
        return Variable(type=type_, name=name, role="local", span=span(node))

    def _listed(self, node: Node) -> Expr:
        """The list of a comprehension's items, made by loops."""
        self.written_out += 1
        number = self.written_out
        name = f"made.{number}"
        body, *clauses = children(node)

        def add() -> None:
            value = self.expression(body)
            type_ = self.bind(body, name, ListType(value.type))
            item = type_.item if isinstance(type_, ListType) else value.type
            one = MakeList(type=type_, items=(self.fitted(body, value, item),), span=span(body))
            so_far = Variable(type=type_, name=name, role="local")
            longer = Binary(type=type_, op="+", left=so_far, right=one, span=span(body))
            self.emit(body, Assign(place=place(body), name=name, value=longer, in_place=True))

        with self.collecting() as loop:
            self._looped(node, clauses, number, add)
        type_ = self.found[name]
        empty = MakeList(type=type_, items=(), span=span(node))
        self.emit(node, Assign(place=place(node), name=name, value=empty))
        self.out.extend(loop)
        return Variable(type=type_, name=name, role="local", span=span(node))

    def _keyed(self, node: Node) -> Expr:
        """The dict of a comprehension's items, made by loops."""
        self.written_out += 1
        number = self.written_out
        name = f"made.{number}"
        body, *clauses = children(node)

        def put() -> None:
            parts = [self.field(body, "key"), self.field(body, "value")]
            key, value = self.in_order(parts, self.expression)
            if not hashable(key.type):
                raise self.missing(body, f"dict with keys of {show_type(key.type)}")
            type_ = self.bind(body, name, DictType(key.type, value.type))
            assert isinstance(type_, DictType)
            index, held = self.fitted(body, key, type_.key), self.fitted(body, value, type_.value)
            self.emit(body, SetItem(place=place(body), name=name, index=index, value=held))

        with self.collecting() as loop:
            self._looped(node, clauses, number, put)
        type_ = self.found[name]
        empty = MakeDict(type=type_, items=(), span=span(node))
        self.emit(node, Assign(place=place(node), name=name, value=empty))
        self.out.extend(loop)
        return Variable(type=type_, name=name, role="local", span=span(node))

    def _looped(
        self, node: Node, clauses: list[Node], number: int, innermost: Callable[[], None]
    ) -> None:
        """The loops and conditions of a comprehension around what its body is to do."""
        self._in_reach(clauses)
        saved, narrowed, aliases = dict(self.bound), self.narrowed, dict(self.aliases)
        try:
            self._clauses(node, clauses, number, innermost)
        finally:
            self.bound, self.narrowed, self.aliases = saved, narrowed, aliases

    def _clauses(
        self, node: Node, clauses: list[Node], number: int, innermost: Callable[[], None]
    ) -> None:
        if not clauses:
            innermost()
            return
        clause, *rest = clauses
        if clause.type == "if_clause":
            condition = self.condition(children(clause)[0])
            self.narrowed |= facts(condition)[0]
            with self.collecting() as then:
                self._clauses(node, rest, number, innermost)
            where = place(clause)
            self.emit(clause, If(place=where, condition=condition, then=tuple(then), otherwise=()))
            return
        if clause.type != "for_in_clause" or clause.children[0].type == "async":
            raise self.missing(clause, "asynchronous comprehension")
        self.loops += 1
        loop = self.loops
        iterable = self.iterable(self.field(clause, "right"))
        self.eager(clause, iterable)
        outer, self.rows = self.rows, []
        target = self.target(self.field(clause, "left"), self.drawn(clause, iterable))
        rows, self.rows = self.rows, outer
        target = self._alias(clause, target, number)
        with self.collecting() as body:
            for name, pattern, type_ in rows:
                row = Variable(type=type_, name=f"{name}.{number}", role="local")
                self._taken_apart(clause, row, pattern, number)
            self._clauses(node, rest, number, innermost)
        self.unread(self.field(clause, "right"), body)
        where = place(clause)
        self.emit(
            clause,
            For(place=where, loop=loop, target=target, iterable=iterable, body=tuple(body)),
        )

    @abc.abstractmethod
    def iterates(self, node: Node) -> str | None:
        """The name of the iterator of `itertools` that a call makes, if it is one we know."""

    def reads_on(self, node: Node) -> bool:
        """Whether an iterator of the library is among what a loop goes through: it is taken for
        the list of what it gives, though it goes on reading while the loop runs.
        """
        return any(self.iterates(part) is not None for part in walk(node))

    def unread(self, node: Node, body: Sequence[Statement]) -> None:
        """Refuse what may change an object that such an iterator reads, or a name that it does."""
        if self.read_late(node) & assigned_names(tuple(body)):
            raise self.missing(node, "changes while an iterator reads on")
        if not self.reads_on(node):
            return
        for statement in statements(tuple(body)):
            match statement:
                case CallFunction(args=args):
                    changes = not all(isinstance(arg.type, _UNCHANGING) for arg in args)
                case SetItem(name=name) | Assign(name=name, in_place=True):
                    changes = not name.startswith("made.") and not stands_alone(name, node)
                case _:
                    changes = False
            if changes:
                raise self.missing(node, "changes while an iterator reads on")

    def read_late(self, node: Node) -> set[str]:
        """The names that what a loop goes through reads while the loop runs."""
        late: set[str] = set()
        for part in lazy_parts(node, self._is_builtin):
            if part.type != "identifier":
                late |= names_read(part)
            called = {text(one) for one in walk(part) if one.type == "identifier"}
            for name in called & set(self.nested):
                lifted = self.lifted.get(name)
                shape = "" if lifted is None else self.surroundings.shape(lifted)
                late |= self.scope if isinstance(shape, str) else set(shape.captures)
        return late

    def _is_builtin(self, name: str) -> bool:
        known = name not in self.scope and name not in self.bound
        return known and self.surroundings.is_builtin(name)

    def _taken_apart(self, clause: Node, row: Variable, pattern: Node, number: int) -> None:
        """The items of a list that a comprehension's target takes apart."""
        assert isinstance(row.type, ListType)
        names = children(pattern)
        if any(name.type != "identifier" for name in names):
            raise self.missing(pattern, "a pattern in a pattern, of a list")
        self.emit(clause, unless_of_length(clause, row, len(names)))
        for at, name in enumerate(names):
            target = self._alias(clause, Target(name=text(name), type=row.type.item), number)
            part = Index(type=row.type.item, value=row, index=integer_constant(at))
            assert target.name is not None
            self.emit(clause, Assign(place=place(clause), name=target.name, value=part))

    def _alias(self, node: Node, target: Target, number: int) -> Target:
        """The target, binding locals that no name of the source can be."""
        if target.name is None:
            items = tuple(self._alias(node, item, number) for item in target.items)
            return Target(name=None, type=target.type, items=items)
        self.entered(target.name, target.type)
        name = f"{target.name}.{number}"
        type_ = self.bind(node, name, target.type)
        if type_ != target.type and self.final:
            raise self.missing(node, f"{target.name}, which holds {show_type(type_)}")
        self.aliases[target.name] = name
        return Target(name=name, type=type_)

    def _as_expression(self, node: Node) -> Expr:
        body, *clauses = children(node)
        self._in_reach(clauses)
        saved, narrowed, aliases = dict(self.bound), self.narrowed, dict(self.aliases)
        # What the first loop goes through is evaluated before anything of the comprehension.
        outermost = self.iterable(self.field(clauses[0], "right"))
        self.unchanging()
        self.pure += 1
        try:
            generators: list[Generator] = []
            for clause in clauses:
                if clause.type == "if_clause":
                    last = generators[-1]
                    condition = self.condition(children(clause)[0])
                    self.narrowed |= facts(condition)[0]
                    generators[-1] = Generator(
                        last.target, last.iterable, (*last.conditions, condition)
                    )
                    continue
                if clause.type != "for_in_clause" or clause.children[0].type == "async":
                    raise self.missing(clause, "asynchronous comprehension")
                iterable = outermost
                if clause != clauses[0]:
                    iterable = self.iterable(self.field(clause, "right"))
                item = self.drawn(clause, iterable)
                target = self.target(self.field(clause, "left"), item)
                self._enter(target)
                generators.append(Generator(target, iterable, ()))
            return self._gathered(node, body, tuple(generators))
        finally:
            self.pure -= 1
            self.bound, self.narrowed, self.aliases = saved, narrowed, aliases

    def _in_reach(self, clauses: list[Node]) -> None:
        """Every name that a comprehension binds is its own all through it, but for the first
        iterable: before its own clause it has no value, whatever is called so outside.
        """
        for position, clause in enumerate(clauses[1:], start=1):
            later = {
                text(inside)
                for after in clauses[position:]
                if after.type == "for_in_clause"
                for inside in walk(self.field(after, "left"))
                if inside.type == "identifier"
            }
            read = clause if clause.type == "if_clause" else self.field(clause, "right")
            for inside in walk(read):
                if inside.type == "identifier" and text(inside) in later:
                    raise self.missing(inside, f"{text(inside)} before it has a value")

    def drawn(self, node: Node, iterable: Expr) -> Type:
        """The type of what iterating gives."""
        item = item_type(iterable.type)
        if item is None:
            raise self.missing(node, f"iteration over {show_type(iterable.type)}")
        return item

    def _enter(self, target: Target) -> None:
        if target.name is not None:
            self.entered(target.name, target.type)
        for item in target.items:
            self._enter(item)

    def entered(self, name: str, type_: Type) -> None:
        """The name is bound by a comprehension or lambda from here on."""
        self.bound[name] = type_
        self.aliases.pop(name, None)
        self.narrowed = without(self.narrowed, frozenset({name}))

    @abc.abstractmethod
    def eager(self, node: Node, values: Expr) -> None:
        """Refuses a generator that is not the list that it would make."""

    def target(self, node: Node, type_: Type) -> Target:
        """What a loop or comprehension binds: names and tuples of names."""
        match node.type:
            case "identifier":
                return Target(name=text(node), type=type_)
            case "tuple_pattern" | "pattern_list" | "list_pattern":
                parts = children(node)
                if type(type_) is ListType and not self.pure:
                    # How long the list is shows when it is drawn: the loop's body begins with that.
                    self.written_out += 1
                    self.rows.append((f"row.{self.written_out}", node, type_))
                    return Target(name=self.rows[-1][0], type=type_)
                types = type_.items if isinstance(type_, TupleType) else self.unpacking(type_)
                if types is None or len(types) != len(parts):
                    raise self.missing(node, f"unpacking of a {show_type(type_)}")
                inner = tuple(
                    self.target(part, item) for part, item in zip(parts, types, strict=True)
                )
                return Target(name=None, type=type_, items=inner)
            case "parenthesized_expression":
                return self.target(children(node)[0], type_)
            case other:
                raise self.missing(node, f"{other.replace('_', ' ')} as a target")

    def _gathered(self, node: Node, body: Node, generators: tuple[Generator, ...]) -> Expr:
        where = span(node)
        value: Expr | None = None
        type_: Type
        kind: Literal["list", "set", "dict", "generator"]
        match node.type:
            case "dictionary_comprehension":
                element = self.expression(self.field(body, "key"))
                value = self.expression(self.field(body, "value"))
                kind, type_ = "dict", DictType(element.type, value.type)
            case "set_comprehension":
                element = self.expression(body)
                kind, type_ = "set", SetType(element.type)
            case "list_comprehension":
                element = self.expression(body)
                kind, type_ = "list", ListType(element.type)
            case _:
                element = self.expression(body)
                kind, type_ = "generator", ListType(element.type)
        if kind in ("set", "dict") and not hashable(element.type):
            raise self.missing(node, f"{kind} of {show_type(element.type)}")
        return Comprehension(
            type=type_, kind=kind, element=element, value=value, generators=generators, span=where
        )


def unless_of_length(node: Node, values: Expr, count: int) -> If:
    """A ValueError where a list that is taken apart has not `count` items."""
    length = Call(type=INT, function="len", args=(values,), span=span(node))
    wrong = Compare(type=BOOL, op="!=", left=length, right=integer_constant(count))
    failing = Raise(place=place(node), error="ValueError")
    return If(place=place(node), condition=wrong, then=(failing,), otherwise=())

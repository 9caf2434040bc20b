"""Iterators of `itertools` beyond those that are expressions over lists, and counters' methods."""

from __future__ import annotations

import abc
from contextlib import ExitStack

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Expr,
    MakeList,
    Slice,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import BOOL, INT, ListType, Type
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Assign, Break, For, If
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._library import Library
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._written import fresh


class Iterators(Library, abc.ABC):
    """Each is the list of what it gives; loops make sure that nothing changes meanwhile."""

    def iterator(self, node: Node, name: str) -> Expr:
        arguments = children(self.field(node, "arguments"))
        plain = [part for part in arguments if part.type != "keyword_argument"]
        named = {
            text(self.field(part, "name")): self.field(part, "value")
            for part in arguments
            if part.type == "keyword_argument"
        }
        if any(part.type in ("list_splat", "dictionary_splat") for part in arguments):
            raise self.missing(node, "starred argument")
        match name, len(plain):
            case "chain", count if count != 2 and count > 0 and not named:
                return self._chained(node, plain)
            case "chain.from_iterable", 1 if not named:
                held, rows, item = (fresh(word, plain) for word in ("held", "row", "item"))
                words = f"[{item} for {rows} in {held} for {item} in {rows}]"
                with self.standing(held, self.drawn_on(node, plain[0])):
                    return self.in_words(node, words, self.consumed)
            case "combinations", 2 if plain[1].type == "integer" and text(plain[1]) == "2":
                first, second, at = (fresh(word, plain) for word in ("one", "other", "place"))
                held = fresh("held", plain)
                with self.standing(held, self._list_of(node, plain[0])):
                    pairs = f"for {at}, {first} in enumerate({held})"
                    words = f"[({first}, {second}) {pairs} for {second} in {held}[{at} + 1:]]"
                    if not self.means_builtin("enumerate"):
                        raise self.missing(node, f"call of itertools.{name}")
                    return self.in_words(node, words, self.consumed)
            case "zip_longest", 2 if set(named) <= {"fillvalue"}:
                return self._zipped(node, plain, named.get("fillvalue"))
            case "takewhile" | "dropwhile", 2 if not named:
                return self._while_true(node, name, plain[0], plain[1])
            case "accumulate", 1 | 2 if set(named) <= {"func", "initial"} and (
                named or len(plain) == 2
            ):
                function = plain[1] if len(plain) == 2 else named.get("func")
                return self._folded(node, plain[0], function, named.get("initial"))
            case _:
                return super().iterator(node, name)

    def _chained(self, node: Node, plain: list[Node]) -> Expr:
        """One list after the other, as a list of its own."""
        names = [fresh(f"held{number}", plain) for number in range(len(plain))]
        parts = self.in_order(plain, lambda part: self.drawn_on(node, part))
        with ExitStack() as standing:
            for name, values in zip(names, parts, strict=True):
                standing.enter_context(self.standing(name, values))
            words = " + ".join(f"[*{name}]" for name in names)
            return self.in_words(node, words, self.expression)

    def means_builtin(self, name: str) -> bool:
        return self.outside_name(name) and self.surroundings.is_builtin(name)

    def _zipped(self, node: Node, plain: list[Node], fill: Node | None) -> Expr:
        """`zip_longest` of two lists: a value, or None, where the shorter one has ended."""
        if fill is not None and fill.type not in ("integer", "string", "float", "none"):
            raise self.missing(node, "a fillvalue that is computed")
        if not all(self.means_builtin(one) for one in ("range", "max", "len")):
            raise self.missing(node, "call of itertools.zip_longest")
        lists = [self.eventless(part, lambda one: self.read_on(node, one)) for part in plain]
        first, second, at = (fresh(word, plain) for word in ("one", "other", "place"))
        filled = "None" if fill is None else text(fill)
        parts = [f"{one}[{at}] if {at} < len({one}) else {filled}" for one in (first, second)]
        words = f"[({parts[0]}, {parts[1]}) for {at} in range(max(len({first}), len({second})))]"
        with self.standing(first, lists[0]), self.standing(second, lists[1]):
            return self.in_words(node, words, self.expression)

    def applied_words(self, function: Node, item: str) -> tuple[str, str]:
        """A name for an item, and a function of one argument applied to it, in words."""
        if function.type != "lambda":
            known = function.type in ("identifier", "attribute")
            if not known or text(function) in self.bound:
                raise self.missing(function, f"{text(function)} as a function of one argument")
            return item, f"{text(function)}({item})"
        parameters = parameters_of(function)
        if parameters.problem or parameters.defaults or len(parameters.names) != 1:
            raise self.missing(function, "lambda")
        return parameters.names[0], f"({text(self.field(function, 'body'))})"

    def _while_true(self, node: Node, name: str, function: Node, source: Node) -> Expr:
        """The items up to, or from, the first of which the function is false: a loop counts how
        many there are before it.
        """
        if self.pure:
            raise self.missing(node, f"{name} inside a comprehension or lambda")
        item, applied = self.applied_words(function, fresh("item", [function, source]))
        where = place(node)
        values = self.read_on(node, source)
        self.written_out += 1
        number = self.written_out
        count = self._named(node, f"count.{number}", INT)

        def take(_: Node) -> None:
            self.pure += 1
            try:
                test = self.in_words(function, applied, self.condition)
            finally:
                self.pure -= 1
            if may_fail(test):
                # Who reads on only as long as needed would not meet the failure.
                raise self.missing(function, f"a condition of {name} that may fail")
            fails = Unary(type=BOOL, op="not", operand=test, span=test.span)
            stop = (Break(place=where),)
            self.emit(node, If(place=where, condition=fails, then=stop, otherwise=()))
            more = Binary(type=INT, op="+", left=count, right=integer_constant(1), span=span(node))
            self.emit(node, Assign(place=where, name=count.name, value=more))

        def counted(made: Node) -> Expr:
            body, *clauses = children(made)
            self.emit(node, Assign(place=where, name=count.name, value=integer_constant(0)))
            self._looped(made, clauses, number, lambda: take(body))
            return count

        held = fresh("held", [function, source])
        with self.standing(held, values):
            self.in_words(node, f"({item} for {item} in {held})", counted)
        lower, upper = (None, count) if name == "takewhile" else (count, None)
        return Slice(
            type=values.type, value=values, lower=lower, upper=upper, step=None, span=span(node)
        )

    def _folded(self, node: Node, part: Node, function: Node | None, initial: Node | None) -> Expr:
        """`accumulate` with a function or a first value, collected by a loop."""
        if self.pure:
            raise self.missing(node, "accumulate inside a comprehension or lambda")
        values = self.read_on(node, part)
        item = self.drawn(node, values)
        first = (
            None
            if initial is None or initial.type == "none"
            else self.eventless(initial, self.expression)
        )
        self.written_out += 1
        number = self.written_out
        self.loops += 1
        loop = self.loops
        where = place(node)
        began: Type = item if first is None else first.type
        total = self._named(node, f"total.{number}", began)
        member = self._named(node, f"item.{number}", item)
        made = self._named(node, f"made.{number}", ListType(began))
        if function is None or function.type == "none":
            step = self.operate(node, "+", total, member)
        else:
            step = self._combined(node, function, total, member)
        if may_fail(step):
            raise self.missing(node, "accumulate of a function that may fail")
        if step.type != began:
            raise self.missing(node, f"accumulate of {show_type(values.type)}")
        one = MakeList(type=made.type, items=(total,), span=span(node))
        longer = Binary(type=made.type, op="+", left=made, right=one, span=span(node))
        empty = MakeList(type=made.type, items=(), span=span(node))
        self.emit(node, Assign(place=where, name=made.name, value=empty))
        add = Assign(place=where, name=made.name, value=longer, in_place=True)
        put = Assign(place=where, name=total.name, value=step)
        if first is not None:
            self.emit(node, Assign(place=where, name=total.name, value=first))
            self.emit(node, add)
            body = (put, add)
        else:
            length = Call(type=INT, function="len", args=(made,), span=span(node))
            none_yet = Compare(type=BOOL, op="==", left=length, right=integer_constant(0))
            start = Assign(place=where, name=total.name, value=member)
            choose = If(place=where, condition=none_yet, then=(start,), otherwise=(put,))
            body = (choose, add)
        target = Target(name=member.name, type=member.type)
        self.emit(node, For(place=where, loop=loop, target=target, iterable=values, body=body))
        return made

    def _named(self, node: Node, name: str, type_: Type) -> Variable:
        return Variable(type=self.bind(node, name, type_), name=name, role="local", span=span(node))

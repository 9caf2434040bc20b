"""Expressions that mean what others mean, said in other words of Python and translated as such.

`map(mul, xs, ys)` is `(mul(a, b) for a, b in zip(xs, ys))`: parts of the source stand in the new
words as they were written, so that names in them keep their meaning; names that are new are none
that the parts use.
"""

from __future__ import annotations

import abc
from collections.abc import Generator
from contextlib import contextmanager

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.traversal import rebuild
from axiom_verifiers.core.flow import map_expressions
from axiom_verifiers.frontends.python._context import Context, NotModelledError, Translate
from axiom_verifiers.frontends.python._standard import placed
from axiom_verifiers.frontends.python._tree import children, parse, place, span, text, walk


def spanned(expr: Expr, where: Span) -> Expr:
    """The expression as if all of it stood at one place."""
    return msgspec.structs.replace(rebuild(expr, lambda part: spanned(part, where)), span=where)


def fresh(word: str, nodes: list[Node]) -> str:
    """A name that stands in none of these parts of the source."""
    used = {text(part) for node in nodes for part in walk(node) if part.type == "identifier"}
    while word in used:
        word += "_"
    return word


class Written(Context, abc.ABC):
    """Translation of words that stand in no file."""

    @contextmanager
    def standing(self, name: str, value: Expr) -> Generator[None]:
        """Inside, the name, which is none of the source, stands for the value."""
        before = self.standins.get(name)
        self.standins[name] = value
        try:
            yield
        finally:
            del self.standins[name]
            if before is not None:
                self.standins[name] = before

    def in_words(self, node: Node, words: str, translate: Translate) -> Expr:
        """What `translate` makes of the expression in `words`, as if it stood at `node`."""
        statement = children(parse(f"({words})").root_node)[0]
        expression = children(children(statement)[0])[0]
        if statement.has_error:
            raise self.missing(node, node.type.replace("_", " "))
        with self.collecting() as inner:
            try:
                value = translate(expression)
            except NotModelledError as failure:
                raise self.missing(node, failure.construct) from None
        where = span(node)
        for one in placed(tuple(inner), place(node)):
            self.out.append(map_expressions(one, lambda expr: spanned(expr, where)))
        return spanned(value, where)

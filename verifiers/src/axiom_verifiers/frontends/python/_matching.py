"""`match` over literals, names and tuples of these, as branches."""

from __future__ import annotations

import abc
from collections.abc import Iterator

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import Constant, Expr, Index, Logical
from axiom_verifiers.contracts.types import BOOL, INT, NONE, BoolType, IntType, TupleType
from axiom_verifiers.core.program import Assign, Block, If, Statement
from axiom_verifiers.frontends.python._augmented import Augmented
from axiom_verifiers.frontends.python._binding import bound_names
from axiom_verifiers.frontends.python._context import integer_constant, truth
from axiom_verifiers.frontends.python._narrowing import facts
from axiom_verifiers.frontends.python._tree import children, place, span, text

_LITERALS = frozenset({"integer", "string", "concatenated_string", "true", "false", "none"})


class Matching(Augmented, abc.ABC):
    """The match statement: its subject is evaluated once, its cases are tried in order."""

    @abc.abstractmethod
    def block(self, node: Node) -> Block:
        """The statements of a block node."""

    def match(self, node: Node) -> None:
        subjects = node.children_by_field_name("subject")
        self.narrowed -= bound_names(node)
        values = self.in_order(subjects, self.expression)
        kept = [self.saved(node, value) for value in values]
        clauses = [c for c in children(self.field(node, "body")) if c.type == "case_clause"]
        self.out.extend(self._cases(kept, clauses))

    def _cases(self, subjects: list[Expr], clauses: list[Node]) -> Block:
        if not clauses:
            return ()
        clause, *rest = clauses
        with self.collecting() as block:
            bindings: list[Statement] = []
            condition = self._clause(clause, subjects, bindings)
            guard = clause.child_by_field_name("guard")
            if guard is not None:
                condition = self._guarded(clause, condition, bindings, children(guard)[0])
                bindings = []
            before = self.narrowed
            true, false = facts(condition)
            self.narrowed = before | true
            body = (*bindings, *self.block(self.field(clause, "consequence")))
            self.narrowed = before | false
            otherwise = self._cases(subjects, rest)
            self.narrowed = before
            self.emit(
                clause,
                If(place=place(clause), condition=condition, then=body, otherwise=otherwise),
            )
        return tuple(block)

    def _guarded(
        self, clause: Node, condition: Expr, bindings: list[Statement], guard: Node
    ) -> Expr:
        """Whether the pattern fits and then, its names bound, the guard holds."""
        with self.collecting() as inner:
            for binding in bindings:
                self.emit(clause, binding)
            holds = self.condition(guard)
        return self.chosen(clause, condition, (inner, holds), ([], truth(value=False)), BOOL)

    def _clause(self, clause: Node, subjects: list[Expr], bindings: list[Statement]) -> Expr:
        patterns = [child for child in children(clause) if child.type == "case_pattern"]
        if len(patterns) == 1 and len(subjects) == 1:
            return self._pattern(patterns[0], subjects[0], bindings)
        if len(subjects) == 1:
            return self._sequence(clause, patterns, subjects[0], bindings)
        if len(patterns) == 1:
            inside = children(patterns[0])
            if not inside:
                return truth(value=True)
            if inside[0].type not in ("tuple_pattern", "list_pattern"):
                raise self.missing(clause, "pattern")
            patterns = children(inside[0])
        if len(patterns) != len(subjects):
            raise self.missing(clause, "pattern of another length")
        tests = [
            self._pattern(pattern, subject, bindings)
            for pattern, subject in zip(patterns, subjects, strict=True)
        ]
        return self._all(clause, tests)

    def _all(self, node: Node, tests: list[Expr]) -> Expr:
        result: Expr | None = None
        for test in tests:
            if isinstance(test, Constant) and test.value is True:
                continue
            result = (
                test
                if result is None
                else Logical(type=BOOL, op="and", left=result, right=test, span=span(node))
            )
        return truth(value=True) if result is None else result

    def _sequence(
        self, node: Node, patterns: list[Node], subject: Expr, bindings: list[Statement]
    ) -> Expr:
        if not isinstance(subject.type, TupleType) or len(subject.type.items) != len(patterns):
            raise self.missing(node, "pattern")
        tests: list[Expr] = []
        for position, (pattern, type_) in enumerate(zip(patterns, subject.type.items, strict=True)):
            part = Index(type=type_, value=subject, index=integer_constant(position))
            tests.append(self._pattern(pattern, part, bindings))
        return self._all(node, tests)

    def _pattern(self, node: Node, subject: Expr, bindings: list[Statement]) -> Expr:
        """The condition under which the pattern fits; what it binds is added to `bindings`."""
        inside = children(node)
        if not inside:
            if text(node) != "_":
                raise self.missing(node, "pattern")
            return truth(value=True)
        first = inside[0]
        match first.type:
            case "dotted_name" if len(children(first)) == 1 and len(inside) == 1:
                name = text(first)
                type_ = self.bind(first, name, subject.type)
                value = self.fitted(first, subject, type_)
                bindings.append(Assign(place=place(first), name=name, value=value))
                self.narrowed -= {name}
                return truth(value=True)
            case "union_pattern":
                tests = [self._literal(first, part, subject) for part in _alternatives(first)]
                result = tests[0]
                for test in tests[1:]:
                    result = Logical(type=BOOL, op="or", left=result, right=test, span=span(node))
                return result
            case "tuple_pattern" | "list_pattern" if len(inside) == 1:
                return self._sequence(first, children(first), subject, bindings)
            case kind if kind in _LITERALS and len(inside) == 1:
                return self._literal(node, list(node.children), subject)
            case other:
                raise self.missing(node, other.replace("_", " "))

    def _literal(self, node: Node, parts: list[Node], subject: Expr) -> Expr:
        """A literal, perhaps with a sign: equality, and identity for None, True and False."""
        negative = parts[0].type == "-"
        literal = parts[-1]
        if literal.type not in _LITERALS or len(parts) > 1 + negative:
            raise self.missing(node, "pattern")
        value = self.expression(literal)
        if negative:
            if not isinstance(value, Constant) or not isinstance(value.type, IntType):
                raise self.missing(node, "pattern")
            value = Constant(type=INT, value=-int(value.value or 0), span=value.span)
        if literal.type == "none":
            nothing = Constant(type=NONE, value=None, span=span(literal))
            return self.compare(node, "is", subject, nothing)
        if literal.type in ("true", "false"):
            if not isinstance(subject.type, BoolType):
                raise self.missing(node, "pattern")
            return self.compare(node, "==", subject, value)
        return self.compare(node, "==", subject, value)


def _alternatives(node: Node) -> Iterator[list[Node]]:
    """The parts of a union pattern, each as its tokens."""
    parts: list[Node] = []
    for child in node.children:
        if child.type == "|":
            yield parts
            parts = []
        elif child.type not in ("comment", "line_continuation"):
            parts.append(child)
    yield parts

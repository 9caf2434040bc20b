"""`match` over literals, names and tuples of these, as branches."""

from __future__ import annotations

import abc
from collections.abc import Iterator
from typing import Literal

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Constant,
    Expr,
    Index,
    Logical,
    Slice,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    NONE,
    BoolType,
    IntType,
    ListType,
    OptionalType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.core.program import Assign, Block, If, Statement
from axiom_verifiers.frontends.python._augmented import Augmented
from axiom_verifiers.frontends.python._binding import bound_names
from axiom_verifiers.frontends.python._context import integer_constant, truth
from axiom_verifiers.frontends.python._narrowing import facts, without_optional
from axiom_verifiers.frontends.python._tree import children, place, span, text

_LITERALS = frozenset({"integer", "string", "concatenated_string", "true", "false", "none"})

# Classes whose fields patterns name by their places.
_MATCHED = frozenset({"dataclass", "frozen", "namedtuple"})
# Builtin classes by the types of which every value is an instance.
_BUILTIN: dict[str, tuple[type[Type], ...]] = {
    "int": (IntType, BoolType),
    "str": (StrType,),
    "bool": (BoolType,),
}
_PLAIN = _LITERALS | {"dotted_name"}


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
        if isinstance(subject.type, ListType):
            return self._listed_pattern(node, patterns, subject, bindings)
        if not isinstance(subject.type, TupleType) or len(subject.type.items) != len(patterns):
            raise self.missing(node, "pattern")
        tests: list[Expr] = []
        for position, (pattern, type_) in enumerate(zip(patterns, subject.type.items, strict=True)):
            part = Index(type=type_, value=subject, index=integer_constant(position))
            tests.append(self._pattern(pattern, part, bindings))
        return self._all(node, tests)

    def _listed_pattern(
        self, node: Node, patterns: list[Node], subject: Expr, bindings: list[Statement]
    ) -> Expr:
        """A list of that many items, or of at least that many where one pattern is starred."""
        assert isinstance(subject.type, ListType)
        starred = [n for n, pattern in enumerate(patterns) if _star(pattern) is not None]
        if len(starred) > 1:
            raise self.missing(node, "pattern")
        count = integer_constant(len(patterns) - len(starred))
        length = Call(type=INT, function="len", args=(subject,), span=span(node))
        op: Literal["==", ">="] = ">=" if starred else "=="
        tests: list[Expr] = [Compare(type=BOOL, op=op, left=length, right=count, span=span(node))]
        for position, pattern in enumerate(patterns):
            star = _star(pattern)
            after = len(patterns) - position
            if star is None:
                place_ = -after if starred and position > starred[0] else position
                part = Index(
                    type=subject.type.item,
                    value=subject,
                    index=integer_constant(place_),
                    span=span(pattern),
                )
                tests.append(self._pattern(pattern, part, bindings))
                continue
            names = [text(name) for name in children(star) if text(name) != "_"]
            if names:
                upper = None if after == 1 else integer_constant(1 - after)
                rest = Slice(
                    type=subject.type,
                    value=subject,
                    lower=integer_constant(position),
                    upper=upper,
                    step=None,
                    span=span(pattern),
                )
                self._capture(star, names[0], rest, bindings)
        return self._all(node, tests)

    def _capture(self, node: Node, name: str, value: Expr, bindings: list[Statement]) -> None:
        type_ = self.bind(node, name, value.type)
        fitted = self.fitted(node, value, type_)
        bindings.append(Assign(place=place(node), name=name, value=fitted))
        self.narrowed -= {name}

    def _class_pattern(self, node: Node, subject: Expr, bindings: list[Statement]) -> Expr:
        """`Rect(w=0)`, `Rect(w, h)` of a value whose type is that record."""
        named, *parts = children(node)
        names = children(named)
        if len(names) == 1 and text(names[0]) in _BUILTIN and self.means_builtin(text(names[0])):
            return self._builtin_pattern(node, text(names[0]), parts, subject, bindings)
        made = self.class_named(names[0]) if len(names) == 1 else None
        if made is None or subject.type != made.type or made.form not in _MATCHED:
            raise self.missing(node, "pattern of a class")
        fields = [name for name, _ in made.type.fields]
        tests: list[Expr] = []
        for position, part in enumerate(parts):
            inside = children(part)
            if inside and inside[0].type == "keyword_pattern":
                word, *value = children(inside[0])
                if text(word) not in fields or len(value) != 1 or value[0].type not in _PLAIN:
                    raise self.missing(part, "pattern of a class")
                of = self.part(part, subject, text(word))
                if value[0].type == "dotted_name" and text(value[0]) == "_":
                    continue
                if value[0].type == "dotted_name":
                    if len(children(value[0])) != 1:
                        raise self.missing(part, "pattern of a class")
                    self._capture(value[0], text(value[0]), of, bindings)
                else:
                    tests.append(self._literal(part, [value[0]], of))
                continue
            if position >= len(fields) or made.keyword_only:
                raise self.missing(part, "pattern of a class")
            tests.append(self._pattern(part, self.part(part, subject, fields[position]), bindings))
        return self._all(node, tests)

    def _builtin_pattern(
        self,
        node: Node,
        name: str,
        parts: list[Node],
        subject: Expr,
        bindings: list[Statement],
    ) -> Expr:
        """`int()`, `str(word)`: settled by the type, but for None."""
        optional = isinstance(subject.type, OptionalType)
        inner = subject.type.item if isinstance(subject.type, OptionalType) else subject.type
        if not isinstance(inner, IntType | StrType | BoolType) or len(parts) > 1:
            raise self.missing(node, "pattern of a class")
        if not isinstance(inner, _BUILTIN[name]):
            raise self.missing(node, "pattern of a class")
        test: Expr = truth(value=True)
        if optional:
            nothing = Constant(type=NONE, value=None, span=span(node))
            test = self.compare(node, "is not", subject, nothing)
            subject = without_optional(subject)
        for part in parts:
            inside = children(part)
            if inside and inside[0].type == "keyword_pattern":
                raise self.missing(node, "pattern of a class")
            return self._all(node, [test, self._pattern(part, subject, bindings)])
        return test

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
                self._capture(first, text(first), subject, bindings)
                return truth(value=True)
            case "dotted_name" if len(children(first)) == 2 and len(inside) == 1:
                return self._member_pattern(node, first, subject)
            case "class_pattern" if len(inside) == 1:
                return self._class_pattern(first, subject, bindings)
            case "union_pattern":
                return self._union(node, list(_alternatives(first)), subject, bindings)
            case "as_pattern" if len(inside) == 1 and len(children(first)) == 2:
                whole, name = children(first)
                if name.type != "identifier":
                    raise self.missing(node, "as pattern")
                test = self._pattern(whole, subject, bindings)
                self._capture(name, text(name), subject, bindings)
                return test
            case "tuple_pattern" | "list_pattern" if len(inside) == 1:
                return self._sequence(first, children(first), subject, bindings)
            case kind if kind in _LITERALS and len(inside) == 1:
                return self._literal(node, list(node.children), subject)
            case other:
                raise self.missing(node, other.replace("_", " "))

    def _member_pattern(self, node: Node, dotted: Node, subject: Expr) -> Expr:
        """`case Colour.RED`."""
        of, name = children(dotted)
        made = self.class_named(of)
        if made is None or text(name) not in made.members or subject.type != made.type:
            raise self.missing(node, "pattern of a name with a dot")
        return self.compare(node, "==", subject, self.member(node, made, text(name)))

    def _union(
        self, node: Node, alternatives: list[list[Node]], subject: Expr, bindings: list[Statement]
    ) -> Expr:
        """Patterns of which one is to fit; the first that does binds its names."""
        made: list[tuple[Expr, Block]] = []
        for parts in alternatives:
            binds: list[Statement] = []
            made.append((self._alternative(node, parts, subject, binds), tuple(binds)))
        result = made[0][0]
        for test, _ in made[1:]:
            result = Logical(type=BOOL, op="or", left=result, right=test, span=span(node))
        if any(own for _, own in made):
            bound: Block = made[-1][1]
            for test, own in reversed(made[:-1]):
                bound = (If(place=place(node), condition=test, then=own, otherwise=bound),)
            bindings.extend(bound)
        return result

    def _alternative(
        self, node: Node, parts: list[Node], subject: Expr, bindings: list[Statement]
    ) -> Expr:
        if len(parts) == 1 and parts[0].type == "class_pattern":
            return self._class_pattern(parts[0], subject, bindings)
        if len(parts) == 1 and parts[0].type == "dotted_name" and len(children(parts[0])) == 2:
            return self._member_pattern(node, parts[0], subject)
        if len(parts) == 1 and parts[0].type in ("tuple_pattern", "list_pattern"):
            return self._sequence(parts[0], children(parts[0]), subject, bindings)
        return self._literal(node, parts, subject)

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


def _star(pattern: Node) -> Node | None:
    """The starred name that a pattern is, if it is one."""
    inside = children(pattern)
    found = pattern if pattern.type == "splat_pattern" else inside[0] if inside else pattern
    return found if found.type == "splat_pattern" and text(found).startswith("*") else None


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

"""Raising and catching."""

from __future__ import annotations

import abc
import re

from tree_sitter import Node

from axiom_verifiers.contracts.exceptions import bases_of, is_exception
from axiom_verifiers.contracts.expressions import Constant, Expr, Unary, Variable
from axiom_verifiers.contracts.types import BOOL, FloatType, IntType, StrType, Type
from axiom_verifiers.contracts.typing_rules import is_mutable, records_in
from axiom_verifiers.core.flow import statements
from axiom_verifiers.core.program import (
    Assert,
    Assign,
    Block,
    CallFunction,
    Evaluate,
    Handler,
    If,
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
)
from axiom_verifiers.frontends.python._binding import (
    augmented_names,
    bound_names,
    changed_names,
    own_nodes,
)
from axiom_verifiers.frontends.python._context import NotModelledError
from axiom_verifiers.frontends.python._matching import Matching
from axiom_verifiers.frontends.python._narrowing import facts
from axiom_verifiers.frontends.python._tree import children, place, text

_FORMATTING = frozenset({"type_conversion", "format_specifier"})
# Formats that no value of the type fails with.
_FORMATS: dict[type, re.Pattern[str]] = {
    IntType: re.compile(r":[<>^]?[+]?[0-9]*[,_]?(?:d|\.[0-9]f)?"),
    FloatType: re.compile(r":[+]?[0-9]*[,_]?(?:\.[0-9]+)?[efg%]?"),
    StrType: re.compile(r":[<>^]?[0-9]*s?"),
}


class Exceptions(Matching, abc.ABC):
    """The statements raise, assert, try, and `with suppress(…)`."""

    # ------------------------------------------------------------ catching

    def trying(self, node: Node) -> None:
        clauses: dict[str, list[Node]] = {"except": [], "else": [], "finally": []}
        for child in children(node)[1:]:
            kind = child.type.removesuffix("_clause")
            if kind not in clauses:
                raise self.missing(child, child.type.replace("_", " "))
            clauses[kind].append(child)
        self._finally_changes_nothing(node, clauses["finally"])
        # A handler may begin before or after any statement of the body.
        before = self.narrowed - bound_names(node)
        body = self.block(self.field(node, "body"))
        otherwise: Block = ()
        for clause in clauses["else"]:
            otherwise = self.block(self.field(clause, "body"))
        handlers: list[Handler] = []
        for clause in clauses["except"]:
            self.narrowed = before
            handlers.append(self._handler(node, clause))
        self.narrowed = before
        finalizer: Block = ()
        for clause in clauses["finally"]:
            finalizer = self.block(children(clause)[0])
        self.narrowed = before
        inside = (*body, *otherwise, *(one for handler in handlers for one in handler.body))
        if any(map(_gives_object, statements(inside))) and any(
            map(_may_change, statements(finalizer))
        ):
            raise self.missing(clauses["finally"][0], "finally that changes what a return may hold")
        self.emit(
            node,
            Try(
                place=place(node),
                body=body,
                handlers=tuple(handlers),
                otherwise=otherwise,
                finalizer=finalizer,
            ),
        )

    def _finally_changes_nothing(self, node: Node, clauses: list[Node]) -> None:
        """What is returned is the object itself, so a change of it in `finally` would be seen."""
        for clause in clauses:
            block = children(clause)[0]
            changed = changed_names(block) | augmented_names(block)
            if changed and any(inside.type == "return_statement" for inside in own_nodes(node)):
                raise self.missing(clause, "finally that changes what a return may hold")

    def _handler(self, node: Node, clause: Node) -> Handler:
        if any(child.type == "*" for child in clause.children):
            raise self.missing(clause, "except*")
        *values, block = children(clause)
        name = ""
        if len(values) == 1 and values[0].type == "as_pattern":
            alias = values[0].child_by_field_name("alias")
            values = [child for child in children(values[0]) if child != alias]
            name = "" if alias is None else text(alias)
            if name in self.parameters or name in self.found or name in self.nested:
                raise self.missing(clause, f"{name}, which holds something else")
        errors, classes = self._caught_by(clause, values)
        self.caught.append(name)
        try:
            body = self.block(block)
        finally:
            self.caught.pop()
        return Handler(errors, classes, body)

    def _caught_by(
        self, clause: Node, values: list[Node]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The builtin errors and the file's classes that a clause names."""
        errors: list[str] = []
        classes: list[str] = []
        if len(values) == 1 and values[0].type == "tuple":
            values = children(values[0])
            if not values:
                raise self.missing(clause, "except that catches nothing")
        for value in values:
            name = text(value)
            plain = value.type == "identifier"
            if not plain or name in self.scope or name in self.bound:
                raise self.missing(value, f"except of {name}")
            own = self.surroundings.error_classes(name)
            if own:
                classes.append(own[0])
            elif self.surroundings.is_builtin(name) and is_exception(name):
                errors.append(bases_of(name)[0])
            else:
                raise self.missing(value, f"except of {name}")
        return tuple(errors), tuple(classes)

    def suppressing(self, node: Node) -> None:
        """`with suppress(A, B):` is a try statement whose handler does nothing."""
        items = [child for child in own_nodes(node) if child.type == "with_item"]
        call = children(items[0])[0] if len(items) == 1 else node
        if call.type != "call":
            raise self.missing(node, "with statement")
        function = self.field(call, "function")
        base, _, member = text(function).partition(".")
        origin = self.surroundings.is_module(base)
        if base in self.scope or base in self.bound or origin is None:
            raise self.missing(node, "with statement")
        whole = f"{origin}.{member}" if member else origin
        arguments, keywords = self.arguments(self.field(call, "arguments"))
        if whole != "contextlib.suppress" or keywords or not arguments:
            raise self.missing(node, "with statement")
        errors, classes = self._caught_by(call, arguments)
        before = self.narrowed - bound_names(node)
        body = self.block(self.field(node, "body"))
        self.narrowed = before
        self.emit(
            node,
            Try(place=place(node), body=body, handlers=(Handler(errors, classes, ()),)),
        )

    def _is_caught(self, node: Node) -> bool:
        """Whether the expression is the exception that the handler around it has caught."""
        caught = self.caught[-1] if self.caught else ""
        return node.type == "identifier" and bool(caught) and text(node) == caught

    def _shows_caught(self, node: Node) -> bool:
        """Whether it is the caught exception or its text, which cannot fail."""
        if node.type == "call" and text(self.field(node, "function")) == "str":
            shadowed = "str" in self.scope or "str" in self.bound
            inside = children(self.field(node, "arguments"))
            builtin = not shadowed and self.surroundings.is_builtin("str")
            return builtin and len(inside) == 1 and self._is_caught(inside[0])
        return self._is_caught(node)

    def classes_raised(self, node: Node) -> tuple[str, ...]:
        """The file's classes that what a raise statement raises is an instance of."""
        cause = node.child_by_field_name("cause")
        raised = next(child for child in children(node) if child != cause)
        if raised.type == "call":
            raised = self.field(raised, "function")
        return self.surroundings.error_classes(text(raised))

    # ------------------------------------------------------------ raising

    def raising(self, node: Node) -> None:
        if not children(node) or (len(children(node)) == 1 and self._is_caught(children(node)[0])):
            if not self.caught:
                raise self.missing(node, "raise without one exception")
            if not children(node) and _in_finally(node):
                raise self.missing(node, "raise in finally of what may be another exception")
            self.emit(node, Reraise(place=place(node)))
            return
        error, arguments = self.raised(node)
        classes = self.classes_raised(node)
        tells = any(map(self._tells, classes))
        message: Expr | None = None
        for argument in arguments:
            message = self._argument(argument) if tells else self.message(argument)
        if len(arguments) != 1 or tells:
            message = None
        self.emit(node, Raise(place=place(node), error=error, message=message, classes=classes))

    def _tells(self, name: str) -> bool:
        """Whether an exception makes its own text."""
        return self.surroundings.error_arguments(name) is not None

    def raised(self, node: Node) -> tuple[str, list[Node]]:
        cause = node.child_by_field_name("cause")
        inside = [child for child in children(node) if child != cause]
        known = cause is None or cause.type == "none" or self._is_caught(cause)
        if len(inside) != 1 or not known:
            raise self.missing(node, "raise without one exception")
        raised = inside[0]
        arguments: list[Node] = []
        if raised.type == "call":
            arguments, keywords = self.arguments(self.field(raised, "arguments"))
            if keywords:
                raise self.missing(raised, "exception with keyword arguments")
            raised = self.field(raised, "function")
        name = text(raised)
        shadowed = name in self.scope or name in self.bound
        error = self.surroundings.exception(name)
        if raised.type != "identifier" or shadowed or error is None:
            raise self.missing(node, f"raise of {name}")
        wanted = self.surroundings.error_arguments(name)
        if wanted is not None and wanted != len(arguments):
            raise self.missing(node, f"raise of {name} with {len(arguments)} arguments")
        return error, arguments

    def _argument(self, node: Node) -> Expr | None:
        """What an exception is given that makes a text of it."""
        if self._shows_caught(node) or node.type in ("string", "concatenated_string"):
            return self.message(node)
        value = self.expression(node)
        self.told(node, value)
        self.emit(node, Evaluate(place=place(node), value=value))
        return None

    def message(self, node: Node) -> Expr | None:
        """An exception's argument, evaluated for its failures; its text when it is a str."""
        if self._shows_caught(node):
            return None
        if node.type in ("string", "concatenated_string"):
            with self.collecting() as inner:
                made = self._whole_message(node)
            if made is None:
                self._parts_of_message(node)
            else:
                self.out.extend(inner)
            return made
        value = self.expression(node)
        if isinstance(value, Variable):
            self.let_go(node, value)
        elif not isinstance(value, Constant):
            self.emit(node, Evaluate(place=place(node), value=value))
        return None

    def _whole_message(self, node: Node) -> Expr | None:
        """The text, where it is known for all values and needs no loop."""
        try:
            made = self.expression(node)
        except NotModelledError:
            return None
        return None if any(map(_is_involved, statements(tuple(self.out)))) else made

    def _parts_of_message(self, node: Node) -> None:
        """The holes of an f-string whose text is not modelled: any value has some text."""
        parts = [node] if node.type == "string" else children(node)
        for part in parts:
            for hole in children(part):
                if hole.type != "interpolation":
                    continue
                inside = [c for c in hole.children if c.type not in ("{", "}", "=")]
                shown = [c for c in inside if c.type not in _FORMATTING]
                if len(shown) != 1:
                    raise self.missing(hole, "f-string with a format")
                if self._shows_caught(shown[0]):
                    continue
                value = self.expression(shown[0])
                self.told(hole, value)
                for form in inside:
                    fits = _FORMATS.get(type(value.type))
                    if form.type == "format_specifier" and (
                        fits is None or not fits.fullmatch(text(form))
                    ):
                        raise self.missing(hole, "f-string with a format")
                self.emit(node, Evaluate(place=place(node), value=value))

    def asserting(self, node: Node) -> None:
        condition_node, *rest = children(node)
        condition = self.condition(condition_node)
        self.narrowed |= facts(condition)[0]
        if not rest:
            self.emit(node, Assert(place=place(node), condition=condition))
            return
        with self.collecting() as inner:
            message = self.message(rest[0])
        failing = (*inner, Raise(place=place(node), error="AssertionError", message=message))
        negated = Unary(type=BOOL, op="not", operand=condition, span=condition.span)
        self.emit(node, If(place=place(node), condition=negated, then=failing, otherwise=()))


def _in_finally(node: Node) -> bool:
    """Whether it stands in the `finally` of a try statement inside of the handler: an exception on
    its way there would be raised again in the place of what the handler has caught.
    """
    around = node.parent
    while around is not None and around.type not in ("except_clause", "function_definition"):
        if around.type == "finally_clause":
            return True
        around = around.parent
    return False


def _is_involved(statement: Statement) -> bool:
    """Whether it is for a text that nobody needs: what an exception says is in no contract."""
    return isinstance(statement, Unmodelled) or (
        isinstance(statement, CallFunction) and ":" in statement.function
    )


def _gives_object(statement: Statement) -> bool:
    value = statement.value if isinstance(statement, Return) else None
    return value is not None and _is_object(value.type)


def _may_change(statement: Statement) -> bool:
    """Whether a statement changes an object, or calls what may."""
    match statement:
        case Assign():
            return statement.in_place
        case CallFunction():
            return any(_is_object(arg.type) for arg in statement.args)
        case _:
            return isinstance(statement, SetItem)


def _is_object(of: Type) -> bool:
    """Whether code could change a value of the type, a record's fields among it."""
    return is_mutable(of) or bool(records_in(of))

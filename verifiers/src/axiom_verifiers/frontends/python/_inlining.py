"""A function's code in the place of its call, as one expression.

Inside a comprehension, a lambda or a loop's condition a call cannot be a statement of its own.
There the body of a function of the file, without loops, becomes an expression: branches are
conditional expressions, assignments `Let`, exceptions `Failing`. Arguments are evaluated once,
before the body and in their order, as in Python.
"""

from __future__ import annotations

import abc
from collections.abc import Generator, Mapping
from contextlib import contextmanager

import msgspec
from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Conditional,
    Constant,
    Expr,
    Failing,
    FunctionRef,
    Index,
    Let,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, rebuild, rename_bound, walk
from axiom_verifiers.contracts.types import NONE, UNKNOWN, TupleType, Type
from axiom_verifiers.contracts.typing_rules import is_mutable
from axiom_verifiers.core.deciding import may_fail
from axiom_verifiers.core.program import Evaluate
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._binding import bound_names, is_generator
from axiom_verifiers.frontends.python._class_methods import is_class_method
from axiom_verifiers.frontends.python._context import integer_constant
from axiom_verifiers.frontends.python._iteration import Iteration
from axiom_verifiers.frontends.python._narrowing import facts, without
from axiom_verifiers.frontends.python._parameters import matched, parameters_of
from axiom_verifiers.frontends.python._tree import children, place, span, text
from axiom_verifiers.frontends.python._tree import walk as inner_nodes

# Calls inside each other, statements gone through for one call, and nodes of its expression.
_DEEPEST = 6
_MOST_STATEMENTS = 120
_LARGEST = 400
_PATTERNS = ("pattern_list", "tuple_pattern", "list_pattern")


class Inlining(Iteration, abc.ABC):
    """Bodies of functions as expressions."""

    @abc.abstractmethod
    def raised(self, node: Node) -> tuple[str, list[Node]]:
        """The exception that a raise statement raises, and its arguments."""

    @abc.abstractmethod
    def classes_raised(self, node: Node) -> tuple[str, ...]:
        """The file's classes that what a raise statement raises is an instance of."""

    @abc.abstractmethod
    def message(self, node: Node) -> Expr | None:
        """An exception's argument, evaluated for its failures."""

    def inlined(
        self,
        node: Node,
        name: str,
        function: Node,
        arguments: Node | None,
        owner: tuple[Expr, ...] = (),
    ) -> Expr:
        """The value of a call of `function`, whose code stands in the file; `owner` is what a
        method is called on.
        """
        parameters = parameters_of(function)
        if parameters.problem:
            raise self.missing(node, f"call of {name}, which has {parameters.problem}")
        if is_class_method(function):
            raise self.missing(node, f"{name}, a class method, inside an expression")
        positional, keywords = ([], {}) if arguments is None else self.arguments(arguments)
        given = matched(
            parameters.names[len(owner) :],
            parameters.positional_only,
            parameters.keyword_only,
            positional,
            keywords,
        )
        count = len(positional) + len(keywords)
        if given is None:
            raise self.missing(node, f"call of {name} with {count} arguments")
        with self.collecting() as inner:
            parts = self.in_order(list(given.values()), self.expression)
        if inner:
            owner = tuple(self.saved(node, value) for value in owner)
            self.out.extend(inner)
        values = {
            **dict(zip(parameters.names, owner, strict=False)),
            **dict(zip(given, parts, strict=True)),
        }
        for parameter, default in parameters.defaults:
            if parameter not in values:
                values[parameter] = self.default(node, name, function, default)
        if set(values) != set(parameters.names):
            raise self.missing(node, f"call of {name} with {count} arguments")
        return self.body_of(node, name, function, values)

    def default(self, node: Node, name: str, function: Node, default: Node) -> Expr:
        """A default that is a constant, and means the same where the call is."""
        names = {text(part) for part in inner_nodes(default) if part.type == "identifier"}
        value = None
        if not (self.is_nested(function) and names & self.base):
            value = self.surroundings.literal(default)
        if value is None or is_mutable(value.type):
            raise self.missing(node, f"call of {name}, which has a default that is not modelled")
        return value

    def defaults_evaluated(self, function: Node) -> None:
        """The defaults of a function are evaluated where it is made, be it called or not."""
        parameters = parameters_of(function)
        if parameters.problem:
            raise self.missing(function, f"a function which has {parameters.problem}")
        for _, default in parameters.defaults:
            inside = list(inner_nodes(default))
            if any(part.type == "named_expression" for part in inside):
                raise self.missing(default, "a default that binds a name")
            names = {text(part) for part in inside if part.type == "identifier"}
            if names & self.scope or self.surroundings.literal(default) is None:
                value = self.expression(default)
                self.emit(default, Evaluate(place=place(default), value=value))

    def is_nested(self, function: Node) -> bool:
        """Whether the function stands inside the one that is being translated."""
        return any(function == nested for nested in self.nested.values())

    def body_of(self, node: Node, name: str, function: Node, values: Mapping[str, Expr]) -> Expr:
        """The function's value for these arguments, which are evaluated in their order."""
        body = self.field(function, "body")
        if any(function == active for active in self.inside):
            raise self.missing(node, f"recursive call of {name}")
        if len(self.inside) >= _DEEPEST:
            raise self.missing(node, f"call of {name}, nested too deeply")
        if function.children[0].type == "async":
            raise self.missing(node, "async function")
        if function.type != "lambda" and is_generator(function):
            raise self.missing(node, f"{name}, a generator, inside an expression")
        types = {parameter: value.type for parameter, value in values.items()}
        with self._within(function, body, types):
            if function.type == "lambda":
                result = self.expression(body)
            else:
                before, self.steps = self.steps, 0
                result = self._result(children(body))
                self.steps = before
        names = bound_anywhere(result) | set(values)
        self.inlinings += 1
        fresh = {one: f"{one}#{self.inlinings}" for one in sorted(names)}
        result = rename_bound(result, fresh)
        if sum(1 for _ in walk(result)) > _LARGEST:
            raise self.missing(node, f"call of {name}, whose value is too long an expression")
        for parameter, value in reversed(list(values.items())):
            result = _given(fresh[parameter], value, result)
        return msgspec.structs.replace(result, span=span(node))

    @contextmanager
    def _within(self, function: Node, body: Node, types: Mapping[str, Type]) -> Generator[None]:
        """Names mean what they mean in the function's body."""
        saved = self.bound, self.scope, self.own, self.narrowed, self.lifted, self.nested
        self.unchanging()
        aliases, self.aliases = self.aliases, {}
        caught, self.caught = self.caught, []
        standins, self.standins = self.standins, {}
        own = frozenset(types) | bound_names(body)
        if self.is_nested(function):
            self.scope = self.base | own
            self.narrowed = without(self.narrowed, own)
        else:
            self.scope, self.narrowed = own, frozenset()
            self.lifted, self.nested = {}, {}
        self.bound, self.own = dict(types), own
        self.inside.append(function)
        self.pure += 1
        try:
            yield
        finally:
            self.pure -= 1
            self.inside.pop()
            self.bound, self.scope, self.own, self.narrowed, self.lifted, self.nested = saved
            self.aliases, self.caught, self.standins = aliases, caught, standins

    # ------------------------------------------------------------ statements as expressions

    def _result(self, nodes: list[Node]) -> Expr:
        """What running these statements returns."""
        for position, node in enumerate(nodes):
            rest = nodes[position + 1 :]
            self.steps += 1
            if self.steps > _MOST_STATEMENTS:
                raise self.missing(node, "a function that is too long inside an expression")
            match node.type:
                case "pass_statement":
                    continue
                case "expression_statement":
                    if _literals.is_docstring(node):
                        continue
                    inside = children(node)
                    if len(inside) == 1 and inside[0].type == "ellipsis":
                        continue
                    if len(inside) != 1:
                        raise self.missing(node, "expression statement")
                    return self._bound_then(inside[0], rest)
                case "return_statement":
                    value = children(node)
                    if value:
                        return self.expression(value[0])
                    return Constant(type=NONE, value=None, span=span(node))
                case "if_statement":
                    alternatives = node.children_by_field_name("alternative")
                    return self._branches(node, alternatives, rest)
                case "raise_statement":
                    return self._failing(node)
                case "assert_statement":
                    return self._asserted(node, rest)
                case other:
                    raise self.missing(node, f"{other.replace('_', ' ')} inside an expression")
        return Constant(type=NONE, value=None)

    def _branches(self, node: Node, alternatives: list[Node], rest: list[Node]) -> Expr:
        condition = self.condition(self.field(node, "condition"))
        true, false = facts(condition)
        bound = dict(self.bound)
        with self.knowing(true):
            then = self._result([*children(self.field(node, "consequence")), *rest])
        self.bound = dict(bound)
        with self.knowing(false):
            if not alternatives:
                otherwise = self._result(rest)
            elif alternatives[0].type == "else_clause":
                otherwise = self._result([*children(self.field(alternatives[0], "body")), *rest])
            else:
                otherwise = self._branches(alternatives[0], alternatives[1:], rest)
        self.bound = bound
        then, otherwise, type_ = self.unified(node, then, otherwise)
        return Conditional(
            type=type_, condition=condition, then=then, otherwise=otherwise, span=span(node)
        )

    def _failing(self, node: Node) -> Expr:
        error, arguments = self.raised(node)
        if self.classes_raised(node):
            raise self.missing(node, "raise of a class of the file inside an expression")
        for argument in arguments:
            self._harmless(argument)
        return Failing(type=UNKNOWN, error=error, span=span(node))

    def _harmless(self, argument: Node) -> None:
        """An exception's argument is left out, so evaluating it must not fail."""
        pure, self.pure = self.pure, 0
        try:
            with self.collecting() as inner:
                value = self.message(argument)
        finally:
            self.pure = pure
        parts = [one.value for one in inner if isinstance(one, Evaluate)]
        if value is not None:
            parts.append(value)
        lacking = any(map(self.may_lack, parts))
        if len(parts) < len(inner) or lacking or any(map(may_fail, parts)):
            raise self.missing(argument, "the argument of an exception, which may fail")

    def _asserted(self, node: Node, rest: list[Node]) -> Expr:
        condition_node, *message = children(node)
        condition = self.condition(condition_node)
        for argument in message:
            self._harmless(argument)
        with self.knowing(facts(condition)[0]):
            then = self._result(rest)
        failing = Failing(type=then.type, error="AssertionError", span=span(node))
        return Conditional(
            type=then.type, condition=condition, then=then, otherwise=failing, span=span(node)
        )

    def _bound_then(self, node: Node, rest: list[Node]) -> Expr:
        """An assignment to names, and what follows it."""
        match node.type:
            case "assignment":
                left, right = self.field(node, "left"), node.child_by_field_name("right")
                if right is None:
                    return self._result(rest)
                if right.type in ("assignment", "augmented_assignment", "yield", "await"):
                    raise self.missing(node, "assignment inside an expression")
                return self._unpacked(node, left, right, rest)
            case "augmented_assignment":
                left = self.field(node, "left")
                operator = text(self.field(node, "operator"))[:-1]
                if left.type != "identifier" or text(left) not in self.own:
                    raise self.missing(node, "assignment inside an expression")
                before = self.expression(left)
                if is_mutable(before.type):
                    raise self.missing(node, "change in place inside an expression")
                value = self.operate(
                    node, operator, before, self.expression(self.field(node, "right"))
                )
                return self._let(node, text(left), value, rest)
            case _:
                raise self.missing(node, "a statement with an effect inside an expression")

    def _unpacked(self, node: Node, left: Node, right: Node, rest: list[Node]) -> Expr:
        if left.type == "identifier":
            return self._let(node, text(left), self.expression(right), rest)
        targets = children(left) if left.type in _PATTERNS else []
        if not targets or any(target.type != "identifier" for target in targets):
            raise self.missing(node, "assignment inside an expression")
        names = [text(target) for target in targets]
        value = self.expression(right)
        if not isinstance(value.type, TupleType) or len(value.type.items) != len(targets):
            raise self.missing(node, "unpacking inside an expression")
        whole = Variable(type=value.type, name="#whole", role="bound")
        saved = dict(self.bound)
        self.bound |= dict(zip(names, value.type.items, strict=True))
        with self.knowing(frozenset()):
            self.narrowed = without(self.narrowed, frozenset(names))
            result = self._result(rest)
        self.bound = saved
        for position in reversed(range(len(names))):
            type_ = value.type.items[position]
            part = Index(type=type_, value=whole, index=integer_constant(position))
            result = Let(type=result.type, name=names[position], value=part, body=result)
        return Let(type=result.type, name="#whole", value=value, body=result, span=span(node))

    def _let(self, node: Node, name: str, value: Expr, rest: list[Node]) -> Expr:
        if name not in self.own:
            raise self.missing(node, f"assignment to {name}")
        saved = dict(self.bound)
        self.bound[name] = value.type
        with self.knowing(frozenset()):
            self.narrowed = without(self.narrowed, frozenset({name}))
            body = self._result(rest)
        self.bound = saved
        return Let(type=body.type, name=name, value=value, body=body, span=span(node))

    # ------------------------------------------------------------ functions as arguments

    def named_key(self, node: Node, item: Type) -> FunctionRef | None:
        """A function of the file given by its name as one of a single argument."""
        if node.type != "identifier" or text(node) in self.bound:
            return None
        name = text(node)
        function = self.nested.get(name)
        if function is None and name not in self.scope:
            function = self.surroundings.definition(name)
        if function is None:
            return None
        parameters = parameters_of(function)
        if (
            parameters.problem
            or not parameters.names
            or parameters.names[0] in (parameters.keyword_only)
        ):
            raise self.missing(node, f"{name} as a key")
        values: dict[str, Expr] = {
            parameters.names[0]: Variable(type=item, name="item", role="bound", span=span(node))
        }
        for parameter, default in parameters.defaults:
            if parameter not in values:
                values[parameter] = self.default(node, name, function, default)
        if set(values) != set(parameters.names):
            raise self.missing(node, f"{name} as a key")
        body = self.body_of(node, name, function, values)
        return FunctionRef(
            type=body.type, parameter="item", parameter_type=item, body=body, span=span(node)
        )


def _given(name: str, value: Expr, body: Expr) -> Expr:
    """The body with a parameter's value: in its place where that is the same, else by `Let`.

    A local may be unbound, and what may fail fails once, before the body.
    """
    plain = isinstance(value, Constant) or (isinstance(value, Variable) and value.role != "local")
    if not plain:
        return Let(type=body.type, name=name, value=value, body=body, span=value.span)

    def change(node: Expr) -> Expr:
        if isinstance(node, Variable) and node.role == "bound" and node.name == name:
            return msgspec.structs.replace(value, type=node.type)
        return rebuild(node, change)

    if name in bound_anywhere(body):
        # The body binds the name anew, so not every use of it is the parameter.
        return Let(type=body.type, name=name, value=value, body=body, span=value.span)
    return change(body)

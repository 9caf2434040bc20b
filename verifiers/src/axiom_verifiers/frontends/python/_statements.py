"""Python statements to core statements."""

from __future__ import annotations

from tree_sitter import Node

from axiom_verifiers.contracts.expressions import (
    Call,
    Compare,
    Constant,
    Expr,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import (
    BOOL,
    FLOAT,
    INT,
    NONE,
    BoolType,
    FloatType,
    IntType,
    NoneType,
    OptionalType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import is_mutable, join, show_type
from axiom_verifiers.core.flow import falls_through
from axiom_verifiers.core.program import (
    Block,
    Break,
    Continue,
    Evaluate,
    For,
    If,
    Return,
    Unmodelled,
    While,
)
from axiom_verifiers.frontends.python import _literals
from axiom_verifiers.frontends.python._alone import stands_alone
from axiom_verifiers.frontends.python._binding import (
    CHANGING,
    augmented_names,
    barrier,
    bound_names,
    captures,
    changed_names,
)
from axiom_verifiers.frontends.python._context import (
    Branch,
    Nested,
    NotModelledError,
    integer_constant,
    truth,
)
from axiom_verifiers.frontends.python._exceptions import Exceptions
from axiom_verifiers.frontends.python._floats import kind
from axiom_verifiers.frontends.python._narrowing import facts
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._tree import children, place, text, walk
from axiom_verifiers.frontends.python._typing import FactoryDict


class Statements(Exceptions):
    """One method per kind of statement; what has none is reported."""

    def block(self, node: Node) -> Block:
        """The statements of a block node."""
        with self.collecting() as inner:
            for child in children(node):
                self.statement(child)
        return tuple(inner)

    def statement(self, node: Node) -> None:
        """Emit what one statement means; what is not modelled becomes `Unmodelled`."""
        try:
            with self.collecting() as inner:
                self._statement(node)
        except NotModelledError as failure:
            report = Unmodelled(place=place(failure.node), construct=failure.construct)
            self.out.append(report)
        else:
            self.out.extend(inner)

    def _statement(self, node: Node) -> None:
        match node.type:
            case "expression_statement":
                self._expression_statement(node)
            case "if_statement":
                self._if(node)
            case "while_statement":
                self._while(node)
            case "for_statement":
                self._for(node)
            case "return_statement":
                self._return(node)
            case "try_statement":
                self.trying(node)
            case "with_statement":
                self.suppressing(node)
            case "raise_statement":
                self.raising(node)
            case "assert_statement":
                self.asserting(node)
            case "delete_statement":
                self.delete(node)
            case "pass_statement":
                pass
            case "break_statement":
                self.emit(node, Break(place=place(node)))
            case "continue_statement":
                self.emit(node, Continue(place=place(node)))
            case "match_statement":
                self.match(node)
            case "function_definition":
                self._inner_function(node)
            case other:
                raise self.missing(node, other.replace("_", " "))

    def _inner_function(self, node: Node) -> None:
        """A function that would be the same outside is called as one of the file's own, with
        what it reads of this one as further arguments; any may be written in a call's place.
        """
        name = text(self.field(node, "name"))
        free = captures(node, node.parent, name, self.base)
        if name in self.parameters or self.inside or free is None:
            raise self.missing(node, "nested function")
        if barrier(node) is not None:
            raise self.missing(node, "nested function")
        self.defaults_evaluated(node)
        parameters = parameters_of(node)
        own = bound_names(self.field(node, "body")) | set(parameters.names)
        functions = {one: self.lifted[one] for one in free & set(self.lifted)}
        values = free - set(self.nested) - {name}
        self.nested[name] = node
        self.lifted.pop(name, None)
        named = {text(part) for _, value in parameters.defaults for part in walk(value)}
        # A function that calls one which cannot be lifted cannot be either.
        if named & self.base or free & set(self.nested) - set(functions) - {name}:
            return
        lifted = f"{self.function}.{name}"
        if name in free:
            functions[name] = lifted
        for one in sorted(functions):
            if one == name:
                continue
            shape = self.surroundings.shape(functions[one])
            if isinstance(shape, str):
                return
            if own & set(shape.captures):
                return
            values |= frozenset(shape.captures)
        if self.surroundings.lift(lifted, Nested(node, tuple(sorted(values)), functions)):
            self.lifted[name] = lifted

    def _named_lambda(self, node: Node, name: str, function: Node) -> None:
        """`name = lambda …`: a function of this one, written in the place of its calls."""
        statement = node.parent
        block = None if statement is None else statement.parent
        if (
            name in self.parameters
            or self.inside
            or captures(function, block, name, self.base, node) is None
        ):
            raise self.missing(node, "lambda")
        self.defaults_evaluated(function)
        self.nested[name] = function

    def _expression_statement(self, node: Node) -> None:
        if _literals.is_docstring(node):
            return
        for inside in children(node):
            match inside.type:
                case "assignment":
                    left, right = self.field(inside, "left"), inside.child_by_field_name("right")
                    if left.type == "identifier" and right is not None and right.type == "lambda":
                        self._named_lambda(inside, text(left), right)
                    elif left.type != "identifier" or not self.names_functions(inside):
                        self.assignment(inside)
                case "augmented_assignment":
                    self.augmented(inside)
                case "ellipsis":
                    pass
                case "yield":
                    self.yields(inside)
                case _:
                    if inside.type == "call" and (
                        self._changing_either(inside) or self.changing_call(inside)
                    ):
                        continue
                    value = self.expression(inside)
                    if not isinstance(value, Constant) and not (
                        isinstance(value, Variable) and value.name.startswith("#")
                    ):
                        self.emit(node, Evaluate(place=place(node), value=value))

    def _changing_either(self, node: Node) -> bool:
        """`(xs if c else ys).append(x)`: a branch for each; False for any other call."""
        function = self.field(node, "function")
        chosen = function.child_by_field_name("object")
        while chosen is not None and chosen.type == "parenthesized_expression":
            chosen = children(chosen)[0]
        if chosen is None or chosen.type != "conditional_expression":
            return False
        if text(self.field(function, "attribute")) not in CHANGING:
            return False
        first, test, second = children(chosen)
        condition = self.condition(test)
        blocks: list[Block] = []
        rest = f"{text(self.field(function, 'attribute'))}{text(self.field(node, 'arguments'))}"
        for part, known in zip((first, second), facts(condition), strict=True):
            with self.collecting() as inner, self.knowing(known):
                self.in_words(node, f"({text(part)}).{rest}", self.inserted)
            blocks.append(tuple(inner))
        then, otherwise = blocks
        self.emit(node, If(place=place(node), condition=condition, then=then, otherwise=otherwise))
        return True

    def inserted(self, node: Node) -> Expr:
        """A change in place that is a statement of its own."""
        if not (self._changing_either(node) or self.changing_call(node)):
            raise self.missing(node, "change in place of something other than a local")
        return Constant(type=NONE, value=None)

    # ------------------------------------------------------------ branches and loops

    def _if(self, node: Node) -> None:
        alternatives = node.children_by_field_name("alternative")
        self._branch(node, alternatives)

    def _branch(self, node: Node, alternatives: list[Node]) -> None:
        condition = self._tested(self.field(node, "condition"))
        before = self.narrowed
        true, false = facts(condition)
        self.narrowed = before | true
        then = self.block(self.field(node, "consequence"))
        after_then, self.narrowed = self.narrowed, before | false
        otherwise: Block = ()
        if alternatives:
            first, *rest = alternatives
            if first.type == "else_clause":
                otherwise = self.block(self.field(first, "body"))
            else:
                otherwise = self._elif(first, rest)
        if not falls_through(otherwise):
            self.narrowed = after_then
        elif falls_through(then):
            self.narrowed &= after_then
        self.emit(node, If(place=place(node), condition=condition, then=then, otherwise=otherwise))

    def _tested(self, node: Node) -> Expr:
        """A branch's condition. Before types have settled it may not be one yet, and the blocks
        under it are what settles them.
        """
        try:
            return self.condition(node)
        except NotModelledError:
            if self.final:
                raise
            return truth(value=True)

    def _elif(self, node: Node, rest: list[Node]) -> Block:
        with self.collecting() as outer:
            try:
                with self.collecting() as inner:
                    self._branch(node, rest)
            except NotModelledError as failure:
                report = Unmodelled(place=place(failure.node), construct=failure.construct)
                self.out.append(report)
            else:
                self.out.extend(inner)
        return tuple(outer)

    def _otherwise(self, node: Node) -> Block:
        clause = node.child_by_field_name("alternative")
        return () if clause is None else self.block(self.field(clause, "body"))

    def _while(self, node: Node) -> None:
        self.loops += 1
        loop = self.loops
        where = place(node)
        condition_node = self.field(node, "condition")
        self.narrowed -= bound_names(node)
        before = self.narrowed
        with self.collecting() as inner:
            condition = self._tested(condition_node)
        if inner:
            inner, condition = self._without_statements(condition_node, (inner, condition))
        true, false = facts(condition)
        self.narrowed = before | true
        body = self.block(self.field(node, "body"))
        self.narrowed = before | false
        otherwise = self._otherwise(node)
        self.narrowed = before
        if inner:
            if otherwise:
                raise self.missing(node, "else of a loop whose condition calls or assigns")
            negated = Unary(type=BOOL, op="not", operand=condition, span=condition.span)
            stop = If(
                place=place(condition_node),
                condition=negated,
                then=(Break(place=where),),
                otherwise=(),
            )
            body = (*inner, stop, *body)
            condition = truth(value=True)
        self.emit(
            node,
            While(place=where, loop=loop, condition=condition, body=body, otherwise=otherwise),
        )

    def _without_statements(self, node: Node, branch: Branch) -> Branch:
        """A condition as an expression alone, if it can be one."""
        self.pure += 1
        try:
            return [], self.condition(node)
        except NotModelledError:
            return branch
        finally:
            self.pure -= 1

    def _for(self, node: Node) -> None:
        self.loops += 1
        loop = self.loops
        if node.children[0].type == "async":
            raise self.missing(node, "asynchronous for")
        self._unchanging_while_read(node)
        iterable = self.iterable(self.field(node, "right"))
        self.eager(node, iterable)
        item = self.drawn(node, iterable)
        left = self.field(node, "left")
        outer, self.rows = self.rows, []
        target = self._loop_target(left, self.target(left, item))
        rows, self.rows = self.rows, outer
        self.narrowed -= bound_names(node)
        before = self.narrowed
        with self.collecting() as apart:
            for name, pattern, type_ in rows:
                self.unpack(left, pattern, Variable(type=type_, name=name, role="local"))
        body = (*apart, *self.block(self.field(node, "body")))
        self.unread(self.field(node, "right"), body)
        self.narrowed = before
        otherwise = self._otherwise(node)
        self.narrowed = before
        statement = For(
            place=place(node),
            loop=loop,
            target=target,
            iterable=iterable,
            body=body,
            otherwise=otherwise,
        )
        self.emit(node, statement)

    def _unchanging_while_read(self, node: Node) -> None:
        """Refuse a loop that changes what an iterator may go on reading."""
        right, block = self.field(node, "right"), self.field(node, "body")
        otherwise = node.child_by_field_name("alternative")
        if self.read_late(right) & bound_names(node, without=otherwise):
            raise self.missing(node, "changes while an iterator reads on")
        if not self.reads_on(right):
            return
        changed = changed_names(block) | augmented_names(block) & self._tables()
        if any(not stands_alone(name, right) for name in changed):
            raise self.missing(node, "changes while an iterator reads on")

    def _tables(self) -> frozenset[str]:
        """Names that hold what can be changed in place."""
        held = {**self.parameters, **self.found}
        return frozenset(name for name, type_ in held.items() if is_mutable(type_))

    def _loop_target(self, node: Node, target: Target) -> Target:
        """Bind the target's names as locals."""
        if target.name is None:
            return Target(
                name=None,
                type=target.type,
                items=tuple(self._loop_target(node, item) for item in target.items),
            )
        type_ = self.bind(node, target.name, target.type)
        if type_ != target.type and self.final:
            raise self.missing(node, f"{target.name}, which holds {show_type(type_)}")
        return Target(name=target.name, type=type_)

    # ------------------------------------------------------------ leaving

    def _return(self, node: Node) -> None:
        where = place(node)
        inside = children(node)
        if self.generator:
            if inside:
                raise self.missing(node, "return of a value by a generator")
            self.emit(node, Return(place=where, value=self.given()))
            return
        if not inside:
            self._gives(NONE)
            self.emit(node, Return(place=where, value=None))
            return
        value = self.expression(inside[0])
        self._gives(value.type)
        if isinstance(value.type, NoneType):
            if not isinstance(value, Constant):
                self.emit(node, Evaluate(place=where, value=value))
            self.emit(node, Return(place=where, value=None))
            return
        self.emit(node, Return(place=where, value=self._returned(inside[0], value)))

    def _gives(self, type_: Type) -> None:
        """Note the type of a returned value, for a function whose result type is inferred."""
        so_far = self.result_found
        joined = type_ if so_far is None else join(so_far, type_)
        self.result_found = joined if joined is not None else so_far

    def _returned(self, node: Node, value: Expr) -> Expr:
        if isinstance(self.result, UnknownType):
            return value
        if isinstance(value.type, FactoryDict) and not isinstance(self.result, FactoryDict):
            value = self.plain(value)  # So does the sandbox take it.
        wanted = self.result.item if isinstance(self.result, OptionalType) else self.result
        match wanted, value.type:
            case (IntType(), BoolType()):
                if self.called_by_itself:
                    raise self.missing(node, "bool where int is expected")
                return self.numeric(value)
            case (FloatType(), IntType()) if isinstance(value, Constant):
                exact = float(int(value.value or 0))
                if int(exact) == value.value:
                    return Constant(type=FLOAT, value=exact, span=value.span)
            case (FloatType(), IntType()):
                return self._converted(node, value)
            case (FloatType(), FloatType()) if kind(value, self.mixed) != "float":
                # What the caller gets is read as a float; a helper's caller computes with it.
                if self.function != self.entry:
                    raise self.missing(node, "return of a float that may be an int")
            case (plain, OptionalType(item)) if (
                item == plain == self.result
                and self.function == self.entry
                and not self.called_by_itself
            ):
                return value  # That it is not None is owed, as a result of the type.
            case _:
                pass
        return self.fitted(node, value, self.result)

    def _converted(self, node: Node, value: Expr) -> Expr:
        """An int returned where a float is declared: it is read as the float that it equals."""
        if self.function != self.entry:
            raise self.missing(node, "int where float is expected")
        number = self.saved(node, value)
        size = Call(type=INT, function="abs", args=(number,), span=value.span)
        beyond = Compare(type=BOOL, op=">", left=size, right=integer_constant(2**53))
        report = Unmodelled(place=place(node), construct="large int where float is expected")
        self.emit(node, If(place=place(node), condition=beyond, then=(report,), otherwise=()))
        return Call(type=FLOAT, function="float", args=(number,), span=value.span)

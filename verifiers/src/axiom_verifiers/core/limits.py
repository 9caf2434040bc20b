"""Handlers that would catch a limit of the interpreter, which is outside the semantics.

`except Exception` around a call that recurses catches the RecursionError of a deep one, and around
`list(range(n))` the MemoryError of a large one: the code then goes on with another result than the
program here, which knows no such limit. A try statement whose handler is so broad is not modelled
where its body recurses, or makes what neither constants nor the sizes of what is there bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from axiom_verifiers.contracts.exceptions import bases_of
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Constant,
    ConstantRef,
    Expr,
    MethodCall,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import children
from axiom_verifiers.contracts.types import BoolType, FloatType, IntType, NoneType
from axiom_verifiers.core.flow import blocks_of, expressions, statements, target_names
from axiom_verifiers.core.program import (
    Assign,
    Block,
    CallFunction,
    For,
    Function,
    Handler,
    If,
    Program,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)

_TOO_DEEP = frozenset(bases_of("RecursionError"))
# Of a size that no memory has, or that no machine's number tells.
_TOO_LARGE = frozenset((*bases_of("MemoryError"), *bases_of("OverflowError")))
_WIDTHS = frozenset({"center", "ljust", "rjust", "zfill"})
_PLAIN = (IntType, BoolType, FloatType, NoneType)
# Of these no list is made of what is gone through.
_READING = frozenset({"all", "any", "len", "max", "min", "sum"})


def within_limits(program: Program) -> Program:
    """The program without the try statements that would catch a limit; to be asked before
    recursion becomes loops.
    """
    if not any(_broad(one) for function in program.functions for one in _tries(function)):
        return program
    facts = {function.name: _Facts(function) for function in program.functions}
    calls: dict[str, frozenset[str]] = {}
    for name, one in facts.items():
        calls[_own(name)] = calls.get(_own(name), frozenset()) | one.calls
    calls = {name: found & calls.keys() for name, found in calls.items()}
    below = {name: _reached(calls, name) for name in calls}
    deep = {name for name in below if name in below[name]}
    large = {
        _own(name) for name, one in facts.items() if one.unbounded(one.function.body, inside=False)
    }
    functions = [
        replace(
            function,
            body=_Guard(facts[function.name], below, deep, large).block(
                function.body, inside=False
            ),
        )
        for function in program.functions
    ]
    return replace(program, functions=tuple(functions))


def _tries(function: Function) -> Iterator[Try]:
    return (one for one in statements(function.body) if isinstance(one, Try))


def _broad(statement: Try) -> bool:
    return any(_catches(handler, _TOO_DEEP | _TOO_LARGE) for handler in statement.handlers)


def _catches(handler: Handler, errors: frozenset[str]) -> bool:
    everything = not handler.errors and not handler.classes
    return everything or not errors.isdisjoint(handler.errors)


def _own(name: str) -> str:
    """A function with further parameters is there twice, once as the entry."""
    return name.removeprefix("#")


def _reached(calls: Mapping[str, frozenset[str]], name: str) -> frozenset[str]:
    """The functions that a call of this one calls, however deep."""
    found: set[str] = set()
    waiting = list(calls[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += calls[one]
    return frozenset(found)


class _Facts:
    """What a function calls, and which of its ints are bounded by sizes."""

    def __init__(self, function: Function) -> None:
        self.function = function
        own = [one for one in statements(function.body) if isinstance(one, CallFunction)]
        self.calls = frozenset(_own(one.function) for one in own)
        self.bounded: frozenset[str] = frozenset()
        given: dict[str, list[Expr]] = {}
        for statement in statements(function.body):
            match statement:
                case Assign():
                    given.setdefault(statement.name, []).append(statement.value)
                case _:
                    for name in _otherwise_given(statement):
                        given.setdefault(name, []).append(_ANY)
        parameters = {parameter.name for parameter in function.parameters}
        while True:
            found = frozenset(
                name
                for name, values in given.items()
                if name not in parameters and all(map(self.small, values))
            )
            if found == self.bounded:
                return
            self.bounded = found

    def small(self, value: Expr) -> bool:
        """Whether an int is made of constants and of sizes of what is there."""
        match value:
            case Constant():
                return True
            case Variable():
                return value.name in self.bounded
            case Unary():
                return self.small(value.operand)
            case Binary(op="+" | "-" | "*" | "//" | "%"):
                return self.small(value.left) and self.small(value.right)
            case Call(function="len"):
                return True
            case Call(function="min" | "max" | "abs"):
                return not value.keywords and all(map(self.small, value.args))
            case _:
                return False

    def long(self, value: Expr) -> bool:
        """Whether it is a range, or goes through one, of a length that nothing bounds."""
        match value:
            case Call(function="range"):
                return not all(map(self.small, value.args))
            case Call(function="enumerate" | "reversed" | "zip"):
                return any(map(self.long, value.args))
            case _:
                return False

    def large(self, value: Expr, read: bool = False) -> bool:
        """Whether the expression makes what nothing bounds; `read` tells that what it gives is
        only gone through.
        """
        match value:
            case Call() if value.function in _READING and len(value.args) == 1:
                return self.large(value.args[0], read=True)
            case Call() if self.long(value):
                return not read
            case Comprehension() if read and value.kind == "generator":
                inside = [one.iterable for one in value.generators]
                held = [one for made in value.generators for one in made.conditions]
                return any(self.large(one, read=True) for one in inside) or any(
                    map(self.large, (*held, value.element))
                )
            case Binary(op="**" | "<<"):
                bounded = self.small(value.right)
                return not bounded or self.large(value.left) or self.large(value.right)
            case Binary(op="*") if not isinstance(value.type, _PLAIN):
                counts = [v for v in (value.left, value.right) if isinstance(v.type, _PLAIN)]
                if not all(map(self.small, counts)):
                    return True
            case MethodCall() if value.method in _WIDTHS and not all(map(self.small, value.args)):
                return True
            case Call(function="pow") if not all(map(self.small, value.args[1:])):
                return True
            case _:
                pass
        return any(map(self.large, children(value)))

    def unbounded(self, block: Block, *, inside: bool) -> bool:
        """Whether running the block may make what nothing bounds; `inside` a loop that may go on
        for any time.
        """
        for statement in block:
            if any(self._large_in(statement, one) for one in expressions(statement)):
                return True
            if inside and _grows(statement):
                return True
            match statement:
                case If():
                    blocks: tuple[Block, ...] = (statement.then, statement.otherwise)
                    lasting = inside
                case While():
                    blocks, lasting = (statement.body, statement.otherwise), True
                case For():
                    blocks = (statement.body, statement.otherwise)
                    lasting = inside or self.long(statement.iterable)
                case Try():
                    blocks, lasting = blocks_of(statement), inside
                case _:
                    continue
            if any(self.unbounded(one, inside=lasting) for one in blocks):
                return True
        return False

    def _large_in(self, statement: Statement, value: Expr) -> bool:
        return self.large(value, read=isinstance(statement, For))


_ANY = ConstantRef(type=IntType(), name="")


def _otherwise_given(statement: Statement) -> tuple[str, ...]:
    """The names that a statement other than an assignment gives a value."""
    match statement:
        case For():
            return target_names(statement.target)
        case CallFunction():
            given = tuple(name for _, name in statement.updates)
            return given if statement.target is None else (*given, statement.target)
        case _:
            return ()


def _grows(statement: Statement) -> bool:
    """Whether it makes, or changes, what has a size."""
    match statement:
        case Assign():
            return not isinstance(statement.value.type, _PLAIN)
        case SetItem() | CallFunction():
            return True
        case _:
            return False


class _Guard:
    """Replaces the try statements of one function that would catch a limit."""

    def __init__(
        self,
        facts: _Facts,
        below: Mapping[str, frozenset[str]],
        deep: set[str],
        large: set[str],
    ) -> None:
        self.facts = facts
        self.below = below
        self.deep = deep
        self.large = large
        # Called from what recurses, it may be at any depth.
        name = _own(facts.function.name)
        self.sunk = any(name == one or name in below[one] for one in deep)

    def block(self, block: Block, *, inside: bool) -> Block:
        return tuple(self.statement(one, inside=inside) for one in block)

    def statement(self, statement: Statement, *, inside: bool) -> Statement:
        match statement:
            case If():
                return replace(
                    statement,
                    then=self.block(statement.then, inside=inside),
                    otherwise=self.block(statement.otherwise, inside=inside),
                )
            case While() | For():
                endless = isinstance(statement, While) or self.facts.long(statement.iterable)
                return replace(
                    statement,
                    body=self.block(statement.body, inside=inside or endless),
                    otherwise=self.block(statement.otherwise, inside=inside),
                )
            case Try():
                return self._try(statement, inside=inside)
            case _:
                return statement

    def _try(self, statement: Try, *, inside: bool) -> Statement:
        called = {
            _own(one.function)
            for one in statements(statement.body)
            if isinstance(one, CallFunction)
        }
        reached = called.union(*(self.below[name] for name in called if name in self.below))
        deep = self.sunk or bool(reached & self.deep)
        large = bool(reached & self.large) or self.facts.unbounded(statement.body, inside=inside)
        for handler in statement.handlers:
            if (deep and _catches(handler, _TOO_DEEP)) or (large and _catches(handler, _TOO_LARGE)):
                construct = "except that would catch a limit of the interpreter"
                return Unmodelled(place=statement.place, construct=construct)
        return replace(
            statement,
            body=self.block(statement.body, inside=inside),
            handlers=tuple(
                replace(one, body=self.block(one.body, inside=inside)) for one in statement.handlers
            ),
            otherwise=self.block(statement.otherwise, inside=inside),
            finalizer=self.block(statement.finalizer, inside=inside),
        )

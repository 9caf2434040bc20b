"""A function that calls itself, as a loop that goes from call to inner call.

Of a run that goes on for ever in calls inside each other, nothing that stands after such a call is
ever reached: each is a jump to the function's beginning with other arguments. So the loop here goes
round where the function calls itself, and leaves where a call ends. That the loop never leaves says
that the calls never end; its leaving says nothing, for the function goes on then.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from axiom_verifiers.contracts.expressions import Constant, Expr, Variable
from axiom_verifiers.contracts.types import BOOL
from axiom_verifiers.core.flow import assigned_names, loops, statements
from axiom_verifiers.core.program import (
    Assign,
    Block,
    CallFunction,
    Continue,
    Function,
    If,
    Return,
    Statement,
    While,
)


def inward(function: Function) -> tuple[Function, While] | None:
    """The function as one loop, and that loop; None where it nowhere calls itself outside of
    loops and `try` statements. Inner calls that stand in these stay calls.
    """
    turned = _Turned(function)
    body = turned.block(function.body)
    if not turned.calls:
        return None
    last = Return(place=function.place, value=None)
    number = max((one.loop for one in loops(function)), default=0) + 1
    always = Constant(type=BOOL, value=True)
    loop = While(place=function.place, loop=number, condition=always, body=(*body, last))
    own = {parameter.name for parameter in function.parameters}
    names = tuple((name, kind) for name, kind in function.locals if name not in own)
    arguments = tuple(
        (_argument(parameter.name), parameter.type) for parameter in function.parameters
    )
    return replace(function, locals=(*names, *arguments), body=(loop,)), loop


def _argument(name: str) -> str:
    return f"#next {name}"


class _Turned:
    """`calls` counts the inner calls that became jumps."""

    def __init__(self, function: Function) -> None:
        self.calls = 0
        self._function = function
        self._moved = [
            (at, parameter)
            for at, parameter in enumerate(function.parameters)
            if not _is_handed_on(function, at, parameter.name)
        ]

    def block(self, block: Block) -> Block:
        return tuple(self._statements(block))

    def _statements(self, block: Block) -> Iterator[Statement]:
        for statement in block:
            match statement:
                case CallFunction(function=name) if name == self._function.name:
                    yield from self._jump(statement)
                    return
                case If():
                    then, otherwise = self.block(statement.then), self.block(statement.otherwise)
                    yield replace(statement, then=then, otherwise=otherwise)
                case _:
                    yield statement

    def _jump(self, call: CallFunction) -> Iterator[Statement]:
        """All arguments are evaluated before any parameter has a new value."""
        self.calls += 1
        for at, parameter in self._moved:
            yield Assign(place=call.place, name=_argument(parameter.name), value=call.args[at])
        for _, parameter in self._moved:
            name = _argument(parameter.name)
            value = Variable(type=parameter.type, name=name, role="local")
            yield Assign(place=call.place, name=parameter.name, value=value)
        yield Continue(place=call.place)


def _is_handed_on(function: Function, at: int, name: str) -> bool:
    """Whether the parameter is what it was in every inner call."""
    return name not in assigned_names(function.body) and all(
        _is_name(one.args[at], name)
        for one in statements(function.body)
        if isinstance(one, CallFunction) and one.function == function.name
    )


def _is_name(expr: Expr, name: str) -> bool:
    return isinstance(expr, Variable) and expr.name == name

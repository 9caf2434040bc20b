"""Runs core programs on host values, with the contracts' own evaluator.

Runs are guesses' food and the front end's test: never a verdict. Values are not changed in
place here, so a recorded state is a plain copy of the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from types import MappingProxyType
from typing import TypeGuard, assert_never

import msgspec

from axiom_verifiers.contracts.contract import Define
from axiom_verifiers.contracts.equality import same
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.exceptions import bases_of
from axiom_verifiers.contracts.expressions import Call, Expr, Target
from axiom_verifiers.contracts.frames import frozen
from axiom_verifiers.contracts.types import BytesType, StrType, TupleType
from axiom_verifiers.contracts.values import RecordValue, Value
from axiom_verifiers.core.deciding import deciding
from axiom_verifiers.core.flow import changed_parameters
from axiom_verifiers.core.program import (
    Assert,
    Assign,
    Block,
    Break,
    CallFunction,
    Continue,
    Evaluate,
    For,
    Function,
    Handler,
    If,
    Place,
    Program,
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

State = dict[str, Value]


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """`after` holds the caller's object of each parameter at the end."""

    result: Value
    after: State


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """An exception left the function; `place` is the statement that raised it."""

    error: str
    message: str
    place: Place
    after: State
    classes: tuple[str, ...] = ()


class Endless(msgspec.Struct, frozen=True, tag="endless"):
    """The loop at `place` came back to the values `repeated` of all that decides it.

    `first` and `again` count the loop's iterations from 0. By determinism the run never ends.
    """

    loop: int
    place: Place
    repeated: State
    first: int
    again: int


class Stopped(msgspec.Struct, frozen=True, tag="stopped"):
    """Nothing is known of how the run would end: a limit, or a construct not modelled."""

    reason: str
    place: Place


# Why a run was stopped that may yet go on.
TOO_LONG, TOO_DEEP = "step limit", "calls nested too deeply"
RunEnd = Finished | Failed | Endless | Stopped


class Run(msgspec.Struct, frozen=True):
    """`heads[(function, loop)]` are the states at each arrival at that loop's head, in order.

    A state holds parameters, bound locals, `#i{loop}` and `#s{loop}` of the `for` loops begun;
    `#a{loop}` tells apart the times that the loop was entered. `inside` are the functions that
    had been called and not ended when the run was stopped, outermost first, with their arguments.
    """

    args: tuple[Value, ...]
    end: RunEnd
    heads: Mapping[tuple[str, int], tuple[State, ...]]
    steps: int
    inside: tuple[tuple[str, State], ...] = ()


class Limits(msgspec.Struct, frozen=True):
    """Statements executed, calls inside each other, states kept per loop."""

    steps: int = 20_000
    depth: int = 60
    states: int = 2_000


DEFAULT_LIMITS = Limits()
Callee = Callable[[tuple[Value, ...]], RunEnd]
# So many parts of a state are compared within the time of a statement.
_SIZE_OF_A_STEP = 64
NO_CALLEES: Mapping[str, Callee] = MappingProxyType({})


class _RaisedError(Exception):
    def __init__(
        self, error: str, message: str, place: Place, classes: tuple[str, ...] = ()
    ) -> None:
        super().__init__(error)
        self.error, self.message, self.place = error, message, place
        self.classes = classes

    def is_caught(self, handler: Handler) -> bool:
        if not handler.errors and not handler.classes:
            return True
        found = {*bases_of(self.error)}.intersection(handler.errors)
        return bool(found) or not set(self.classes).isdisjoint(handler.classes)


class _StopError(Exception):
    def __init__(self, end: Endless | Stopped) -> None:
        super().__init__()
        self.end = end


class _UnboundError(Exception):
    pass


class _Scope(dict[str, Value]):
    """The names that are bound now; reading another is Python's UnboundLocalError."""

    def __missing__(self, name: str) -> Value:
        raise _UnboundError(name)


def _goes_on(value: Value) -> TypeGuard[Iterator[Value]]:
    return isinstance(value, Iterator)


class _Returned(msgspec.Struct, frozen=True):
    value: Value


_Jump = Break | Continue | _Returned | None


def run(
    program: Program,
    args: Sequence[Value],
    *,
    limits: Limits = DEFAULT_LIMITS,
    callees: Mapping[str, Callee] = NO_CALLEES,
) -> Run:
    """Call the program's entry. Arguments conform to the parameters' types and are not changed.

    `callees` runs the intents that the program calls by contract; one that is missing stops
    the run.
    """
    interpreter = _Interpreter(program, limits, callees)
    place = Place(1)
    end: RunEnd
    try:
        if program.obstacles or not program.functions:
            stop = program.obstacles[0] if program.obstacles else None
            reason = "no function" if stop is None else stop.construct
            raise _StopError(Stopped(reason, place if stop is None else stop.place))
        end = interpreter.call(program.entry, tuple(args), place, 0)
    except _StopError as stop:
        end = stop.end
    heads = {key: tuple(states) for key, states in interpreter.heads.items()}
    inside = tuple(interpreter.inside)
    return Run(args=tuple(args), end=end, heads=heads, steps=interpreter.steps, inside=inside)


def _constants(program: Program) -> tuple[Define, ...]:
    """The module's tables, under the evaluator's name for named values."""
    return tuple(
        Define(
            name=name,
            parameters=None,
            result=value.type,
            requires=None,
            decreases=None,
            body=value,
            recursive=False,
            evaluable=True,
        )
        for name, value in program.constants
    )


class _Interpreter:
    def __init__(self, program: Program, limits: Limits, callees: Mapping[str, Callee]) -> None:
        self.functions = {function.name: function for function in program.functions}
        self.evaluator = Evaluator(_constants(program))
        self.limits = limits
        self.callees = callees
        self.heads: dict[tuple[str, int], list[State]] = {}
        self.inside: list[tuple[str, State]] = []
        self.steps = 0
        self.entered = 0

    def call(
        self, name: str, args: tuple[Value, ...], place: Place, depth: int
    ) -> Finished | Failed:
        """Run one function to its end. Raises `_StopError` when it has none that is known."""
        function = self.functions[name]
        if depth >= self.limits.depth:
            raise _StopError(Stopped(TOO_DEEP, place))
        names = [parameter.name for parameter in function.parameters]
        scope = _Scope(zip(names, args, strict=True))
        activation = _Activation(self, function, scope, depth)
        changed = changed_parameters(function)
        self.inside.append((name, dict(scope)))
        try:
            jump = activation.block(function.body)
        except _RaisedError as raised:
            self.inside.pop()
            after = activation.after(names, args, changed)
            return Failed(raised.error, raised.message, raised.place, after, raised.classes)
        self.inside.pop()
        result = jump.value if isinstance(jump, _Returned) else None
        return Finished(result, activation.after(names, args, changed))

    def step(self, place: Place) -> None:
        self.steps += 1
        if self.steps > self.limits.steps:
            raise _StopError(Stopped(TOO_LONG, place))


class _Activation:
    """One call of one function."""

    def __init__(
        self, interpreter: _Interpreter, function: Function, scope: _Scope, depth: int
    ) -> None:
        self.interpreter = interpreter
        self.function = function
        self.scope = scope
        self.depth = depth
        self.handling: list[_RaisedError] = []

    def after(self, names: list[str], args: tuple[Value, ...], changed: tuple[str, ...]) -> State:
        return {
            name: self.scope[name] if name in changed else value
            for name, value in zip(names, args, strict=True)
        }

    def value(self, expr: Expr, place: Place) -> Value:
        """The expression's value here; its failure is raised as Python's exception."""
        return self.made(lambda: self.interpreter.evaluator.evaluate(expr, self.scope), place)

    def made(self, make: Callable[[], Value], place: Place) -> Value:
        """What is made by evaluating; a failure is raised as Python's exception."""
        try:
            return make()
        except UndefinedError as undefined:
            raise _RaisedError(undefined.kind, undefined.message, place) from None
        except UnevaluableError as failed:
            if not isinstance(failed.__cause__, TypeError):
                raise _StopError(Stopped(str(failed), place)) from None
            # An operand is None: the operators are Python's, and so is what they raise of it.
            raise _RaisedError("TypeError", str(failed), place) from None
        except LimitExceededError as exceeded:
            raise _StopError(Stopped(str(exceeded), place)) from None
        except _UnboundError as unbound:
            raise _RaisedError("UnboundLocalError", str(unbound), place) from None

    # ------------------------------------------------------------ statements

    def block(self, block: Block) -> _Jump:
        for statement in block:
            jump = self.statement(statement)
            if jump is not None:
                return jump
        return None

    def statement(self, statement: Statement) -> _Jump:
        place = statement.place
        self.interpreter.step(place)
        match statement:
            case Assign():
                value = self.value(statement.value, place)
                # What is gone through is a list to every reader.
                held = self.made(lambda: list(value), place) if _goes_on(value) else value
                if statement.in_place:
                    self.made(lambda: self.scope[statement.name], place)
                self.scope[statement.name] = held
            case SetItem():
                self.set_item(statement)
            case CallFunction():
                self.call(statement)
            case Evaluate():
                self.value(statement.value, place)
            case If():
                chosen = self.value(statement.condition, place)
                return self.block(statement.then if chosen else statement.otherwise)
            case While():
                return self.loop_while(statement)
            case For():
                return self.loop_for(statement)
            case Break() | Continue():
                return statement
            case Return():
                value = None if statement.value is None else self.value(statement.value, place)
                return _Returned(value)
            case Raise():
                message = statement.message
                text = "" if message is None else str(self.value(message, place))
                raise _RaisedError(statement.error, text, place, statement.classes)
            case Try():
                return self.trying(statement)
            case Reraise():
                raise self.handling[-1]
            case Assert():
                if not self.value(statement.condition, place):
                    raise _RaisedError("AssertionError", "", place)
            case Unmodelled():
                raise _StopError(Stopped(statement.construct, place))
            case _:
                assert_never(statement)
        return None

    def set_item(self, statement: SetItem) -> None:
        place = statement.place
        value = self.value(statement.value, place)
        owner = self.made(lambda: self.scope[statement.name], place)
        index = self.value(statement.index, place)
        if isinstance(owner, dict):
            self.scope[statement.name] = {**owner, index: value}
            return
        if not -len(owner) <= index < len(owner):
            message = "list assignment index out of range"
            raise _RaisedError("IndexError", message, place)
        copy = list(owner)
        copy[index] = value
        self.scope[statement.name] = copy

    def call(self, statement: CallFunction) -> None:
        place = statement.place
        args = tuple(self.value(arg, place) for arg in statement.args)
        interpreter = self.interpreter
        end: RunEnd
        if statement.function in interpreter.functions:
            end = interpreter.call(statement.function, args, place, self.depth + 1)
        elif statement.function in interpreter.callees:
            end = interpreter.callees[statement.function](args)
        else:
            end = Stopped(f"no code for {statement.function}", place)
        if isinstance(end, Finished | Failed):
            after = tuple(end.after.values())
            for position, name in statement.updates:
                self.scope[name] = after[position]
        match end:
            case Finished():
                if statement.target is not None:
                    self.scope[statement.target] = end.result
            case Failed():
                raise _RaisedError(end.error, end.message, place, end.classes)
            case Endless() | Stopped():
                raise _StopError(end)
            case _:
                assert_never(end)

    # ------------------------------------------------------------ exceptions

    def trying(self, statement: Try) -> _Jump:
        try:
            jump = self.caught(statement)
        except _RaisedError:
            left = self.block(statement.finalizer)
            if left is None:
                raise
            return left
        left = self.block(statement.finalizer)
        return jump if left is None else left

    def caught(self, statement: Try) -> _Jump:
        try:
            jump = self.block(statement.body)
        except _RaisedError as raised:
            handler = next((h for h in statement.handlers if raised.is_caught(h)), None)
            if handler is None:
                raise
            self.handling.append(raised)
            try:
                return self.block(handler.body)
            finally:
                self.handling.pop()
        return self.block(statement.otherwise) if jump is None else jump

    # ------------------------------------------------------------ loops

    def record(self, loop: int, extra: State) -> State:
        states = self.interpreter.heads.setdefault((self.function.name, loop), [])
        state = {**self.scope, **extra}
        if len(states) < self.interpreter.limits.states:
            states.append(state)
        return state

    def loop_while(self, statement: While) -> _Jump:
        self.interpreter.entered += 1
        extra = {f"#a{statement.loop}": self.interpreter.entered}
        names = sorted(deciding(statement))
        seen: dict[object, list[tuple[int, State]]] = {}
        iteration = 0
        while True:
            state = self.record(statement.loop, extra)
            decides = {name: state[name] for name in names if name in state}
            # Comparing states takes as long as they are.
            self.interpreter.steps += sum(map(_size, decides.values())) // _SIZE_OF_A_STEP
            alike = seen.setdefault(frozen(tuple(decides.values())), [])
            for first, earlier in alike:
                if same(earlier, decides):
                    end = Endless(statement.loop, statement.place, decides, first, iteration)
                    raise _StopError(end)
            alike.append((iteration, decides))
            iteration += 1
            self.interpreter.step(statement.place)
            if not self.value(statement.condition, statement.place):
                return self.block(statement.otherwise)
            jump = self.block(statement.body)
            if isinstance(jump, Break):
                return None
            if isinstance(jump, _Returned):
                return jump

    def loop_for(self, statement: For) -> _Jump:
        sequence = self.sequence(statement)
        number, loop = 0, statement.loop
        self.interpreter.entered += 1
        serial = self.interpreter.entered
        for item in sequence:
            self.scope[f"#i{loop}"], self.scope[f"#s{loop}"] = number, sequence
            self.record(loop, {f"#i{loop}": number, f"#s{loop}": sequence, f"#a{loop}": serial})
            self.interpreter.step(statement.place)
            self.bind(statement.target, item)
            jump = self.block(statement.body)
            if isinstance(jump, Break):
                return None
            if isinstance(jump, _Returned):
                return jump
            number += 1
        self.record(loop, {f"#i{loop}": number, f"#s{loop}": sequence, f"#a{loop}": serial})
        return self.block(statement.otherwise)

    def sequence(self, statement: For) -> Sequence[Value]:
        """What the loop runs over, as a list, str or tuple of its own."""
        iterable = statement.iterable
        if isinstance(iterable, Call) and iterable.function == "range":
            numbers = [self.value(arg, statement.place) for arg in iterable.args]
            if len(numbers) == 3 and numbers[2] == 0:
                message = "range() arg 3 must not be zero"
                raise _RaisedError("ValueError", message, statement.place)
            numbers = range(*numbers)
            # Its length may be too large a number for `len`.
            if numbers[self.interpreter.limits.steps :]:
                raise _StopError(Stopped(TOO_LONG, statement.place))
            return list(numbers)
        value = self.value(iterable, statement.place)
        # What is no sequence is a lazy view: of enumerate, zip, reversed, a dict.
        lazy = not isinstance(iterable.type, StrType | BytesType | TupleType)
        return self.made(lambda: list(value), statement.place) if lazy else value

    def bind(self, target: Target, item: Value) -> None:
        if target.name is not None:
            self.scope[target.name] = item
            return
        parts = item.fields.values() if isinstance(item, RecordValue) else item
        for inner, part in zip(target.items, parts, strict=True):
            self.bind(inner, part)


def _size(value: Value) -> int:
    """The length of what has one."""
    return len(value) if isinstance(value, Sized) else 0

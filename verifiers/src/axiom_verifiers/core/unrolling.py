"""Helper functions that call themselves last, as loops in the place of their call.

`return go(i + 1, acc + x)` begins the same code again with other arguments, so it is a round of a
loop; `return x + go(i + 1)` adds `x` to what the later rounds give. Where a function calls itself
only so, its call becomes `while True` with its parameters as locals of the caller, and each
`return` leaves the loop with the result. A loop is what invariants and measures are found for; and
they may speak of what the caller knows. Only how deep the interpreter's stack goes is lost.

Both ways to put results together are associative, and what is put in is evaluated before the inner
call, or cannot fail and reads only values, which the inner call does not change.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec.structs import replace

from axiom_verifiers.contracts.expressions import Binary, Constant, Expr, Variable
from axiom_verifiers.contracts.traversal import bound_anywhere, rebuild
from axiom_verifiers.contracts.types import BOOL, IntType, StrType, Type
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.core.deciding import may_fail, variables
from axiom_verifiers.core.flow import (
    assigned_names,
    changed_parameters,
    expressions,
    falls_through,
    loops,
    map_expressions,
    statements,
)
from axiom_verifiers.core.program import (
    Assign,
    Block,
    Break,
    CallFunction,
    Continue,
    For,
    Function,
    If,
    Program,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)


def with_rounds(program: Program) -> Program:
    """The program in which helper functions that call themselves last are loops."""
    known: dict[str, _Rounds] = {}
    for function in program.functions:
        rounds = _rounds(function) if function.name != program.entry else None
        if rounds is not None:
            known[function.name] = rounds
    if not known:
        return program
    known = {
        name: rounds
        for name, rounds in known.items()
        if not any(
            isinstance(one, CallFunction) and one.function in known and one.function != name
            for one in statements(rounds.function.body)
        )
    }
    functions = tuple(
        function if function.name in known else _Caller(function, known).done()
        for function in program.functions
    )
    called = {
        statement.function
        for function in functions
        if function.name not in known
        for statement in statements(function.body)
        if isinstance(statement, CallFunction)
    }
    kept = tuple(f for f in functions if f.name not in known or f.name in called)
    return replace(program, functions=kept)


class _Rounds(msgspec.Struct, frozen=True):
    """A function that calls itself last. `side` says on which side of the inner call's result
    what is put to it stands: None where nothing is.
    """

    function: Function
    side: str | None


# In a loop of its own a jump would mean another one.
_UNFIT = (While, For, Try, Unmodelled)


class _OtherError(Exception):
    """The function is none of these."""


def _rounds(function: Function) -> _Rounds | None:
    inside = list(statements(function.body))
    own = [statement for statement in inside if _calls(statement, function)]
    if not own or function.maybe_unbound or changed_parameters(function):
        return None
    if falls_through(function.body) or any(isinstance(one, _UNFIT) for one in inside):
        return None
    if any(isinstance(one, CallFunction) and one.updates for one in inside):
        return None
    try:
        found = _sides(function.body, function) - {""}
    except _OtherError:
        return None
    return _Rounds(function, found.pop() if found else None) if len(found) < 2 else None


def _calls(statement: Statement, function: Function) -> bool:
    return isinstance(statement, CallFunction) and statement.function == function.name


def _sides(block: Block, function: Function) -> set[str]:
    """How the calls of itself in the block are put to use: `` for the result as it is."""
    found: set[str] = set()
    for position, statement in enumerate(block):
        match statement:
            case CallFunction() if statement.function == function.name:
                rest = block[position + 1 :]
                if statement.updates or len(rest) != 1 or statement.target is None:
                    raise _OtherError
                found.add(_side(rest[0], statement, function))
                return found
            case If():
                found |= _sides(statement.then, function)
                found |= _sides(statement.otherwise, function)
            case _:
                pass
    return found


def _side(statement: Statement, call: CallFunction, function: Function) -> str:
    if not isinstance(statement, Return):
        raise _OtherError
    match statement.value:
        case Variable(name=name) if name == call.target:
            return ""
        case Binary(op="+" | "*" as op, left=left, right=right) as whole:
            kind = erase(function.result)
            plain = isinstance(kind, IntType) or (isinstance(kind, StrType) and op == "+")
            if not plain or erase(whole.type) != kind:
                raise _OtherError
            for side, result, other in (("left", right, left), ("right", left, right)):
                if isinstance(result, Variable) and result.name == call.target:
                    if call.target in variables(other) or may_fail(other):
                        raise _OtherError
                    if erase(other.type) != kind or erase(result.type) != kind:
                        raise _OtherError
                    # A sum or product of ints is the same from both sides.
                    return op if isinstance(kind, IntType) else side
            raise _OtherError
        case _:
            raise _OtherError


class _Caller:
    """One function whose calls become loops."""

    def __init__(self, function: Function, known: Mapping[str, _Rounds]) -> None:
        self.function = function
        self.known = known
        self.locals: dict[str, Type] = dict(function.locals)
        self.fixed = {p.name for p in function.parameters} - set(self.locals)
        self.taken = self.fixed | set(self.locals) | _bound(function)
        self.loop = max((loop.loop for loop in loops(function)), default=0)

    def done(self) -> Function:
        body = self.block(self.function.body)
        if body == self.function.body:
            return self.function
        used = assigned_names(body) | dict(self.function.locals).keys()
        made = tuple(sorted((n, kind) for n, kind in self.locals.items() if n in used))
        return replace(self.function, body=body, locals=made)

    def block(self, block: Block) -> Block:
        made: list[Statement] = []
        for statement in block:
            match statement:
                case CallFunction() if statement.function in self.known and not statement.updates:
                    made += self.inlined(statement, self.known[statement.function])
                case If():
                    then, otherwise = self.block(statement.then), self.block(statement.otherwise)
                    made.append(replace(statement, then=then, otherwise=otherwise))
                case While() | For():
                    body, otherwise = self.block(statement.body), self.block(statement.otherwise)
                    made.append(replace(statement, body=body, otherwise=otherwise))
                case _:
                    made.append(statement)
        return tuple(made)

    def free(self, name: str, kind: Type) -> str:
        """A new local, called like that one if it can be."""
        chosen, number = name, 1
        while chosen in self.taken:
            number += 1
            chosen = f"{name}_{number}"
        self.taken.add(chosen)
        self.locals[chosen] = kind
        return chosen

    def inlined(self, call: CallFunction, rounds: _Rounds) -> list[Statement]:
        function = rounds.function
        hidden = _bound(function)
        self.taken |= hidden
        names: dict[str, Variable] = {}
        made: list[Statement] = []
        changing: dict[int, str] = {}
        for position, parameter in enumerate(function.parameters):
            arg = call.args[position]
            kept = _kept(function, position)
            if kept and isinstance(arg, Variable) and arg.name in self.fixed - hidden:
                names[parameter.name] = arg
                continue
            name = self.free(parameter.name, parameter.type)
            names[parameter.name] = Variable(type=parameter.type, name=name, role="local")
            made.append(Assign(place=call.place, name=name, value=arg))
            if not kept:
                changing[position] = name
        for name, kind in function.locals:
            if name not in names:
                names[name] = Variable(type=kind, name=self.free(name, kind), role="local")
        result = call.target or self.free("#result", function.result)
        gathered = ""
        if rounds.side is not None:
            gathered = self.free(f"{function.name.rpartition('.')[2]}_so_far", function.result)
            begin = Constant(type=function.result, value=_neutral(rounds))
            made.append(Assign(place=call.place, name=gathered, value=begin))
        self.loop += 1
        loop = self.loop
        renamed = tuple(_renamed(statement, names) for statement in function.body)
        body = _Body(self, rounds, changing, result, gathered).block(renamed)
        true = Constant(type=BOOL, value=True)
        return [*made, While(place=function.place, loop=loop, condition=true, body=body)]


def _kept(function: Function, position: int) -> bool:
    """Whether every round has the same argument there."""
    name = function.parameters[position].name
    again = [
        one.args[position]
        for one in statements(function.body)
        if isinstance(one, CallFunction) and one.function == function.name
    ]
    same = all(isinstance(arg, Variable) and arg.name == name for arg in again)
    return same and name not in assigned_names(function.body)


class _Body(msgspec.Struct, frozen=True):
    """The helper's code as the body of the loop. `changing` are the locals of the parameters that
    change, by position; `gathered` is the local of what was put together, if something is.
    """

    caller: _Caller
    rounds: _Rounds
    changing: Mapping[int, str]
    result: str
    gathered: str

    def block(self, block: Block) -> Block:
        made: list[Statement] = []
        for position, statement in enumerate(block):
            match statement:
                case CallFunction() if statement.function == self.rounds.function.name:
                    return (*made, *self.again(statement, block[position + 1]))
                case Return(value=value):
                    kind = self.rounds.function.result
                    final = Constant(type=kind, value=None) if value is None else value
                    final = self.put(final) if self.gathered else final
                    made.append(Assign(place=statement.place, name=self.result, value=final))
                    made.append(Break(place=statement.place))
                case If():
                    then, otherwise = self.block(statement.then), self.block(statement.otherwise)
                    made.append(replace(statement, then=then, otherwise=otherwise))
                case _:
                    made.append(statement)
        return tuple(made)

    def again(self, call: CallFunction, following: Statement) -> list[Statement]:
        """Another round, with other arguments: all are evaluated before any of them is given."""
        made: list[Statement] = []
        moves = [(name, call.args[position]) for position, name in self.changing.items()]
        targets = {name for name, _ in moves}
        staged = any(variables(value) & (targets - {name}) for name, value in moves)
        gathered: list[Statement] = []
        if self.gathered and isinstance(following, Return) and isinstance(following.value, Binary):
            whole = following.value
            left = isinstance(whole.left, Variable) and whole.left.name == call.target
            put = self.put(whole.right if left else whole.left)
            gathered.append(Assign(place=following.place, name=self.gathered, value=put))
        given: list[Statement] = []
        for name, value in moves:
            kind = self.caller.locals[name]
            if staged or any(may_fail(value) for _, value in moves):
                temporary = self.caller.free(f"#{name}", kind)
                made.append(Assign(place=call.place, name=temporary, value=value))
                value = Variable(type=kind, name=temporary, role="local")
            given.append(Assign(place=call.place, name=name, value=value))
        # What is put to it reads the parameters of this round.
        return [*made, *gathered, *given, Continue(place=call.place)]

    def put(self, part: Expr) -> Expr:
        """What was gathered so far with one part more."""
        kind, side = self.rounds.function.result, self.rounds.side
        so_far = Variable(type=kind, name=self.gathered, role="local")
        left, right = (part, so_far) if side == "right" else (so_far, part)
        return Binary(type=kind, op="*" if side == "*" else "+", left=left, right=right)


def _neutral(rounds: _Rounds) -> int | str:
    """What changes nothing of what it is put to."""
    if isinstance(erase(rounds.function.result), StrType):
        return ""
    return 1 if rounds.side == "*" else 0


def _bound(function: Function) -> set[str]:
    """Names that expressions of the function bind."""
    return {
        name
        for statement in statements(function.body)
        for expr in expressions(statement)
        for name in bound_anywhere(expr)
    }


def _renamed(statement: Statement, names: Mapping[str, Variable]) -> Statement:
    """The statement with the helper's names under the caller's."""

    def of(expr: Expr) -> Expr:
        if isinstance(expr, Variable) and expr.role in ("local", "parameter"):
            value = names.get(expr.name)
            if value is None:
                return expr
            return replace(value, type=expr.type, span=expr.span)
        return rebuild(expr, of)

    return _targets(map_expressions(statement, of), names)


def _targets(statement: Statement, names: Mapping[str, Variable]) -> Statement:
    match statement:
        case Assign() | SetItem():
            known = names.get(statement.name)
            return statement if known is None else replace(statement, name=known.name)
        case CallFunction(target=str(target)):
            known = names.get(target)
            return statement if known is None else replace(statement, target=known.name)
        case If():
            then = tuple(_targets(one, names) for one in statement.then)
            otherwise = tuple(_targets(one, names) for one in statement.otherwise)
            return replace(statement, then=then, otherwise=otherwise)
        case _:
            return statement

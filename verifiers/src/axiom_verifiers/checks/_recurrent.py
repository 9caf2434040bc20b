"""Shows that a run never ends though its states are ever new: a recurrent set.

What the first rounds of a loop have in common is guessed: bounds, remainders, differences. Guesses
that a round does not keep are dropped, until solvers show of the rest that a round from any state
of which they hold stays in the loop and keeps them. The guesses hold of a state that the sandbox
says the run to come to, so the run never ends. A guess that is wrong costs time and nothing else.
Calls of a function by itself are rounds likewise (`core.inward`).
"""

# States are values of the code, whose types are those of its locals.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import msgspec

from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._readable import readable
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Binary, Call, Compare, Constant, Expr, Variable
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    BoolType,
    IntType,
    ListType,
    StrType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.contracts.value_expressions import literal
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.core.flow import assigned_names, loops
from axiom_verifiers.core.interpreter import TOO_DEEP, TOO_LONG, Limits, Run, State, Stopped, run
from axiom_verifiers.core.inward import inward
from axiom_verifiers.core.program import Function, Place, Program, While
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.rounds import Round, round_of

_LIMITS = Limits(steps=3_000, depth=20, states=120)
# Rounds of which nothing is guessed, and so many that guesses are made from.
_FIRST = 2
_LEAST, _MOST = 8, 40
_QUANTITIES = 8
_MODULI = (2, 3, 4, 5, 6, 8, 10)
# Seconds for one question, and for one run.
_LONGEST = 0.5
_SECONDS = 3.0
_DIGITS = 60


class Recurrent(msgspec.Struct, frozen=True):
    """From `state` on, at the head of the loop or the beginning of the function at `place`, `kept`
    holds for ever and nothing leaves it.
    """

    of: Literal["loop", "calls"]
    function: str
    place: Place
    state: State
    kept: tuple[Expr, ...]

    @property
    def told(self) -> str:
        """What the witness says."""
        names = ", ".join(f"{name} = {value!r}" for name, value in self.state.items())
        always = ", ".join(readable(one) for one in self.kept)
        always = f" where always {always}" if always else ""
        if self.of == "calls":
            whole = f"{self.function} (line {self.place.line}) calls itself on and on"
            return f"{whole} from {names}{always}"
        return f"the loop in line {self.place.line} goes on from {names}{always}"


def recurrent(
    program: Program, contract: Contract, inputs: Mapping[str, Value], solvers: Solvers
) -> Iterator[Recurrent]:
    """Loops that the call with these inputs comes into and is shown never to leave, and functions
    that it makes call themselves without end, each with a state from which that is so. No claim
    that the call comes to that state is more than the interpreter of core programs makes: whoever
    shows it has it confirmed by a run.
    """
    args = tuple(inputs[parameter.name] for parameter in contract.parameters)
    made = run(program, args, limits=_LIMITS)
    if not isinstance(made.end, Stopped) or made.end.reason not in (TOO_LONG, TOO_DEEP):
        return
    until = time.monotonic() + _SECONDS
    for function in program.functions:
        for on, states in (*_rounds(function, made), *_calls(function, made)):
            found = _closed(program, contract, on, states, solvers, until)
            if found is not None:
                yield found


class _Going(msgspec.Struct, frozen=True):
    """A loop of a function that is, or stands for, what goes on."""

    of: Literal["loop", "calls"]
    function: Function
    loop: While


def _rounds(function: Function, made: Run) -> Iterator[tuple[_Going, list[State]]]:
    """The loops in which the run may have been when it was stopped."""
    for loop in loops(function):
        states = made.heads.get((function.name, loop.loop), ())
        if isinstance(loop, While) and states:
            serial = f"#a{loop.loop}"
            last = [one for one in states if one[serial] == states[-1][serial]]
            yield _Going("loop", function, loop), last


def _calls(function: Function, made: Run) -> Iterator[tuple[_Going, list[State]]]:
    """The calls of a function by itself in which the run was when it was stopped."""
    rest = itertools.takewhile(lambda one: one[0] == function.name, reversed(made.inside))
    states = [state for _, state in rest][::-1]
    turned = inward(function) if states else None
    if turned is not None:
        yield _Going("calls", *turned), states


def _closed(
    program: Program,
    contract: Contract,
    on: _Going,
    states: list[State],
    solvers: Solvers,
    until: float,
) -> Recurrent | None:
    if len(states) < _FIRST + _LEAST:
        return None
    function, loop = on.function, on.loop
    kinds: dict[str, Type] = {one.name: one.type for one in function.parameters}
    kinds.update(function.locals)
    seen = states[_FIRST : _FIRST + _MOST]
    named = {
        name: value
        for name, value in seen[0].items()
        if name.isidentifier() and name in kinds and _is_plain(value, kinds[name])
    }
    changed = assigned_names(loop.body)
    fixed = {n: literal(v, kinds[n]) for n, v in named.items() if n not in changed}
    moving = {name: kinds[name] for name in named if name in changed}
    one_round = round_of(program, contract, function, loop, fixed)
    if one_round is None:
        return None
    for guessed in _guesses(moving, [one for one in seen if named.keys() <= one.keys()]):
        kept = _kept(one_round, guessed, solvers, until)
        if kept is not None:
            return Recurrent(on.of, function.name, loop.place, named, kept)
    return None


def _is_plain(value: Value, kind: Type) -> bool:
    """Whether the value is told by its text, and is small."""
    match value, erase(kind):
        case bool(), BoolType():
            return True
        case int(), IntType():
            return not isinstance(value, bool) and abs(value) < 10**_DIGITS
        case str(), StrType():
            return len(value) <= _DIGITS and value.isascii()
        case list(), ListType(item):
            return len(value) <= _DIGITS and all(_is_plain(one, item) for one in value)
        case tuple(), TupleType(items):
            return all(_is_plain(one, of) for one, of in zip(value, items, strict=True))
        case _:
            return False


# ---------------------------------------------------------------- guesses


class _Quantity(msgspec.Struct, frozen=True):
    """A number in each state."""

    expr: Expr
    values: tuple[int, ...]


def _guesses(moving: Mapping[str, Type], seen: list[State]) -> Iterator[list[Expr]]:
    """More and more of what the states have in common."""
    quantities: list[_Quantity] = []
    single: list[Expr] = []
    for name, kind in moving.items():
        here = Variable(type=kind, name=name, role="local")
        match erase(kind):
            case IntType():
                quantities.append(_Quantity(here, tuple(one[name] for one in seen)))
            case StrType() | ListType():
                size = Call(type=INT, function="len", args=(here,))
                quantities.append(_Quantity(size, tuple(len(one[name]) for one in seen)))
            case BoolType() if len({one[name] for one in seen}) == 1:
                value = Constant(type=BOOL, value=seen[0][name])
                single.append(Compare(type=BOOL, op="==", left=here, right=value))
            case _:
                pass
    quantities = quantities[:_QUANTITIES]
    for one in quantities:
        single += _bounds(one)
    remainders = [fact for one in quantities for fact in _remainders(one)]
    pairs: list[Expr] = []
    for one, other in itertools.combinations(quantities, 2):
        for op in ("-", "+"):
            both = _together(one, other, op)
            pairs += [*_bounds(both), *_remainders(both)]
    yield single
    if remainders:
        yield [*single, *remainders]
    if pairs:
        yield [*single, *remainders, *pairs]


def _together(one: _Quantity, other: _Quantity, op: Literal["+", "-"]) -> _Quantity:
    sign = 1 if op == "+" else -1
    values = tuple(a + sign * b for a, b in zip(one.values, other.values, strict=True))
    return _Quantity(Binary(type=INT, op=op, left=one.expr, right=other.expr), values)


def _bounds(one: _Quantity) -> Iterator[Expr]:
    least, most = min(one.values), max(one.values)
    if least == most:
        yield _compared(one.expr, "==", least)
    else:
        yield _compared(one.expr, ">=", least)
        yield _compared(one.expr, "<=", most)


def _remainders(one: _Quantity) -> Iterator[Expr]:
    if len(set(one.values)) == 1:
        return
    for modulus in _MODULI:
        rests = {value % modulus for value in one.values}
        if len(rests) == 1:
            divisor = Constant(type=INT, value=modulus)
            rest = Binary(type=INT, op="%", left=one.expr, right=divisor)
            yield _compared(rest, "==", rests.pop())


def _compared(left: Expr, op: Literal["==", ">=", "<="], value: int) -> Expr:
    return Compare(type=BOOL, op=op, left=left, right=Constant(type=INT, value=value))


# ---------------------------------------------------------------- what a round keeps

# A guess, and that it holds before and after the round.
_Said = tuple[Expr, Term, Term]


def _kept(
    one_round: Round, guessed: list[Expr], solvers: Solvers, until: float
) -> tuple[Expr, ...] | None:
    """Those of the guesses that are kept together, if they also keep the run in the loop."""

    def shown(problem: Problem | None) -> bool:
        if problem is None or time.monotonic() > until or solvers.budget.stopped:
            return False
        return solvers.ask(problem, longest=_LONGEST).valid

    try:
        alive = [(one, one_round.before(one), one_round.after(one)) for one in guessed]
        while True:
            known = tuple(before for _, before, _ in alive)
            if not shown(one_round.stays(known)):
                # With fewer guesses it would only be less.
                return None
            if shown(one_round.keeps(known, terms.and_(*(after for _, _, after in alive)))):
                return _needed(one_round, alive, shown)
            left = [one for one in alive if shown(one_round.keeps(known, one[2]))]
            if len(left) == len(alive):
                return _needed(one_round, alive, shown)
            alive = left
    except NotModelledError:
        return None


def _needed(
    one_round: Round, alive: list[_Said], shown: Callable[[Problem | None], bool]
) -> tuple[Expr, ...]:
    """The same without what is not needed, as far as that is quickly shown."""
    for one in reversed(alive[:_QUANTITIES]):
        fewer = [other for other in alive if other is not one]
        known = tuple(before for _, before, _ in fewer)
        goal = terms.and_(*(after for _, _, after in fewer))
        if shown(one_round.stays(known)) and shown(one_round.keeps(known, goal)):
            alive = fewer
    return tuple(expr for expr, _, _ in alive)

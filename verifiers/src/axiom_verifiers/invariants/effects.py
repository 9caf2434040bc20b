"""What one iteration of a loop does to each local, as expressions over the loop's head."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Conditional,
    Constant,
    Expr,
    MakeDict,
    MakeList,
    Old,
    Quantifier,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, walk, without_spans
from axiom_verifiers.contracts.types import BOOL, DictType, Type
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, statements
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
    If,
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)
from axiom_verifiers.invariants.additions import in_all_rounds
from axiom_verifiers.invariants.building import both, negated, substituted

_LARGEST = 400


class Effects(msgspec.Struct, frozen=True):
    """`values` gives each assigned local's value after an iteration that stays in the loop;
    a local that is not there is not known. `exits` are the conditions under which one leaves.
    """

    values: dict[str, Expr]
    exits: tuple[Expr, ...]
    lost: frozenset[str]


class _Env(msgspec.Struct, frozen=True):
    values: dict[str, Expr]
    lost: frozenset[str]

    def assign(self, name: str, value: Expr | None) -> _Env:
        if value is None or sum(1 for _ in walk(value)) > _LARGEST:
            values = {n: v for n, v in self.values.items() if n != name}
            return _Env(values, self.lost | {name})
        return _Env({**self.values, name: value}, self.lost - {name})

    def read(self, expr: Expr) -> Expr | None:
        """The expression over the head's values; None when it reads what is lost."""
        if variables(expr) & self.lost:
            return None
        return without_spans(substituted(expr, self.values))


def _merge(condition: Expr, then: _Env | None, otherwise: _Env | None) -> _Env | None:
    if then is None or otherwise is None:
        return otherwise if then is None else then
    lost = then.lost | otherwise.lost
    values: dict[str, Expr] = {}
    for name in {**then.values, **otherwise.values}:
        first, second = then.values.get(name), otherwise.values.get(name)
        if first is None or second is None:
            known = first if first is not None else second
            assert known is not None

            unchanged = Variable(type=known.type, name=name, role="local")
            first, second = first or unchanged, second or unchanged
        if first == second:
            values[name] = first
        else:
            values[name] = Conditional(
                type=first.type, condition=condition, then=first, otherwise=second
            )
    return _Env({n: v for n, v in values.items() if n not in lost}, lost)


class _Reader:
    """`types` are those of the function's locals: a store into a dict is one more key of it."""

    def __init__(self, types: Mapping[str, Type]) -> None:
        self.types = types
        self.exits: list[Expr] = []
        self.unknown_exit = False

    def run(self, block: Block, env: _Env, guard: Expr | None) -> _Env | None:
        for position, statement in enumerate(block):
            rest = block[position + 1 :]
            match statement:
                case Assign():
                    env = env.assign(statement.name, env.read(statement.value))
                case SetItem():
                    env = env.assign(statement.name, self._put(statement, env))
                case CallFunction():
                    for name in sorted(assigned_names((statement,))):
                        env = env.assign(name, None)
                case If():
                    condition = env.read(statement.condition)
                    if condition is None:
                        return self._blurred(statement, rest, env, guard)
                    if _jumps(statement):
                        then, otherwise = statement.then + rest, statement.otherwise + rest
                        after_then = self.run(then, env, _and(guard, condition))
                        after = self.run(otherwise, env, _and(guard, negated(condition)))
                        return _merge(condition, after_then, after)
                    after_then = self.run(statement.then, env, _and(guard, condition))
                    after = self.run(statement.otherwise, env, _and(guard, negated(condition)))
                    merged = _merge(condition, after_then, after)
                    if merged is None:
                        return None
                    env = merged
                case While() | For():
                    made = in_rounds(statement, env, self.types)
                    for name in sorted(assigned_names((statement,))):
                        env = env.assign(name, made.get(name))
                    if any(isinstance(s, Return | Raise) for s in statements(statement.body)):
                        self.unknown_exit = True
                        inner = _left(statement, env)
                        if inner is not None:
                            self.exits.append(inner if guard is None else both(guard, inner))
                case Try():
                    for name in sorted(assigned_names((statement,))):
                        env = env.assign(name, None)
                    self.unknown_exit = True
                case Continue():
                    return env
                case Break() | Return() | Raise() | Reraise():
                    if guard is not None:
                        self.exits.append(guard)
                    return None
                case Unmodelled():
                    return None
                case Evaluate():
                    pass
                case Assert():
                    condition = env.read(statement.condition)
                    if condition is not None:
                        self.exits.append(_and(guard, negated(condition)))
        return env

    def _put(self, statement: SetItem, env: _Env) -> Expr | None:
        """The dict `d | {key: value}`; None for a list, and for what is not known."""
        kind = self.types.get(statement.name)
        if not isinstance(kind, DictType):
            return None
        whole = env.read(Variable(type=kind, name=statement.name, role="local"))
        key, value = env.read(statement.index), env.read(statement.value)
        if whole is None or key is None or value is None:
            return None
        more = MakeDict(type=kind, items=((key, value),))
        return Binary(type=kind, op="|", left=whole, right=more)

    def _blurred(self, statement: If, rest: Block, env: _Env, guard: Expr | None) -> _Env | None:
        """A branch on something unknown: what it assigns is lost."""
        for name in sorted(assigned_names((statement,))):
            env = env.assign(name, None)
        self.unknown_exit = True
        return self.run(rest, env, guard)


def in_rounds(
    loop: While | For, env: _Env, types: Mapping[str, Type] = MappingProxyType({})
) -> dict[str, Expr]:
    """What a loop that is not left early makes of what it adds to, where known."""
    if not isinstance(loop, For) or loop.otherwise or _left_early(loop.body):
        return {}
    found: dict[str, Expr] = {}
    for name, value in in_all_rounds(loop, effects(loop, types).values):
        if bound_anywhere(value).isdisjoint(_spoken_of(env)):
            read = env.read(value)
            if read is not None:
                found[name] = _short(read)
    return found


def _left(loop: While | For, env: _Env) -> Expr | None:
    """That some iteration of an inner `for` leaves the function, over the outer loop's head."""
    if not isinstance(loop, For) or loop.target.name is None:
        return None
    changed = assigned_names(loop.body)
    domain = env.read(loop.iterable)
    exits = [exit_ for exit_ in effects(loop).exits if not variables(exit_) & changed]
    if domain is None or len(exits) != 1 or _breaks(loop.body):
        return None
    name = loop.target.name
    if name in bound_anywhere(exits[0]):
        return None
    member = Variable(type=loop.target.type, name=name, role="bound")
    body = env.read(substituted(exits[0], {name: member}))
    if body is None:
        return None
    return Quantifier(
        type=BOOL, kind="exists", target=loop.target, domain=domain, over=None, body=body
    )


def _left_early(block: Block) -> bool:
    """Whether a loop with this body may end before it has gone through everything."""
    return any(isinstance(s, Break | Return | Raise | Reraise | Try) for s in statements(block))


def _spoken_of(env: _Env) -> frozenset[str]:
    """The names that what is known of the locals speaks of."""
    return frozenset[str]().union(*(variables(value) for value in env.values.values()))


def _short(value: Expr) -> Expr:
    """What is added to nothing is that."""
    match value:
        case Binary(op="+", left=MakeList(items=()) | Constant(value=0), right=right) if (
            right.type == value.type
        ):
            return right
        case _:
            return value


def _breaks(block: Block) -> bool:
    """Whether the loop with this body may be left but not the function."""
    return any(
        isinstance(statement, Break)
        or (isinstance(statement, If) and (_breaks(statement.then) or _breaks(statement.otherwise)))
        for statement in block
    )


def _and(guard: Expr | None, condition: Expr) -> Expr:
    return condition if guard is None else both(guard, condition)


def _jumps(statement: Statement) -> bool:
    """Whether a jump of this loop, or the function's end, stands inside the branch."""
    match statement:
        case Break() | Continue() | Return() | Raise() | Reraise() | Try() | Unmodelled():
            return True
        case If():
            return any(map(_jumps, (*statement.then, *statement.otherwise)))
        case _:
            return False


def effects(loop: While | For, types: Mapping[str, Type] = MappingProxyType({})) -> Effects:
    """One iteration of the loop. The target's names stand for the item that it takes."""
    reader = _Reader(types)
    env = reader.run(loop.body, _Env({}, frozenset()), None)
    if env is None:
        return Effects({}, tuple(reader.exits), assigned_names(loop.body))
    return Effects(env.values, tuple(reader.exits), env.lost)


def before(block: Block, loop: int) -> dict[str, Expr] | None:
    """The values that locals are given on the straight way to the loop; None if it is not there."""
    env = _Env({}, frozenset())
    for statement in block:
        match statement:
            case While() | For() if statement.loop == loop:
                return env.values
            case While() | For() | If():
                inside: list[Block] = (
                    [statement.then, statement.otherwise]
                    if isinstance(statement, If)
                    else [statement.body, statement.otherwise]
                )
                for inner in inside:
                    found = before(inner, loop)
                    if found is not None:
                        changed = assigned_names((statement,))
                        outer = {n: v for n, v in env.values.items() if n not in changed}
                        return {**outer, **found}
                # What an earlier loop has gathered is what a later one goes on from.
                made = {} if isinstance(statement, If) else in_rounds(statement, env)
                for name in sorted(assigned_names((statement,))):
                    env = env.assign(name, made.get(name))
            case Assign():
                env = env.assign(statement.name, env.read(statement.value))
            case SetItem():
                env = env.assign(statement.name, None)
            case CallFunction():
                for name in sorted(assigned_names((statement,))):
                    env = env.assign(name, None)
            case _:
                pass
    return None


def at_start(function: Function, loop: While | For) -> dict[str, Expr]:
    """What locals hold when the loop begins, where the way to it is straight; parameters that
    the loop alone changes are what they were at entry.
    """
    known = before(function.body, loop.loop) or {}
    changed = assigned_names((loop,))
    given: dict[str, Expr] = {
        parameter.name: Old(
            type=parameter.type,
            value=Variable(type=parameter.type, name=parameter.name, role="parameter"),
        )
        for parameter in function.parameters
        if parameter.name in changed and parameter.name not in known
    }
    return given | {name: without_spans(value) for name, value in known.items()}

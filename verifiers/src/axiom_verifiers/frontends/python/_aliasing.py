"""Changes in place are modelled as new values: here is shown that no other name can tell.

A forward pass over the core statements keeps which names may share a mutable object (`may`), as
a set of unordered pairs. A change in place of a name that shares is `Unmodelled`; so is the
return of a module's table. Binding a name anew parts it from what it shared. Loops are passed
over until the pairs no longer grow.
"""

from __future__ import annotations

from typing import assert_never

import msgspec

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Comprehension,
    Conditional,
    ConstantRef,
    Expr,
    Index,
    Logical,
    MakeDict,
    MakeList,
    MakeSet,
    Slice,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import DictType, ListType, SetType, Type
from axiom_verifiers.contracts.typing_rules import is_mutable
from axiom_verifiers.core.flow import changed_parameters, target_names
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
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)

Pair = frozenset[str]
State = frozenset[Pair]
# Iterators read their arguments while the loop runs, so they share even immutable items.
_LIVE = frozenset({"enumerate", "zip", "reversed", "keys", "values", "items"})
_TABLE = "#constant "
# Beside a name: that its object may hold one object at two places.
_PARTS = "#parts "


def _parts_mutable(type_: Type) -> bool:
    match type_:
        case ListType() | SetType():
            return is_mutable(type_.item)
        case DictType():
            return is_mutable(type_.key) or is_mutable(type_.value)
        case _:
            return is_mutable(type_)


def shared(expr: Expr) -> frozenset[str]:
    """Names whose object, or a part of it, may be (in) the value of the expression."""
    if not is_mutable(expr.type):
        return frozenset()
    match expr:
        case Variable():
            return frozenset({expr.name})
        case ConstantRef():
            return frozenset({_TABLE + expr.name})
        case Conditional():
            return shared(expr.then) | shared(expr.otherwise)
        case Logical():
            return shared(expr.left) | shared(expr.right)
        case Index():
            return shared(expr.value)
        case Call(function="max" | "min"):
            return _inside(expr)
        case (
            MakeList()
            | MakeSet()
            | MakeDict()
            | Slice()
            | Binary()
            | Comprehension()
            | Call(function="list" | "sorted" | "set" | "range" | "dict")
        ):
            return _inside(expr) if _parts_mutable(expr.type) else frozenset()
        case _:
            return _inside(expr)


def _inside(expr: Expr) -> frozenset[str]:
    names: set[str] = set()
    for node in walk(expr):
        if isinstance(node, Variable) and node.role != "bound" and is_mutable(node.type):
            names.add(node.name)
        elif isinstance(node, ConstantRef) and is_mutable(node.type):
            names.add(_TABLE + node.name)
    return frozenset(names)


def _is_part(pair: Pair) -> bool:
    return any(name.startswith(_PARTS) for name in pair)


def _join(first: State | None, second: State | None) -> State | None:
    if first is None:
        return second
    return first if second is None else first | second


class _Analysis:
    def __init__(self, function: Function) -> None:
        self.parameters = {p.name for p in function.parameters}
        self.changed: set[str] = set()  # parameters changed in place and never rebound
        self.changed.update(changed_parameters(function))
        self.breaks: list[list[State]] = []
        self.continues: list[list[State]] = []
        # Every state inside the bodies of the try statements around: each may be a handler's.
        self.watching: list[list[State]] = []

    # ------------------------------------------------------------ pairs

    def bound(self, state: State, name: str, sources: frozenset[str]) -> State:
        """`name` now holds an object that may be shared with the sources and their sharers."""
        reached = set(sources)
        for pair in state:
            if pair & sources:
                reached |= pair
        kept = {pair for pair in state if name not in pair}
        reached.discard(name)
        return frozenset(kept | {frozenset({name, other}) for other in reached})

    def also(self, state: State, name: str, sources: frozenset[str]) -> State:
        """`name` keeps what it shared, and may now share with the sources too."""
        mine = {name} | {other for pair in state if name in pair for other in pair}
        reached = set(sources)
        for pair in state:
            if pair & sources:
                reached |= pair
        made = {frozenset({a, b}) for a in mine for b in reached if a != b}
        return frozenset(state | made)

    def change_is_seen(self, state: State, name: str) -> bool:
        return any(name in pair and not _is_part(pair) for pair in state)

    def tangled(self, state: State, name: str, sources: frozenset[str]) -> State:
        """`name` has taken an object that it did not make: it may hold that twice."""
        return state | {frozenset({name, _PARTS + name})} if sources else state

    def is_tangled(self, state: State, name: str) -> bool:
        """Whether two places of the name's object may hold one object."""
        return any(name in pair and _is_part(pair) for pair in state)

    # ------------------------------------------------------------ statements

    def block(self, block: Block, state: State | None) -> tuple[Block, State | None]:
        made: list[Statement] = []
        for statement in block:
            if state is None:
                made.append(statement)
                continue
            done, state = self.statement(statement, state)
            made.append(done)
        return tuple(made), state

    def statement(self, statement: Statement, state: State) -> tuple[Statement, State | None]:
        for seen in self.watching:
            seen.append(state)
        match statement:
            case Assign():
                sources = shared(statement.value)
                if statement.in_place:
                    if self.change_is_seen(state, statement.name):
                        return self.report(statement, statement.name), None
                    fresh = sources - {statement.name}
                    after = self.also(state, statement.name, fresh)
                    return statement, self.tangled(after, statement.name, fresh)
                after = self.bound(state, statement.name, sources)
                if isinstance(statement.value, Variable):
                    return statement, after
                return statement, self.tangled(after, statement.name, sources)
            case SetItem():
                if self.change_is_seen(state, statement.name):
                    return self.report(statement, statement.name), None
                if statement.in_place and self.is_tangled(state, statement.name):
                    return self.report(statement, f"a part of {statement.name}"), None
                sources = shared(statement.value)
                if statement.in_place:
                    # It goes on holding what it held.
                    sources -= {statement.name}
                if statement.name in sources:
                    return self.report(statement, statement.name), None
                after = self.also(state, statement.name, sources)
                return statement, self.tangled(after, statement.name, sources)
            case CallFunction():
                if statement.target is None:
                    return statement, state
                sources = frozenset[str]().union(*(shared(arg) for arg in statement.args))
                local = next((a for a in statement.args if is_mutable(a.type)), None)
                return statement, (
                    self.bound(state, statement.target, frozenset())
                    if local is None
                    else self.bound(state, statement.target, sources)
                )
            case If():
                then, after_then = self.block(statement.then, state)
                otherwise, after_otherwise = self.block(statement.otherwise, state)
                done = msgspec.structs.replace(statement, then=then, otherwise=otherwise)
                return done, _join(after_then, after_otherwise)
            case While() | For():
                return self.loop(statement, state)
            case Try():
                return self.trying(statement, state)
            case Return():
                return self.returned(statement, state), None
            case Break():
                self.breaks[-1].append(state)
                return statement, None
            case Continue():
                self.continues[-1].append(state)
                return statement, None
            case Raise() | Reraise() | Unmodelled():
                return statement, None
            case Evaluate() | Assert():
                return statement, state
            case _:
                assert_never(statement)

    def trying(self, statement: Try, state: State) -> tuple[Statement, State | None]:
        """A handler may begin in any state of the body, a finalizer in any at all."""
        seen: list[State] = []
        self.watching.append(seen)
        body, after = self.block(statement.body, state)
        anywhere = state.union(*seen, after or state)
        otherwise, after = self.block(statement.otherwise, after)
        handlers: list[Handler] = []
        for handler in statement.handlers:
            block, end = self.block(handler.body, anywhere)
            handlers.append(Handler(handler.errors, handler.classes, block))
            after = _join(after, end)
        self.watching.pop()
        anywhere = anywhere.union(*seen, after or state)
        finalizer, last = self.block(statement.finalizer, anywhere)
        if statement.finalizer:
            # What jumps goes through the finalizer too.
            for jumps in (*self.breaks[-1:], *self.continues[-1:]):
                jumps[:] = [one | (last or one) for one in jumps]
            after = None if after is None else last
        done = msgspec.structs.replace(
            statement,
            body=body,
            handlers=tuple(handlers),
            otherwise=otherwise,
            finalizer=finalizer,
        )
        return done, after

    def report(self, statement: Statement, name: str) -> Unmodelled:
        return Unmodelled(
            place=statement.place, construct=f"change of {name}, which another name may share"
        )

    def returned(self, statement: Return, state: State) -> Statement:
        if statement.value is None:
            return statement
        names = set(shared(statement.value))
        for pair in state:
            if pair & names:
                names |= pair
        tables = sorted(name for name in names if name.startswith(_TABLE))
        if tables:
            what = tables[0].removeprefix(_TABLE)
            return Unmodelled(
                place=statement.place, construct=f"return of the module's table {what}"
            )
        return statement

    def loop(self, statement: While | For, state: State) -> tuple[Statement, State | None]:
        entry = state
        if isinstance(statement, For):
            iterated = f"#s{statement.loop}"
            entry = self.bound(entry, iterated, self.iterated(statement.iterable))
        while True:
            inside = entry
            if isinstance(statement, For):
                sources = shared(statement.iterable) if is_mutable(statement.target.type) else None
                for name in target_names(statement.target):
                    inside = self.bound(inside, name, sources or frozenset())
            self.breaks.append([])
            self.continues.append([])
            body, after = self.block(statement.body, inside)
            left, again = self.breaks.pop(), self.continues.pop()
            for continued in again:
                after = _join(after, continued)
            grown = _join(entry, after) or entry
            if grown == entry:
                break
            entry = grown
        otherwise, ended = self.block(statement.otherwise, entry)
        for broken in left:
            ended = _join(ended, broken)
        if ended is not None and isinstance(statement, For):
            ended = frozenset(pair for pair in ended if f"#s{statement.loop}" not in pair)
        return msgspec.structs.replace(statement, body=body, otherwise=otherwise), ended

    def iterated(self, iterable: Expr) -> frozenset[str]:
        """What a loop goes on reading while it runs."""
        live = any(isinstance(node, Call) and node.function in _LIVE for node in walk(iterable))
        return _inside(iterable) if live else shared(iterable)


def without_aliases(function: Function, modifies: tuple[str, ...]) -> Function:
    """The function with every change in place reported that another name may see.

    At entry, a parameter that is changed may be any other one, unless the contract lists it in
    `modifies`; a parameter that is also rebound starts as sharing with the caller's object.
    """
    analysis = _Analysis(function)
    start: set[Pair] = set()
    mutable = [p.name for p in function.parameters if is_mutable(p.type)]
    local_names = {name for name, _ in function.locals}
    for name in mutable:
        if name in local_names and name not in analysis.changed:
            start.add(frozenset({name, f"#caller {name}"}))
        for other in mutable:
            if other != name and name not in modifies and other not in modifies:
                start.add(frozenset({name, other}))
    body, _ = analysis.block(function.body, frozenset(start))
    return msgspec.structs.replace(function, body=body)

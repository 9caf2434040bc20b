"""Facts about a core function that follow from its statements alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import assert_never

from msgspec.structs import replace

from axiom_verifiers.contracts.expressions import Comprehension, Constant, Expr, Target, Variable
from axiom_verifiers.contracts.traversal import walk
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

_LOOPS = (While, For)
# How the names begin that a deep copy binds: no name of a source does.
DEEP_COPY = "deep copied "


def statements(block: Block) -> Iterator[Statement]:
    """Every statement of the block and of the blocks inside it, in source order."""
    for statement in block:
        yield statement
        match statement:
            case If():
                yield from statements(statement.then)
                yield from statements(statement.otherwise)
            case While() | For():
                yield from statements(statement.body)
                yield from statements(statement.otherwise)
            case Try():
                for block in blocks_of(statement):
                    yield from statements(block)
            case _:
                pass


def blocks_of(statement: Try) -> tuple[Block, ...]:
    """The blocks of a try statement, in source order."""
    handlers = (handler.body for handler in statement.handlers)
    return (statement.body, *handlers, statement.otherwise, statement.finalizer)


def expressions(statement: Statement) -> tuple[Expr, ...]:
    """The expressions that stand in the statement itself, not in the blocks inside it."""
    match statement:
        case Assign() | Evaluate():
            return (statement.value,)
        case SetItem():
            return (statement.value, statement.index)
        case CallFunction():
            return statement.args
        case If() | While() | Assert():
            return (statement.condition,)
        case For():
            return (statement.iterable,)
        case Return():
            return () if statement.value is None else (statement.value,)
        case Raise():
            return () if statement.message is None else (statement.message,)
        case Break() | Continue() | Try() | Reraise() | Unmodelled():
            return ()
        case _:
            assert_never(statement)


def map_expressions(statement: Statement, change: Callable[[Expr], Expr]) -> Statement:
    """The statement with every expression in it, and in the blocks inside it, changed."""

    def block(statements_: Block) -> Block:
        return tuple(map_expressions(one, change) for one in statements_)

    match statement:
        case Assign() | Evaluate():
            return replace(statement, value=change(statement.value))
        case SetItem():
            index, value = change(statement.index), change(statement.value)
            return replace(statement, index=index, value=value)
        case CallFunction():
            return replace(statement, args=tuple(map(change, statement.args)))
        case If():
            return replace(
                statement,
                condition=change(statement.condition),
                then=block(statement.then),
                otherwise=block(statement.otherwise),
            )
        case While():
            return replace(
                statement,
                condition=change(statement.condition),
                body=block(statement.body),
                otherwise=block(statement.otherwise),
            )
        case For():
            return replace(
                statement,
                iterable=change(statement.iterable),
                body=block(statement.body),
                otherwise=block(statement.otherwise),
            )
        case Assert():
            return replace(statement, condition=change(statement.condition))
        case Return():
            value = None if statement.value is None else change(statement.value)
            return replace(statement, value=value)
        case Raise():
            message = None if statement.message is None else change(statement.message)
            return replace(statement, message=message)
        case Try():
            handlers = [replace(one, body=block(one.body)) for one in statement.handlers]
            return replace(
                statement,
                body=block(statement.body),
                handlers=tuple(handlers),
                otherwise=block(statement.otherwise),
                finalizer=block(statement.finalizer),
            )
        case Break() | Continue() | Reraise() | Unmodelled():
            return statement
        case _:
            assert_never(statement)


def is_deep_copy(expr: Expr) -> bool:
    """Whether it copies what is inside of a value, too: there one object may stand twice, and then
    does so in the copy.
    """
    if not isinstance(expr, Comprehension):
        return False
    names = target_names(expr.generators[0].target)
    return any(name.startswith(DEEP_COPY) for name in names)


def copies_deeply(function: Function) -> bool:
    """Whether a deep copy stands in the function."""
    return any(
        is_deep_copy(part)
        for statement in statements(function.body)
        for expr in expressions(statement)
        for part in walk(expr)
    )


def target_names(target: Target) -> tuple[str, ...]:
    """The names that a loop's or generator's target binds, from left to right."""
    if target.name is not None:
        return (target.name,)
    return tuple(name for item in target.items for name in target_names(item))


def assigned_names(block: Block) -> frozenset[str]:
    """Names that the block may assign or change in place."""
    names: set[str] = set()
    for statement in statements(block):
        match statement:
            case Assign() | SetItem():
                names.add(statement.name)
            case CallFunction():
                names.update(name for _, name in statement.updates)
                if statement.target is not None:
                    names.add(statement.target)
            case For():
                names.update(target_names(statement.target))
            case _:
                pass
    return frozenset(names)


def changed_parameters(function: Function) -> tuple[str, ...]:
    """Parameters whose object the function changes in place and whose name it never rebinds.

    For these the local of the same name holds, when the function ends, the caller's object
    after the call. Of every other parameter the caller's object is as it was: a front end
    reports a change in place of a parameter that is rebound elsewhere as `Unmodelled` unless
    the object changed is a fresh one.
    """
    changed: set[str] = set()
    rebound: set[str] = set()
    for statement in statements(function.body):
        match statement:
            case SetItem() | Assign(in_place=True):
                changed.add(statement.name)
            case Assign():
                rebound.add(statement.name)
            case CallFunction():
                changed.update(name for _, name in statement.updates)
                if statement.target is not None:
                    rebound.add(statement.target)
            case For():
                rebound.update(target_names(statement.target))
            case _:
                pass
    return tuple(p.name for p in function.parameters if p.name in changed - rebound)


def enclosing(block: Block, loop: int) -> tuple[While | For, ...]:
    """The loops around the loop of that number, the outermost first."""
    for statement in block:
        match statement:
            case While() | For():
                if statement.loop == loop:
                    return ()
                if any(s.loop == loop for s in statements(statement.body) if isinstance(s, _LOOPS)):
                    return (statement, *enclosing(statement.body, loop))
                found = enclosing(statement.otherwise, loop)
            case If():
                found = enclosing(statement.then + statement.otherwise, loop)
            case Try():
                found = enclosing(sum(blocks_of(statement), ()), loop)
            case _:
                continue
        if found:
            return found
    return ()


def loops(function: Function) -> tuple[While | For, ...]:
    """The function's loops in source order."""
    return tuple(s for s in statements(function.body) if isinstance(s, While | For))


def unmodelled(function: Function) -> tuple[Unmodelled, ...]:
    """What the front end could not translate, in source order."""
    return tuple(s for s in statements(function.body) if isinstance(s, Unmodelled))


def is_true(condition: Expr) -> bool:
    """Whether the condition is the literal True."""
    return isinstance(condition, Constant) and condition.value is True


def falls_through(block: Block) -> bool:
    """Whether control may reach the end of the block; True when in doubt."""
    for statement in block:
        match statement:
            case Return() | Raise() | Reraise() | Break() | Continue():
                return False
            case Try():
                done = falls_through(statement.body) and falls_through(statement.otherwise)
                caught = any(falls_through(handler.body) for handler in statement.handlers)
                if not falls_through(statement.finalizer) or not (done or caught):
                    return False
            case If():
                if not falls_through(statement.then) and not falls_through(statement.otherwise):
                    return False
            case While() if is_true(statement.condition) and not _breaks(statement.body):
                return False
            case _:
                pass
    return True


def _breaks(block: Block) -> bool:
    """Whether a break in the block leaves the loop whose body it is."""
    for statement in block:
        match statement:
            case Break():
                return True
            case If():
                if _breaks(statement.then) or _breaks(statement.otherwise):
                    return True
            case While() | For():
                if _breaks(statement.otherwise):
                    return True
            case Try():
                if any(_breaks(block) for block in blocks_of(statement)):
                    return True
            case _:
                pass
    return False


def reads(expr: Expr) -> frozenset[str]:
    """Names of the locals that the expression reads."""
    return frozenset(n.name for n in walk(expr) if isinstance(n, Variable) and n.role == "local")


class _Unbound:
    """Definite assignment, by one forward pass: None stands for an unreachable place."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.breaks: list[list[frozenset[str] | None]] = []

    def read(self, expr: Expr | None, bound: frozenset[str]) -> None:
        if expr is not None:
            self.found |= reads(expr) - bound

    def block(self, block: Block, bound: frozenset[str] | None) -> frozenset[str] | None:
        for statement in block:
            if bound is None:
                return None
            bound = self.statement(statement, bound)
        return bound

    def statement(self, statement: Statement, bound: frozenset[str]) -> frozenset[str] | None:
        match statement:
            case Assign():
                self.read(statement.value, bound)
                if statement.in_place:
                    self.found |= {statement.name} - bound
                return bound | {statement.name}
            case SetItem():
                self.read(statement.value, bound)
                self.read(statement.index, bound)
                self.found |= {statement.name} - bound
                return bound
            case CallFunction():
                for arg in statement.args:
                    self.read(arg, bound)
                self.found |= {name for _, name in statement.updates} - bound
                return bound if statement.target is None else bound | {statement.target}
            case Evaluate() | Assert():
                value = statement.value if isinstance(statement, Evaluate) else statement.condition
                self.read(value, bound)
                return bound
            case If():
                self.read(statement.condition, bound)
                return _meet(
                    self.block(statement.then, bound), self.block(statement.otherwise, bound)
                )
            case While() | For():
                return self.loop(statement, bound)
            case Return():
                self.read(statement.value, bound)
                return None
            case Raise():
                self.read(statement.message, bound)
                return None
            case Try():
                return self.trying(statement, bound)
            case Reraise():
                return None
            case Break():
                self.breaks[-1].append(bound)
                return None
            case Continue() | Unmodelled():
                return None
            case _:
                assert_never(statement)

    def trying(self, statement: Try, bound: frozenset[str]) -> frozenset[str] | None:
        """What the body assigns may not be assigned where a handler or the finalizer begins."""
        after = self.block(statement.body, bound)
        after = self.block(statement.otherwise, after)
        for handler in statement.handlers:
            after = _meet(after, self.block(handler.body, bound))
        self.block(statement.finalizer, bound)
        return self.block(statement.finalizer, after)

    def loop(self, statement: While | For, bound: frozenset[str]) -> frozenset[str] | None:
        """The first iteration assigns the least, so one pass over the body is enough."""
        inside = bound
        if isinstance(statement, While):
            self.read(statement.condition, bound)
        else:
            self.read(statement.iterable, bound)
            inside = bound | set(target_names(statement.target))
        self.breaks.append([])
        self.block(statement.body, inside)
        left = self.breaks.pop()
        endless = isinstance(statement, While) and is_true(statement.condition)
        after = None if endless else self.block(statement.otherwise, bound)
        for state in left:
            after = _meet(after, state)
        return after


def _meet(first: frozenset[str] | None, second: frozenset[str] | None) -> frozenset[str] | None:
    if first is None:
        return second
    return first if second is None else first & second


def maybe_unbound(function: Function) -> tuple[str, ...]:
    """Locals that may be read before they are assigned, sorted."""
    start = frozenset(parameter.name for parameter in function.parameters)
    analysis = _Unbound()
    analysis.block(function.body, start)
    return tuple(sorted(analysis.found))

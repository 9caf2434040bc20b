"""Which names may still be read after a statement: what no other name can tell is not owed them."""

from __future__ import annotations

from axiom_verifiers.contracts.expressions import Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.core.flow import expressions, target_names
from axiom_verifiers.core.program import (
    Assign,
    Block,
    Break,
    CallFunction,
    Continue,
    For,
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

Names = frozenset[str]
_NONE: Names = frozenset()


class Liveness:
    """The names that may be read after each statement of a function's body, before being bound.

    A change in place reads the name whose object it changes.
    """

    def __init__(self, body: Block) -> None:
        self._after: dict[int, Names] = {}
        self._breaks: list[Names] = []
        self._continues: list[Names] = []
        # What handlers and finalizers read that may begin at any place of where we are.
        self._watched: Names = _NONE
        self._block(body, _NONE)

    def after(self, statement: Statement) -> Names:
        """Of a statement of the body; the same object may stand at several places of it."""
        return self._after.get(id(statement), _NONE)

    def _block(self, block: Block, live: Names) -> Names:
        for statement in reversed(block):
            live = self._statement(statement, live)
        return live

    def _statement(self, statement: Statement, live: Names) -> Names:
        live |= self._watched
        self._after[id(statement)] = self._after.get(id(statement), _NONE) | live
        return self._before(statement, live, _reads(statement)) | self._watched

    def _before(self, statement: Statement, live: Names, used: Names) -> Names:
        match statement:
            case Assign():
                kept = live if statement.in_place else live - {statement.name}
                return kept | used
            case SetItem():
                return live | used
            case CallFunction():
                kept = live if statement.target is None else live - {statement.target}
                return kept | used
            case If():
                then = self._block(statement.then, live)
                return then | self._block(statement.otherwise, live) | used
            case While() | For():
                return self._loop(statement, live, used)
            case Try():
                return self._try(statement, live)
            case Break():
                return self._breaks[-1]
            case Continue():
                return self._continues[-1]
            case Return() | Raise() | Reraise() | Unmodelled():
                return used
            case _:
                return live | used

    def _try(self, statement: Try, live: Names) -> Names:
        around = self._watched
        last = self._block(statement.finalizer, live)
        self._watched = around | last
        handled = _NONE.union(*(self._block(one.body, last) for one in statement.handlers))
        otherwise = self._block(statement.otherwise, last)
        self._watched = around | last | handled
        entered = self._block(statement.body, otherwise)
        self._watched = around
        return entered | last | handled

    def _loop(self, loop: While | For, live: Names, used: Names) -> Names:
        bound = frozenset(target_names(loop.target)) if isinstance(loop, For) else _NONE
        head = used | self._block(loop.otherwise, live) | live
        while True:
            self._breaks.append(live)
            self._continues.append(head)
            grown = head | (self._block(loop.body, head) - bound)
            self._breaks.pop()
            self._continues.pop()
            if grown == head:
                return head
            head = grown


def _reads(statement: Statement) -> Names:
    names = {
        node.name
        for expr in expressions(statement)
        for node in walk(expr)
        if isinstance(node, Variable) and node.role in ("local", "parameter")
    }
    if isinstance(statement, SetItem) or (isinstance(statement, Assign) and statement.in_place):
        names.add(statement.name)
    return frozenset(names)

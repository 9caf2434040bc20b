"""Runs drafts on the host, by the evaluator's meaning of their expressions.

Lists are values here as in the core program: what a draft changes in place is rebound.
"""

from __future__ import annotations

from typing import Any, assert_never, cast

from axiom_server.synthesis.drafts import (
    Append,
    Assign,
    Block,
    Draft,
    For,
    If,
    Raise,
    Replace,
    Return,
    Statement,
    While,
)
from axiom_server.synthesis.enumeration import FAILED
from axiom_server.synthesis.oracle import Oracle
from axiom_verifiers.contracts.expressions import Target
from axiom_verifiers.contracts.values import Value

# A loop that goes on longer is given up here; a sandbox would run out of fuel on larger inputs.
ROUNDS = 10_000


class _ReturnedError(Exception):
    """Carries the result out of nested blocks."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class _RaisedError(Exception):
    """Carries the name of the error that the draft raises."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


class _BrokenError(Exception):
    """An expression failed."""


class Runner:
    """Runs the statements of one draft."""

    def __init__(self, oracle: Oracle) -> None:
        self._meaning = oracle.meaning

    def outcome(self, draft: Draft, scope: dict[str, Value]) -> tuple[str, Any]:
        """`("returned", result)`, `("raised", error)` or `("failed", None)`.

        `scope` holds the parameters and is changed as the draft changes them.
        """
        try:
            self._block(draft.body, scope)
        except _ReturnedError as returned:
            return "returned", returned.value
        except _RaisedError as raised:
            return "raised", raised.error
        except _BrokenError:
            return "failed", None
        return "returned", None

    def _value(self, expr: Any, scope: dict[str, Value]) -> Value:
        value = self._meaning.value(expr, scope)
        if value is FAILED:
            raise _BrokenError
        return value

    def _block(self, block: Block, scope: dict[str, Value]) -> None:
        for statement in block:
            self._statement(statement, scope)

    def _statement(self, statement: Statement, scope: dict[str, Value]) -> None:
        match statement:
            case Return():
                raise _ReturnedError(self._value(statement.value, scope))
            case Raise():
                raise _RaisedError(statement.error)
            case If():
                chosen = self._value(statement.condition, scope)
                self._block(statement.then if chosen else statement.otherwise, scope)
            case Assign():
                scope[statement.name] = self._value(statement.value, scope)
            case Append():
                item = self._value(statement.value, scope)
                scope[statement.name] = [*cast("list[Value]", scope[statement.name]), item]
            case Replace():
                scope[statement.name] = self._value(statement.value, scope)
            case For():
                items = self._value(statement.iterable, scope)
                for item in cast("list[Value]", items):
                    _bind(statement.target, item, scope)
                    self._block(statement.body, scope)
            case While():
                rounds = 0
                while self._value(statement.condition, scope):
                    rounds += 1
                    if rounds > ROUNDS:
                        raise _BrokenError
                    self._block(statement.body, scope)
            case _:
                assert_never(statement)


def _bind(target: Target, value: Value, scope: dict[str, Value]) -> None:
    if target.name is not None:
        scope[target.name] = value
        return
    for item, part in zip(target.items, cast("tuple[Value, ...]", value), strict=True):
        _bind(item, part, scope)


def is_right(draft: Draft, oracle: Oracle) -> bool:
    """Whether the draft does on every input of the oracle what the contract says."""
    runner = Runner(oracle)
    for place, args in enumerate(oracle.points):
        if oracle.over:
            return False
        scope = oracle.scope(args)
        kind, result = runner.outcome(draft, scope)
        if kind != "returned":
            return False
        name = oracle.goal.parameter
        if not oracle.accepts(place, result if name is None else scope[name]):
            return False
    for args, errors in oracle.raising:
        kind, error = runner.outcome(draft, oracle.scope(args))
        if kind != "raised" or error not in errors:
            return False
    return True

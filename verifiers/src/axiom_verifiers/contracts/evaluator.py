"""Evaluating expressions on host values, exactly as Python means them.

An expression is compiled once to nested closures, which are kept as long as the evaluator. Every
loop and every growing value is paid for from the limits before it is made, so that no expression
can hang or exhaust its caller. Defines are memoised; where their recursion goes deep the call is
put aside, evaluated on its own, and what needed it is taken up again, so that no depth of theirs
meets the host's recursion limit.

The host is not the pinned interpreter: character tables differ in what newer Unicode versions
added, and `sum` of floats is compensated there (`numbers` has both).
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownLambdaType=false
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized
from typing import Any

import msgspec

from axiom_verifiers.contracts.contract import Define
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.frames import NO_BINDINGS, Fn, Frame, Limits, Meter, frozen
from axiom_verifiers.contracts.records import Value
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

# So many calls of defines may be under way at once before one is put aside.
_DEPTH = 8
# So many values of defines are kept from one evaluation to the next.
_REMEMBERED = 100_000

__all__ = ["Evaluator", "Limits", "evaluate"]


class _PutAsideError(Exception):
    """A call that must be evaluated first, on a stack of its own."""

    def __init__(self, name: str, args: tuple[Value, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.args_given = args


class _Compiled(msgspec.Struct, frozen=True, eq=False):
    names: tuple[str, ...]
    requires: Fn | None
    body: Fn


class Evaluator:
    """Evaluates expressions over one set of defines; not to be shared between threads."""

    def __init__(self, defines: Iterable[Define] = (), limits: Limits | None = None) -> None:
        self.meter = Meter(limits or Limits())
        self._defines = {define.name: define for define in defines}
        self._bodies: dict[str, _Compiled] = {}
        self._functions: dict[int, tuple[Expr, Fn]] = {}
        self._memo: dict[tuple[str, Any], Value] = {}
        self._failed: dict[tuple[str, Any], UndefinedError] = {}
        self._depth = 0

    def evaluate(
        self,
        expr: Expr,
        values: Mapping[str, Value] | None = None,
        before: Mapping[str, Value] | None = None,
        bound: Mapping[str, Value] | None = None,
    ) -> Value:
        """The value of the expression.

        `values` gives every variable that is not bound inside, by name (`result` and `it`
        too); `before` what `old` reads, `values` when there is none; `bound` the bound variables
        of a part that stands inside a quantifier or comprehension. Raises `UndefinedError`
        when a partial operation fails, `UnevaluableError` when it speaks of a whole type, and
        `LimitExceededError` when it would take too long or grow too large.
        """
        self.meter.reset()
        if len(self._memo) > _REMEMBERED:
            self._memo.clear()
            self._failed.clear()
        given = values if isinstance(values, dict) else dict(values or {})
        earlier = given if before is None else dict(before)
        frame = Frame(given, NO_BINDINGS if bound is None else dict(bound), earlier)
        function = self.function(expr)
        try:
            return self._run(lambda: function(frame))
        except RecursionError:
            raise LimitExceededError("the expression is nested too deep") from None
        except (TypeError, AttributeError) as error:
            # Code that changed what it must not can leave None where the contract excludes it.
            message = f"a value is not of the type that the contract gives it: {error}"
            raise UnevaluableError(message, (expr.span.start, expr.span.end)) from error
        except MemoryError:
            raise LimitExceededError("the values do not fit into memory") from None

    def function(self, expr: Expr) -> Fn:
        """The expression as a function of a frame, compiled when it is first asked for."""
        from axiom_verifiers.contracts.evaluator_nodes import compile_expr

        kept = self._functions.get(id(expr))
        if kept is None:
            kept = (expr, compile_expr(self, expr))
            self._functions[id(expr)] = kept
        return kept[1]

    def _run(self, task: Any) -> Value:
        """Runs the task, evaluating first what it puts aside, however deep that goes."""
        self._depth = 0
        waiting: list[tuple[str, tuple[Value, ...]]] = []
        under_way: set[tuple[str, Any]] = set()
        while True:
            try:
                if not waiting:
                    return task()
                name, args = waiting[-1]
                self._enter(name, args)
                under_way.discard((name, frozen(args)))
                waiting.pop()
            except _PutAsideError as aside:
                key = (aside.name, frozen(aside.args_given))
                if key in under_way:
                    raise LimitExceededError(f"`{aside.name}` calls itself without end") from None
                self.meter.pay(1)
                if len(waiting) >= self.meter.limits.depth:
                    raise LimitExceededError(f"`{aside.name}` calls itself too deep") from None
                under_way.add(key)
                waiting.append((aside.name, aside.args_given))
            except UndefinedError:
                # What needed the call meets the same failure, where `and` or `or` may keep it
                # from being reached at all.
                if not waiting:
                    raise
                name, args = waiting.pop()
                under_way.discard((name, frozen(args)))
            finally:
                self._depth = 0

    def call(self, name: str, args: tuple[Value, ...], span: Span) -> Value:
        """The value of a call of a define, from memory if it was made before."""
        self.meter.pay(1 + sum(len(arg) for arg in args if isinstance(arg, Sized)))
        key = (name, frozen(args))
        if key in self._memo:
            return self._memo[key]
        failure = self._failed.get(key)
        if failure is None:
            if self._depth >= _DEPTH:
                raise _PutAsideError(name, args)
            try:
                return self._enter(name, args)
            except UndefinedError as error:
                failure = error
        message = failure.message
        inside = f"in `{name}`: "
        if not message.startswith("in `"):
            message = inside + message
        raise UndefinedError(failure.kind, message, (span.start, span.end)) from None

    def _enter(self, name: str, args: tuple[Value, ...]) -> Value:
        key = (name, frozen(args))
        compiled = self._compiled(name)
        frame = Frame(dict(zip(compiled.names, args, strict=True)), NO_BINDINGS, {})
        self._depth += 1
        try:
            if compiled.requires is not None and not compiled.requires(frame):
                raise UndefinedError("requires", f"`{name}` is called against its `requires`")
            value = compiled.body(frame)
        except UndefinedError as error:
            self._failed[key] = error
            raise
        finally:
            self._depth -= 1
        self._memo[key] = value
        return value

    def _compiled(self, name: str) -> _Compiled:
        compiled = self._bodies.get(name)
        if compiled is None:
            define = self._defines.get(name)
            if define is None:
                raise UnevaluableError(f"the define `{name}` is not known here")
            compiled = _Compiled(
                names=tuple(parameter.name for parameter in define.parameters or ()),
                requires=None if define.requires is None else self.function(define.requires),
                body=self.function(define.body),
            )
            self._bodies[name] = compiled
        return compiled


def evaluate(
    expr: Expr,
    values: Mapping[str, Value] | None = None,
    *,
    before: Mapping[str, Value] | None = None,
    defines: Iterable[Define] = (),
    limits: Limits | None = None,
) -> Value:
    """As `Evaluator.evaluate`, for one expression; several are cheaper with one `Evaluator`."""
    return Evaluator(defines, limits).evaluate(expr, values, before)

"""The meaning of expressions while candidates are sought: the contracts' evaluator, bounded."""

from __future__ import annotations

from collections.abc import Mapping

from axiom_server.errors import TooLongError
from axiom_server.synthesis.enumeration import FAILED
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.evaluator import Evaluator, Limits
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

# An input on which a clause takes longer is no help: there are others.
LIMITS = Limits(steps=10_000, size=4_000, bits=2_000, depth=12)


# A part of a clause is also tried where its `when` does not hold: None where it was narrowed to
# a str is met there.
_FAILURES = (UndefinedError, UnevaluableError, TypeError, AttributeError)


class Meaning:
    """Evaluates expressions over a contract's defines."""

    def __init__(self, contract: Contract) -> None:
        self._evaluator = Evaluator(contract.defines, LIMITS)

    def value(self, expr: Expr, scope: Mapping[str, Value]) -> Value:
        """The value, or FAILED where the expression fails or takes too long."""
        try:
            return self._evaluator.evaluate(expr, scope)
        except (*_FAILURES, LimitExceededError):
            return FAILED

    def bounded(self, expr: Expr, scope: Mapping[str, Value]) -> Value:
        """As `value`; raises TooLongError where the expression takes too long."""
        try:
            return self._evaluator.evaluate(expr, scope)
        except LimitExceededError:
            raise TooLongError from None
        except _FAILURES:
            return FAILED

    def holds(self, said: Expr, scope: Mapping[str, Value]) -> bool:
        """Whether a clause holds; one that speaks of a whole type is left to the verifiers."""
        try:
            return self._evaluator.evaluate(said, scope) is True
        except UnevaluableError:
            return True
        except (*_FAILURES, LimitExceededError):
            return False

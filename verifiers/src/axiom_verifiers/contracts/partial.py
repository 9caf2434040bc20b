"""What Python's operations raise where they are partial, and what that means in a contract."""

from __future__ import annotations

from axiom_verifiers.contracts.source import Span
from axiom_verifiers.errors import ContractError, LimitExceededError, UndefinedError

PARTIAL = (IndexError, KeyError, ValueError, ArithmeticError)
# CPython's words where an int is too large for a float: a limit, not a failure.
_TOO_LARGE = ("int too large to convert to float", "integer division result too large")


def failed(error: Exception, span: Span) -> ContractError:
    """What a failed operation of Python means for the expression that holds it."""
    kind = type(error).__name__
    message = str(error)
    if isinstance(error, OverflowError) and message.startswith(_TOO_LARGE):
        return LimitExceededError(message)
    if isinstance(error, KeyError):
        message = f"there is no key {message}"
    return UndefinedError(kind, message or kind, (span.start, span.end))

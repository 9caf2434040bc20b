"""The errors of this distribution, split by who must act.

The person: `ValueFormError`. The contract's author: `UndefinedError`, `UnevaluableError`,
`LimitExceededError`, each turned into a finding or an undetermined clause by who evaluates.
"""

from __future__ import annotations


class ContractError(Exception):
    """Base of what goes wrong while a contract's meaning is computed."""


class ValueFormError(ContractError):
    """A JSON form does not fit the type that it should have. The person mends the input."""


class UndefinedError(ContractError):
    """A partial operation of a contract failed: an index, a key, a zero divisor, …

    `kind` is the name of Python's exception for it, `requires` when a define was called outside
    its domain; `span` is where: the byte offsets of a `source.Span` in the item's text.
    """

    def __init__(self, kind: str, message: str, span: tuple[int, int] = (0, 0)) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.span = span


class UnevaluableError(ContractError):
    """The expression can be proved or refuted but not evaluated: it speaks of a whole type."""

    def __init__(self, message: str, span: tuple[int, int] = (0, 0)) -> None:
        super().__init__(message)
        self.message = message
        self.span = span


class LimitExceededError(ContractError):
    """Evaluating would take more steps or more room than the limits allow; nothing is known."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

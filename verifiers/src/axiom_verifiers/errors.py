"""The errors of this distribution, split by who must act.

The person: `ValueFormError`. The contract's author: `UndefinedError`, `UnevaluableError`,
`LimitExceededError`, each turned into a finding or an undetermined clause by who evaluates.
The environment: `ArtefactError`, `TypeCheckerError`, `WorkerError`. A solver's text:
`SExprError`, `ReadError`, `ModelError`, `UndeterminedError`, each turned into an answer.
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


class NotModelledError(Exception):
    """A construct has no translation to logic: what depends on it is `unknown`, nothing else.

    `construct` names it for the reader; `place` is `LINE: text` once it is known.
    """

    def __init__(self, construct: str, span: tuple[int, int] = (0, 0)) -> None:
        super().__init__(f"construct not modelled: {construct}")
        self.construct = construct
        self.span = span


class TypeCheckerError(Exception):
    """The type checker is missing, silent or gone; what it would have said is not known."""


class ArtefactError(Exception):
    """The sandbox's artefact cannot be built, stored or loaded on this machine.

    The message says what failed and what to do; the environment must be mended.
    """


class CertificateError(Exception):
    """A bundle that must not be trusted, and why: one class for each reason, by who is to blame."""


class FormatError(CertificateError):
    """Not a bundle, not canonical, of an unknown format or encoder version, or too large."""


class SignatureError(CertificateError):
    """The signature does not fit what is signed."""


class UntrustedSignerError(CertificateError):
    """Signed, but by nobody whom the reader named."""


class MismatchError(CertificateError):
    """What the certificate asserts is not what its code and contract come to."""


class ChainBrokenError(CertificateError):
    """The history in the bundle is not whole."""


class WeakLabelError(CertificateError):
    """Whole and true, but an assertion is weaker than the reader asked for."""


class ModelError(ValueError):
    """A value's text is not one of its sort, or is not a value that can be used (an irrational
    number, a nesting too deep).
    """


class ReadError(ValueError):
    """The text is not a term of the logic, or uses what is not read here."""


class SExprError(ValueError):
    """The text is no S-expression; the message says where."""


class UndeterminedError(ValueError):
    """The term has no value that the logic fixes, or none that is computed here: a quantifier,
    a division by zero, a constant without a value, a regular expression.
    """


class WorkerError(Exception):
    """A worker died or does not keep to the protocol; the message says how."""

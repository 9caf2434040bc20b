"""Errors of the server, split by who must act. Each message says what was found and what to do."""

from __future__ import annotations


class AxiomError(Exception):
    """What a person is told; `exit_code` is the command line's (docs/cli.md)."""

    exit_code = 3


class UserError(AxiomError):
    """The person must act: a wrong name, an unreadable file, a refused overwrite."""

    exit_code = 2


class BadNewsError(AxiomError):
    """The request was carried out and the answer is no: not found, not passed, refused."""

    exit_code = 1


class EnvironmentFaultError(AxiomError):
    """The machine must be mended: no permission, a locked or damaged database, a missing tool."""

    exit_code = 3


class ConflictError(BadNewsError):
    """A write would lose something that the person wrote; nothing was written."""


class StoppedError(AxiomError):
    """The person stopped it."""

    exit_code = 130


class HistoryError(EnvironmentFaultError):
    """The history cannot be read or written; the message says why and what to do."""


class ChangedMeanwhileError(HistoryError):
    """Another process has appended to the unit since it was looked at; nothing was written."""


class ChainError(HistoryError):
    """An event does not follow from the one before: the history was altered."""


class WorkerError(AxiomError):
    """The worker process died or could not be started."""


class ContractError(BadNewsError):
    """The intent file has errors; the message lists them, `FILE:LINE:COL: …`, one a line."""


class UnsupportedContractError(BadNewsError):
    """Synthesis has no candidate for a contract; the message says why and what to do."""


class UnwritableError(AxiomError):
    """An expression has no form in code: it quantifies over a whole type, or speaks of `it`."""


class UntranslatableError(AxiomError):
    """A contract or a solution speaks of something that the solver's language lacks."""


class TooLargeError(AxiomError, ArithmeticError):
    """A value outgrew what enumeration keeps."""


class TooLongError(AxiomError):
    """An expression took more steps than an input is worth."""

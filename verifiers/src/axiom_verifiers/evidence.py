"""What verifiers say and everyone shows: verdicts, witnesses, evidence. Depends on contracts only.

The JSON that `axiom verify --json` prints is made of these structs by `orchestra`; its field
names are an interface (docs/cli.md).
"""

from __future__ import annotations

import enum
from typing import Any, Literal

import msgspec


class Verdict(enum.StrEnum):
    """Worst first; see `worst`."""

    REFUTED = "refuted"
    FAILED = "failed"
    UNKNOWN = "unknown"
    TESTED = "tested"
    PROVED = "proved"


_ORDER = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: list[Verdict]) -> Verdict:
    """The overall verdict of several; `unknown` for none."""
    return min(verdicts, key=_ORDER.__getitem__, default=Verdict.UNKNOWN)


# Values of witnesses are kept as the JSON-able form of `contracts.values.to_json`.
Json = Any


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the code that a witness's run went through.

    `line` is 1-based in the code, `code` its text; `values` maps the names that it gave a value
    to that value's text, `return` and `raise` among them; `entered` tells of an `if`, `for` or
    `while` whether its body was entered.
    """

    line: int
    function: str
    code: str
    values: dict[str, str] = {}
    entered: bool | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why a clause fails for a witness.

    `part` is the part of the clause that comes out wrong, `sides` maps what it is made of to
    values, bound variables among them. `steps` are the lines that ran, `omitted` of them left
    out before the last `tail` ones. `suspect` says what looks wrong and `why`; `requires` is a
    condition on the parameters under which no input was found to fail, when a short one is.
    """

    part: str = ""
    sides: dict[str, str] = {}
    steps: tuple[Step, ...] = ()
    omitted: int = 0
    tail: int = 0
    suspect: Literal["code", "contract"] = "code"
    why: str = ""
    requires: str | None = None


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """A concrete counterexample; shown as a failure only when `replayed` in the sandbox.

    `result` is the JSON value, `{"raises": NAME, "message": TEXT}` or `{"endless": REASON}`.
    `sequence` holds earlier inputs when the failure shows only after them.
    """

    inputs: dict[str, Json]
    result: Json
    expected: str
    after: dict[str, Json] = {}
    replayed: bool = False
    sequence: tuple[dict[str, Json], ...] = ()
    explanation: Explanation | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a clause's proof, beside its verdict.

    `reason` is a fixed phrase when status is not `valid`: `invariant too weak`, `timeout`,
    `construct not modelled`, `not attempted`, `solver failed`, …; `where` is `LINE: what`.
    `hints` are clauses that say in the intent what a proof found out of the loops by itself.
    """

    status: Literal["valid", "unknown", "refuted", "not attempted"]
    reason: str | None = None
    where: str | None = None
    tried: tuple[str, ...] = ()
    help: str | None = None
    hints: tuple[str, ...] = ()


class ClauseEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one verifier found about one clause. `orchestra` merges them into one verdict.

    `method` is `deductive`, `executed`, `structural`, `properties`, `symbolic`; `answers` maps
    a solver's name to its answer; `cases` counts the runs behind a `tested`.
    """

    clause: str
    verifier: str
    verdict: Verdict
    method: str
    answers: dict[str, str] = {}
    seconds: float = 0.0
    assumptions: tuple[str, ...] = ()
    proof: Proof | None = None
    witness: Witness | None = None
    cases: int = 0
    detail: str = ""
    obligations: tuple[str, ...] = ()  # digests of the obligations behind a proof


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What a syntax, type or lint check says of a place in the code; 1-based line and column."""

    severity: Literal["error", "warning", "information"]
    message: str
    line: int
    column: int
    rule: str = ""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """How a whole verifier ended: `refuted` with an error finding, `tested` when clean."""

    verifier: str
    tier: int
    verdict: Verdict
    seconds: float
    findings: tuple[Finding, ...] = ()
    limitations: tuple[str, ...] = ()
    detail: str = ""


Evidence = ClauseEvidence | Report

"""A checked contract: one intent with everything that its meaning depends on."""

from __future__ import annotations

from typing import Literal

import msgspec

from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.source import NOWHERE, Span
from axiom_verifiers.contracts.types import RecordType, Type


class Parameter(msgspec.Struct, frozen=True):
    name: str
    type: Type  # refinements kept


class Define(msgspec.Struct, frozen=True):
    """A pure function of the specification, or a constant (`parameters` None)."""

    name: str
    parameters: tuple[Parameter, ...] | None
    result: Type
    requires: Expr | None
    decreases: Expr | None
    body: Expr
    recursive: bool
    evaluable: bool  # False when it quantifies over an unbounded type, directly or not


class Origin(msgspec.Struct, frozen=True):
    """Where a clause stands: 1-based line in its file at the time of reading, and its span."""

    line: int = 0
    span: Span = NOWHERE


class ClauseBase(msgspec.Struct, frozen=True, kw_only=True):
    """What all clauses share.

    `id` is `INTENT/LABEL`, else `INTENT/KIND-N` (N counts that kind from 1), for implied ones
    `INTENT/IMPLIED-NAME`; `text` is the clause as written, without label and tags.
    """

    id: str
    label: str | None = None
    text: str = ""
    origin: Origin = Origin()
    tags: tuple[str, ...] = ()


class Requires(ClauseBase, frozen=True, tag="requires"):
    condition: Expr


class Ensures(ClauseBase, frozen=True, tag="ensures"):
    condition: Expr
    when: Expr | None = None


class Raises(ClauseBase, frozen=True, tag="raises"):
    error: str
    when: Expr


class Example(ClauseBase, frozen=True, tag="example"):
    """Arguments in the order of the parameters; closed expressions."""

    args: tuple[Expr, ...]
    expected: Expr | None
    error: str | None
    after: tuple[tuple[str, Expr], ...] = ()


class Must(ClauseBase, frozen=True, tag="must"):
    negated: bool
    what: Literal["import", "recurse", "loop", "print", "terminate"] | None
    prose: str | None = None


class Implied(ClauseBase, frozen=True, tag="implied"):
    """An obligation that every code owes without its being written.

    `terminates` is owed by every intent; `unmodified` says that each parameter outside
    `modifies` comes back unchanged; `unshared` that the result shares nothing mutable with a
    modified parameter; `refinement` that a result (or modified parameter `subject`) meets its
    refined type, whose predicate, applied, is `condition`.
    """

    obligation: Literal[
        "no undeclared exception",
        "result type",
        "refinement",
        "unmodified",
        "unshared",
        "terminates",
        "callee preconditions",
    ]
    subject: str | None = None
    condition: Expr | None = None


Clause = Requires | Ensures | Raises | Example | Must | Implied


class Hint(msgspec.Struct, frozen=True):
    """An `invariant` or `decreases` hint: untyped until a code's locals are known.

    `text` is the expression as written; the prover parses and types it against the code.
    """

    kind: Literal["invariant", "decreases"]
    text: str
    origin: Origin = Origin()


class Contract(msgspec.Struct, frozen=True):
    """One intent, checked, closed over the types, defines and callees that it needs.

    `requires` holds the parameters' refinements first (their ids are `INTENT/PARAM-type`; they
    need nothing else), then the written ones, in the order in which each may assume the earlier.
    A define's `requires` holds the refinements of its parameters too.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: Type
    requires: tuple[Requires, ...]
    ensures: tuple[Ensures, ...]
    raises: tuple[Raises, ...]
    examples: tuple[Example, ...]
    musts: tuple[Must, ...]
    implied: tuple[Implied, ...]
    modifies: tuple[str, ...]
    hints: tuple[Hint, ...]
    prose: str
    settings: tuple[tuple[str, str], ...]
    records: tuple[RecordType, ...]
    defines: tuple[Define, ...]  # in an order in which each stands after those that it calls
    callees: tuple[Contract, ...] = ()  # other intents of the file that code may call

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """All clauses that have a verdict, in the order in which they are shown."""
        return (*self.ensures, *self.raises, *self.examples, *self.musts, *self.implied)

"""The core program.

Expressions are those of `contracts.expressions` (roles `local` and `parameter`): contract and
code share one meaning and one translation to logic. Values have value semantics here: a front
end may only translate code in which aliasing cannot be observed, and reports the rest as
`Unmodelled`. Failing expressions (index, key, zero divisor …) raise as in Python; where they
may fail is found by the translation to logic, not written here.
"""

from __future__ import annotations

import msgspec

from axiom_verifiers.contracts.expressions import Expr, Target
from axiom_verifiers.contracts.types import RecordType, Type


class Place(msgspec.Struct, frozen=True):
    """A place in the code under verification: 1-based line and column, and what stands there."""

    line: int
    column: int = 1
    text: str = ""


class StatementBase(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="node"):
    place: Place


class Assign(StatementBase, frozen=True):
    """`name = value`; the local has one type throughout (`Function.locals`)."""

    name: str
    value: Expr


class Evaluate(StatementBase, frozen=True):
    """An expression evaluated for its failures only."""

    value: Expr


class If(StatementBase, frozen=True):
    condition: Expr  # bool; truthiness is made explicit by the front end
    then: Block
    otherwise: Block


class While(StatementBase, frozen=True):
    """`loop` numbers the loops of a function from 1, in source order."""

    loop: int
    condition: Expr
    body: Block
    otherwise: Block = ()


class For(StatementBase, frozen=True):
    """`for target in iterable`: list, str, tuple, or a Call of range, enumerate, zip, reversed.

    The iterable is evaluated once, before the loop; the target keeps its last value after it.
    """

    loop: int
    target: Target
    iterable: Expr
    body: Block
    otherwise: Block = ()


class Break(StatementBase, frozen=True):
    pass


class Continue(StatementBase, frozen=True):
    pass


class Return(StatementBase, frozen=True):
    """`value` is None for a bare return, in a function whose result type is None."""

    value: Expr | None


class Raise(StatementBase, frozen=True):
    error: str
    message: Expr | None = None


class Assert(StatementBase, frozen=True):
    """Raises AssertionError when the condition is false."""

    condition: Expr


class Unmodelled(StatementBase, frozen=True):
    """What the front end could not translate. What depends on reaching it is `unknown`.

    `construct` names it for the reader, e.g. `try statement`, `call of foo`.
    """

    construct: str


Statement = (
    Assign
    | Evaluate
    | If
    | While
    | For
    | Break
    | Continue
    | Return
    | Raise
    | Assert
    | Unmodelled
)
Block = tuple[Statement, ...]


class FunctionParameter(msgspec.Struct, frozen=True):
    name: str
    type: Type


class Function(msgspec.Struct, frozen=True):
    """`locals` gives each assigned name its one type; those that may be read before being
    assigned are in `maybe_unbound` (reading one raises UnboundLocalError).
    """

    name: str
    parameters: tuple[FunctionParameter, ...]
    result: Type
    locals: tuple[tuple[str, Type], ...]
    body: Block
    place: Place
    maybe_unbound: tuple[str, ...] = ()


class Program(msgspec.Struct, frozen=True):
    """One module: the function asked for is `entry`; others are called by it.

    `obstacles` are module-level constructs that make everything `unknown` (a rebound builtin,
    mutable module state that the function reads, a monkey patch).
    """

    entry: str
    functions: tuple[Function, ...]
    records: tuple[RecordType, ...] = ()
    constants: tuple[tuple[str, Expr], ...] = ()
    obstacles: tuple[Unmodelled, ...] = ()

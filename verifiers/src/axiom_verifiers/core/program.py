"""The core program.

Expressions are those of `contracts.expressions` (roles `local` and `parameter`): contract and
code share one meaning and one translation to logic. Values have value semantics here: a front
end may only translate code in which aliasing cannot be observed, and reports the rest as
`Unmodelled`. Failing expressions (index, key, zero divisor …) raise as in Python; where they
may fail is found by the translation to logic, not written here.

Names. A parameter that the code never rebinds nor changes is read with role `parameter`. One
that it does is a local of the same name and type as well: it starts as the parameter's value
and is read with role `local`, while `Old` of the parameter is its value at entry. Temporary
locals that a front end needs are named `#t1`, `#t2` …, which no source name can be. In a
loop's invariants two more locals may be read, which no statement assigns:
`#i{loop}`, an int, is the number of completed iterations of that `for` loop (so `xs[:#i1]` is
what the loop has seen and `xs[#i1]` is the next item), and `#s{loop}`, of the iterable's type, is
the sequence that it runs over, evaluated once before it. A list, str or tuple is its own
sequence; that of `range(a, b, c)` is the list of its numbers.

Ends. The end of a function's body, and `Return(None)`, return None: where the result type is
neither NONE nor optional, reaching one of them breaks the clause *result type*.
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
    """`name = value`; the local has one type throughout (`Function.locals`).

    `in_place` says that the object itself was changed (`xs.append(x)` is `xs = xs + [x]`): the
    front end has shown that no other name of the function sees it, but the caller does when
    the object came from a parameter (see `core.flow.changed_parameters`).
    """

    name: str
    value: Expr
    in_place: bool = False


class SetItem(StatementBase, frozen=True):
    """`name[index] = value` on a list or dict, in place; the value is evaluated first.

    A list's index is Python's (negative ones count from the end, IndexError outside).
    `in_place` says that the object at the index was itself changed (`d[k].append(x)` is
    `d[k] = d[k] + [x]`): the front end has shown that nothing else holds that object.
    """

    name: str
    index: Expr
    value: Expr
    in_place: bool = False


class CallFunction(StatementBase, frozen=True):
    """`target = function(args)`: a function of this program, else an intent of `callees`.

    Calls never stand inside expressions: front ends evaluate them into temporary locals, in
    Python's order. `target` is None when the result is dropped. `updates` are the positions of
    arguments that the callee may change, each with the local that takes the object's value
    after the call, also when the call raises: all other arguments are unchanged.
    """

    target: str | None
    function: str
    args: tuple[Expr, ...]
    updates: tuple[tuple[int, str], ...] = ()


class Evaluate(StatementBase, frozen=True):
    """An expression evaluated for its failures only."""

    value: Expr


class If(StatementBase, frozen=True):
    condition: Expr  # bool; truthiness is made explicit by the front end
    then: Block
    otherwise: Block


class While(StatementBase, frozen=True):
    """`loop` numbers the loops of a function from 1, in source order; those that the recursion of
    helpers became come last.
    """

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
    """`value` is None for a bare return."""

    value: Expr | None


class Raise(StatementBase, frozen=True):
    """`error` is a builtin exception; `classes` are the classes of the file, nearest first, that
    what is raised is an instance of besides: only handlers can tell.
    """

    error: str
    message: Expr | None = None
    classes: tuple[str, ...] = ()


class Handler(msgspec.Struct, frozen=True):
    """Catches instances of the builtin `errors` and of the file's `classes`; anything if there is
    none of either.
    """

    errors: tuple[str, ...]
    classes: tuple[str, ...]
    body: Block


class Try(StatementBase, frozen=True):
    """The first handler that fits what the body raises runs from where the body was left; what
    `otherwise` and the handlers raise leaves the statement. However control leaves it,
    `finalizer` runs first, and where that leaves by itself, that is what counts.
    """

    body: Block
    handlers: tuple[Handler, ...]
    otherwise: Block = ()
    finalizer: Block = ()


class Reraise(StatementBase, frozen=True):
    """Inside a handler's body: raises again what the handler caught."""


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
    | SetItem
    | CallFunction
    | Evaluate
    | If
    | While
    | For
    | Break
    | Continue
    | Return
    | Raise
    | Try
    | Reraise
    | Assert
    | Unmodelled
)
Block = tuple[Statement, ...]


class FunctionParameter(msgspec.Struct, frozen=True):
    """Parameters stand in the contract's order, under the contract's names."""

    name: str
    type: Type


class Function(msgspec.Struct, frozen=True):
    """`locals` gives each assigned name its one type; those that may be read before being
    assigned are in `maybe_unbound` (reading one raises UnboundLocalError). `gives` are the
    parameters of which the result may hold a mutable object.
    """

    name: str
    parameters: tuple[FunctionParameter, ...]
    result: Type
    locals: tuple[tuple[str, Type], ...]
    body: Block
    place: Place
    maybe_unbound: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()


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

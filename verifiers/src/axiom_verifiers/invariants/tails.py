"""Invariants of loops that consume what they are about, and of what guards have shown.

A loop such as `while b: a, b = b, a % b` never comes nearer to the result in an accumulator: what
is still to be computed of the present values, with what was put aside, stays equal to what was to
be computed at first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.evaluator import Evaluator
from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Constant,
    DefineCall,
    Expr,
    Old,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.types import INT, IntType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import Assign, Block, For, Function, If, While
from axiom_verifiers.errors import ContractError
from axiom_verifiers.invariants.building import (
    NEGATED,
    compare,
    conjuncts,
    local,
    minus,
    negated,
    number,
    plus,
    replaced,
    substituted,
    times,
)
from axiom_verifiers.invariants.claims import clauses
from axiom_verifiers.invariants.filtering import Head


def tails(
    contract: Contract, function: Function, loop: While | For, states: Sequence[Head]
) -> Iterator[Expr]:
    """What is left to compute, against what there was at entry."""
    changed = assigned_names((loop,))
    ints = [
        local(name)
        for name, type_ in function.locals
        if isinstance(type_, IntType) and name in changed and not name.startswith("#")
    ]
    evaluator = Evaluator(contract.defines)
    for clause in clauses(contract, function):
        match clause:
            case Compare(op="==", left=Variable(role="result"), right=wanted):
                yield from _equal(wanted, ints, changed, evaluator, states)
            case _:
                for one in ints:
                    for other in ints:
                        if one != other and any(
                            isinstance(part, Variable) and part.role == "result"
                            for part in walk(clause)
                        ):
                            yield substituted(clause, {"result": plus(one, other)})


def _equal(
    wanted: Expr,
    ints: list[Variable],
    changed: frozenset[str],
    evaluator: Evaluator,
    states: Sequence[Head],
) -> Iterator[Expr]:
    rest = replaced(wanted, lambda part: _present(part, changed))
    if not isinstance(wanted.type, IntType):
        return
    if rest != wanted:
        yield compare(rest, "==", wanted)
        yield from _handed_on(rest, wanted, ints)
    for name in ints:
        if rest != wanted:
            yield compare(times(name, rest), "==", wanted)
            shift = _constant(minus(wanted, plus(name, rest)), evaluator, states)
            if shift is not None:
                yield compare(plus(plus(name, rest), number(shift)), "==", wanted)


def _handed_on(rest: Expr, wanted: Expr, ints: list[Variable]) -> Iterator[Expr]:
    """What a recursive define makes of the present values when a constant that it was first
    given, as `reversed_digits(n, 0)` is, is what a local has gathered since.
    """
    if not isinstance(rest, DefineCall):
        return
    for place, given in enumerate(rest.args):
        if isinstance(given, Constant) and given.type == INT:
            for name in ints:
                args = (*rest.args[:place], name, *rest.args[place + 1 :])
                yield compare(msgspec.structs.replace(rest, args=args), "==", wanted)


def _present(part: Expr, changed: frozenset[str]) -> Expr | None:
    """A parameter's value now in the place of the one at entry."""
    match part:
        case Old(value=Variable(name=name) as inner) if name in changed:
            return local(name, inner.type)
        case _:
            return None


def _constant(expr: Expr, evaluator: Evaluator, states: Sequence[Head]) -> int | None:
    """The value that the expression has in every state, if it is one."""
    values: set[object] = set()
    for head in states:
        try:
            values.add(evaluator.evaluate(expr, head.state, head.before))
        except ContractError:
            return None
        if len(values) > 1:
            return None
    value = values.pop() if values else None
    return value if isinstance(value, int) else None


def guarded(loop: While | For) -> Iterator[Expr]:
    """What a guard said of a value when a local was given it: `lo * lo <= n` after
    `if mid * mid <= n: lo = mid`.
    """
    yield from _guarded(loop.body, [], {}, assigned_names((loop,)))


def _guarded(
    block: Block, known: list[Expr], values: Mapping[str, Expr], changed: frozenset[str]
) -> Iterator[Expr]:
    made = dict(values)
    for statement in block:
        match statement:
            case If():
                condition = without_spans(statement.condition)
                yield from _guarded(statement.then, [*known, *conjuncts(condition)], made, changed)
                other = [*known, *conjuncts(negated(condition))]
                yield from _guarded(statement.otherwise, other, made, changed)
                # Where one branch leaves, the other one's condition is known after it.
            case Assign(name=name, value=value) if value.type == INT:
                value = without_spans(value)
                yield from _remembered(name, value, known)
                made[name] = value
            case _:
                pass


def _remembered(name: str, value: Expr, known: Iterable[Expr]) -> Iterator[Expr]:
    """The guards with the local in the place of what it was given."""
    shift = 0
    source = value
    match value:
        case Binary(op="+" | "-", left=Variable() as source, right=Constant(value=int(by))):
            shift = by if value.op == "+" else -by
        case _:
            pass
    if not isinstance(source, Variable) or source.name == name:
        return
    for guard in known:
        if isinstance(guard, Compare) and guard.op in NEGATED and source.name in variables(guard):
            here = minus(local(name), number(shift))
            yield substituted(guard, {source.name: here})

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
    Logical,
    Old,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.types import BOOL, INT, IntType, ListType
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import Assign, Block, For, Function, If, While
from axiom_verifiers.errors import ContractError
from axiom_verifiers.invariants.building import (
    NEGATED,
    both,
    bound,
    compare,
    conjuncts,
    folded,
    forall,
    fresh,
    implies,
    local,
    minus,
    negated,
    number,
    numbers,
    plus,
    replaced,
    substituted,
    times,
)
from axiom_verifiers.invariants.claims import clauses
from axiom_verifiers.invariants.effects import Effects
from axiom_verifiers.invariants.filtering import Head
from axiom_verifiers.invariants.removing import copied
from axiom_verifiers.invariants.views import stride

# Operators that make more of a counter than a line.
_CURVED = ("*", "**", "//", "%", "<<", ">>")


def tails(
    contract: Contract,
    function: Function,
    loop: While | For,
    states: Sequence[Head],
    starts: Mapping[str, Expr],
) -> Iterator[Expr]:
    """What is left to compute, against what there was at entry."""
    changed = assigned_names((loop,))
    ints = [
        local(name)
        for name, type_ in function.locals
        if isinstance(type_, IntType) and name in changed and not name.startswith("#")
    ]
    evaluator = Evaluator(contract.defines)
    # Locals that begin as a parameter, or as a copy of one, and go on in its place.
    going_on = {
        start.name: one
        for one in (*reversed(ints), *_lists(function, changed))
        for start in (starts.get(one.name),)
        if start is not None
        for start in (copied(start),)
        if isinstance(start, Variable) and start.role == "parameter" and start.type == one.type
    }
    yield from _divided(list(clauses(contract, function)), ints, changed)
    for clause in clauses(contract, function):
        match clause:
            case Compare(op="==", left=Variable() as of, right=wanted) if (
                of.role == "result" or of.name in changed
            ):
                rest = replaced(wanted, lambda part: _present(part, changed))
                if rest == wanted:
                    rest = substituted(wanted, going_on)
                yield from _equal(rest, wanted, ints, evaluator, states)
                if isinstance(wanted.type, ListType) and rest != wanted:
                    yield from _gathered(rest, wanted, _lists(function, changed))
            case _:
                for one in ints:
                    for other in ints:
                        if one != other and any(
                            isinstance(part, Variable) and part.role == "result"
                            for part in walk(clause)
                        ):
                            yield substituted(clause, {"result": plus(one, other)})


def _lists(function: Function, changed: frozenset[str]) -> list[Variable]:
    return [
        local(name, type_)
        for name, type_ in function.locals
        if isinstance(type_, ListType) and name in changed and not name.startswith("#")
    ]


def _gathered(rest: Expr, wanted: Expr, lists: Iterable[Variable]) -> Iterator[Expr]:
    """What is to be made of a list that the loop takes items from is what was to be made of it at
    first: `[x for x in xs if x != v]` while each `v` is removed; or that comes behind what was put
    aside, `out + sorted(rest)` where the least is taken each time.
    """
    yield compare(rest, "==", wanted)
    read = variables(rest)
    for one in lists:
        if one.type == wanted.type and one.name not in read:
            whole = Binary(type=wanted.type, op="+", left=one, right=rest)
            yield compare(whole, "==", wanted)


def _divided(
    said: Sequence[Expr], ints: Sequence[Variable], changed: frozenset[str]
) -> Iterator[Expr]:
    """What divides the present values divided those at entry, where the result is to divide them:
    Euclid's algorithm, by remainders or by differences.
    """
    wanted = [
        clause
        for clause in said
        if isinstance(clause, Compare)
        and clause.op == "=="
        and isinstance(clause.left, Binary)
        and clause.left.op == "%"
        and isinstance(clause.left.right, Variable)
        and clause.left.right.role == "result"
        and clause.right == number(0)
    ]
    present = [replaced(clause, lambda part: _present(part, changed)) for clause in wanted]
    if not wanted or len(ints) != 2 or all(a == b for a, b in zip(wanted, present, strict=True)):
        return
    name = fresh("d", *wanted, *ints)
    given = {"result": bound(name)}
    total = plus(plus(ints[0], ints[1]), number(1))
    now = substituted(present[0], given)
    for clause in present[1:]:
        now = both(now, substituted(clause, given))
    for clause in wanted:
        yield forall(name, numbers(number(1), total), implies(now, substituted(clause, given)))


def _equal(
    rest: Expr,
    wanted: Expr,
    ints: list[Variable],
    evaluator: Evaluator,
    states: Sequence[Head],
) -> Iterator[Expr]:
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


def passed(loop: While, done: Effects, starts: Mapping[str, Expr]) -> Iterator[Expr]:
    """What the loop's condition said of the counter's last value: `(r - 1) * (r - 1) <= n` after
    `while r * r <= n: r += 1`. Linear bounds are found without.
    """
    changed = assigned_names((loop,))
    for part in conjuncts(without_spans(loop.condition)):
        if not any(isinstance(one, Binary) and one.op in _CURVED for one in walk(part)):
            continue
        for name in sorted(variables(part) & changed):
            step = stride(name, done.values.get(name, number(0)))
            if not step or variables(part) & changed != frozenset((name,)):
                continue
            earlier = folded(substituted(part, {name: minus(local(name), number(step))}))
            yield earlier
            if name in starts:
                begun = compare(local(name), "==", starts[name])
                yield Logical(type=BOOL, op="or", left=begun, right=earlier)


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

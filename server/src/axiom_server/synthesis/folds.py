"""Loops as templates, for what no single expression does: searches and folds.

A *search* counts up or down to the first number of which the clauses hold, with the clauses'
own conditions in its head. A *fold* runs over a list, a text or a range and keeps one value.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from axiom_server.synthesis.clauses import Goal, goal_clauses, usable
from axiom_server.synthesis.drafts import (
    Append,
    Assign,
    Block,
    For,
    If,
    Return,
    Statement,
    While,
    item_name,
)
from axiom_server.synthesis.trees import (
    TRUE,
    call,
    conjunction,
    conjuncts,
    constant,
    mentions_result,
    negate,
    size,
    substitute,
)
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Expr,
    Index,
    MakeList,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import variables_in
from axiom_verifiers.contracts.typing_rules import erase, iteration_item

ZERO, ONE = constant(0), constant(1)
_MOST_CONDITIONS = 6


def _parameters(contract: Contract) -> list[Variable]:
    return [
        Variable(type=erase(p.type), name=p.name, role="parameter") for p in contract.parameters
    ]


def _fresh(wish: str, taken: frozenset[str]) -> str:
    while wish in taken:
        wish += "_"
    return wish


# ---------------------------------------------------------------- searches


def searches(contract: Contract, goal: Goal, taken: frozenset[str]) -> Iterator[Block]:
    """Loops that count to the first number that meets some of the clauses, plainest first."""
    if goal.type != t.INT or goal.parameter is not None:
        return
    name = _fresh("number", taken)
    number = Variable(type=t.INT, name=name, role="local")
    own = {p.name for p in contract.parameters} | {name}
    atoms: dict[Expr, None] = {}
    for when, said in goal_clauses(contract, goal):
        if when != TRUE:
            continue
        for part in conjuncts(said):
            about = substitute(part, {"result": number})
            if mentions_result(part) and usable(about, own):
                atoms.setdefault(about)
    kept = sorted(atoms, key=size)[:_MOST_CONDITIONS]
    ints = [p for p in _parameters(contract) if p.type == t.INT]
    starts: list[tuple[Expr, int]] = [(ZERO, 1), (ONE, 1), (constant(2), 1)]
    starts += [(p, -1) for p in ints]
    if len(ints) == 2:
        starts.append((call("min", t.INT, *ints), -1))
    for count in range(1, len(kept) + 1):
        for chosen in itertools.combinations(kept, count):
            condition = negate(conjunction(chosen))
            for start, step in starts:
                yield _counting(number, start, step, condition)


def _counting(number: Variable, start: Expr, step: int, condition: Expr) -> Block:
    moved = Binary(type=t.INT, op="+" if step > 0 else "-", left=number, right=ONE)
    return (
        Assign(number.name, t.INT, start, first=True),
        While(condition, (Assign(number.name, t.INT, moved),)),
        Return(number),
    )


def remainders(contract: Contract, goal: Goal, taken: frozenset[str]) -> Iterator[Block]:
    """Euclid's loop over two numbers: the commonest that keeps two values."""
    ints = [p for p in _parameters(contract) if p.type == t.INT]
    if goal.type != t.INT or goal.parameter is not None or len(ints) != 2:
        return
    names = [_fresh(wish, taken) for wish in ("larger", "smaller", "rest")]
    larger, smaller, rest = (Variable(type=t.INT, name=n, role="local") for n in names)
    body: tuple[Statement, ...] = (
        Assign(
            rest.name, t.INT, Binary(type=t.INT, op="%", left=larger, right=smaller), first=True
        ),
        Assign(larger.name, t.INT, smaller),
        Assign(smaller.name, t.INT, rest),
    )
    going = Compare(type=t.BOOL, op="!=", left=smaller, right=ZERO)
    begun = (
        Assign(larger.name, t.INT, ints[0], first=True),
        Assign(smaller.name, t.INT, ints[1], first=True),
    )
    yield (*begun, While(going, body), Return(larger))
    yield (*begun, While(going, body), Return(call("abs", t.INT, larger)))


# ---------------------------------------------------------------- folds


def _runs_over(contract: Contract) -> list[Expr]:
    """What a fold may run over: lists and texts, and the numbers up to a number."""
    found: list[Expr] = []
    found += [p for p in _parameters(contract) if isinstance(p.type, t.ListType | t.StrType)]
    for parameter in _parameters(contract):
        if parameter.type == t.INT:
            above = Binary(type=t.INT, op="+", left=parameter, right=ONE)
            found.append(call("range", t.ListType(t.INT), ONE, above))
            found.append(call("range", t.ListType(t.INT), parameter))
    return found


def _starts(kind: t.Type, source: Expr) -> list[Expr]:
    match kind:
        case t.IntType():
            starts: list[Expr] = [ZERO, ONE]
        case t.StrType():
            starts = [constant("")]
        case t.BoolType():
            starts = [constant(value=True), constant(value=False)]
        case t.ListType():
            starts = [MakeList(type=kind, items=())]
        case _:
            starts = []
    if isinstance(source, Variable) and iteration_item(source.type) == kind != t.STR:
        starts.append(Index(type=kind, value=source, index=ZERO))
    return starts


def _steps(kept: Variable, item: Variable, others: Sequence[Expr]) -> list[Expr]:
    """New values of what a fold keeps, made of it, the item and the parameters."""
    kind = kept.type
    parts = [p for p in (item, *others) if p.type == kind]
    found: list[Expr] = []
    if kind == t.INT:
        found.append(Binary(type=kind, op="+", left=kept, right=ONE))
        for part in parts:
            found += [
                Binary(type=kind, op="+", left=kept, right=part),
                Binary(type=kind, op="*", left=kept, right=part),
                Binary(type=kind, op="-", left=kept, right=part),
                call("max", kind, kept, part),
                call("min", kind, kept, part),
                part,
            ]
            square = Binary(type=kind, op="*", left=part, right=part)
            found.append(Binary(type=kind, op="+", left=kept, right=square))
            found.append(Binary(type=kind, op="+", left=kept, right=call("abs", kind, part)))
        ten = Binary(type=kind, op="*", left=kept, right=constant(10))
        found += [Binary(type=kind, op="+", left=ten, right=part) for part in parts]
    elif kind == t.STR:
        for part in parts:
            found.append(Binary(type=kind, op="+", left=kept, right=part))
            found.append(Binary(type=kind, op="+", left=part, right=kept))
    elif kind == t.BOOL:
        found += [constant(value=True), constant(value=False), negate(kept)]
    elif isinstance(kind, t.ListType) and kind.item == item.type:
        one = MakeList(type=kind, items=(item,))
        found.append(Binary(type=kind, op="+", left=kept, right=one))
        found.append(Binary(type=kind, op="+", left=one, right=kept))
    return found


def _conditions(kept: Variable, item: Variable, others: Sequence[Expr]) -> list[Expr]:
    """When a fold takes its step; TRUE first: always."""
    found: list[Expr] = [TRUE]
    if isinstance(kept.type, t.ListType) and kept.type.item == item.type:
        found.append(Compare(type=t.BOOL, op="not in", left=item, right=kept))
    same = [p for p in (kept, *others) if p.type == item.type]
    if item.type == t.INT:
        same += [ZERO]
        two = Binary(type=t.INT, op="%", left=item, right=constant(2))
        found += [Compare(type=t.BOOL, op=op, left=two, right=ZERO) for op in ("==", "!=")]
    for other in same:
        ops = ("==", "!=", ">", "<", ">=", "<=") if item.type != t.BOOL else ("==",)
        found += [Compare(type=t.BOOL, op=op, left=item, right=other) for op in ops]
    for other in others:
        if (
            isinstance(other.type, t.ListType | t.StrType)
            and iteration_item(other.type) == item.type
        ):
            found.append(Compare(type=t.BOOL, op="in", left=item, right=other))
            found.append(Compare(type=t.BOOL, op="not in", left=item, right=other))
    return found


def _taken(kept: Variable, step: Expr) -> Statement:
    match step:
        case Binary(op="+", left=Variable() as left, right=MakeList(items=(item,))) if left == kept:
            return Append(kept.name, item)
        case _:
            return Assign(kept.name, kept.type, step)


def folds(
    contract: Contract, goal: Goal, parts: Sequence[Expr], taken: frozenset[str]
) -> Iterator[Block]:
    """Loops that keep one value, plainest first; `parts` are constants of the contract."""
    if goal.parameter is not None:
        return
    name = _fresh("value", taken)
    kept = Variable(type=goal.type, name=name, role="local")
    for source in _runs_over(contract):
        kind = iteration_item(source.type)
        if kind is None:
            continue
        each = item_name(source, taken | {name})
        item = Variable(type=kind, name=each, role="local")
        others = [p for p in _parameters(contract) if p.name not in variables_in(source)]
        others = [*others, *parts]
        choices = [
            (condition, step, start)
            for condition in _conditions(kept, item, others)
            for step in _steps(kept, item, others)
            for start in _starts(goal.type, source)
        ]
        choices.sort(key=lambda choice: sum(size(part) for part in choice))
        for condition, step, start in choices:
            taken_step: Block = (_taken(kept, step),)
            body: Block = taken_step if condition == TRUE else (If(condition, taken_step),)
            yield (
                Assign(name, goal.type, start, first=True),
                For(Target(each, kind), source, body),
                Return(kept),
            )

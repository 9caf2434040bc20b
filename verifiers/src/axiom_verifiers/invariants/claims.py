"""What the contract says of the end, as claims over the locals at a loop's head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Constant,
    DefineCall,
    Expr,
    Index,
    Logical,
    MakeTuple,
    Old,
    Quantifier,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import bound_anywhere, rebuild, walk, without_spans
from axiom_verifiers.contracts.types import (
    BOOL,
    NONE,
    FloatType,
    IntType,
    ListType,
    OptionalType,
)
from axiom_verifiers.core.deciding import variables
from axiom_verifiers.core.flow import assigned_names, statements
from axiom_verifiers.core.program import Block, For, Function, Return, While
from axiom_verifiers.invariants.building import (
    at,
    bound,
    conjuncts,
    forall,
    fresh,
    length,
    local,
    negated,
    number,
    numbers,
    replaced,
    substituted,
)

# How many expressions are tried in the place of the result.
_RESULTS = 4


def returned_after(block: Block, loop: int) -> list[Expr]:
    """What the function may return once the loop is behind it."""
    found: list[Expr] = []
    passed = False
    for statement in statements(block):
        if isinstance(statement, While | For) and statement.loop == loop:
            passed = True
        if passed and isinstance(statement, Return):
            found.append(
                Constant(type=NONE, value=None) if statement.value is None else statement.value
            )
    return found


def clauses(contract: Contract, function: Function) -> list[Expr]:
    """The parts of each `ensures`, over the names as the code has them, predicates of the
    contract's own written out.

    The contract means a parameter as it was given, but for those in `modifies`; where the code
    has a local of that name the claim must say `old`.
    """
    defines = {one.name: one for one in contract.defines if not one.recursive}
    rebound = {name for name, _ in function.locals}
    kept = {p.name for p in contract.parameters} & rebound - set(contract.modifies)

    def at_entry(part: Expr) -> Expr | None:
        match part:
            case Old():
                return part
            case Variable(name=name, role="parameter") if name in kept:
                return Old(type=part.type, value=part)
            case _:
                return None

    found: list[Expr] = []
    for clause in contract.ensures:
        for condition in conjuncts(written_out(clause.condition, defines)):
            claim = condition
            if clause.when is not None:
                claim = Logical(
                    type=condition.type, op="implies", left=clause.when, right=condition
                )
            found.append(without_spans(replaced(claim, at_entry)))
    return found


def written_out(condition: Expr, defines: Mapping[str, Define]) -> Expr:
    """The condition with what these defines say in the place of their calls, where it is a
    condition itself.
    """
    match condition:
        case DefineCall(name=name, args=args) if name in defines:
            define = defines[name]
            if bound_anywhere(define.body) & frozenset[str]().union(*map(variables, args)):
                return condition
            names = [parameter.name for parameter in define.parameters or ()]
            given = dict(zip(names, args, strict=True))
            return written_out(substituted(define.body, given), defines)
        case Logical() | Unary(op="not"):
            return rebuild(condition, lambda part: written_out(part, defines))
        case _:
            return condition


def claims(contract: Contract, function: Function, loop: While | For) -> Iterator[Expr]:
    """Each part of each `ensures` with what may become the result in the result's place."""
    changed = assigned_names((loop,))
    results = [
        without_spans(value)
        for value in returned_after(function.body, loop.loop)
        # A constant says what was not found so far.
        if isinstance(value, Constant)
        or (variables(value) & changed and not isinstance(value, Index))
    ]
    yield from _tables(contract, function, loop)
    kind = function.result.item if isinstance(function.result, OptionalType) else function.result
    results += [
        local(name, type_)
        for name, type_ in function.locals
        if type_ in (kind, function.result, OptionalType(kind))
        and name in changed
        and not name.startswith("#")
    ]
    for clause in clauses(contract, function):
        yield from _universals(clause)
        if not any(_is_result(part) for part in _parts(clause)):
            if variables(clause) & changed:
                yield clause
            continue
        for result in list(dict.fromkeys(results))[:_RESULTS]:
            if not bound_anywhere(clause) & variables(result):
                claim = simplified(substituted(clause, {"result": result}))
                if isinstance(result.type, OptionalType) and result.type != function.result:
                    # Nothing is claimed as long as there is none.
                    nothing = Constant(type=result.type, value=None)
                    missing = Compare(type=BOOL, op="is", left=result, right=nothing)
                    claim = Logical(type=BOOL, op="or", left=missing, right=claim)
                if not isinstance(claim, Constant):
                    yield claim


def _universals(clause: Expr) -> Iterator[Expr]:
    """What a clause says of all members where something else is so, as in `result iff … and
    (forall …)`: a loop may have found it to hold so far.
    """
    if isinstance(clause, Logical):
        for side in (clause.left, clause.right):
            if isinstance(side, Logical):
                yield from _universals(side)
            elif (
                isinstance(side, Quantifier)
                and side.kind == "forall"
                and not any(_is_result(part) for part in walk(side))
            ):
                yield side


def _tables(contract: Contract, function: Function, loop: While | For) -> Iterator[Expr]:
    """Of a list of which one item is returned: each of its items is the result for its place."""
    changed = assigned_names((loop,))
    tables = [
        value.value
        for value in returned_after(function.body, loop.loop)
        if isinstance(value, Index)
        and isinstance(value.value, Variable)
        and isinstance(value.value.type, ListType)
        and value.value.name in changed
    ]
    sizes = [p.name for p in contract.parameters if isinstance(p.type, IntType)]
    for table in dict.fromkeys(without_spans(one) for one in tables):
        for clause in clauses(contract, function):
            name = fresh("k", clause, table)
            item = at(table, bound(name))
            for size in sizes:
                if size in variables(clause) and any(_is_result(part) for part in walk(clause)):
                    claim = _at_place(substituted(clause, {"result": item}), size, bound(name))
                    yield forall(name, numbers(number(0), length(table)), claim)


def _at_place(claim: Expr, size: str, place: Expr) -> Expr:
    """The claim for that place in the place of the parameter."""

    def change(part: Expr) -> Expr | None:
        match part:
            case Old(value=Variable(name=name)) | Variable(name=name, role="parameter"):
                return place if name == size else None
            case _:
                return None

    return replaced(claim, change)


def _is_result(part: Expr) -> bool:
    return isinstance(part, Variable) and part.role == "result"


def _parts(expr: Expr) -> Iterator[Expr]:
    return iter(walk(expr))


def simplified(expr: Expr) -> Expr:
    """Without items of a tuple that is just being made, without what two literals settle, and
    without what is added to both sides of an equation.
    """

    def change(part: Expr) -> Expr | None:
        match part:
            case Compare(
                op="==" | "!=" | "is" | "is not",
                left=Constant(value=one),
                right=Constant(value=other),
            ):
                same = type(one) is type(other) and one == other
                return Constant(type=BOOL, value=same is (part.op in ("==", "is")))
            case Compare(
                op="==" | "!=",
                left=Binary(op="+", left=first, right=one),
                right=Binary(op="+", left=second, right=other),
            ) if not isinstance(part.left.type, FloatType) and (one == other or first == second):
                left, right = (first, second) if one == other else (one, other)
                return simplified(Compare(type=BOOL, op=part.op, left=left, right=right))
            case Logical(op="iff", left=left, right=Constant(value=bool()) as right):
                return simplified(Logical(type=BOOL, op="iff", left=right, right=left))
            case Logical(op=op, left=Compare() | Constant() as left, right=right):
                settled = left if isinstance(left, Constant) else change(left)
                if not isinstance(settled, Constant):
                    return None
                match op, settled.value:
                    case ("or", True) | ("and", False):
                        return settled
                    case "implies", False:
                        return Constant(type=BOOL, value=True)
                    case "iff", False:
                        return negated(simplified(right))
                    case _:
                        return simplified(right)
            case Index(value=MakeTuple(items=items), index=Constant(value=int(at))) if (
                -len(items) <= at < len(items)
            ):
                return simplified(items[at])
            case _:
                return None

    new = change(expr)
    return rebuild(expr, simplified) if new is None else new

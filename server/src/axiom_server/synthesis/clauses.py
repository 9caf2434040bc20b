"""What the clauses of a contract say of the goal: rules `value when condition`.

The goal is the result, or what a modified list must hold after the call. Rules come from
clauses that are executable already (`ensures result == EXPR when C` and their like); others
constrain the goal without saying what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from axiom_server.errors import UnsupportedContractError
from axiom_server.synthesis.trees import (
    FALSE,
    TRUE,
    conjunction,
    mentions_result,
    negate,
    size,
    substitute,
)
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.expressions import (
    Compare,
    Conditional,
    Constant,
    ConstantRef,
    DefineCall,
    Expr,
    FieldOf,
    Index,
    Logical,
    MakeRecord,
    MakeTuple,
    Old,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import (
    bound_anywhere,
    rebuild,
    rename_bound,
    variables_in,
    walk,
    without_spans,
)
from axiom_verifiers.contracts.typing_rules import erase


class Goal(msgspec.Struct, frozen=True):
    """What is sought: the result, or the contents of a `modifies` parameter (`parameter` set)."""

    type: t.Type
    parameter: str | None = None


class Rule(msgspec.Struct, frozen=True):
    """The goal is `value` where `condition` holds.

    `part` is set when it is only one item of a tuple, by place, or one field of a record.
    """

    condition: Expr
    value: Expr
    part: int | str | None = None


def goal_of(contract: Contract) -> Goal:
    """Raises UnsupportedContractError when both a result and changed parameters are sought."""
    result = erase(contract.result)
    if not contract.modifies:
        return Goal(result)
    if result != t.NONE or len(contract.modifies) > 1:
        raise UnsupportedContractError(
            "it changes its parameters in more than one place: one list that is changed, "
            "with None as the result, is what the embedded generator can do"
        )
    name = next(iter(contract.modifies))
    kind = next(erase(p.type) for p in contract.parameters if p.name == name)
    if not isinstance(kind, t.ListType):
        raise UnsupportedContractError(
            f"it changes `{name}`, which is no list: only lists are changed in place"
        )
    return Goal(kind, name)


_SMALL_DEFINE = 14


def _inlined(define: Define, args: tuple[Expr, ...]) -> Expr:
    """The define's body with its arguments in place, capturing nothing."""
    body = define.body
    taken = {name for arg in args for name in variables_in(arg)}
    clashing = bound_anywhere(body) & taken
    if clashing:
        everything = taken | variables_in(body) | bound_anywhere(body)
        names: dict[str, str] = {}
        for name in sorted(clashing):
            fresh = name
            while fresh in everything:
                fresh += "_"
            everything.add(fresh)
            names[name] = fresh
        body = rename_bound(body, names)
    parameters = define.parameters or ()
    return substitute(body, {p.name: arg for p, arg in zip(parameters, args, strict=True)})


def inline(expr: Expr, defines: Mapping[str, Define]) -> Expr:
    """Calls of small defines replaced by their bodies; others stay and become functions."""
    expr = rebuild(expr, lambda child: inline(child, defines))
    match expr:
        case DefineCall():
            define = defines[expr.name]
            if define.recursive or size(define.body) > _SMALL_DEFINE:
                return expr
            return inline(_inlined(define, expr.args), defines)
        case Unary(op="not"):
            return negate(expr.operand)
        case ConstantRef():
            body = defines[expr.name].body
            # A number is as easy to read as its name; a long text or a table is not.
            return body if isinstance(body, Constant) and body.type == t.INT else expr
        case _:
            return expr


def _about_goal(expr: Expr, goal: Goal) -> Expr:
    """With the goal written as `result`, and other parameters as they were at the start."""

    def change(node: Expr) -> Expr:
        match node:
            case Old():
                return node.value
            case Variable(role="parameter") if node.name == goal.parameter:
                return replace(node, name="result", role="result")
            case _:
                return rebuild(node, change)

    return change(without_spans(expr))


def goal_clauses(contract: Contract, goal: Goal) -> list[tuple[Expr, Expr]]:
    """Pairs of condition (TRUE when there is none) and what then holds of the goal."""
    found: list[tuple[Expr, Expr]] = []
    for clause in contract.ensures:
        when = TRUE if clause.when is None else without_spans(clause.when)
        found.append((when, _about_goal(clause.condition, goal)))
    return found


def rules_of(contract: Contract, goal: Goal) -> list[Rule]:
    """The rules that the clauses give, in the order in which they are written."""
    rules: list[Rule] = []
    for when, condition in goal_clauses(contract, goal):
        rules += _rules(when, condition)
    return rules


def _is_result(expr: Expr) -> bool:
    return isinstance(expr, Variable) and expr.role == "result"


def _part(expr: Expr) -> int | str | None:
    """The place or name when the expression is an item or a field of the result."""
    if isinstance(expr, FieldOf) and _is_result(expr.value):
        return expr.name
    if isinstance(expr, Index) and _is_result(expr.value) and isinstance(expr.index, Constant):
        return int(expr.index.value or 0)
    return None


def _rules(when: Expr, said: Expr) -> Iterator[Rule]:
    match said:
        case Variable(role="result"):
            yield Rule(when, TRUE)
        case Unary(op="not") if _is_result(said.operand):
            yield Rule(when, FALSE)
        case Logical(op="and"):
            yield from _rules(when, said.left)
            yield from _rules(when, said.right)
        case Logical(op="implies") if not mentions_result(said.left):
            yield from _rules(conjunction((when, said.left)), said.right)
        case Logical(op="iff"):
            yield from _equal(when, said.left, said.right)
        case Conditional() if not mentions_result(said.condition):
            yield from _rules(conjunction((when, said.condition)), said.then)
            yield from _rules(conjunction((when, negate(said.condition))), said.otherwise)
        case Compare(op="==") | Compare(op="is"):
            yield from _equal(when, said.left, said.right)
        case _:
            pass


def _equal(when: Expr, left: Expr, right: Expr) -> Iterator[Rule]:
    for one, other in ((left, right), (right, left)):
        if mentions_result(other):
            continue
        if _is_result(one):
            yield Rule(when, other)
            return
        part = _part(one)
        if part is not None:
            yield Rule(when, other, part)
            return


def joined_parts(rules: list[Rule], kind: t.Type) -> list[Rule]:
    """Rules for every part of a tuple or record under one condition become one for the whole."""
    if not isinstance(kind, t.TupleType | t.RecordType):
        return [rule for rule in rules if rule.part is None]
    joined = [rule for rule in rules if rule.part is None]
    for condition in dict.fromkeys(rule.condition for rule in rules if rule.part is not None):
        parts: dict[int | str, Expr] = {}
        for rule in rules:
            if rule.part is not None and rule.condition in (condition, TRUE):
                parts.setdefault(rule.part, rule.value)
        match kind:
            case t.TupleType() if len(parts) == len(kind.items):
                items = tuple(parts[place] for place in range(len(kind.items)))
                joined.append(Rule(condition, MakeTuple(type=kind, items=items)))
            case t.RecordType() if len(parts) == len(kind.fields):
                values = tuple(parts[name] for name, _ in kind.fields)
                joined.append(Rule(condition, MakeRecord(type=kind, record=kind, values=values)))
            case _:
                pass
    return joined


def all_exprs(contract: Contract) -> tuple[Expr, ...]:
    """Every expression of the contract, defines included."""
    found: list[Expr] = [clause.condition for clause in contract.requires]
    for ensures in contract.ensures:
        found.append(ensures.condition)
        if ensures.when is not None:
            found.append(ensures.when)
    found += [clause.when for clause in contract.raises]
    found += [c.condition for c in contract.implied if c.condition is not None]
    found += [define.body for define in contract.defines]
    for example in contract.examples:
        found += example.args
        if example.expected is not None:
            found.append(example.expected)
    return tuple(found)


def ingredients(contract: Contract, goal: Goal) -> list[Expr]:
    """Parts of the clauses that speak of the parameters alone: likely parts of the answer.

    Each once, smaller ones first.
    """
    defines = {define.name: define for define in contract.defines}
    own = {p.name for p in contract.parameters}
    found: dict[Expr, None] = {}
    sources: list[Expr] = []
    for when, condition in goal_clauses(contract, goal):
        sources += [when, condition]
    sources += [without_spans(clause.when) for clause in contract.raises]
    for source in sources:
        for expr in (inline(source, defines), source):
            for node in walk(expr):
                if usable(node, own):
                    found.setdefault(node)
    return sorted(found, key=size)


def usable(expr: Expr, own: set[str]) -> bool:
    """Whether an expression may stand in code as it is: closed but for the parameters."""
    bound = bound_anywhere(expr)
    for node in walk(expr):
        match node:
            case Variable():
                if node.role in ("result", "it") or (node.name not in own | bound):
                    return False
            case _:
                if getattr(node, "over", None) is not None:
                    return False
    return not (isinstance(expr, Constant) and expr.value is None)

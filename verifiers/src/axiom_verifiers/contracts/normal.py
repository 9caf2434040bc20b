"""Normal forms: one text for all contracts of one meaning as written, and digests of them.

Places, comments, labels, tags and the names of bound variables have no part in it. A clause's
digest covers all that its verdict rests on: its parameters and result with their types, all
`requires`, `modifies` and `raises`, and the defines that any of these reach. So an edit
elsewhere in the file changes no digest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import assert_never

from axiom_verifiers.contracts.closure import called, called_in, predicates_in
from axiom_verifiers.contracts.contract import (
    Clause,
    Contract,
    Define,
    Ensures,
    Example,
    Hint,
    Implied,
    Must,
    Raises,
    Requires,
)
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    ConstantRef,
    DefineCall,
    Expr,
    Failing,
    FieldOf,
    FunctionRef,
    Index,
    Let,
    Logical,
    MakeDict,
    MakeList,
    MakeRecord,
    MakeSet,
    MakeTuple,
    MethodCall,
    Old,
    Quantifier,
    Slice,
    Target,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import show_type

# Counted up whenever a form changes, so that no digest of an earlier one is mistaken for ours.
VERSION = 1

Bound = Mapping[str, str]


def type_form(of: Type) -> str:
    """The type with its records spelled out and its refinements in normal form."""
    match of:
        case ListType():
            return f"(list {type_form(of.item)})"
        case SetType():
            return f"(set {type_form(of.item)})"
        case DictType():
            return f"(dict {type_form(of.key)} {type_form(of.value)})"
        case TupleType():
            return _list("tuple", map(type_form, of.items))
        case OptionalType():
            return f"(optional {type_form(of.item)})"
        case RecordType():
            return _list(f"record {of.name}", (f"({n} {type_form(t)})" for n, t in of.fields))
        case RefinedType():
            return f"(refined {type_form(of.base)} {expression_form(of.predicate)})"
        case _:
            return show_type(of)


def expression_form(expr: Expr) -> str:
    """The expression without places, with bound variables named by where they are bound."""
    return _form(expr, {})


def _list(head: str, parts: Iterable[str]) -> str:
    return "(" + " ".join((head, *parts)) + ")"


def _constant(expr: Constant) -> str:
    value = expr.value
    if isinstance(value, bool) or value is None:
        return f"{value}:{type_form(expr.type)}"
    if isinstance(value, float):
        return "float:" + ("nan" if value != value else value.hex())
    if isinstance(value, int):
        # Python refuses to write more than 4,300 decimal digits.
        return f"int:{value:x}"
    if isinstance(value, bytes):
        return "bytes:" + value.hex()
    return "str:" + json.dumps(value)


def _bind(target: Target, bound: Bound) -> tuple[str, Bound]:
    if target.name is not None:
        name = f"${len(bound)}"
        # A hidden name keeps its place, so that no two bound variables ever share a number.
        inner = {**bound}
        if target.name in inner:
            inner[f"{target.name} hidden {name}"] = inner[target.name]
        inner[target.name] = name
        return f"({name} {type_form(target.type)})", inner
    parts: list[str] = []
    for item in target.items:
        text, bound = _bind(item, bound)
        parts.append(text)
    return _list("tuple", parts), bound


def _form(expr: Expr, bound: Bound) -> str:
    def of(part: Expr) -> str:
        return _form(part, bound)

    def maybe(part: Expr | None) -> str:
        return "-" if part is None else _form(part, bound)

    match expr:
        case Constant():
            return _constant(expr)
        case Variable():
            if expr.role == "bound":
                return bound.get(expr.name, f"free {expr.name}")
            return f"({expr.role} {expr.name} {type_form(expr.type)})"
        case ConstantRef():
            return f"(constant {expr.name})"
        case Unary():
            return f"({expr.op} {of(expr.operand)})"
        case Binary() | Logical() | Compare():
            return f"({expr.op} {of(expr.left)} {of(expr.right)})"
        case Conditional():
            return f"(if {of(expr.condition)} {of(expr.then)} {of(expr.otherwise)})"
        case Index():
            return f"(index {of(expr.value)} {of(expr.index)})"
        case Slice():
            parts = (expr.lower, expr.upper, expr.step)
            return _list(f"slice {of(expr.value)}", map(maybe, parts))
        case FieldOf():
            return f"(field {expr.name} {of(expr.value)})"
        case Call():
            keywords = (f"({name} {of(value)})" for name, value in _named(expr))
            return _list(f"call {expr.function}", (*map(of, expr.args), *keywords))
        case MethodCall():
            return _list(f"method {expr.method} {of(expr.value)}", map(of, expr.args))
        case DefineCall():
            return _list(f"define {expr.name}", map(of, expr.args))
        case FunctionRef():
            text, inner = _bind(Target(expr.parameter, expr.parameter_type), bound)
            return f"(function {text} {_form(expr.body, inner)})"
        case Let():
            text, inner = _bind(Target(expr.name, expr.value.type), bound)
            return f"(let {text} {of(expr.value)} {_form(expr.body, inner)})"
        case Failing():
            return f"(failing {expr.error})"
        case MakeList() | MakeSet():
            head = "list" if isinstance(expr, MakeList) else "set"
            return _list(f"{head} {type_form(expr.type)}", map(of, expr.items))
        case MakeTuple():
            return _list("tuple", map(of, expr.items))
        case MakeDict():
            pairs = (f"({of(key)} {of(value)})" for key, value in expr.items)
            return _list(f"dict {type_form(expr.type)}", pairs)
        case MakeRecord():
            return _list(f"record {type_form(expr.record)}", map(of, expr.values))
        case Comprehension():
            return _comprehension(expr, bound)
        case Quantifier():
            text, inner = _bind(expr.target, bound)
            domain = maybe(expr.domain) if expr.over is None else type_form(expr.over)
            return f"({expr.kind} {text} {domain} {_form(expr.body, inner)})"
        case Old():
            return f"(old {of(expr.value)})"
        case _:
            assert_never(expr)


def _named(expr: Call) -> tuple[tuple[str, Expr], ...]:
    return tuple(sorted(expr.keywords, key=lambda pair: pair[0]))


def _comprehension(expr: Comprehension, bound: Bound) -> str:
    parts: list[str] = []
    for made in expr.generators:
        domain = _form(made.iterable, bound)
        text, bound = _bind(made.target, bound)
        conditions = (_form(condition, bound) for condition in made.conditions)
        parts.append(_list(f"for {text} {domain}", conditions))
    shown = [_form(expr.element, bound)]
    if expr.value is not None:
        shown.append(_form(expr.value, bound))
    return _list(expr.kind, (*parts, *shown))


# ---------------------------------------------------------------- clauses


def _maybe(expr: Expr | None) -> str:
    return "-" if expr is None else expression_form(expr)


def clause_form(clause: Clause | Requires) -> str:
    """The clause alone, without label, tags and text."""
    match clause:
        case Requires():
            return f"(requires {expression_form(clause.condition)})"
        case Ensures():
            return f"(ensures {expression_form(clause.condition)} {_maybe(clause.when)})"
        case Raises():
            return f"(raises {clause.error} {expression_form(clause.when)})"
        case Example():
            args = _list("args", map(expression_form, clause.args))
            after = _list("after", (f"({n} {expression_form(e)})" for n, e in clause.after))
            return f"(example {args} {_maybe(clause.expected)} {clause.error or '-'} {after})"
        case Must():
            said = clause.what or json.dumps(clause.prose)
            return f"(must {'not ' if clause.negated else ''}{said})"
        case Implied():
            subject = clause.subject or "-"
            return f"(implied ({clause.obligation}) {subject} {_maybe(clause.condition)})"
        case _:
            assert_never(clause)


def _clause_expressions(clause: Clause | Requires) -> tuple[Expr, ...]:
    match clause:
        case Requires():
            return (clause.condition,)
        case Ensures():
            return (clause.condition,) if clause.when is None else (clause.condition, clause.when)
        case Raises():
            return (clause.when,)
        case Example():
            expected = () if clause.expected is None else (clause.expected,)
            return (*clause.args, *expected, *(value for _, value in clause.after))
        case Must():
            return ()
        case Implied():
            return () if clause.condition is None else (clause.condition,)
        case _:
            assert_never(clause)


def define_form(define: Define) -> str:
    """The define with its head; its parameters keep their names."""
    parameters = "-"
    if define.parameters is not None:
        parameters = _list("", (f"({one.name} {type_form(one.type)})" for one in define.parameters))
    conditions = f"{_maybe(define.requires)} {_maybe(define.decreases)}"
    return (
        f"(define {define.name} {parameters} {type_form(define.result)} {conditions} "
        f"{expression_form(define.body)})"
    )


def _defines_form(contract: Contract, exprs: Iterable[Expr]) -> str:
    known = {define.name: define for define in contract.defines}
    waiting = {name for expr in exprs for name in called(expr)}
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        define = known.get(name)
        if name in found or define is None:
            continue
        found[name] = define_form(define)
        waiting |= called_in(define)
    return _list("defines", (found[name] for name in sorted(found)))


def _head(contract: Contract) -> str:
    parameters = (f"({one.name} {type_form(one.type)})" for one in contract.parameters)
    return " ".join(
        (
            _list("parameters", parameters),
            f"(result {type_form(contract.result)})",
            _list("modifies", sorted(contract.modifies)),
            *map(clause_form, contract.requires),
            *map(clause_form, contract.raises),
        )
    )


def _head_expressions(contract: Contract) -> list[Expr]:
    found = [clause.condition for clause in contract.requires]
    found += [clause.when for clause in contract.raises]
    for of in (*(one.type for one in contract.parameters), contract.result):
        found += predicates_in(of)
    return found


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join((f"axiom contract {VERSION}", *parts)).encode()).hexdigest()


def clause_digest(contract: Contract, clause: Clause | Requires) -> str:
    """The digest of a clause and all that its verdict rests on, in hexadecimal."""
    exprs = [*_head_expressions(contract), *_clause_expressions(clause)]
    return _digest(_head(contract), clause_form(clause), _defines_form(contract, exprs))


def contract_digest(contract: Contract) -> str:
    """The digest of all that the code owes, its hints too; not of prose, labels and settings."""
    return _whole(contract, [_hint(hint) for hint in contract.hints])


def promise_digest(contract: Contract) -> str:
    """The same without hints: what others rely on who call the code."""
    return _whole(contract, [])


def _whole(contract: Contract, hints: list[str]) -> str:
    exprs = _head_expressions(contract)
    for clause in contract.clauses:
        exprs += _clause_expressions(clause)
    forms = [clause_form(clause) for clause in contract.clauses]
    name = f"(intent {contract.name})"
    return _digest(name, _head(contract), *forms, *hints, _defines_form(contract, exprs))


def _hint(hint: Hint) -> str:
    return f"({hint.kind} {json.dumps(hint.text)})"

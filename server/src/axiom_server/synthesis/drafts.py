"""Drafts: candidates as statement trees, before they are text; and their text."""

from __future__ import annotations

import re
import textwrap
from typing import assert_never

import msgspec

from axiom_server.synthesis.trees import (
    called_defines,
    erase,
    free_names,
    negate,
    size,
)
from axiom_server.synthesis.writing import write
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract, Define, Parameter
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Conditional,
    Expr,
    MakeList,
    MakeRecord,
    Target,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.sandbox.codec import annotation

# ---------------------------------------------------------------- statements


class Return(msgspec.Struct, frozen=True):
    value: Expr


class Raise(msgspec.Struct, frozen=True):
    error: str
    message: str


class If(msgspec.Struct, frozen=True):
    condition: Expr
    then: Block
    otherwise: Block = ()


class Assign(msgspec.Struct, frozen=True):
    """`name = value`; printed as `name += …` where that says the same."""

    name: str
    type: t.Type
    value: Expr
    first: bool = False


class For(msgspec.Struct, frozen=True):
    target: Target
    iterable: Expr
    body: Block


class While(msgspec.Struct, frozen=True):
    condition: Expr
    body: Block


class Append(msgspec.Struct, frozen=True):
    """`name.append(value)`: the list itself is changed."""

    name: str
    value: Expr


class Replace(msgspec.Struct, frozen=True):
    """`name[:] = value`: the list keeps its identity and gets new contents."""

    name: str
    value: Expr


Statement = Return | Raise | If | Assign | For | While | Append | Replace
Block = tuple[Statement, ...]


class Draft(msgspec.Struct, frozen=True):
    """One candidate: the body of the function, and in words how it came about."""

    body: Block
    origin: str
    inlined: bool = True  # small defines stand in the body instead of beside it


# ---------------------------------------------------------------- walking


def statement_exprs(block: Block) -> tuple[Expr, ...]:
    """All expressions of a block, in order."""
    found: list[Expr] = []
    for statement in block:
        match statement:
            case Return() | Assign() | Append() | Replace():
                found.append(statement.value)
            case Raise():
                pass
            case If():
                found += [statement.condition]
                found += [*statement_exprs(statement.then), *statement_exprs(statement.otherwise)]
            case For():
                found += [statement.iterable, *statement_exprs(statement.body)]
            case While():
                found += [statement.condition, *statement_exprs(statement.body)]
            case _:
                assert_never(statement)
    return tuple(found)


def statement_count(block: Block) -> int:
    total = 0
    for statement in block:
        total += 1
        match statement:
            case If():
                total += statement_count(statement.then) + statement_count(statement.otherwise)
            case For() | While():
                total += statement_count(statement.body)
            case _:
                pass
    return total


def has_loop(block: Block) -> bool:
    """Whether a loop statement stands anywhere in the block."""
    return any(
        isinstance(statement, For | While)
        or (
            isinstance(statement, If)
            and (has_loop(statement.then) or has_loop(statement.otherwise))
        )
        for statement in block
    )


def needed_defines(contract: Contract, draft: Draft) -> tuple[Define, ...]:
    """The defines that the draft's code calls, directly or not."""
    return _needed(contract, statement_exprs(draft.body))


def weight(contract: Contract, draft: Draft) -> int:
    """How much there is to read: expression nodes and, twice, statements; half for helpers."""
    exprs = statement_exprs(draft.body)
    helpers = sum(3 + size(define.body) // 2 for define in _needed(contract, exprs))
    return sum(size(expr) for expr in exprs) + 2 * statement_count(draft.body) + helpers


# ---------------------------------------------------------------- from expressions


def returning(expr: Expr) -> Block:
    """`return expr`, with the outermost conditionals as an if-chain."""
    if isinstance(expr, Conditional) and expr.type != t.BOOL:
        return (If(expr.condition, returning(expr.then), returning(expr.otherwise)),)
    return (Return(expr),)


def changing(name: str, expr: Expr) -> Block:
    """Statements that give the list `name` the contents `expr`, as a person would write them."""
    match expr:
        case Variable() if expr.name == name:
            return ()
        case Conditional():
            then, otherwise = changing(name, expr.then), changing(name, expr.otherwise)
            if not then and not otherwise:
                return ()
            if not then:
                return (If(negate(expr.condition), otherwise),)
            return (If(expr.condition, then, otherwise),)
        case Binary(op="+", left=Variable() as left, right=MakeList() as right) if (
            left.name == name and name not in free_names(right)
        ):
            return tuple(Append(name, item) for item in right.items)
        case _:
            return (Replace(name, expr),)


# ---------------------------------------------------------------- text

_INDENT = "    "
LINE_LENGTH = 88


def _block(block: Block, depth: int, *, last: bool) -> list[str]:
    """Lines of a block; `last` when nothing follows it in the function."""
    lines: list[str] = []
    for place, statement in enumerate(block):
        lines += _statement(statement, depth, last=last and place == len(block) - 1)
    if not block:
        lines.append(_INDENT * depth + "pass")
    return lines


def _ends(block: Block) -> bool:
    """Whether control never leaves the block at its end."""
    if not block:
        return False
    match block[-1]:
        case Return() | Raise():
            return True
        case If() as last:
            return _ends(last.then) and _ends(last.otherwise)
        case _:
            return False


def _statement(statement: Statement, depth: int, *, last: bool) -> list[str]:
    margin = _INDENT * depth
    match statement:
        case Return():
            return [f"{margin}return {write(statement.value)}"]
        case Raise():
            return [f"{margin}raise {statement.error}({_quoted(statement.message)})"]
        case Append():
            return [f"{margin}{statement.name}.append({write(statement.value)})"]
        case Replace():
            return [f"{margin}{statement.name}[:] = {write(statement.value)}"]
        case Assign():
            return [margin + _assignment(statement)]
        case For():
            names = _names(statement.target)
            head = f"{margin}for {names} in {write(statement.iterable)}:"
            return [head, *_block(statement.body, depth + 1, last=False)]
        case While():
            head = f"{margin}while {write(statement.condition)}:"
            return [head, *_block(statement.body, depth + 1, last=False)]
        case If():
            return _if(statement, depth, last=last)
        case _:
            assert_never(statement)


def _if(statement: If, depth: int, *, last: bool) -> list[str]:
    """An if-chain. After a branch that returns, the next stands without `else`."""
    margin = _INDENT * depth
    lines = [f"{margin}if {write(statement.condition)}:"]
    lines += _block(statement.then, depth + 1, last=last)
    rest = statement.otherwise
    if not rest:
        return lines
    if _ends(statement.then):
        return [*lines, *_block(rest, depth, last=last)]
    while len(rest) == 1 and isinstance(rest[0], If):
        lines.append(f"{margin}elif {write(rest[0].condition)}:")
        lines += _block(rest[0].then, depth + 1, last=last)
        rest = rest[0].otherwise
    if rest:
        lines += [f"{margin}else:", *_block(rest, depth + 1, last=last)]
    return lines


def _assignment(statement: Assign) -> str:
    value = statement.value
    if statement.first:
        bare = isinstance(value, MakeList) and not value.items
        hint = f": {annotation(statement.type)}" if bare else ""
        return f"{statement.name}{hint} = {write(value)}"
    match value:
        case Binary(left=Variable() as left) if left.name == statement.name:
            return f"{statement.name} {value.op}= {write(value.right)}"
        case _:
            return f"{statement.name} = {write(value)}"


def _names(target: Target) -> str:
    if target.name is not None:
        return target.name
    return ", ".join(_names(item) for item in target.items)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def first_sentence(prose: str) -> str:
    """The first sentence of the prose on one line; empty for none."""
    flat = " ".join(prose.split())
    found = re.match(r".*?[.!?](?=\s|$)", flat)
    return (found.group() if found else flat).replace("\\", "\\\\").replace('"""', "'''")


def _docstring(sentence: str) -> list[str]:
    ending = " " if sentence.endswith('"') else ""
    whole = f'{_INDENT}"""{sentence}{ending}"""'
    if len(whole) <= LINE_LENGTH:
        return [whole]
    wrapped = textwrap.wrap(
        sentence, LINE_LENGTH, initial_indent=f'{_INDENT}"""', subsequent_indent=_INDENT
    )
    return [*wrapped, f'{_INDENT}"""']


def _head(name: str, parameters: tuple[Parameter, ...], result: t.Type) -> str:
    listed = ", ".join(f"{p.name}: {annotation(p.type)}" for p in parameters)
    return f"def {name}({listed}) -> {annotation(result)}:"


def _needed(contract: Contract, exprs: tuple[Expr, ...]) -> tuple[Define, ...]:
    """The defines that the code calls, directly or not, each after those that it calls."""
    named = {define.name: define for define in contract.defines}
    wanted: set[str] = set()
    waiting = [name for expr in exprs for name in called_defines(expr)]
    while waiting:
        name = waiting.pop()
        if name in named and name not in wanted:
            wanted.add(name)
            waiting += called_defines(named[name].body)
    return tuple(define for define in contract.defines if define.name in wanted)


def _records_in(kind: t.Type) -> set[str]:
    match kind:
        case t.RecordType():
            inside = {name for _, field in kind.fields for name in _records_in(field)}
            return {kind.name} | inside
        case t.ListType() | t.SetType() | t.OptionalType():
            return _records_in(kind.item)
        case t.DictType():
            return _records_in(kind.key) | _records_in(kind.value)
        case t.TupleType():
            return {name for item in kind.items for name in _records_in(item)}
        case t.RefinedType():
            return _records_in(kind.base)
        case _:
            return set()


def _records(contract: Contract, exprs: tuple[Expr, ...], defines: tuple[Define, ...]) -> list[str]:
    """Frozen dataclasses of the records that the code uses, those inside others first."""
    types = [p.type for p in contract.parameters] + [contract.result]
    for define in defines:
        types += [define.result, *(p.type for p in define.parameters or ())]
    for expr in exprs:
        types += [n.record for n in walk(expr) if isinstance(n, MakeRecord)]
    used = {name for kind in types for name in _records_in(kind)}
    lines: list[str] = []
    waiting = [record for record in contract.records if record.name in used]
    written: set[str] = set()
    while waiting:
        ready = [r for r in waiting if _records_in(r) - {r.name} <= written] or waiting[:1]
        record = ready[0]
        waiting.remove(record)
        written.add(record.name)
        lines += ["@dataclass(frozen=True)", f"class {record.name}:"]
        lines += [f"{_INDENT}{name}: {annotation(field)}" for name, field in record.fields]
        lines += ["", ""]
    return lines


def module_text(contract: Contract, draft: Draft) -> str:
    """The module: records, helpers, the function. Not yet wrapped to the line length.

    Raises UnwritableError when something in it has no form in code.
    """
    exprs = statement_exprs(draft.body)
    defines = _needed(contract, exprs)
    everything = (*exprs, *(define.body for define in defines))
    # A code that defines no record gets ours, so `must not import` costs nothing.
    no_import = any(must.negated and must.what == "import" for must in contract.musts)
    records = [] if no_import else _records(contract, everything, defines)
    lines: list[str] = []
    if records:
        lines += ["from dataclasses import dataclass", "", "", *records]
    constants = [d for d in defines if d.parameters is None]
    if constants:
        lines += [f"{d.name}: {annotation(d.result)} = {write(d.body)}" for d in constants]
        lines += ["", ""]
    for define in defines:
        if define.parameters is not None:
            lines.append(_head(define.name, define.parameters, define.result))
            lines += [*_block(returning(define.body), 1, last=True), "", ""]
    lines.append(_head(contract.name, contract.parameters, contract.result))
    sentence = first_sentence(contract.prose)
    if sentence:
        lines += _docstring(sentence)
    lines += _block(draft.body, 1, last=True) if draft.body or not sentence else []
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- names


def taken_names(contract: Contract) -> frozenset[str]:
    """Names that a new local must not hide."""
    names = {contract.name, *(p.name for p in contract.parameters)}
    names |= {define.name for define in contract.defines}
    names |= {record.name for record in contract.records}
    return frozenset(names)


def item_name(iterable: Expr, taken: frozenset[str]) -> str:
    """A name for the items of an iterable: the singular of its name where it has one."""
    wish = "item"
    if isinstance(iterable, Variable):
        name = iterable.name
        if erase(iterable.type) == t.STR:
            wish = "character"
        elif name.endswith("ies") and len(name) > 4:
            wish = name[:-3] + "y"
        elif name.endswith("s") and not name.endswith("ss") and len(name) > 2:
            wish = name[:-1]
    elif isinstance(iterable, Call) and iterable.function == "range":
        wish = "index"
    while wish in taken:
        wish += "_"
    return wish

"""A contract and its code as one Python module, for tools that check asserts.

The module holds the specification's functions and records, the code, and a function `check` that
assumes `requires` by leading asserts, calls the code, and asserts everything else: `ensures`, that
exactly the declared exceptions are raised, and that parameters are unmodified. Termination and
the sharing of results are not said.
"""

from __future__ import annotations

import ast
from typing import assert_never

from axiom_verifiers.contracts import expressions as e
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.sandbox.codec import annotation

_PRELUDE = """\
import copy
from dataclasses import dataclass


def spec_permutation(a, b):
    return len(a) == len(b) and all(a.count(x) == b.count(x) for x in a)
"""


def module(contract: Contract, code: str) -> str:
    """The whole text."""
    own = {node.name for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ClassDef)}
    parts = [_PRELUDE]
    parts += [_record(one) for one in contract.records if one.name not in own]
    parts.append(code)
    parts += [_define(one) for one in contract.defines]
    parts.append(_check(contract))
    return "\n\n".join(parts)


def _record(record: t.RecordType) -> str:
    fields = "".join(f"    {name}: {annotation(of)}\n" for name, of in record.fields)
    return f"@dataclass(frozen=True)\nclass {record.name}:\n{fields}"


def _define(define: Define) -> str:
    if define.parameters is None:
        return f"spec_{define.name} = {text(define.body)}\n"
    names = ", ".join(parameter.name for parameter in define.parameters)
    return f"def spec_{define.name}({names}):\n    return {text(define.body)}\n"


def _check(contract: Contract) -> str:
    names = [parameter.name for parameter in contract.parameters]
    typed = ", ".join(f"{one.name}: {annotation(one.type)}" for one in contract.parameters)
    lines = [f"def check({typed}) -> None:", "    assert True"]
    lines += [
        f"    assert {_refined(one.type, one.name)}"
        for one in contract.parameters
        if isinstance(one.type, t.RefinedType)
    ]
    lines += [f"    assert {text(one.condition)}" for one in contract.requires]
    lines += [f"    old_{name} = copy.deepcopy({name})" for name in names]
    lines += ["    try:", f"        result = {contract.name}({', '.join(names)})"]
    raised = [
        f"({text(one.when, old=True)} and isinstance(error, {one.error}))"
        for one in contract.raises
    ]
    lines += ["    except Exception as error:", f"        assert {' or '.join(raised) or 'False'}"]
    lines += ["        return"]
    lines += [f"    assert not {text(one.when, old=True)}" for one in contract.raises]
    for name in names:
        if name not in contract.modifies:
            lines.append(f"    assert {name} == old_{name}")
    for one in contract.ensures:
        condition = text(one.condition)
        if one.when is not None:
            condition = f"(not {text(one.when, old=True)} or {condition})"
        lines.append(f"    assert {condition}")
    if isinstance(contract.result, t.RefinedType):
        lines.append(f"    assert {_refined(contract.result, 'result')}")
    return "\n".join(lines) + "\n"


def _refined(refined: t.RefinedType, name: str) -> str:
    return f"(lambda it: {text(refined.predicate)})({name})"


def text(node: e.Expr, *, old: bool = False) -> str:
    """The expression in Python; with `old`, parameters are those from before the call."""

    def of(part: e.Expr) -> str:
        return text(part, old=old)

    match node:
        case e.Constant():
            return (
                repr(node.value) if not isinstance(node.value, float) else f"float('{node.value}')"
            )
        case e.Variable():
            return f"old_{node.name}" if old and node.role == "parameter" else node.name
        case e.ConstantRef():
            return f"spec_{node.name}"
        case e.Unary():
            return f"({node.op} {of(node.operand)})"
        case e.Binary() | e.Compare():
            return f"({of(node.left)} {node.op} {of(node.right)})"
        case e.Logical(op="implies"):
            return f"(not {of(node.left)} or {of(node.right)})"
        case e.Logical(op="iff"):
            return f"({of(node.left)} == {of(node.right)})"
        case e.Logical():
            return f"({of(node.left)} {node.op} {of(node.right)})"
        case e.Conditional():
            return f"({of(node.then)} if {of(node.condition)} else {of(node.otherwise)})"
        case e.Index():
            return f"{of(node.value)}[{of(node.index)}]"
        case e.Slice():
            bounds = ["" if one is None else of(one) for one in (node.lower, node.upper)]
            step = "" if node.step is None else f":{of(node.step)}"
            return f"{of(node.value)}[{':'.join(bounds)}{step}]"
        case e.FieldOf():
            return f"{of(node.value)}.{node.name}"
        case e.Call():
            name = "spec_permutation" if node.function == "permutation" else node.function
            named = [f"{key}={of(value)}" for key, value in node.keywords]
            return f"{name}({', '.join([*map(of, node.args), *named])})"
        case e.MethodCall():
            return f"{of(node.value)}.{node.method}({', '.join(map(of, node.args))})"
        case e.DefineCall():
            return f"spec_{node.name}({', '.join(map(of, node.args))})"
        case e.FunctionRef():
            return f"(lambda {node.parameter}: {of(node.body)})"
        case e.Let():
            return f"(lambda {node.name}: {of(node.body)})({of(node.value)})"
        case e.Failing():
            raise ValueError("contracts have no failing expression")
        case e.MakeList():
            return f"[{', '.join(map(of, node.items))}]"
        case e.MakeTuple():
            return f"({''.join(of(item) + ', ' for item in node.items)})"
        case e.MakeSet():
            return f"{{{', '.join(map(of, node.items))}}}" if node.items else "set()"
        case e.MakeDict():
            return f"{{{', '.join(f'{of(key)}: {of(value)}' for key, value in node.items)}}}"
        case e.MakeRecord():
            names = [name for name, _ in node.record.fields]
            values = zip(names, node.values, strict=True)
            return (
                f"{node.record.name}({', '.join(f'{name}={of(value)}' for name, value in values)})"
            )
        case e.Comprehension():
            return _comprehension(node, old=old)
        case e.Quantifier():
            if node.domain is None:
                raise ValueError("it quantifies over a whole type")
            word = "all" if node.kind == "forall" else "any"
            return f"{word}({of(node.body)} for {_target(node.target)} in {of(node.domain)})"
        case e.Old():
            return text(node.value, old=True)
    assert_never(node)


def _comprehension(node: e.Comprehension, *, old: bool) -> str:
    loops = "".join(
        f" for {_target(one.target)} in {text(one.iterable, old=old)}"
        + "".join(f" if {text(condition, old=old)}" for condition in one.conditions)
        for one in node.generators
    )
    element = text(node.element, old=old)
    if node.value is not None:
        element += f": {text(node.value, old=old)}"
    opening, closing = {"list": "[]", "set": "{}", "dict": "{}", "generator": "()"}[node.kind]
    return f"{opening}{element}{loops}{closing}"


def _target(target: e.Target) -> str:
    if target.name is not None:
        return target.name
    return f"({''.join(_target(one) + ', ' for one in target.items)})"

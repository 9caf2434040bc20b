"""Expressions in plain words."""

from __future__ import annotations

from typing import assert_never

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
    Generator,
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
from axiom_verifiers.contracts.traversal import without_spans
from axiom_verifiers.contracts.types import BoolType, DictType, NoneType, SetType
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.contracts.values import show

# How tightly a phrase holds together: a looser part inside a tighter whole is bracketed.
_ATOM, _SUM, _SENTENCE, _JOINED, _OPEN = range(5)

Phrase = tuple[str, int]

_ARITHMETIC = {
    "+": "{} + {}",
    "-": "{} - {}",
    "*": "{} × {}",
    "/": "{} / {}",
    "//": "{} divided by {}, rounded down",
    "%": "the remainder of {} divided by {}",
    "**": "{} to the power of {}",
    "&": "{} & {}",
    "|": "{} | {}",
    "^": "{} ^ {}",
    "<<": "{} shifted left by {} bits",
    ">>": "{} shifted right by {} bits",
}
_SETS = {
    "&": "what {} and {} have in common",
    "|": "{} and {} taken together",
    "^": "what is in only one of {} and {}",
    "-": "{} without what is in {}",
}
_COMPARE = {
    "==": "{} equals {}",
    "!=": "{} differs from {}",
    "<": "{} is less than {}",
    "<=": "{} is at most {}",
    ">": "{} is greater than {}",
    ">=": "{} is at least {}",
    "in": "{} is in {}",
    "not in": "{} is not in {}",
}
_SUBSETS = {
    "<": "{} is part of {}, and not all of it",
    "<=": "{} is part of {}",
    ">": "{} holds all of {}, and more",
    ">=": "{} holds all of {}",
}
_CALLS = {
    "len": "the length of {}",
    "abs": "the absolute value of {}",
    "reversed": "{} in reverse",
    "enumerate": "the pairs of position and item of {}",
    "list": "{} as a list",
    "set": "{} as a set",
    "tuple": "{} as a tuple",
    "str": "{} as text",
    "int": "{} as an int",
    "float": "{} as a float",
    "bool": "whether {} is true",
    "all": "all of {} hold",
    "any": "at least one of {} holds",
    "sum": "the sum of {}",
    "min": "the smallest of {}",
    "max": "the largest of {}",
    "sorted": "{} in ascending order",
}
_METHODS = {
    "startswith": "{} starts with {}",
    "endswith": "{} ends with {}",
    "lower": "{} in lower case",
    "upper": "{} in upper case",
    "isdigit": "{} consists of digits, at least one",
    "isalpha": "{} consists of letters, at least one",
    "isspace": "{} consists of white space, at least one character",
    "strip": "{} without white space at both ends",
    "split": "the words of {}",
    "join": "the texts of {1} joined by {0}",
    "keys": "the keys of {}",
    "values": "the values of {}",
    "items": "the pairs of key and value of {}",
}
_SENTENCES = frozenset({"startswith", "endswith", "isdigit", "isalpha", "isspace"})


def phrase(expr: Expr) -> str:
    """The expression in words."""
    return _say(expr)[0]


def _at(expr: Expr, loosest: int) -> str:
    text, level = _say(expr)
    return text if level <= loosest else f"({text})"


def _say(expr: Expr) -> Phrase:
    match expr:
        case Constant():
            return show(expr.value), _ATOM
        case Variable():
            return _variable(expr), _ATOM
        case ConstantRef():
            return expr.name, _ATOM
        case Unary():
            return _unary(expr)
        case Binary():
            return _binary(expr)
        case Logical():
            return _logical(expr)
        case Compare():
            return _compare(expr)
        case Conditional():
            condition = _at(expr.condition, _JOINED)
            then, otherwise = _at(expr.then, _SUM), _at(expr.otherwise, _SUM)
            return f"{then} if {condition}, otherwise {otherwise}", _OPEN
        case Index():
            return _index(expr)
        case Slice():
            return _slice(expr)
        case FieldOf():
            return f"the {expr.name} of {_at(expr.value, _ATOM)}", _ATOM
        case Call():
            return _call(expr)
        case MethodCall():
            return _method(expr)
        case DefineCall():
            return f"{expr.name}({_listed(expr.args)})", _ATOM
        case FunctionRef():
            return phrase(expr.body), _SUM
        case Let():
            return f"{phrase(expr.body)} where {expr.name} is {phrase(expr.value)}", _SUM
        case Failing():
            return f"a failure with {expr.error}", _SUM
        case MakeList():
            return f"[{_listed(expr.items)}]", _ATOM
        case MakeTuple():
            comma = "," if len(expr.items) == 1 else ""
            return f"({_listed(expr.items)}{comma})", _ATOM
        case MakeSet():
            return f"{{{_listed(expr.items)}}}", _ATOM
        case MakeDict():
            pairs = ", ".join(f"{phrase(key)}: {phrase(value)}" for key, value in expr.items)
            return f"{{{pairs}}}", _ATOM
        case MakeRecord():
            names = (name for name, _ in expr.record.fields)
            fields = zip(names, expr.values, strict=True)
            inside = ", ".join(f"{name}={phrase(value)}" for name, value in fields)
            return f"{expr.record.name}({inside})", _ATOM
        case Comprehension():
            return _comprehension(expr)
        case Quantifier():
            return _quantifier(expr)
        case Old():
            return f"{_at(expr.value, _ATOM)} before the call", _SUM
        case _:
            assert_never(expr)


def _listed(exprs: tuple[Expr, ...]) -> str:
    return ", ".join(map(phrase, exprs))


def _variable(expr: Variable) -> str:
    match expr.role:
        case "result":
            return "the result"
        case "it":
            return "the value"
        case "parameter" | "bound" | "local":
            return expr.name


def _unary(expr: Unary) -> Phrase:
    if expr.op == "not":
        return f"it is not so that {_at(expr.operand, _SENTENCE)}", _JOINED
    return f"{expr.op}{_at(expr.operand, _ATOM)}", _SUM


def _binary(expr: Binary) -> Phrase:
    pattern = _ARITHMETIC[expr.op]
    if isinstance(expr.type, SetType):
        pattern = _SETS[expr.op]
    elif isinstance(expr.type, BoolType):
        left, right = _at(expr.left, _SENTENCE), _at(expr.right, _SENTENCE)
        words = {"&": "both {} and {}", "|": "{} or {}", "^": "either {} or {}, and not both"}
        return words[expr.op].format(left, right), _JOINED
    left = _at(expr.left, _ATOM)
    if expr.op in ("+", "*") and isinstance(expr.left, Binary) and expr.left.op == expr.op:
        left = _at(expr.left, _SUM)
    return pattern.format(left, _at(expr.right, _ATOM)), _SUM


def _logical(expr: Logical) -> Phrase:
    match expr.op:
        case "and":
            return _between(expr) or (
                f"{_side(expr.left, 'and')} and {_side(expr.right, 'and')}",
                3,
            )
        case "or":
            return f"{_side(expr.left, 'or')} or {_side(expr.right, 'or')}", _JOINED
        case "implies":
            left, right = _at(expr.left, _JOINED), _at(expr.right, _JOINED)
            return f"if {left}, then {right}", _OPEN
        case "iff":
            left, right = _at(expr.left, _SENTENCE), _at(expr.right, _SENTENCE)
            return f"{left} exactly when {right}", _OPEN


def _side(expr: Expr, op: str) -> str:
    same = isinstance(expr, Logical) and expr.op == op
    return _at(expr, _JOINED if same else _SENTENCE)


def _between(expr: Logical) -> Phrase | None:
    """A chain such as `0 <= x < n`, whose middle is said once."""
    left, right = expr.left, expr.right
    if not isinstance(left, Compare) or not isinstance(right, Compare):
        return None
    rising = left.op in ("<", "<=") and right.op in ("<", "<=")
    if not rising or isinstance(left.left.type, SetType):
        return None
    if without_spans(left.right) != without_spans(right.left):
        return None
    low, middle, high = (_at(part, _SUM) for part in (left.left, left.right, right.right))
    least = "at least" if left.op == "<=" else "greater than"
    most = "at most" if right.op == "<=" else "less than"
    return f"{middle} is {least} {low} and {most} {high}", _JOINED


def _compare(expr: Compare) -> Phrase:
    left = _at(expr.left, _SUM)
    if expr.op in ("is", "is not") or isinstance(expr.right.type, NoneType):
        positive = expr.op in ("is", "==")
        return f"{left} is None" if positive else f"{left} is not None", _SENTENCE
    pattern = _COMPARE[expr.op]
    if isinstance(expr.left.type, SetType) and expr.op in _SUBSETS:
        pattern = _SUBSETS[expr.op]
    if isinstance(expr.right.type, DictType) and expr.op in ("in", "not in"):
        pattern = "{} is " + ("a" if expr.op == "in" else "no") + " key of {}"
    if isinstance(expr.left.type, BoolType) and expr.op in ("==", "!="):
        same = "has the same truth as" if expr.op == "==" else "has the opposite truth of"
        return f"({phrase(expr.left)}) {same} ({phrase(expr.right)})", _SENTENCE
    return pattern.format(left, _at(expr.right, _SUM)), _SENTENCE


def _index(expr: Index) -> Phrase:
    holder = _at(expr.value, _ATOM)
    if isinstance(expr.value.type, DictType):
        return f"what {holder} has under {_at(expr.index, _ATOM)}", _SUM
    return f"{holder}[{phrase(expr.index)}]", _ATOM


def _slice(expr: Slice) -> Phrase:
    holder = _at(expr.value, _ATOM)
    if expr.step is None:
        first = "" if expr.lower is None else f" from index {_at(expr.lower, _SUM)}"
        last = (
            "" if expr.upper is None else f" up to, but not including, index {phrase(expr.upper)}"
        )
        if expr.lower is None and expr.upper is None:
            return f"all of {holder}", _SUM
        return f"the part of {holder}{first}{last}", _SUM
    parts = ["" if part is None else phrase(part) for part in (expr.lower, expr.upper, expr.step)]
    return f"{holder}[{':'.join(parts)}]", _ATOM


def _call(expr: Call) -> Phrase:
    name = expr.function
    keywords = dict(expr.keywords)
    if name == "permutation":
        left, right = (_at(arg, _SUM) for arg in expr.args)
        return f"{left} holds the same items as {right}, in any order", _SENTENCE
    if name == "range":
        return _range(expr), _SUM
    if name in ("min", "max") and len(expr.args) > 1:
        which = "smallest" if name == "min" else "largest"
        text = f"the {which} of {_listed(expr.args)}"
    elif name in _CALLS and len(expr.args) == 1:
        pattern = _CALLS[name]
        # What follows the argument must not be read as part of it.
        text = pattern.format(_at(expr.args[0], _ATOM if pattern.startswith("{}") else _SUM))
    elif name == "round" and len(expr.args) == 1:
        text = f"{_at(expr.args[0], _SUM)} rounded to the nearest int, halves to even"
    else:
        text = f"{name}({_listed(expr.args)})"
    if "key" in keywords:
        text += f" by {phrase(keywords['key'])}"
    if "reverse" in keywords:
        text += f", in descending order when {_at(keywords['reverse'], _SENTENCE)}"
    if "default" in keywords:
        text += f", or {_at(keywords['default'], _SUM)} when there is none"
    if "start" in keywords:
        text += f", starting from {_at(keywords['start'], _SUM)}"
    return text, _SENTENCE if name in ("all", "any") else _SUM


def _range(expr: Call) -> str:
    match expr.args:
        case (high,):
            return f"the ints from 0 up to, but not including, {_at(high, _SUM)}"
        case (low, high):
            first, last = _at(low, _SUM), _at(high, _SUM)
            return f"the ints from {first} up to, but not including, {last}"
        case _:
            return f"range({_listed(expr.args)})"


def _method(expr: MethodCall) -> Phrase:
    holder = _at(expr.value, _SUM)
    name, args = expr.method, expr.args
    pattern = _METHODS.get(name)
    if pattern is not None and len(args) == pattern.count("{") - 1:
        level = _SENTENCE if name in _SENTENCES else _SUM
        return pattern.format(holder, *(_at(arg, _SUM) for arg in args)), level
    if name == "count" and len(args) == 1:
        return f"how often {_at(args[0], _SUM)} occurs in {holder}", _SUM
    if name == "index":
        return f"the first index of {_at(args[0], _SUM)} in {holder}", _SUM
    if name == "get":
        key, *default = args
        missing = phrase(default[0]) if default else "None"
        return f"what {holder} has under {_at(key, _ATOM)}, or {missing} if nothing", _OPEN
    return f"{_at(expr.value, _ATOM)}.{name}({_listed(args)})", _ATOM


def _target(target: Target) -> str:
    if target.name is not None:
        return target.name
    return "(" + ", ".join(map(_target, target.items)) + ")"


def _generators(generators: tuple[Generator, ...]) -> str:
    parts: list[str] = []
    for made in generators:
        text = f"for each {_target(made.target)} in {_at(made.iterable, _SUM)}"
        for condition in made.conditions:
            text += f" where {_at(condition, _SENTENCE)}"
        parts.append(text)
    return ", ".join(parts)


def _comprehension(expr: Comprehension) -> Phrase:
    element = _at(expr.element, _SUM if not isinstance(expr.element.type, BoolType) else _SENTENCE)
    ranges = _generators(expr.generators)
    match expr.kind:
        case "dict":
            assert expr.value is not None, "a dict comprehension has values"
            return f"the dict of {element}: {_at(expr.value, _SUM)} {ranges}", _OPEN
        case "list" | "set":
            return f"the {expr.kind} of {element} {ranges}", _OPEN
        case "generator":
            return f"{element} {ranges}", _OPEN


def _quantifier(expr: Quantifier) -> Phrase:
    target = _target(expr.target)
    if expr.domain is not None:
        among = f"{target} in {_at(expr.domain, _SUM)}"
    else:
        assert expr.over is not None, "a quantifier ranges over a collection or a type"
        among = f"{show_type(expr.over)} {target}"
    if expr.kind == "forall":
        return f"for every {among}, {_at(expr.body, _OPEN)}", _OPEN
    return f"there is {among} such that {_at(expr.body, _OPEN)}", _OPEN

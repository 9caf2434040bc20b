"""Which variables decide how a loop goes on: if their values come back, it never ends."""

from __future__ import annotations

from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Comprehension,
    Conditional,
    Constant,
    Expr,
    FieldOf,
    Let,
    Logical,
    MakeList,
    MakeRecord,
    MakeTuple,
    MethodCall,
    Slice,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import INT, STR, DictType, OptionalType
from axiom_verifiers.core.flow import assigned_names, blocks_of, statements, target_names
from axiom_verifiers.core.program import (
    Assert,
    Assign,
    Block,
    Break,
    CallFunction,
    Continue,
    Evaluate,
    For,
    If,
    Raise,
    Reraise,
    Return,
    SetItem,
    Statement,
    Try,
    Unmodelled,
    While,
)

_TOTAL_CALLS = frozenset(
    {"abs", "all", "any", "bool", "enumerate", "len", "list", "range", "reversed", "set", "sorted"}
    | {"str", "sum", "zip"}
)
# Of str, whatever they are given.
_TOTAL_METHODS = frozenset({
    "capitalize", "casefold", "count", "endswith", "find", "isalnum", "isalpha", "isascii",
    "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle", "isupper", "join",
    "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rfind", "rstrip",
    "splitlines", "startswith", "strip", "swapcase", "title", "upper",
})  # fmt: skip
_CUTTING = frozenset({"partition", "rpartition", "rsplit", "split"})
_VIEWS = frozenset({"get", "items", "keys", "values"})
_LEAVING = (
    Break,
    Continue,
    Return,
    Raise,
    Reraise,
    Assert,
    Unmodelled,
    While,
    For,
    CallFunction,
    SetItem,
)
_TOTAL_OPERATORS = frozenset({"+", "-", "*", "&", "|", "^"})


def variables(expr: Expr) -> frozenset[str]:
    """Names of the parameters and locals that the expression reads."""
    return frozenset(
        node.name
        for node in walk(expr)
        if isinstance(node, Variable) and node.role in ("local", "parameter")
    )


def may_fail(expr: Expr) -> bool:
    """Whether evaluating it may raise; True when in doubt. An unbound name is not looked at."""
    for node in walk(expr):
        match node:
            case Constant() | Variable() | Compare() | Logical() | Conditional():
                pass
            case Unary() | MakeList() | MakeTuple() | MakeRecord() | Comprehension():
                pass
            case FieldOf() if not isinstance(node.value.type, OptionalType):
                pass
            case Binary() if node.op in _TOTAL_OPERATORS:
                pass
            case Binary(op="//" | "%", right=Constant(value=by)) if node.type == INT and by:
                pass
            case Let():
                pass
            case Slice() if node.step is None:
                pass
            case Call() if node.function in _TOTAL_CALLS and len(node.args) < 3:
                pass
            case MethodCall() if node.method in _TOTAL_METHODS and node.value.type == STR:
                pass
            case MethodCall() if node.method in _CUTTING and node.value.type == STR:
                # Only a separator of no characters is none.
                at = node.args[0] if node.args else Constant(type=STR, value=" ")
                if not isinstance(at, Constant) or not at.value:
                    return True
            case MethodCall() if node.method in _VIEWS and isinstance(node.value.type, DictType):
                pass
            case _:
                return True
    return False


def deciding(loop: While) -> frozenset[str]:
    """Variables whose values at the loop's head determine every later run of its body.

    They are what its condition reads, what stands in a condition over a `break`, `return`,
    `raise` or `continue` or over an assignment to such a variable, what may fail or is handed
    to a call, what inner loops run on, and, transitively, what is assigned to any of these.
    """
    needed = set(variables(loop.condition))
    for statement in statements(loop.body):
        for expr in _always(statement):
            needed |= variables(expr)
    while True:
        grown = needed | _step(loop.body, frozenset(needed))
        if grown == needed:
            # A front end's temporary is either the same throughout or assigned before it is read.
            return frozenset(name for name in needed if not name.startswith("#t"))
        needed = grown


def _always(statement: Statement) -> list[Expr]:
    """Expressions whose value decides control by itself."""
    match statement:
        case While():
            return [statement.condition]
        case For():
            return [statement.iterable]
        case Assert():
            return [statement.condition]
        case CallFunction():
            return list(statement.args)
        case If():
            away = leaves(statement.then) or leaves(statement.otherwise)
            return [statement.condition] if away or may_fail(statement.condition) else []
        case SetItem():
            name = Variable(type=statement.value.type, name=statement.name, role="local")
            return [name, statement.index, statement.value]
        case Assign() | Evaluate():
            return [statement.value] if may_fail(statement.value) else []
        case Return():
            return []
        case Raise() | Reraise() | Try() | Break() | Continue() | Unmodelled():
            return []


def leaves(block: Block) -> bool:
    """Whether the block can go elsewhere than to its end."""
    return any(
        isinstance(s, _LEAVING) or (isinstance(s, Assign | Evaluate) and may_fail(s.value))
        for s in statements(block)
    )


def _step(block: Block, needed: frozenset[str]) -> frozenset[str]:
    """What the needed variables' values in the block come from."""
    found: set[str] = set()
    for statement in block:
        match statement:
            case Assign() if statement.name in needed:
                found |= variables(statement.value)
                if statement.in_place:
                    found.add(statement.name)
            case If():
                inside = assigned_names(statement.then) | assigned_names(statement.otherwise)
                if inside & needed:
                    found |= variables(statement.condition)
                found |= _step(statement.then, needed) | _step(statement.otherwise, needed)
            case While():
                found |= _step(statement.body, needed) | _step(statement.otherwise, needed)
            case For():
                if set(target_names(statement.target)) & needed:
                    found |= variables(statement.iterable)
                found |= _step(statement.body, needed) | _step(statement.otherwise, needed)
            case Try():
                for inner in blocks_of(statement):
                    found |= _step(inner, needed)
            case _:
                pass
    return frozenset(found)

"""Checking calls of methods: of str, list and dict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_binders import ordered_iterable
from axiom_verifiers.contracts.expressions import Expr, MethodCall
from axiom_verifiers.contracts.scope import Occurrence, Scope
from axiom_verifiers.contracts.types import (
    BOOL,
    INT,
    STR,
    DictType,
    ListType,
    OptionalType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import fits, join, show_type

if TYPE_CHECKING:
    from axiom_verifiers.contracts.checker_expressions import Checker

Arg = Literal["str", "int"]

# Name: the arguments in order, how many of them must be given, the result.
_STR_METHODS: dict[str, tuple[tuple[Arg, ...], int, Type]] = {
    "startswith": (("str", "int", "int"), 1, BOOL),
    "endswith": (("str", "int", "int"), 1, BOOL),
    "find": (("str", "int", "int"), 1, INT),
    "replace": (("str", "str", "int"), 2, STR),
    "split": (("str", "int"), 0, ListType(STR)),
    "strip": (("str",), 0, STR),
    "lower": ((), 0, STR),
    "upper": ((), 0, STR),
    "isdigit": ((), 0, BOOL),
    "isalpha": ((), 0, BOOL),
    "isspace": ((), 0, BOOL),
    "count": (("str", "int", "int"), 1, INT),
}
METHODS: dict[str, tuple[str, ...]] = {
    "str": (*_STR_METHODS, "join"),
    "list": ("count", "index"),
    "dict": ("get", "keys", "values", "items"),
}
_LAZY = ("keys", "values", "items")


def methods_of(of: Type) -> tuple[str, ...]:
    """The names of the methods that values of the type have in contracts."""
    match of:
        case StrType():
            return METHODS["str"]
        case ListType():
            return METHODS["list"]
        case DictType():
            return METHODS["dict"]
        case _:
            return ()


def is_method(of: Type, name: str) -> bool:
    """Whether the type has a method of that name."""
    return name in methods_of(of)


def method(
    checker: Checker,
    node: syntax.Call,
    function: syntax.Attribute,
    scope: Scope,
    *,
    lazy: bool,
) -> Expr:
    """The typed call `value.name(…)`."""
    value = checker.expr(function.value, scope)
    of, name = value.type, function.name
    if isinstance(of, OptionalType):
        return checker.maybe_none(function.value, of)
    if isinstance(of, UnknownType) or not is_method(of, name):
        for arg in node.args:
            checker.expr(arg, scope, lazy=True)
        if not isinstance(of, UnknownType):
            known = methods_of(of)
            checker.notes.unknown(
                "unknown-method",
                f"method of `{show_type(of)}`",
                name,
                function.name_span,
                known,
                more=("it has " + ", ".join(known)) if known else "it has none in contracts",
            )
        return checker.poison(node.span)
    checker.notes.occur(Occurrence(function.name_span, name, "method", of=show_type(of)))
    if node.keywords:
        return checker.wrong(
            "unknown-parameter",
            f"`{name}` takes no keyword arguments here; found `{node.keywords[0][0]}=`",
            node.span,
        )
    if isinstance(of, StrType):
        return _str_method(checker, node, value, name, scope)
    if isinstance(of, ListType):
        if not _arity(checker, node, name, 1, 1):
            return checker.poison(node.span)
        item = checker.expr(node.args[0], scope, of.item)
        if join(item.type, of.item) is None:
            checker.mismatch(item, of.item, node.args[0], f"the argument of `{name}`")
            return checker.poison(node.span)
        return MethodCall(type=INT, value=value, method=name, args=(item,), span=node.span)
    assert isinstance(of, DictType), "only str, list and dict have methods"
    return _dict_method(checker, node, value, of, name, scope, lazy=lazy)


def _arity(checker: Checker, node: syntax.Call, name: str, least: int, most: int) -> bool:
    found = len(node.args)
    if least <= found <= most:
        return True
    wanted = str(least) if least == most else f"{least} to {most}"
    plural = "" if wanted == "1" else "s"
    checker.notes.problem(
        "wrong-arity", f"`{name}` takes {wanted} argument{plural}, found {found}", node.span
    )
    return False


def _str_method(checker: Checker, node: syntax.Call, value: Expr, name: str, scope: Scope) -> Expr:
    what = f"an argument of `{name}`"
    if name == "join":
        if not _arity(checker, node, name, 1, 1):
            return checker.poison(node.span)
        found = ordered_iterable(checker, node.args[0], scope, "the argument of `join`")
        if not fits(found.item, STR):
            return checker.wrong(
                "type-mismatch",
                f"`join` puts str together: found `{show_type(found.item)}`, expected `str`",
                node.args[0].span,
            )
        return MethodCall(type=STR, value=value, method=name, args=(found.expr,), span=node.span)
    kinds, least, result = _STR_METHODS[name]
    if not _arity(checker, node, name, least, len(kinds)):
        return checker.poison(node.span)
    args = tuple(
        checker.wanted(arg, scope, STR if kind == "str" else INT, what)
        for arg, kind in zip(node.args, kinds, strict=False)
    )
    return MethodCall(type=result, value=value, method=name, args=args, span=node.span)


def _dict_method(
    checker: Checker,
    node: syntax.Call,
    value: Expr,
    of: DictType,
    name: str,
    scope: Scope,
    *,
    lazy: bool,
) -> Expr:
    if name in _LAZY:
        if not _arity(checker, node, name, 0, 0):
            return checker.poison(node.span)
        if not lazy:
            return checker.wrong(
                "lazy-value",
                f"`{name}()` is no list in Python; expected it where it is gone through, or "
                f"`list(….{name}())`",
                node.span,
            )
        items: dict[str, Type] = {
            "keys": of.key,
            "values": of.value,
            "items": TupleType((of.key, of.value)),
        }
        made_of = ListType(items[name])
        return MethodCall(type=made_of, value=value, method=name, args=(), span=node.span)
    if not _arity(checker, node, name, 1, 2):
        return checker.poison(node.span)
    key = checker.wanted(node.args[0], scope, of.key, "the key that `get` looks for")
    if len(node.args) == 1:
        held = of.value if isinstance(of.value, OptionalType) else OptionalType(of.value)
        return MethodCall(type=held, value=value, method="get", args=(key,), span=node.span)
    default = checker.expr(node.args[1], scope, of.value)
    result = join(of.value, default.type)
    if result is None:
        checker.mismatch(default, of.value, node.args[1], "what `get` gives for a missing key")
        return checker.poison(node.span)
    return MethodCall(type=result, value=value, method="get", args=(key, default), span=node.span)

"""Checking calls of Python's builtin functions, one small function for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_binders import (
    Iterated,
    is_unordered,
    iterable,
    order_shows,
    ordered_iterable,
)
from axiom_verifiers.contracts.checker_keys import key_function
from axiom_verifiers.contracts.expressions import Call, Comprehension, Expr
from axiom_verifiers.contracts.scope import Scope
from axiom_verifiers.contracts.types import (
    BOOL,
    FLOAT,
    INT,
    STR,
    UNKNOWN,
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import (
    holds_float,
    is_ordered,
    iteration_item,
    join,
    show_type,
)

if TYPE_CHECKING:
    from axiom_verifiers.contracts.checker_expressions import Checker


class Site:
    """One call being checked: its syntax, where it stands, what is expected of it."""

    def __init__(
        self,
        checker: Checker,
        node: syntax.Call,
        name: str,
        scope: Scope,
        expected: Type | None,
        lazy: bool,
    ) -> None:
        self.checker = checker
        self.node = node
        self.name = name
        self.scope = scope
        self.expected = expected
        self.lazy = lazy
        self.keywords = dict(node.keywords)

    def arity(self, least: int, most: int | None, keywords: tuple[str, ...] = ()) -> bool:
        """Whether the numbers of arguments and the keywords fit; a problem is noted if not."""
        found = len(self.node.args)
        for keyword, value in self.node.keywords:
            if keyword not in keywords:
                allowed = ", ".join(f"`{one}`" for one in keywords) or "no keyword arguments"
                self.checker.notes.problem(
                    "unknown-parameter",
                    f"`{self.name}` here takes {allowed}; found `{keyword}=`",
                    value.span,
                )
                return False
        if found < least or (most is not None and found > most):
            if most is None:
                wanted = f"at least {least}"
            else:
                wanted = str(least) if least == most else f"{least} to {most}"
            plural = "" if wanted == "1" else "s"
            self.checker.notes.problem(
                "wrong-arity",
                f"`{self.name}` takes {wanted} argument{plural}, found {found}",
                self.node.span,
            )
            return False
        return True

    def arg(self, position: int, expected: Type | None = None) -> Expr:
        """The argument, of any type."""
        return self.checker.expr(self.node.args[position], self.scope, expected, lazy=False)

    def int_arg(self, position: int) -> Expr:
        return self.checker.wanted(
            self.node.args[position], self.scope, INT, f"an argument of `{self.name}`"
        )

    def collection(self, position: int = 0) -> Iterated:
        """The argument as something to go through in any order."""
        what = f"the argument of `{self.name}`"
        return iterable(self.checker, self.node.args[position], self.scope, what)

    def sequence(self, position: int = 0) -> Iterated:
        """The argument as something to go through in its order."""
        what = f"the argument of `{self.name}`"
        return ordered_iterable(self.checker, self.node.args[position], self.scope, what)

    def start(self) -> syntax.Syntax | None:
        """The optional second argument, which may be given by the name `start`."""
        for second in self.node.args[1:2]:
            return second
        return self.keywords.get("start")

    def wrong_type(self, position: int, found: Type, wanted: str) -> Expr:
        node = self.node.args[position]
        if isinstance(found, OptionalType):
            return self.checker.maybe_none(node, found)
        return self.checker.wrong(
            "type-mismatch",
            f"an argument of `{self.name}`: found `{show_type(found)}`, expected {wanted}",
            node.span,
        )

    def made(self, of: Type, *args: Expr, keywords: tuple[tuple[str, Expr], ...] = ()) -> Expr:
        return Call(type=of, function=self.name, args=args, keywords=keywords, span=self.node.span)

    def poison(self) -> Expr:
        return self.checker.poison(self.node.span)


def builtin(
    checker: Checker,
    node: syntax.Call,
    name: str,
    scope: Scope,
    expected: Type | None,
    *,
    lazy: bool,
) -> Expr:
    """The typed call of the builtin `name`."""
    return BUILTINS[name](Site(checker, node, name, scope, expected, lazy))


def _is(of: Type, *kinds: type) -> bool:
    return isinstance(of, (*kinds, UnknownType))


def _is_iterator(expr: Expr) -> bool:
    """Whether Python makes something here that can only be gone through, once."""
    if isinstance(expr, Comprehension):
        return expr.kind == "generator"
    return isinstance(expr, Call) and expr.function in ("enumerate", "zip", "reversed")


def _len(site: Site) -> Expr:
    if not site.arity(1, 1):
        return site.poison()
    found = site.collection()
    if _is_iterator(found.expr):
        return _no_length(site)
    return site.made(INT, found.expr)


def _no_length(site: Site) -> Expr:
    span = site.node.args[0].span
    return site.checker.wrong(
        "lazy-value",
        f"`{site.name}` needs a collection: found something to go through once, expected a list: "
        "`list(…)`",
        span,
    )


def _sum(site: Site) -> Expr:
    if not site.arity(1, 2, ("start",)):
        return site.poison()
    found = site.collection()
    of = found.item
    if isinstance(of, BoolType):
        return site.checker.wrong(
            "type-mismatch",
            "`sum` adds numbers: found `bool`, expected `int` or `float`; count with "
            "`sum(1 for … if …)`",
            site.node.args[0].span,
        )
    if not _is(of, IntType, FloatType):
        return site.wrong_type(0, of, "numbers to add")
    if isinstance(of, FloatType) and not found.ordered:
        order_shows(site.checker, site.node.args[0].span)
    start = site.start()
    if start is None:
        return site.made(of, found.expr)
    first = site.checker.wanted(start, site.scope, of, "where `sum` starts")
    return site.made(of, found.expr, keywords=(("start", first),))


def _extreme(site: Site) -> Expr:
    if not site.arity(1, None, ("key", "default")):
        return site.poison()
    if len(site.node.args) > 1:
        if "default" in site.keywords:
            return site.checker.wrong(
                "unknown-parameter",
                f"`default=` needs `{site.name}` of one collection",
                site.node.span,
            )
        items, of = site.checker.items(
            site.node.args, site.scope, site.expected, f"the arguments of `{site.name}`"
        )
        args: tuple[Expr, ...] = items
    else:
        found = site.collection()
        of, args = found.item, (found.expr,)
        if not found.ordered and ("key" in site.keywords or holds_float(of)):
            order_shows(site.checker, site.node.span)
    keywords, compared = _key(site, of)
    if not is_ordered(compared):
        return _no_order(site, compared)
    if "default" in site.keywords:
        default = site.checker.expr(site.keywords["default"], site.scope, of)
        joined = join(of, default.type)
        if joined is None:
            return site.checker.wrong(
                "type-mismatch",
                f"`default=`: found `{show_type(default.type)}`, expected `{show_type(of)}`",
                site.keywords["default"].span,
            )
        return site.made(joined, *args, keywords=(*keywords, ("default", default)))
    return site.made(of, *args, keywords=keywords)


def _key(site: Site, of: Type) -> tuple[tuple[tuple[str, Expr], ...], Type]:
    if "key" not in site.keywords:
        return (), of
    function = key_function(site.checker, site.keywords["key"], of)
    return (("key", function),), function.type


def _no_order(site: Site, of: Type) -> Expr:
    if isinstance(of, OptionalType):
        found = f"found `{show_type(of)}`, and None has no order"
    else:
        found = f"found `{show_type(of)}`, which has no order"
    return site.checker.wrong(
        "not-ordered",
        f"`{site.name}` compares: {found}; expected numbers, str, or tuples and lists of these, "
        "or a `key=`",
        site.node.span,
    )


def _abs(site: Site) -> Expr:
    if not site.arity(1, 1):
        return site.poison()
    value = site.arg(0)
    if not _is(value.type, IntType, FloatType):
        return site.wrong_type(0, value.type, "`int` or `float`")
    return site.made(value.type, value)


def _round(site: Site) -> Expr:
    if not site.arity(1, 2):
        return site.poison()
    value = site.arg(0)
    if not _is(value.type, IntType, FloatType):
        return site.wrong_type(0, value.type, "`int` or `float`")
    if len(site.node.args) == 1:
        return site.made(INT, value)
    return site.made(value.type, value, site.int_arg(1))


def _divmod(site: Site) -> Expr:
    if not site.arity(2, 2):
        return site.poison()
    left, right = site.checker.pair(site.node.args[0], site.node.args[1], site.scope)
    if not _is(left.type, IntType, FloatType):
        return site.wrong_type(0, left.type, "`int` or `float`")
    if left.type != right.type and not isinstance(right.type, UnknownType):
        return site.wrong_type(1, right.type, f"`{show_type(left.type)}`")
    return site.made(TupleType((left.type, left.type)), left, right)


def _pow(site: Site) -> Expr:
    if not site.arity(2, 3):
        return site.poison()
    if len(site.node.args) == 3:
        return site.made(INT, site.int_arg(0), site.int_arg(1), site.int_arg(2))
    left, right = site.checker.pair(site.node.args[0], site.node.args[1], site.scope)
    if not _is(left.type, IntType, FloatType):
        return site.wrong_type(0, left.type, "`int` or `float`")
    if left.type != right.type and not isinstance(right.type, UnknownType):
        return site.wrong_type(1, right.type, f"`{show_type(left.type)}`")
    return site.made(left.type, left, right)


def _sorted(site: Site) -> Expr:
    if not site.arity(1, 1, ("key", "reverse")):
        return site.poison()
    found = site.collection()
    of = found.item
    if not found.ordered and ("key" in site.keywords or holds_float(of)):
        order_shows(site.checker, site.node.args[0].span)
    keywords, compared = _key(site, of)
    if not is_ordered(compared):
        return _no_order(site, compared)
    if "reverse" in site.keywords:
        reverse = site.checker.wanted(site.keywords["reverse"], site.scope, BOOL, "`reverse=`")
        keywords = (*keywords, ("reverse", reverse))
    return site.made(ListType(of), found.expr, keywords=keywords)


def _lazy(site: Site) -> bool:
    """Whether a lazy value may stand here; a problem is noted if not."""
    if site.lazy:
        return True
    site.checker.notes.problem(
        "lazy-value",
        f"`{site.name}(…)` is no list in Python; expected it where it is gone through, or "
        f"`list({site.name}(…))`",
        site.node.span,
    )
    return False


def _reversed(site: Site) -> Expr:
    if not site.arity(1, 1) or not _lazy(site):
        return site.poison()
    found = site.sequence()
    if not _is(found.expr.type, ListType, StrType, TupleType, BytesType):
        return site.wrong_type(0, found.expr.type, "a list, str, tuple or range")
    if _is_iterator(found.expr):
        return _no_length(site)
    return site.made(ListType(found.item), found.expr)


def _range(site: Site) -> Expr:
    if not site.arity(1, 3) or not _lazy(site):
        return site.poison()
    return site.made(ListType(INT), *map(site.int_arg, range(len(site.node.args))))


def _quantified(site: Site) -> Expr:
    if not site.arity(1, 1):
        return site.poison()
    found = site.collection()
    if not _is(found.item, BoolType):
        return site.wrong_type(0, found.item, "conditions (`bool`), never truthiness")
    return site.made(BOOL, found.expr)


def _enumerate(site: Site) -> Expr:
    if not site.arity(1, 2, ("start",)) or not _lazy(site):
        return site.poison()
    found = site.sequence()
    of = ListType(TupleType((INT, found.item)))
    start = site.start()
    if start is None:
        return site.made(of, found.expr)
    first = site.checker.wanted(start, site.scope, INT, "where `enumerate` starts")
    return site.made(of, found.expr, keywords=(("start", first),))


def _zip(site: Site) -> Expr:
    if not site.arity(1, None) or not _lazy(site):
        return site.poison()
    found = [site.sequence(position) for position in range(len(site.node.args))]
    of = ListType(TupleType(tuple(one.item for one in found)))
    return site.made(of, *(one.expr for one in found))


def _list(site: Site) -> Expr:
    if not site.arity(0, 1):
        return site.poison()
    if not site.node.args:
        guide = site.expected.item if isinstance(site.expected, OptionalType) else site.expected
        return site.made(guide if isinstance(guide, ListType) else ListType(UNKNOWN))
    found = site.sequence()
    return site.made(ListType(found.item), found.expr)


def _set(site: Site) -> Expr:
    if not site.arity(0, 1):
        return site.poison()
    if not site.node.args:
        guide = site.expected.item if isinstance(site.expected, OptionalType) else site.expected
        return site.made(guide if isinstance(guide, SetType) else SetType(UNKNOWN))
    found = site.collection()
    site.checker.hashable(found.item, site.node.span, "a member of a set")
    return site.made(SetType(found.item), found.expr)


def _tuple(site: Site) -> Expr:
    if not site.arity(1, 1):
        return site.poison()
    value = site.arg(0)
    if _is(value.type, TupleType):
        return site.made(value.type, value)
    return site.checker.wrong(
        "type-mismatch",
        f"`tuple(…)` of `{show_type(value.type)}` has no fixed length; expected a tuple: compare "
        "with `list(…)` instead, or write `(a, b)`",
        site.node.span,
    )


def _str(site: Site) -> Expr:
    if not site.arity(1, 1):
        return site.poison()
    value = site.arg(0)
    if not _is(value.type, IntType, BoolType, FloatType, StrType, NoneType):
        return site.wrong_type(0, value.type, "`int`, `float`, `bool` or `str`")
    return site.made(STR, value)


def _int(site: Site) -> Expr:
    if not site.arity(1, 2):
        return site.poison()
    value = site.arg(0)
    if len(site.node.args) == 2:
        if not _is(value.type, StrType):
            return site.wrong_type(0, value.type, "`str` when a base is given")
        return site.made(INT, value, site.int_arg(1))
    if not _is(value.type, IntType, BoolType, FloatType, StrType):
        return site.wrong_type(0, value.type, "`str`, `float` or `bool`")
    return site.made(INT, value)


def _float(site: Site) -> Expr:
    if not site.arity(1, 1):
        return site.poison()
    value = site.arg(0)
    if not _is(value.type, IntType, BoolType, FloatType, StrType):
        return site.wrong_type(0, value.type, "`str`, `int` or `bool`")
    return site.made(FLOAT, value)


def _bool(site: Site) -> Expr:
    if not site.arity(1, 1):
        return site.poison()
    value = site.arg(0)
    kinds = (IntType, BoolType, FloatType, StrType, BytesType, ListType, SetType, DictType)
    if not _is(value.type, *kinds, TupleType, OptionalType):
        return site.wrong_type(0, value.type, "a number, str or collection")
    return site.made(BOOL, value)


def _permutation(site: Site) -> Expr:
    if not site.arity(2, 2):
        return site.poison()
    first, second = site.collection(0), site.collection(1)
    for position, found in enumerate((first, second)):
        if is_unordered(found.expr) or not _is(found.expr.type, ListType, StrType, TupleType):
            return site.wrong_type(position, found.expr.type, "a list, tuple or str")
    if join(first.item, second.item) is None:
        return site.wrong_type(
            1, second.expr.type, f"items of `{show_type(first.item)}` as on the other side"
        )
    assert iteration_item(first.expr.type) is not None
    return site.made(BOOL, first.expr, second.expr)


BUILTINS: dict[str, Callable[[Site], Expr]] = {
    "len": _len,
    "sum": _sum,
    "min": _extreme,
    "max": _extreme,
    "abs": _abs,
    "round": _round,
    "divmod": _divmod,
    "pow": _pow,
    "sorted": _sorted,
    "reversed": _reversed,
    "range": _range,
    "all": _quantified,
    "any": _quantified,
    "enumerate": _enumerate,
    "zip": _zip,
    "list": _list,
    "set": _set,
    "tuple": _tuple,
    "str": _str,
    "int": _int,
    "float": _float,
    "bool": _bool,
    "permutation": _permutation,
}

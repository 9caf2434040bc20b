"""Mistakes with dicts, sets, records, text, sorting, handlers, recursion: one changed place each.

As in `mutations`, what a mutant means is the sandbox's business.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

Edit = Callable[[ast.AST], ast.AST | None]
_BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift)
_METHODS = {
    "get": ("pop", "setdefault"), "setdefault": ("get",), "keys": ("values", "items"),
    "values": ("keys",), "items": ("keys",), "update": ("setdefault",), "copy": ("clear",),
    "add": ("discard", "remove"), "discard": ("add", "remove"), "remove": ("discard", "append"),
    "union": ("intersection", "difference"), "intersection": ("union", "symmetric_difference"),
    "difference": ("union", "symmetric_difference"), "issubset": ("issuperset",),
    "sort": ("reverse",), "reverse": ("sort",), "insert": ("append",),
    "strip": ("lstrip", "rstrip"), "lstrip": ("strip",), "rstrip": ("strip",),
    "lower": ("upper", "title"), "upper": ("lower", "swapcase"), "split": ("rsplit", "partition"),
    "partition": ("rpartition",), "replace": ("strip",), "removeprefix": ("lstrip", "strip"),
    "isdigit": ("isalnum", "isnumeric"), "isalpha": ("isalnum",), "rjust": ("ljust", "center"),
    "zfill": ("rjust",), "count": ("find",), "join": ("strip",),
}  # fmt: skip
_NAMES = {
    "set": ("list", "sorted"), "dict": ("list",), "tuple": ("list", "set"), "ord": ("len",),
    "int": ("len", "float"), "Counter": ("set", "dict"), "zip": ("enumerate",), "map": ("filter",),
    "filter": ("map",), "float": ("int",), "isqrt": ("sqrt",), "gcd": ("max",),
    "frozenset": ("tuple",), "defaultdict": ("dict",), "divmod": ("pow",), "bool": ("int",),
}  # fmt: skip
_ERRORS = ("KeyError", "ValueError", "IndexError", "ZeroDivisionError", "ArithmeticError")


def of_data(node: ast.AST, tree: ast.Module) -> Iterator[tuple[str, Edit]]:
    """The mistakes that can be made at this node."""
    match node:
        case ast.BinOp(op=op) | ast.AugAssign(op=op) if isinstance(op, _BITS):
            for other in _BITS:
                if not isinstance(op, other):
                    yield "bit operator", _setting(op=other())
        case ast.Attribute():
            for name in _METHODS.get(node.attr, ()):
                yield "method of data", _setting(attr=name)
            for name in _fields(tree):
                if name != node.attr and node.attr in _fields(tree):
                    yield "field", _setting(attr=name)
        case ast.Name(ctx=ast.Load()):
            for name in _NAMES.get(node.id, ()):
                yield "builtin of data", _setting(id=name)
        case ast.Dict() if node.keys:
            yield "dropped entry", _setting(keys=node.keys[1:], values=node.values[1:])
            if len(node.keys) > 1:
                shifted = [*node.values[1:], node.values[0]]
                yield "shifted values", _setting(values=shifted)
        case ast.List(ctx=ast.Load()) | ast.Tuple(ctx=ast.Load()) | ast.Set() if node.elts:
            yield "dropped entry", _setting(elts=node.elts[1:])
            yield "other order", _setting(elts=node.elts[::-1])
        case ast.DictComp():
            yield "swapped key and value", _setting(key=node.value, value=node.key)
        case ast.ListComp():
            yield "collection", lambda n: ast.SetComp(n.elt, n.generators)  # type: ignore[attr-defined]  # a ListComp
        case ast.SetComp():
            yield "collection", lambda n: ast.ListComp(n.elt, n.generators)  # type: ignore[attr-defined]  # a SetComp
        case ast.JoinedStr() if len(node.values) > 1:
            yield "dropped part", _setting(values=node.values[1:])
            yield "dropped part", _setting(values=node.values[:-1])
            yield "other order", _setting(values=node.values[::-1])
        case ast.FormattedValue(format_spec=ast.JoinedStr()):
            yield "dropped format", _setting(format_spec=None)
        case ast.Call():
            yield from _of_call(node, tree)
        case ast.Try():
            yield from _of_try(node)
        case ast.ExceptHandler():
            for name in _ERRORS:
                yield "other handler", _setting(type=ast.Name(name, ast.Load()))
            yield "other handler", _setting(type=None)
            yield "passing handler", _setting(body=[ast.Pass()])
        case ast.Assign(targets=[ast.Tuple() as target]):
            yield "swapped targets", lambda n: _retargeted(n, target.elts[::-1])
        case ast.Compare(ops=[ast.Is() | ast.IsNot() as op]):
            other = ast.IsNot() if isinstance(op, ast.Is) else ast.Is()
            yield "comparison with None", _setting(ops=[other])
            yield "truth instead of None", lambda n: ast.UnaryOp(ast.Not(), n.left)  # type: ignore[attr-defined]  # a Compare
        case ast.match_case():
            wild = ast.MatchAs(None, None)
            if not (isinstance(node.pattern, ast.MatchAs) and node.pattern.name is None):
                yield "wild case", lambda n: _matching(n, wild)
        case _:
            pass


def _setting(**fields: object) -> Edit:
    def edit(node: ast.AST) -> None:
        for name, value in fields.items():
            setattr(node, name, value)

    return edit


def _retargeted(node: ast.AST, items: list[ast.expr]) -> None:
    assert isinstance(node, ast.Assign)
    node.targets = [ast.Tuple(items, ast.Store())]


def _matching(node: ast.AST, pattern: ast.pattern) -> None:
    assert isinstance(node, ast.match_case)
    node.pattern = pattern


def _fields(tree: ast.Module) -> list[str]:
    """The names of attributes that are read, and of arguments that records are made with."""
    called = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    read = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and id(n) not in called}
    return sorted(read)


def _of_call(node: ast.Call, tree: ast.Module) -> Iterator[tuple[str, Edit]]:
    for at, keyword in enumerate(node.keywords):
        rest = [*node.keywords[:at], *node.keywords[at + 1 :]]
        yield "dropped keyword", _setting(keywords=rest)
        if isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, bool):
            flipped = ast.keyword(keyword.arg, ast.Constant(not keyword.value.value))
            yield "flipped keyword", _setting(keywords=[*rest, flipped])
    if len(node.keywords) > 1:
        values = [keyword.value for keyword in node.keywords]
        shifted = [*values[1:], values[0]]
        named = zip(node.keywords, shifted, strict=True)
        changed = [ast.keyword(keyword.arg, value) for keyword, value in named]
        yield "shifted fields", _setting(keywords=changed)
    if len(node.args) > 1 and isinstance(node.func, ast.Attribute):
        yield "dropped default", _setting(args=node.args[:-1])
    own = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)}
    if isinstance(node.func, ast.Name) and node.func.id in own and node.args:
        for at, argument in enumerate(node.args):
            for op in (ast.Add(), ast.Sub()):
                moved = ast.BinOp(argument, op, ast.Constant(1))
                changed_args = [*node.args[:at], moved, *node.args[at + 1 :]]
                yield "argument of a call", _setting(args=changed_args)
        yield "not called", lambda n: n.args[0]  # type: ignore[attr-defined]  # a Call


def _of_try(node: ast.Try) -> Iterator[tuple[str, Edit]]:
    if len(node.handlers) > 1:
        yield "dropped handler", _setting(handlers=node.handlers[1:])
        yield "other order", _setting(handlers=node.handlers[::-1])
    if node.orelse:
        yield "else into try", _setting(body=[*node.body, *node.orelse], orelse=[])
    if node.finalbody:
        yield "dropped finally", _setting(finalbody=[])
    bare = ast.If(ast.Constant(value=True), node.body, [])
    yield "no handler", lambda _: bare

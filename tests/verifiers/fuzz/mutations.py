"""Mistakes that people and models make, made on purpose: one changed place in a function.

The host's own parser writes the mutants; what they mean is the sandbox's business.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from typing import cast

from tests.verifiers.fuzz.data_mistakes import of_data

Edit = Callable[[ast.AST], ast.AST | None]
_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod)
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
_NAMES = {
    "min": ("max",), "max": ("min",), "all": ("any",), "any": ("all",), "sum": ("len", "max"),
    "len": ("sum",), "sorted": ("list",), "reversed": ("list",), "enumerate": ("list",),
    "abs": ("int",), "list": ("sorted",), "range": ("list",), "str": ("repr",),
}  # fmt: skip
_METHODS = {
    "append": ("extend", "remove"), "startswith": ("endswith",), "endswith": ("startswith",),
    "find": ("count", "index"), "pop": ("index",), "extend": ("append",), "index": ("count",),
}  # fmt: skip
_ERRORS = ("ValueError", "IndexError", "TypeError", "LookupError", "Exception")


def mutants(code: str) -> list[tuple[str, str]]:
    """Every mutant with the kind of its mistake, in a fixed order, each text once."""
    tree = ast.parse(code)
    original = ast.unparse(tree)
    found: dict[str, str] = {}
    for position, node in enumerate(ast.walk(tree)):
        for kind, edit in (
            *_of_expression(node, tree),
            *of_data(node, tree),
            *_of_block(node),
            *_of_function(node),
        ):
            changed = copy.deepcopy(tree)
            place = list(ast.walk(changed))[position]
            new = edit(place)
            if new is not None and new is not place:
                _replace(changed, place, new)
            try:
                text = ast.unparse(ast.fix_missing_locations(changed)) + "\n"
            except (ValueError, AttributeError, TypeError):
                continue
            if text.strip() != original.strip():
                found.setdefault(text, kind)
    for kind, text in _of_module(tree, original):
        found.setdefault(text, kind)
    return [(kind, text) for text, kind in found.items()]


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                items = cast("list[object]", value)
                setattr(parent, name, [new if item is old else item for item in items])


def _setting(**fields: object) -> Edit:
    def edit(node: ast.AST) -> None:
        for name, value in fields.items():
            setattr(node, name, value)

    return edit


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _call(name: str, *args: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(args), [])


def _more(node: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(node, ast.Add() if by > 0 else ast.Sub(), ast.Constant(abs(by)))


def _swapped(fields: tuple[str, str]) -> Edit:
    def edit(node: ast.AST) -> None:
        first, second = fields
        one, other = getattr(node, first), getattr(node, second)
        setattr(node, first, other)
        setattr(node, second, one)

    return edit


# ---------------------------------------------------------------- expressions


def _of_expression(node: ast.AST, tree: ast.Module) -> Iterator[tuple[str, Edit]]:
    match node:
        case ast.BinOp() | ast.AugAssign():
            for op in _OPERATORS:
                if not isinstance(node.op, op):
                    yield "operator", _setting(op=op())
            if isinstance(node, ast.BinOp):
                yield "swapped operands", _swapped(("left", "right"))
                yield "dropped operand", lambda n: n.left  # type: ignore[attr-defined]  # a BinOp
            else:
                yield "rebinding", lambda n: ast.Assign([n.target], n.value)  # type: ignore[attr-defined]  # an AugAssign
        case ast.Compare():
            op = node.ops[0]
            if type(op) in _COMPARISONS:
                for other in (*_COMPARISONS, ast.Is):
                    if type(op) is not other:
                        yield "comparison", _setting(ops=[other(), *node.ops[1:]])
            elif isinstance(op, ast.In | ast.NotIn):
                flipped = ast.NotIn() if isinstance(op, ast.In) else ast.In()
                yield "comparison", _setting(ops=[flipped, *node.ops[1:]])
            chained = [*node.comparators, ast.Constant(value=True)]
            yield "chained comparison", _setting(ops=[*node.ops, ast.Eq()], comparators=chained)
            if len(node.ops) > 1:
                shorter = {"ops": node.ops[:-1], "comparators": node.comparators[:-1]}
                yield "shorter chain", _setting(**shorter)
            yield "bool as int", lambda n: ast.BinOp(n, ast.Add(), ast.Constant(1))  # type: ignore[arg-type]  # an expression
        case ast.BoolOp():
            other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield "and or", _setting(op=other_op)
            yield "dropped operand", _setting(values=node.values[:1])
            yield "other order", _setting(values=node.values[::-1])
        case ast.UnaryOp():
            yield "dropped sign", lambda n: n.operand  # type: ignore[attr-defined]  # a UnaryOp
        case ast.Constant(value=bool() as value):
            yield "constant", _setting(value=not value)
            yield "constant", _setting(value=int(value))
        case ast.Constant(value=int() as value):
            for new in (value + 1, value - 1, -value, 0, bool(value)):
                yield "constant", _setting(value=new)
        case ast.Constant(value=str() as value):
            yield "constant", _setting(value=value + " ")
            yield "constant", _setting(value=value[1:])
        case ast.Name(ctx=ast.Load()):
            names = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)})
            names = [n for n in names if n != node.id and n not in _NAMES]
            for name in (*names, *_NAMES.get(node.id, ())):
                yield "name", _setting(id=name)
        case ast.Attribute():
            for name in _METHODS.get(node.attr, ()):
                yield "method", _setting(attr=name)
        case ast.Subscript(slice=ast.Slice() as part):
            yield "aliasing", lambda n: n.value  # type: ignore[attr-defined]  # a Subscript
            for lower in (None, _more(part.lower or ast.Constant(0), 1), ast.Constant(-1)):
                yield "slice", _setting(slice=ast.Slice(lower, part.upper, part.step))
            for upper in (None, _more(part.upper or ast.Constant(0), -1)):
                yield "slice", _setting(slice=ast.Slice(part.lower, upper, part.step))
        case ast.Subscript():
            for by in (1, -1):
                yield "index", _setting(slice=_more(node.slice, by))
            yield "index", _setting(slice=ast.UnaryOp(ast.USub(), node.slice))
        case ast.Call():
            yield from _of_call(node)
        case ast.If() | ast.While() | ast.IfExp():
            yield "negated", _setting(test=ast.UnaryOp(ast.Not(), node.test))
            yield "constant condition", _setting(test=ast.Constant(value=True))
            if isinstance(node, ast.IfExp) or node.orelse:
                yield "swapped branches", _swapped(("body", "orelse"))
        case ast.comprehension():
            if node.ifs:
                yield "dropped filter", _setting(ifs=node.ifs[:-1])
                yield "negated", _setting(ifs=[ast.UnaryOp(ast.Not(), node.ifs[0])])
            yield "other source", _setting(iter=ast.Subscript(node.iter, _slice("1:")))
        case ast.For():
            yield "other source", _setting(iter=_call("reversed", node.iter))
            yield "other source", _setting(iter=ast.Subscript(node.iter, _slice(":-1")))
        case _:
            pass


def _slice(text: str) -> ast.expr:
    made = _parsed(f"x[{text}]")
    assert isinstance(made, ast.Subscript)
    return made.slice


def _of_call(node: ast.Call) -> Iterator[tuple[str, Edit]]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if len(node.args) == 2:
        yield "swapped arguments", _setting(args=node.args[::-1])
    if name == "range":
        first, *rest = node.args
        last = node.args[-1]
        for by in (1, -1):
            yield "range", _setting(args=[*node.args[:-1], _more(last, by)])
            shifted = [_more(first, by), *rest] if rest else [ast.Constant(by), first]
            yield "range", _setting(args=shifted)
        stepped = [*node.args, ast.Constant(2)] if rest else [last, ast.Constant(0)]
        yield "range", _setting(args=stepped)
        yield "range", _setting(args=[last])
    elif name in ("list", "sorted", "abs", "int", "str") and len(node.args) == 1:
        yield "aliasing", lambda n: n.args[0]  # type: ignore[attr-defined]  # a Call
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "copy":
        yield "aliasing", lambda n: n.func.value  # type: ignore[attr-defined]  # a Call
    if isinstance(node.func, ast.Attribute) and node.func.attr == "pop":
        yield "other end", _setting(args=[] if node.args else [ast.Constant(0)])
    if any(isinstance(arg, ast.GeneratorExp) for arg in node.args):
        yield "kept generator", lambda n: _call("list", n.args[0])  # type: ignore[attr-defined]  # a Call


# ---------------------------------------------------------------- statements


def _with_block(field: str, change: Callable[[list[ast.stmt]], None]) -> Edit:
    def edit(node: ast.AST) -> None:
        block = getattr(node, field)
        change(block)
        if not block:
            block.append(ast.Pass())

    return edit


def _of_block(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    for field in ("body", "orelse"):
        if isinstance(node, ast.Module) or not isinstance(getattr(node, field, None), list):
            continue
        block: list[ast.stmt] = getattr(node, field)
        for at, statement in enumerate(block):
            yield from _of_statement(field, at, statement)
            if at + 1 < len(block):
                yield "swapped statements", _with_block(field, _exchange(at))
    if isinstance(node, ast.For | ast.While):
        for at in (0, len(node.body)):
            for leaving in ("break", "continue", "return 0", "return None"):
                yield "leaving a loop", _with_block("body", _insert(at, leaving))
        if node.orelse:
            yield "dropped else", _setting(orelse=[])


def _of_statement(field: str, at: int, statement: ast.stmt) -> Iterator[tuple[str, Edit]]:
    def drop(block: list[ast.stmt]) -> None:
        del block[at]

    def twice(block: list[ast.stmt]) -> None:
        block.insert(at, copy.deepcopy(block[at]))

    yield "dropped statement", _with_block(field, drop)
    yield "repeated statement", _with_block(field, twice)
    match statement:
        case ast.For() | ast.While():

            def into_else(block: list[ast.stmt]) -> None:
                loop = block[at]
                assert isinstance(loop, ast.For | ast.While)
                loop.orelse += block[at + 1 :]
                del block[at + 1 :]

            def out_of_loop(block: list[ast.stmt]) -> None:
                loop = block[at]
                assert isinstance(loop, ast.For | ast.While)
                block.insert(at + 1, loop.body.pop())
                loop.body = loop.body or [ast.Pass()]

            def into_loop(block: list[ast.stmt]) -> None:
                loop = block[at]
                assert isinstance(loop, ast.For | ast.While)
                loop.body += block[at + 1 : at + 2]
                del block[at + 1 : at + 2]

            yield "else of a loop", _with_block(field, into_else)
            yield "dedented", _with_block(field, out_of_loop)
            yield "indented", _with_block(field, into_loop)
        case ast.Raise():
            for error in _ERRORS:
                yield "wrong exception", _with_block(field, _put(at, f"raise {error}"))
            yield "wrong exception", _with_block(field, _put(at, "return None"))
        case ast.Return():
            for text in ("return 0", "return", "return None", "return True", "pass"):
                yield "early return", _with_block(field, _put(at, text))
            yield "swallowed", _with_block(field, _guarded(at))
        case ast.Assign(targets=[ast.Name(id=name)]):
            yield "aliasing", _with_block(field, _insert(at + 1, f"other = {name}"))
            yield "aliasing", _with_block(field, _chained(at))
        case _:
            pass


def _exchange(at: int) -> Callable[[list[ast.stmt]], None]:
    def change(block: list[ast.stmt]) -> None:
        block[at], block[at + 1] = block[at + 1], block[at]

    return change


def _insert(at: int, text: str) -> Callable[[list[ast.stmt]], None]:
    return lambda block: block.insert(at, ast.parse(text).body[0])


def _put(at: int, text: str) -> Callable[[list[ast.stmt]], None]:
    def change(block: list[ast.stmt]) -> None:
        block[at] = ast.parse(text).body[0]

    return change


def _chained(at: int) -> Callable[[list[ast.stmt]], None]:
    """`x = value` becomes `x = twin = value; twin += twin`, which changes a list in place."""

    def change(block: list[ast.stmt]) -> None:
        statement = block[at]
        assert isinstance(statement, ast.Assign)
        statement.targets.append(ast.Name("twin", ast.Store()))
        block.insert(at + 1, ast.parse("twin += twin").body[0])

    return change


def _guarded(at: int) -> Callable[[list[ast.stmt]], None]:
    def change(block: list[ast.stmt]) -> None:
        made = ast.parse("try:\n    pass\nexcept Exception:\n    return 0").body[0]
        assert isinstance(made, ast.Try)
        made.body = [block[at]]
        block[at] = made

    return change


# ---------------------------------------------------------------- functions and modules


def _of_function(node: ast.AST) -> Iterator[tuple[str, Edit]]:
    if not isinstance(node, ast.FunctionDef):
        return
    for at, statement in enumerate(node.body):
        match statement:
            case ast.Assign(
                targets=[ast.Name(id=name)], value=ast.Constant() | ast.List() as value
            ):

                def as_default(
                    n: ast.AST, at: int = at, name: str = name, value: ast.expr = value
                ) -> None:
                    assert isinstance(n, ast.FunctionDef)
                    del n.body[at]
                    n.args.args.append(ast.arg(name))
                    n.args.defaults.append(value)

                yield "local as a default", as_default
            case _:
                pass
    if len(node.args.args) > 1:

        def exchanged(n: ast.AST) -> None:
            assert isinstance(n, ast.FunctionDef)
            first, second, *rest = n.args.args
            n.args.args = [second, first, *rest]

        yield "swapped parameters", exchanged
    finishing = ast.parse("try:\n    pass\nfinally:\n    return 0").body[0]
    assert isinstance(finishing, ast.Try)

    def finished(n: ast.AST) -> None:
        assert isinstance(n, ast.FunctionDef)
        made = copy.deepcopy(finishing)
        made.body = n.body
        n.body = [made]

    yield "return in finally", finished


def _of_module(tree: ast.Module, code: str) -> Iterator[tuple[str, str]]:
    """Mistakes outside of the function itself."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    entry = functions[-1]
    used = sorted({n.id for n in ast.walk(tree) if isinstance(n, ast.Name)} & _NAMES.keys())
    for name in used:
        yield "shadowed builtin", f"def {name}(*args):\n    return 0\n{code}\n"
        yield "shadowed builtin", f"{code}\n{name} = abs\n"
        yield "shadowed builtin", f"from operator import neg as {name}\n{code}\n"
    names = ", ".join(argument.arg for argument in entry.args.args)
    yield "redefinition", f"{code}\ndef {entry.name}({names}):\n    return 0\n"
    yield "rebinding", f"{code}\n{entry.name} = lambda {names}: 0\n"
    yield "decorator", f"import functools\n{code}".replace("def ", "@functools.cache\ndef ")
    doubled = f"@twice\ndef {entry.name}("
    yield (
        "decorator",
        (
            "def twice(g):\n    return lambda *a: g(*a) or g(*a)\n"
            + code.replace(f"def {entry.name}(", doubled)
        ),
    )
    yield (
        "conditional definition",
        (f"{code}\nif len('ab') > 1:\n    def {entry.name}({names}):\n        return 0\n"),
    )
    for at, statement in enumerate(entry.body):
        if not isinstance(statement, ast.Assign) or not isinstance(
            statement.value, ast.Constant | ast.List
        ):
            continue
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            continue
        for declared in (True, False):
            changed = copy.deepcopy(entry)
            declaration = ast.Global([target.id]) if declared else ast.Pass()
            changed.body[at] = declaration
            others = [node for node in tree.body if node is not entry]
            module = ast.Module([copy.deepcopy(statement), *others, changed], [])
            text = ast.unparse(ast.fix_missing_locations(module)) + "\n"
            yield "module-level state", text

"""Where an expression is Python's too, Python reads it the same."""

from __future__ import annotations

import ast
import re
import warnings
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from intent_files import Writer

from axiom_verifiers.contracts import syntax as s
from axiom_verifiers.contracts.parser import parse_expression

UNARY = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not"}
BINARY = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<",
    ast.RShift: ">>",
}  # fmt: skip
COMPARE = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.In: "in", ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip


def from_python(node: ast.expr | None) -> object:
    """Python's tree in plain tuples."""
    match node:
        case None:
            return None
        case ast.Constant(value):
            return ("constant", type(value).__name__, repr(value))
        case ast.Name(id=name):
            return ("name", name)
        case ast.UnaryOp(op, operand):
            return ("unary", UNARY[type(op)], from_python(operand))
        case ast.BinOp(left, op, right):
            return ("binary", BINARY[type(op)], from_python(left), from_python(right))
        case ast.BoolOp(op, values):
            found = from_python(values[0])
            for value in values[1:]:
                name = "and" if isinstance(op, ast.And) else "or"
                found = ("logical", name, found, from_python(value))
            return found
        case ast.Compare(left, ops, comparators):
            links = tuple(
                (COMPARE[type(op)], from_python(value))
                for op, value in zip(ops, comparators, strict=True)
            )
            return ("compare", from_python(left), links)
        case ast.IfExp(test, body, orelse):
            return ("if", from_python(test), from_python(body), from_python(orelse))
        case ast.Subscript(value, ast.Slice(lower, upper, step)):
            return ("slice", *map(from_python, (value, lower, upper, step)))
        case ast.Subscript(value, index):
            return ("index", from_python(value), from_python(index))
        case ast.Attribute(value, attr):
            return ("attribute", from_python(value), attr)
        case ast.Call(func, args, keywords):
            named = tuple((one.arg, from_python(one.value)) for one in keywords)
            return ("call", from_python(func), tuple(map(from_python, args)), named)
        case ast.List(items) | ast.Tuple(items) | ast.Set(items):
            return (type(node).__name__.lower(), *map(from_python, items))
        case ast.Dict(keys, values):
            return ("dict", *zip(map(from_python, keys), map(from_python, values), strict=True))
        case ast.ListComp(element, loops) | ast.SetComp(element, loops):
            kind = "list" if isinstance(node, ast.ListComp) else "set"
            return ("for", kind, from_python(element), None, *map(loop, loops))
        case ast.GeneratorExp(element, loops):
            return ("for", "generator", from_python(element), None, *map(loop, loops))
        case ast.DictComp(key, value, loops):
            return ("for", "dict", from_python(key), from_python(value), *map(loop, loops))
        case _:
            raise AssertionError(ast.dump(node))


def loop(node: ast.comprehension) -> object:
    conditions = tuple(map(from_python, node.ifs))
    return (target_of(node.target), from_python(node.iter), conditions)


def target_of(node: ast.expr) -> object:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Tuple(items) | ast.List(items):
            return tuple(map(target_of, items))
        case _:
            raise AssertionError(ast.dump(node))


def from_ours(node: s.Syntax | None) -> object:
    """Our tree in the same tuples."""
    match node:
        case None:
            return None
        case s.IntLiteral(value=v) | s.FloatLiteral(value=v) | s.BoolLiteral(value=v):
            return ("constant", type(v).__name__, repr(v))
        case s.StrLiteral(value=v) | s.BytesLiteral(value=v):
            return ("constant", type(v).__name__, repr(v))
        case s.NoneLiteral():
            return ("constant", "NoneType", "None")
        case s.Name(id=name):
            return ("name", name)
        case s.Unary(op=op, operand=operand):
            return ("unary", op, from_ours(operand))
        case s.Binary(op=op, left=left, right=right):
            return ("binary", op, from_ours(left), from_ours(right))
        case s.Logical(op=op, left=left, right=right):
            return ("logical", op, from_ours(left), from_ours(right))
        case s.Compare(first=first, links=links):
            shown = tuple((op, from_ours(value)) for op, value in links)
            return ("compare", from_ours(first), shown)
        case s.Conditional(condition=condition, then=then, otherwise=otherwise):
            return ("if", from_ours(condition), from_ours(then), from_ours(otherwise))
        case s.Slice(value=value, lower=lower, upper=upper, step=step):
            return ("slice", *map(from_ours, (value, lower, upper, step)))
        case s.Index(value=value, index=index):
            return ("index", from_ours(value), from_ours(index))
        case s.Attribute(value=value, name=name):
            return ("attribute", from_ours(value), name)
        case s.Call(function=function, args=args, keywords=keywords):
            named = tuple((name, from_ours(value)) for name, value in keywords)
            return ("call", from_ours(function), tuple(map(from_ours, args)), named)
        case s.ListDisplay(items=items):
            return ("list", *map(from_ours, items))
        case s.TupleDisplay(items=items):
            return ("tuple", *map(from_ours, items))
        case s.SetDisplay(items=items):
            return ("set", *map(from_ours, items))
        case s.DictDisplay(items=pairs):
            return ("dict", *((from_ours(key), from_ours(value)) for key, value in pairs))
        case s.Comprehension(kind=kind, element=element, value=value, generators=generators):
            loops = (
                (ours_target(g.target), from_ours(g.iterable), tuple(map(from_ours, g.conditions)))
                for g in generators
            )
            return ("for", kind, from_ours(element), from_ours(value), *loops)
        case _:
            raise AssertionError(node)


def ours_target(target: s.Target) -> object:
    return target.name if target.name is not None else tuple(map(ours_target, target.items))


class PythonWriter(Writer):
    """Draws expressions that are Python's: without quantifiers, `implies` and `iff`."""

    def expression(self, depth: int) -> list[str]:
        kind = self.random.randrange(4)
        if depth > 0 and kind == 0:
            choice = [*self.logical(depth - 1), "if", *self.logical(depth - 1), "else"]
            return [*choice, *self.expression(depth - 1)]
        return self.logical(depth) if kind == 1 and depth > 0 else self.tight(depth)

    def logical(self, depth: int) -> list[str]:
        found = self.tight(depth - 1)
        for _ in range(self.random.randrange(4)):
            found = [*found, self.one(["and", "or"]), *self.tight(depth - 1)]
        return found


def python_tree(text: str) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # `1 is x`, `"a" [0]` and their like.
        return from_python(ast.parse(text, mode="eval").body)


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False))
def test_random_expressions(random: Random) -> None:
    text = " ".join(PythonWriter(random).expression(4))
    expression, problems = parse_expression(text)
    assert problems == ()
    assert from_ours(expression) == python_tree(text)


@pytest.mark.parametrize(
    "text",
    [
        "not a in b is not c",
        "-2 ** -2 ** 2",
        "~a ** b",
        "- - a",
        "a if b else c if d else e",
        "(a if b else c) if d else e",
        "a < b < c == (d < e)",
        "not not a and not b or c",
        "a or b and c or d",
        "[a for a in b if c if not d for (e, f), g in h]",
        "[a if b else c for a in d or e]",
        "a[b, c][d, ]",
        "a[:][::][b:][:c][::d]",
        "f(a).c.d(e=f, )",
        "1 .real",
        "a << b >> c & d | e ^ f",
        "a % b // c / d * e",
        "(a,)",
        "lambda_ is not_",
        "ﬁeld",
    ],
)
def test_single_expressions(text: str) -> None:
    expression, problems = parse_expression(text)
    assert problems == ()
    assert from_ours(expression) == python_tree(text)


NUMBER = st.text("0123456789abcdefxob_.eE+-jJ", min_size=1, max_size=8)


@settings(max_examples=300, deadline=None)
@given(NUMBER.map(lambda text: "0" + text) | NUMBER)
@example("0xe+5")
@example("...")
@example("1_0.0_1e1_0")
def test_numbers(text: str) -> None:
    """What Python takes for a number is that number here, and nothing else is one."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SyntaxWarning)
            wanted = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        wanted = None
    expression, problems = parse_expression(text)
    if isinstance(wanted, ast.Constant) and isinstance(wanted.value, int | float):
        assert problems == ()
    if not problems and isinstance(expression, s.IntLiteral | s.FloatLiteral):
        assert from_ours(expression) == from_python(wanted)


BODY = st.text(st.sampled_from("ab7\\nxuUN{}'\"0é#𝄞 ") | st.characters(codec="utf-8"), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["", "r", "b", "rb", "Br", "u"]), st.sampled_from("'\""), BODY)
@example("", '"', "\\x41\\u0042\\U00000043\\N{BULLET}\\101\\n\\\\")
@example("b", "'", "\\xff\\377\\'")
def test_strings(prefix: str, quote: str, body: str) -> None:
    text = f"{prefix}{quote}{body}{quote}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, Warning):
        return
    if not isinstance(tree, ast.Constant) or len(text.splitlines()) > 1:
        return
    if isinstance(tree.value, str) and any("\ud800" <= c <= "\udfff" for c in tree.value):
        return
    if re.search(r"\\[^\x00-\x7f]", body):
        return  # Python lets a backslash stand before such a character without a word.
    expression, problems = parse_expression(text)
    assert problems == ()
    assert from_ours(expression) == from_python(tree)

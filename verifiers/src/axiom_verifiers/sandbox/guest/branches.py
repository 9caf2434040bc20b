"""Notes of the tests that a call made: how they came out, and by how much they missed."""

import ast
import copy

import codec
from hooks import HOOK, Hooked, hook

_OPS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}


class _Branches(Hooked):
    def test(self, node):
        """The expression, told of when it is tested for truth."""
        if isinstance(node, (ast.BoolOp, ast.UnaryOp)) or _is_compare(node):
            return node  # Its parts tell more.
        return hook("test", self.site(node), node)

    def visit_Compare(self, node):
        self.generic_visit(node)
        ops = [_OPS[type(op)] for op in node.ops]
        middle = node.comparators[:-1]
        if not all(isinstance(each, (ast.Name, ast.Constant, ast.Attribute)) for each in middle):
            return node
        left, parts = node.left, []
        for op, right in zip(ops, node.comparators):
            parts.append(hook("compare", self.site(node), left, ast.Constant(op), right))
            left = copy.deepcopy(right)
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)

    def visit_BoolOp(self, node):
        self.generic_visit(node)
        node.values = [self.test(value) for value in node.values]
        return node

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        if isinstance(node.op, ast.Not):
            node.operand = self.test(node.operand)
        return node

    def visit_IfExp(self, node):
        self.generic_visit(node)
        node.test = self.test(node.test)
        return node

    def visit_comprehension(self, node):
        self.generic_visit(node)
        node.ifs = [self.test(each) for each in node.ifs]
        return node

    def visit_Assert(self, node):
        self.generic_visit(node)
        node.test = self.test(node.test)
        return node

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute) and len(node.args) == 1 and not node.keywords:
            name = node.func.attr
            if name in ("startswith", "endswith") and not isinstance(node.args[0], ast.Starred):
                return hook("method", self.site(node), node.func.value, ast.Constant(name), *node.args)
        return node

    def body(self, node, name):
        found = getattr(node, name)
        if found:
            at = self.site(found[0])
            hit = ast.Expr(hook("hit", at))
            setattr(node, name, [ast.copy_location(hit, found[0]), *found])

    def visit_If(self, node):
        self.generic_visit(node)
        node.test = self.test(node.test)
        self.body(node, "body")
        self.body(node, "orelse")
        return node

    def visit_While(self, node):
        return self.visit_If(node)

    def visit_For(self, node):
        self.generic_visit(node)
        self.body(node, "body")
        self.body(node, "orelse")
        return node

    def visit_ExceptHandler(self, node):
        self.generic_visit(node)
        self.body(node, "body")
        return node

    def visit_match_case(self, node):
        self.generic_visit(node)
        if node.guard is not None:
            node.guard = self.test(node.guard)
        self.body(node, "body")
        return node


def _is_compare(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == HOOK
    )


_FAR = 1e12


def _apart(a, b, depth=0):
    """How far two values are from being equal; 0 when they are."""
    try:
        if a is b:
            return 0.0
        if isinstance(a, (int, float)) and isinstance(b, (int, float)):
            far = abs(a - b)
            return float(far) if far < _FAR else _FAR
        if isinstance(a, str) and isinstance(b, str):
            return 300.0 * abs(len(a) - len(b)) + sum(
                min(300, abs(ord(x) - ord(y))) for x, y in zip(a[:100], b[:100])
            )
        if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)) and depth < 3:
            far = 1000.0 * abs(len(a) - len(b))
            return far + sum(_apart(x, y, depth + 1) for x, y in zip(a[:60], b[:60]))
        if isinstance(a, (set, frozenset)) and isinstance(b, (set, frozenset)):
            return float(len(a ^ b))
        return 0.0 if a == b else 1000.0
    except Exception:
        return _FAR


def _distance(a, op, b):
    """How far a test that came out false is from coming out true."""
    try:
        if op in ("==", "is"):
            return _apart(a, b)
        if op in ("<", "<=", ">", ">="):
            if isinstance(a, (int, float)) and isinstance(b, (int, float)):
                far = float(abs(a - b)) if abs(a - b) < _FAR else _FAR
                return far + (op in ("<", ">"))
            return _apart(a, b)
        if op == "in":
            if isinstance(b, str):
                return 300.0
            some = list(b)[:50] if isinstance(b, (list, tuple, set, frozenset, dict, range)) else []
            return min((_apart(a, each) for each in some), default=_FAR)
        return 1.0
    except Exception:
        return _FAR


_OPPOSITE = {
    "==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">",
    "is": "is not", "is not": "is", "in": "not in", "not in": "in",
}
_PERFORM = {
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "is": lambda a, b: a is b, "is not": lambda a, b: a is not b,
    "in": lambda a, b: a in b, "not in": lambda a, b: a not in b,
}
_PLAIN = (int, bool, float, str)


def _plain(value, depth=0):
    """What the host may put into an input: short plain values."""
    kind = type(value)
    if kind is int and abs(value) < 1 << 62 or kind is bool:
        return value
    if kind is float and value - value == 0.0:
        return value
    if kind is str and len(value) <= 80:
        return codec.clean_text(value)
    if kind in (list, tuple, set, frozenset, dict) and len(value) <= 12 and depth < 2:
        found = [_plain(each, depth + 1) for each in value]
        return found if None not in found else None
    return None


class Branches:
    """Per site: times, whether it was true and false, the least distances, some operands."""

    def __init__(self, tree):
        hooked = _Branches()
        self.tree = hooked.visit(tree)
        self.lines = hooked.lines
        self.seen = {}

    def begin(self):
        self.seen = {}

    def end(self):
        pass

    def entry(self, at):
        found = self.seen.get(at)
        if found is None:
            found = self.seen[at] = [0, 0, None, None, []]
        found[0] += 1
        return found

    def hit(self, at):
        found = self.entry(at)
        found[1] = 1

    def note(self, at, true, far, a=None, b=None):
        found = self.entry(at)
        found[1] |= 1 if true else 2
        place = 3 if true else 2
        if found[place] is None or far < found[place]:
            found[place] = far
            pair = [_plain(a), _plain(b)]
            if pair != [None, None] and pair not in found[4]:
                if len(found[4]) >= 4:
                    found[4].pop()
                found[4].insert(0, pair)

    def compare(self, at, a, op, b):
        result = _PERFORM[op](a, b)
        if result is True:
            self.note(at, True, _distance(a, _OPPOSITE[op], b), a, b)
        elif result is False:
            self.note(at, False, _distance(a, op, b), a, b)
        return result

    def test(self, at, value):
        true = bool(value)
        far = 1.0
        if isinstance(value, (int, float)) and value == value:
            far = min(float(abs(value)), _FAR) if abs(value) < _FAR else _FAR
        elif isinstance(value, (str, list, dict, set, tuple)):
            far = float(len(value))
        self.note(at, true, max(1.0, far), value if type(value) in _PLAIN else None, 0)
        return value

    def method(self, at, owner, name, arg):
        result = getattr(owner, name)(arg)
        if type(owner) is str and type(arg) is str and type(result) is bool:
            part = owner[: len(arg)] if name == "startswith" else owner[-len(arg) :]
            self.note(at, result, 1.0 if result else _apart(part, arg), owner, arg)
        return result

    def notes(self):
        return [[at, *found] for at, found in sorted(self.seen.items())]

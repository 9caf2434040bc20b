"""Finds out that a run never ends: the state that a loop or a call starts from comes back."""

import ast
import sys

import pictures
from hooks import HOOK, Hooked, hook, short


class ComesBackError(BaseException):
    """Ends a run that would never end by itself."""


class _Repeats(Hooked):
    def __init__(self):
        super().__init__()
        self.counting = []

    def visit_While(self, node):
        counting = _only_counted(node)
        self.generic_visit(node)
        at = self.site(node)
        self.counting.append(counting)
        enter = ast.copy_location(ast.Expr(hook("enter", at)), node)
        head = ast.copy_location(ast.Expr(hook("head", at)), node.body[0])
        node.body = [head, *node.body]
        return [enter, node]

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        at = self.site(node)
        self.counting.append(frozenset())
        start = 0 if ast.get_docstring(node, clean=False) is None else 1
        told = ast.copy_location(ast.Expr(hook("call", at)), node.body[0])
        node.body.insert(start, told)
        return node


def _only_counted(loop):
    """Names that the loop only adds to, and never reads: they decide nothing.

    `n += 1`, `n -= 1` and `xs.append(e)` as statements. Whether their values are such that this
    cannot fail is looked at when the loop runs.
    """
    counted, used = set(), {}
    for node in ast.walk(loop):
        if isinstance(node, ast.Name):
            used[node.id] = used.get(node.id, 0) + 1
        elif isinstance(node, (ast.Nonlocal, ast.Global)):
            used.update(dict.fromkeys(node.names, 1 << 30))
    steps = {}
    for node in ast.walk(loop):
        target = None
        if isinstance(node, ast.AugAssign) and isinstance(node.op, (ast.Add, ast.Sub)):
            target = node.target
        elif (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
            and node.value.func.attr == "append"
            and len(node.value.args) == 1
            and not node.value.keywords
        ):
            target = node.value.func.value
        if isinstance(target, ast.Name):
            steps[target.id] = steps.get(target.id, 0) + 1
    for name, times in steps.items():
        if used[name] == times:
            counted.add(name)
    return frozenset(counted)


_WORK = 400_000  # parts of pictures in all, after which nobody watches any more
# Code with these words may have a state that no picture shows, or read names by their text.
_UNSEEN = (
    "builtins", "random", "context", "weakref", "modules", "_getframe", "locals(", "eval(",
    "exec(", "vars(", "dir(", "globals(", "id(", "getrefcount",
)


class Repeats:
    """Compares the picture of a loop's or a call's state with earlier ones (Brent's cycle search:
    the one kept is replaced after 1, 2, 4, 8 … rounds).
    """

    def __init__(self, tree, code, space):
        self.refused = any(word in code for word in _UNSEEN)
        hooked = _Repeats()
        self.tree = hooked.visit(tree)
        self.lines = hooked.lines
        self.counting = hooked.counting
        self.space = space
        self.begin()

    def begin(self):
        self.entered = {}
        self.calls = {}
        self.spent = 0
        self.found = None
        self.blind = self.refused

    def end(self):
        self.entered = {}
        self.calls = {}

    def enter(self, at):
        frame = sys._getframe(1)
        self.entered[frame, at] = [None, 0, 1]

    def head(self, at):
        if self.found is not None:
            raise ComesBackError
        if self.blind:
            return
        frame = sys._getframe(1)
        if frame.f_code.co_flags & 0x2A0:
            return  # A generator: whoever draws from it has a state that is not seen here.
        kept = self.entered.get((frame, at))
        if kept is None:
            return
        picture = self.picture(frame, self.counting[at])
        if picture is None:
            return
        if kept[0] == picture:
            self.comes_back(frame, at, "loop", kept[1])
        kept[1] += 1
        if kept[0] is None or kept[1] >= kept[2]:
            kept[0], kept[1], kept[2] = picture, 0, 2 * kept[2]

    def call(self, at):
        if self.found is not None:
            raise ComesBackError
        if self.blind:
            return
        frame = sys._getframe(1)
        if frame.f_code.co_flags & 0x2A0:
            return
        # While it runs, a recursive call has itself above it; others need no picture.
        depth, above = 0, frame.f_back
        while above is not None and above.f_code is not frame.f_code and depth < 50:
            above, depth = above.f_back, depth + 1
        if above is None or depth == 50:
            return
        picture = self.picture(frame, frozenset())
        if picture is None:
            return
        earlier = self.calls.setdefault(at, [])
        for other, theirs in earlier[-64:]:
            if theirs == picture and _above(frame, other):
                self.comes_back(frame, at, "call", 0)
        earlier.append((frame, picture))

    def picture(self, frame, counted):
        if self.spent > _WORK:
            self.blind = True
            return None
        names = dict(frame.f_locals)
        shared = frame.f_code.co_cellvars + frame.f_code.co_freevars
        for name in counted:
            # Adding to a plain number or to a list cannot fail, and nobody else sees the name.
            if name not in shared and type(names.get(name)) in (int, list):
                names.pop(name, None)
        try:
            space = {n: v for n, v in self.space.items() if n not in ("__builtins__", HOOK)}
            found = pictures.picture((names, space))
        except pictures.OpaqueError:
            self.blind = True
            return None
        self.spent += len(found)
        return found

    def comes_back(self, frame, at, kind, rounds):
        values = {}
        for name, value in dict(frame.f_locals).items():
            if len(values) < 12 and not callable(value):
                values[name] = short(value)
        self.found = [kind, self.lines[at], frame.f_code.co_name, rounds + 1, values]
        raise ComesBackError

    def notes(self):
        return self.found


def _above(frame, other):
    while frame is not None:
        frame = frame.f_back
        if frame is other:
            return True
    return False

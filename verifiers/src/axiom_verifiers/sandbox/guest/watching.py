"""Three ways of watching a run, beside the plain one: for guidance and for explaining.

`branches`: which tests a call made, how they came out, and by how much they missed coming out
the other way. `repeats`: whether the state that a loop or a call starts from has come back, so
that the run never ends. `steps`: what each line did, for one call that a person will read.

The first two run the candidate with hooks put into its syntax tree. What they say guides a search
or is shown beside a run of the code as it is; no verdict rests on a run with hooks, but for
`repeats`: that a state came back is the reason why a run is said never to end.
"""

import ast
import copy
import sys

import codec
import pictures
import surroundings

_HOOK = "__axiom_hook__"
_OPS = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}


def _hook(name, *args):
    call = ast.Call(ast.Attribute(ast.Name(_HOOK, ast.Load()), name, ast.Load()), list(args), [])
    return call


class _Hooked(ast.NodeTransformer):
    """The module with calls of hooks in it; `lines` holds the line of each site."""

    def __init__(self):
        self.lines = []

    def site(self, node):
        self.lines.append(getattr(node, "lineno", 0))
        return ast.Constant(len(self.lines) - 1)


# ------------------------------------------------------------------ branches


class _Branches(_Hooked):
    def test(self, node):
        """The expression, told of when it is tested for truth."""
        if isinstance(node, (ast.BoolOp, ast.UnaryOp)) or _is_compare(node):
            return node  # Its parts tell more.
        return _hook("test", self.site(node), node)

    def visit_Compare(self, node):
        self.generic_visit(node)
        ops = [_OPS[type(op)] for op in node.ops]
        middle = node.comparators[:-1]
        if not all(isinstance(each, (ast.Name, ast.Constant, ast.Attribute)) for each in middle):
            return node
        left, parts = node.left, []
        for op, right in zip(ops, node.comparators):
            parts.append(_hook("compare", self.site(node), left, ast.Constant(op), right))
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
                return _hook("method", self.site(node), node.func.value, ast.Constant(name), *node.args)
        return node

    def body(self, node, name):
        found = getattr(node, name)
        if found:
            at = self.site(found[0])
            hit = ast.Expr(_hook("hit", at))
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
        and node.func.value.id == _HOOK
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


# ------------------------------------------------------------------ repeats


class ComesBackError(BaseException):
    """Ends a run that would never end by itself."""


class _Repeats(_Hooked):
    def __init__(self):
        super().__init__()
        self.counting = []

    def visit_While(self, node):
        counting = _only_counted(node)
        self.generic_visit(node)
        at = self.site(node)
        self.counting.append(counting)
        enter = ast.copy_location(ast.Expr(_hook("enter", at)), node)
        head = ast.copy_location(ast.Expr(_hook("head", at)), node.body[0])
        node.body = [head, *node.body]
        return [enter, node]

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        at = self.site(node)
        self.counting.append(frozenset())
        start = 0 if ast.get_docstring(node, clean=False) is None else 1
        hook = ast.copy_location(ast.Expr(_hook("call", at)), node.body[0])
        node.body.insert(start, hook)
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
            space = {n: v for n, v in self.space.items() if n not in ("__builtins__", _HOOK)}
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
                values[name] = _short(value)
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


def _short(value, limit=80):
    try:
        text = codec.clean_text(repr(value), 2000)
    except BaseException:
        text = "<" + type(value).__name__ + ">"
    if " at 0x" in text:
        text = _told(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _told(value):
    """An object without a text of its own: its class and its attributes."""
    parts = getattr(value, "__dict__", None)
    name = type(value).__name__
    if type(parts) is not dict or callable(value):
        return "<" + name + ">"
    shown = ", ".join(n + "=" + _short(v, 30) for n, v in list(parts.items())[:6])
    return codec.clean_text(name + "(" + shown + ")")


# ------------------------------------------------------------------ steps

_FIRST, _LAST = 40, 40


class Steps:
    """What each line of the candidate did: `[line, function, {name: value}, branch]`.

    The values are those that the line changed, as they were when the next line began; `branch`
    tells of an `if` or `while` whether its body was entered; of a line that returned or raised,
    the pseudo-name `return` or `raise` holds what.
    """

    def __init__(self, tree, guard):
        self.tree = tree
        self.guard = guard
        self.bodies = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.If, ast.While, ast.For)):
                self.bodies[node.lineno] = (node.body[0].lineno, node.body[-1].end_lineno)
        self.begin_empty()

    def begin_empty(self):
        self.first, self.last, self.count = [], [], 0
        self.frames = {}

    def begin(self):
        self.begin_empty()
        self.set(self.trace)

    def end(self):
        self.set(None)
        self.frames = {}

    def set(self, function):
        active, self.guard.active = self.guard.active, False
        sys.settrace(function)
        self.guard.active = active

    def trace(self, frame, event, arg):
        if frame.f_code.co_filename != "candidate.py":
            return None
        if frame not in self.frames:
            names = {name: _short(value) for name, value in dict(frame.f_locals).items()}
            self.frames[frame] = [None, {}]
            if frame.f_code.co_name.startswith("<") is False:
                self.add([frame.f_lineno, frame.f_code.co_name, names, None, "call"])
            self.frames[frame][1] = names
        return self.local

    def local(self, frame, event, arg):
        state = self.frames.get(frame)
        if state is None:
            return self.local
        step, before = state
        now = {name: _short(value) for name, value in dict(frame.f_locals).items()}
        if step is not None:
            changed = {n: v for n, v in now.items() if before.get(n) != v and not n.startswith(".")}
            step[2].update(changed)
            body = self.bodies.get(step[0])
            if body is not None and step[3] is None and event == "line" and frame.f_lineno != step[0]:
                step[3] = body[0] <= frame.f_lineno <= body[1]
        state[1] = now
        if event == "line":
            state[0] = [frame.f_lineno, frame.f_code.co_name, {}, None, "line"]
            self.add(state[0])
        elif event == "return":
            if step is not None and "raise" not in step[2]:
                step[2]["return"] = _short(arg)
        elif event == "exception" and step is not None:
            kind, error, _ = arg
            step[2]["raise"] = kind.__name__ + (f": {_short(str(error))}" if str(error) else "")
        return self.local

    def add(self, step):
        self.count += 1
        if len(self.first) < _FIRST:
            self.first.append(step)
            return
        self.last.append(step)
        if len(self.last) > _LAST:
            self.last.pop(0)

    def notes(self):
        omitted = self.count - len(self.first) - len(self.last)
        return [self.first, self.last, omitted]


# ------------------------------------------------------------------ one of them

KINDS = ("branches", "repeats", "steps")


def start(kind, code, space):
    """A watch over the code, with its compiled module in `code`. Raises what compiling raises."""
    tree = ast.parse(code, "candidate.py")
    if kind == "branches":
        watch = Branches(tree)
    elif kind == "repeats":
        watch = Repeats(tree, code, space)
    else:
        watch = Steps(tree, surroundings.guard)
    space[_HOOK] = watch
    watch.code = compile(ast.fix_missing_locations(watch.tree), "candidate.py", "exec", dont_inherit=True)
    return watch


def around(watch, function):
    """The function, watched."""

    def run(*arguments):
        watch.begin()
        try:
            return function(*arguments)
        finally:
            watch.end()

    return run

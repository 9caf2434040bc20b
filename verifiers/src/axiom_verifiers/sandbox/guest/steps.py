"""What each line of one call did."""

import ast
import sys

from hooks import short

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
            names = {name: short(value) for name, value in dict(frame.f_locals).items()}
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
        now = {name: short(value) for name, value in dict(frame.f_locals).items()}
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
                step[2]["return"] = short(arg)
        elif event == "exception" and step is not None:
            kind, error, _ = arg
            step[2]["raise"] = kind.__name__ + (f": {short(str(error))}" if str(error) else "")
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

"""Three ways of watching a run, beside the plain one: for guidance and for explaining.

`branches`: which tests a call made, how they came out, and by how much they missed coming out
the other way. `repeats`: whether the state that a loop or a call starts from has come back, so
that the run never ends. `steps`: what each line did, for one call that a person will read.

The first two run the candidate with hooks put into its syntax tree. What they say guides a search
or is shown beside a run of the code as it is; no verdict rests on a run with hooks, but for
`repeats`: that a state came back is the reason why a run is said never to end.
"""

import ast

import surroundings
from branches import Branches
from hooks import HOOK
from repeats import Repeats
from steps import Steps

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
    space[HOOK] = watch
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

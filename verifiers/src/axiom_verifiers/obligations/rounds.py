"""One round of a loop from any state at its head: whether it may leave, and what it leads to.

A set of states that no round leaves, neither the loop nor the set, is recurrent: a run that gets
into it never ends. What a loop inside the round does is cut like every loop, so all that it may
lead to is covered; that it may not end itself takes nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from axiom_verifiers.contracts.contract import Contract, Parameter
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.types import Type
from axiom_verifiers.core.flow import assigned_names
from axiom_verifiers.core.program import Function, Program, While
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.sorts import Datatype
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import loops
from axiom_verifiers.obligations.encode import Scope
from axiom_verifiers.obligations.execute import Frame, Machine
from axiom_verifiers.obligations.meaning import Meaning
from axiom_verifiers.obligations.obligation import converts_to_float, problem_of
from axiom_verifiers.obligations.probe import datatypes_in
from axiom_verifiers.obligations.ranges import Unbounded
from axiom_verifiers.obligations.state import State
from axiom_verifiers.obligations.values import Symbolic

# Of a character that is computed the theory of texts may not have the code.
_BEYOND = ("str.from_code", "text.far")


class Round:
    """`leaves` says when a round from `start` leaves the loop in any way, or does what is not
    modelled; otherwise it comes back to the head with the names of `end`, or goes on for ever.
    """

    def __init__(
        self,
        machine: Machine,
        meaning: Meaning,
        datatypes: tuple[Datatype, ...],
        start: State,
        end: State,
        leaves: Term,
    ) -> None:
        self._machine = machine
        self._facts = meaning.facts
        self._datatypes = datatypes
        self.start = start
        self.end = end
        self.leaves = leaves

    def before(self, expr: Expr) -> Term:
        """That a condition is defined and holds at the head. Raises `NotModelledError`."""
        return self._said(expr, self.start)

    def after(self, expr: Expr) -> Term:
        """The same when the round has come back to the head."""
        return self._said(expr, self.end)

    def _said(self, expr: Expr, state: State) -> Term:
        holds, failures = self._machine.encoder.condition(expr, self._machine.scope(state))
        return terms.and_(terms.not_(terms.or_(*(f.condition for f in failures))), holds)

    def stays(self, known: tuple[Term, ...]) -> Problem | None:
        """That no round from a state of which this is known leaves."""
        return self._problem(known, terms.not_(self.leaves))

    def keeps(self, known: tuple[Term, ...], goal: Term) -> Problem | None:
        """That a round from there leads to where the goal holds."""
        return self._problem((*known, self.end.live), goal)

    def _problem(self, known: tuple[Term, ...], goal: Term) -> Problem | None:
        """None where what is shown of it would rest on an assumption."""
        folds = self._machine.ranges.folds
        problem = problem_of(folds, self._datatypes, known, self._facts, goal)
        roots = (*problem.hypotheses, problem.goal)
        far = any(
            term.op in _BEYOND or (term.op == "apply" and term.payload.name in _BEYOND)
            for term in terms.postorder(roots)
        )
        return None if far or converts_to_float(problem) else problem


def round_of(
    program: Program,
    contract: Contract,
    function: Function,
    loop: While,
    fixed: Mapping[str, Expr],
) -> Round | None:
    """A round of a loop of the function. `fixed` are values of names that the round does not
    change; of all others it starts from anything. None where the round is not modelled, or what
    it does rests on anything but its own text.
    """
    kinds: dict[str, Type] = {one.name: one.type for one in function.parameters}
    kinds.update(function.locals)
    changed = assigned_names(loop.body)
    assert changed.isdisjoint(fixed)
    loose = tuple(Parameter(name, kind) for name, kind in kinds.items() if name not in fixed)
    own = msgspec.structs.replace(
        contract, parameters=loose, requires=(), ensures=(), raises=(), implied=(), modifies=()
    )
    ranges = Unbounded()
    try:
        meaning = Meaning(own, ranges)
        machine = Machine(program, own, ranges)
        names: dict[str, Symbolic] = dict(meaning.before)
        for name, expr in fixed.items():
            names[name], _ = machine.encoder.top(expr, Scope({}, old={}))
    except NotModelledError:
        return None
    # Of a name that may have no value at the head it is not known whether it has one.
    unbound = {
        name: terms.var(f"{name}.unbound", sorts.BOOL)
        for name in changed & set(dict(function.locals))
    }
    start = State(terms.TRUE, names, unbound)
    machine.frames.append(Frame(function, names))
    machine.frame.breaks.append([])
    tested = machine.test(loop.condition, start, loop.place)
    if tested is None:
        return None
    going, head = tested
    end = loops.run_body(machine, loop, head.under(going))
    away = [
        head.under(terms.not_(going)).live,
        *(one.condition for one in machine.exits),
        *(one.live for one in machine.frame.breaks.pop()),
        *(one.condition for one in machine.frame.returns),
    ]
    rests = any(check.kind == "precondition of call" for check in machine.checks)
    if end is None or rests or machine.assumptions or machine.inductive:
        return None
    types = (*kinds.values(), *(kind for f in program.functions for _, kind in f.locals))
    datatypes = datatypes_in(types, program, own)
    return Round(machine, meaning, datatypes, start, end, terms.or_(*away))

"""All obligations of a program against a contract, from these two alone: no solver is asked.

Soundness rests on this: for every input that meets `requires`, what the code does is one of
the exits that `execute` found (given the checks that it noted); for each exit and each clause
there is an obligation that the clause is kept there. Certificates derive the obligations again
through `derive`, so it is deterministic.
"""

from __future__ import annotations

from typing import assert_never

from axiom_verifiers.contracts import contract as ct
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.exceptions import bases_of
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.typing_rules import holds_float
from axiom_verifiers.core.flow import changed_parameters
from axiom_verifiers.core.program import Program
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.defines import Ground, grounds
from axiom_verifiers.obligations.encode import Scope
from axiom_verifiers.obligations.encode_mappings import unchanged
from axiom_verifiers.obligations.execute import Machine
from axiom_verifiers.obligations.gathering import Gathering
from axiom_verifiers.obligations.meaning import Meaning, result_as
from axiom_verifiers.obligations.obligation import (
    FLOATS,
    STRINGS,
    Obligation,
    converts_to_float,
    has_strings,
    problem_of,
)
from axiom_verifiers.obligations.probe import datatypes_in, probes
from axiom_verifiers.obligations.ranges import Unbounded
from axiom_verifiers.obligations.state import Check, Exit, LoopHints, Trial, conforms, well_formed
from axiom_verifiers.obligations.values import constants

_ALIASING = "parameters in `modifies` are aliased by nothing at entry"


def derive(
    program: Program, contract: Contract, hints: tuple[LoopHints, ...] = ()
) -> tuple[Obligation, ...]:
    """Every obligation of every clause that is settled by deduction, in a fixed order.

    A clause is proved when all obligations that carry its id are valid. What several clauses
    rest on (an invariant, the meaning of a `requires`) is listed for each of them, with the
    same problem. Never raises for any program of a front end and any checked contract.
    """
    return tuple(Derivation(program, contract, hints).obligations())


class Derivation(Gathering):
    """One program against one contract."""

    def __init__(
        self, program: Program, contract: Contract, hints: tuple[LoopHints, ...] = ()
    ) -> None:
        ranges = Unbounded()
        self.contract = contract
        super().__init__(Meaning(contract, ranges), ranges.folds)
        self.program = program
        self.hints = tuple(hint for hint in hints if hint.function)
        self.at_exits = frozenset(hint.clause for hint in hints if not hint.function)
        self._machines: dict[str, Machine] = {}
        self._plain: Machine | None = None
        # All translate into the same folds, so equal ones are one function.
        self.machine = self.machine_for("")
        entry = self.machine.functions.get(program.entry)
        self.changed = changed_parameters(entry) if entry is not None else ()
        kinds = [parameter.type for parameter in contract.parameters]
        kinds.append(contract.result)
        for function in program.functions:
            kinds += [kind for _, kind in function.locals]
            kinds += [function.result, *(p.type for p in function.parameters)]
        self.datatypes = datatypes_in(tuple(kinds), program, contract)
        self.want = probes(self.meaning.before)
        assumed = [*dict.fromkeys(self.machine.assumptions)]
        if contract.modifies:
            assumed.append(_ALIASING)
        self.assumptions = tuple(assumed)
        self._grounds: tuple[frozenset[str], tuple[Ground, ...]] = (frozenset(), ())

    def machine_for(self, clause: str) -> Machine:
        """The execution with the invariants that this clause rests on."""
        key = clause if any(hint.clause == clause for hint in self.hints) else ""
        if key not in self._machines:
            # The measure of a recursion, which stands for loop 0, is everybody's.
            given = tuple(hint for hint in self.hints if hint.clause == key or not hint.loop)
            self._machines[key] = self.executed(given)
        return self._machines[key]

    def executed(self, hints: tuple[LoopHints, ...]) -> Machine:
        """The execution with these invariants and measures."""
        machine = Machine(self.program, self.contract, self.meaning.ranges, hints)
        machine.run(self.meaning.before)
        return machine

    def on_trial(self, trials: tuple[Trial, ...]) -> Machine:
        """The execution with these invariants switched by toggles."""
        machine = Machine(self.program, self.contract, self.meaning.ranges, trials=trials)
        machine.run(self.meaning.before)
        return machine

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """What the recursive defines that were met rest on."""
        known = frozenset(self.folds.equations)
        if known != self._grounds[0]:
            try:
                found = tuple(grounds(self.meaning.encoder, self.contract, known))
            except NotModelledError as error:
                found = (Ground(error.construct, (), terms.FALSE, known),)
            self._grounds = (frozenset(self.folds.equations), found)
        return self._grounds[1]

    def obligations(self) -> list[Obligation]:
        found: list[Obligation] = []
        for clause in (*self.contract.ensures, *self.contract.raises, *self.contract.implied):
            found += self.of_clause(clause)
        return found

    def of_clause(self, clause: ct.Clause) -> list[Obligation]:
        """Everything that one clause rests on."""
        self.clause = clause.id
        if isinstance(clause, ct.Requires | ct.Example | ct.Must):
            return []
        # What is true by itself rests on nothing else. That is asked without invariants: one
        # that does not hold may have cut off the very exits where the clause fails.
        self.machine = self.plain
        if self.machine.inductive:
            return self.inductive(clause)
        self.owed(clause)
        if not all(one.hopeless or one.problem.goal is terms.TRUE for one in self.found):
            self.machine = self.machine_for(clause.id)
            if self.machine is not self.plain:
                self.owed(clause)
            self.shared(clause)
        # What a callee does is known only where its `requires` are met.
        if not (isinstance(clause, ct.Implied) and clause.obligation == "callee preconditions"):
            for check in self.machine.checks:
                if check.kind == "precondition of call":
                    self.check(check)
        return self.found

    def inductive(self, clause: ct.Clause) -> list[Obligation]:
        """What a clause rests on where the function calls itself: at the inner calls all clauses
        are assumed, so it rests on all of them, but on the end of the run only if it says so.
        """
        contract = self.contract
        every = [*contract.ensures, *contract.raises, *contract.implied]
        machines = {one.id: self.machine_for(one.id) for one in every}
        promised = {name for machine in machines.values() for name in machine.promised}
        self.found, self.counts = [], {}
        for one in (clause, *every):
            ending = isinstance(one, ct.Implied) and one.obligation == "terminates"
            unsaid = isinstance(one, ct.Ensures) and one.id not in promised
            if one is not clause and (one.id == clause.id or ending or unsaid):
                continue
            self.machine = machines[one.id]
            self.gather(one)
            self.shared(one)
            for check in self.machine.checks:
                if check.kind == "precondition of call":
                    self.check(check)
        kept: dict[Problem, Obligation] = {}
        for obligation in self.found:
            kept.setdefault(obligation.problem, obligation)
        self.found = list(kept.values())
        if not self.found:
            self.add("nothing to show", None, (), terms.TRUE)
        return self.found

    @property
    def plain(self) -> Machine:
        """The execution without any invariant."""
        if self._plain is None:
            self._plain = self.machine_for("") if not self.hints else self.executed(())
        return self._plain

    def owed(self, clause: ct.Clause) -> None:
        """What the clause owes at each exit."""
        self.found = []
        self.counts = {}
        self.gather(clause)
        # What is never asked of a solver proves nothing: a clause without a question left
        # still gets one.
        if not self.found and not isinstance(clause, ct.Requires | ct.Example | ct.Must):
            self.add("nothing to show", None, (), terms.TRUE)

    def gather(self, clause: ct.Clause) -> None:
        match clause:
            case ct.Ensures():
                self.ensures(clause, clause.condition, clause.when)
            case ct.Raises():
                self.raises(clause)
            case ct.Implied():
                self.implied(clause)
            case ct.Requires() | ct.Example() | ct.Must():
                return
            case _:
                assert_never(clause)

    # ------------------------------------------------------------ what all rest on

    def shared(self, clause: ct.Clause) -> None:
        """That `requires` mean something, and that invariants hold."""
        for requires, earlier, defined in self.meaning.requires_defined:
            if defined is not terms.TRUE:
                self.well_defined(requires.id, earlier, defined)
        for ground in self.grounds:
            problem = problem_of(
                self.folds,
                self.datatypes,
                ground.hypotheses,
                (),
                ground.goal,
                without=ground.without,
            )
            self.append("well-definedness", None, problem, (), construct=f"define {ground.name}")
        raises = isinstance(clause, ct.Raises) or (
            isinstance(clause, ct.Implied) and clause.obligation == "no undeclared exception"
        )
        if raises:
            for one in self.contract.raises:
                defined = self.meaning.raises_defined.get(one.id, terms.TRUE)
                if defined is not terms.TRUE:
                    self.well_defined(one.id, tuple(self.meaning.requires), defined)
        for check in self.machine.checks:
            if check.kind.startswith("invariant"):
                self.check(check)

    def well_defined(self, of: str, hypotheses: tuple[Term, ...], defined: Term) -> None:
        problem = problem_of(
            self.folds, self.datatypes, hypotheses, self.meaning.facts, defined, self.want
        )
        assumptions = (STRINGS,) if has_strings(problem) else ()
        if converts_to_float(problem):
            assumptions = (*assumptions, FLOATS)
        self.append("well-definedness", None, problem, assumptions, construct=of)

    def check(self, check: Check) -> None:
        loop = (check.function, check.loop, check.number) if check.loop else None
        self.add(
            check.kind, check.place, (check.condition,), check.goal, construct=check.text, loop=loop
        )

    def unmodelled(self, exit_: Exit, *relevant: Term) -> None:
        """Where nothing is known, the clause is kept only if the place is out of reach."""
        self.add(
            "unmodelled",
            exit_.place,
            (exit_.condition, *relevant),
            terms.FALSE,
            construct=exit_.construct,
        )

    # ------------------------------------------------------------ the clauses

    @property
    def nothing_raised(self) -> Term:
        some = self.meaning.some_raise
        return terms.TRUE if some is None else terms.not_(some)

    def ensures(self, clause: ct.Clause, condition: Expr, when: Expr | None) -> None:
        meaning = self.meaning
        owed = terms.TRUE
        if when is not None:
            said = meaning.say(clause, when, meaning.scope)
            if said is None:
                self.hopeless(meaning.unsaid[clause.id])
                return
            owed, defined = said
            if defined is not terms.TRUE:
                self.well_defined(f"{clause.id} when", tuple(meaning.requires), defined)
        if clause.id not in self.at_exits and not self.defined(clause, condition, owed):
            self.hopeless(meaning.unsaid.get(clause.id, "contract"))
            return
        # Where an exception is owed instead, a result owes nothing.
        owed = terms.and_(owed, self.nothing_raised)
        for exit_ in self.machine.exits:
            match exit_.kind:
                case "unmodelled":
                    self.unmodelled(exit_, owed, *meaning.case(condition))
                case "return":
                    self.holds_at(clause, condition, exit_, owed)
                case "raise":
                    pass

    def holds_at(self, clause: ct.Clause, condition: Expr, exit_: Exit, owed: Term) -> None:
        meaning = self.meaning
        assert exit_.value is not None
        fits = conforms(exit_.value, self.contract.result)
        if fits is terms.FALSE:
            # There is no result of which the clause could be said.
            self.add("postcondition", exit_.place, (exit_.condition, owed), terms.FALSE)
            return
        result = result_as(exit_.value, self.contract.result)
        scope = Scope(meaning.after(exit_, self.changed), old=meaning.before, result=result)
        with meaning.ranges.within.assuming(exit_.condition):
            said = meaning.say(clause, condition, scope)
        if said is None:
            self.hopeless(meaning.unsaid[clause.id], exit_.place)
            return
        given = (exit_.condition, owed)
        if clause.id in self.at_exits and said[1] is not terms.TRUE:
            self.add("well-definedness", exit_.place, given, said[1], construct=clause.id)
            given = (*given, said[1])
        self.add("postcondition", exit_.place, given, terms.and_(fits, said[0]))

    def meant(self, clause: ct.Ensures | ct.Implied) -> Obligation | None:
        """That the clause has a value whatever the result; None when that is plain, or cannot be
        asked.
        """
        if clause.condition is None:
            return None
        self.clause, self.found, self.counts = clause.id, [], {}
        when = clause.when if isinstance(clause, ct.Ensures) else None
        said = None if when is None else self.meaning.say(clause, when, self.meaning.scope)
        self.defined(clause, clause.condition, terms.TRUE if said is None else said[0])
        return self.found[0] if self.found else None

    def defined(self, clause: ct.Clause, condition: Expr, owed: Term) -> bool:
        """Adds the clause's own well-definedness, for any result; False when it is not
        modelled.
        """
        meaning = self.meaning
        after = dict(meaning.before)
        for name in self.contract.modifies:
            kind = next(p.type for p in self.contract.parameters if p.name == name)
            after[name] = constants(f"{name}@after", kind)
        result = constants("result@", self.contract.result)
        scope = Scope(after, old=meaning.before, result=result)
        said = meaning.say(clause, condition, scope)
        if said is None:
            return False
        if said[1] is terms.TRUE:
            return True
        hypotheses = [*meaning.requires, owed, well_formed(result, meaning.ranges)]
        hypotheses += [well_formed(after[name], meaning.ranges) for name in self.contract.modifies]
        some = meaning.some_raise
        if some is not None:
            hypotheses.append(terms.not_(some))
        for earlier in self.contract.ensures:
            if earlier.id == clause.id:
                break
            when = terms.TRUE
            if earlier.when is not None:
                said_when = meaning.say(earlier, earlier.when, meaning.scope)
                if said_when is None:
                    continue
                when = terms.and_(*said_when)
            said_earlier = meaning.say(earlier, earlier.condition, scope)
            if said_earlier is not None:
                hypotheses.append(terms.implies(when, terms.and_(*said_earlier)))
        self.well_defined(clause.id, tuple(hypotheses), said[1])
        return True

    def raises(self, clause: ct.Raises) -> None:
        meaning = self.meaning
        owed = meaning.raising[clause.id]
        if owed is None:
            self.hopeless(meaning.unsaid[clause.id])
            return
        for exit_ in self.machine.exits:
            match exit_.kind:
                case "unmodelled":
                    self.unmodelled(exit_, owed)
                case "return":
                    self.add("raises", exit_.place, (exit_.condition,), terms.not_(owed))
                case "raise":
                    self.right_error(clause, exit_, owed)

    def right_error(self, clause: ct.Raises, exit_: Exit, owed: Term) -> None:
        """What is raised is an instance of a declared error whose condition holds."""
        for error in exit_.errors:
            kinds = bases_of(error)
            if clause.error not in kinds:
                allowed = [
                    self.meaning.raising[other.id]
                    for other in self.contract.raises
                    if other.error in kinds
                ]
                said = [condition for condition in allowed if condition is not None]
                self.add("raises", exit_.place, (exit_.condition, owed), terms.or_(*said))

    def same(self, exit_: Exit, name: str, *relevant: Term) -> None:
        """That a parameter is as it was before the call."""
        after = self.meaning.after(exit_, self.changed)[name]
        kind = next(p.type for p in self.contract.parameters if p.name == name)
        if holds_float(kind):
            # Unmodified is bit by bit, which `==` of floats is not.
            self.hopeless("change in place of what holds floats", exit_.place)
            return
        try:
            goal = unchanged(self.meaning.encoder, after, self.meaning.before[name])
        except NotModelledError as error:
            self.hopeless(error.construct, exit_.place)
            return
        self.add("unmodified", exit_.place, (exit_.condition, *relevant), goal)

    def implied(self, clause: ct.Implied) -> None:
        match clause.obligation:
            case "no undeclared exception":
                self.no_undeclared(clause)
            case "result type":
                self.result_type()
            case "refinement":
                if clause.condition is None:
                    self.hopeless("refined type")
                else:
                    self.ensures(clause, clause.condition, None)
            case "unmodified":
                self.unchanged(clause)
            case "unshared":
                self.unshared()
            case "terminates":
                self.terminates()
            case "callee preconditions":
                for exit_ in self.machine.exits:
                    if exit_.kind == "unmodelled":
                        self.unmodelled(exit_)
                for check in self.machine.checks:
                    if check.kind == "precondition of call":
                        self.check(check)
            case _:
                assert_never(clause.obligation)

    def no_undeclared(self, clause: ct.Implied) -> None:
        some = self.meaning.some_raise
        if some is None:
            unsaid = [self.meaning.unsaid[c.id] for c in self.contract.raises
                      if self.meaning.raising[c.id] is None]  # fmt: skip
            self.hopeless(unsaid[0])
            return
        for exit_ in self.machine.exits:
            match exit_.kind:
                case "unmodelled":
                    self.unmodelled(exit_, terms.not_(some))
                case "raise":
                    self.add(
                        "no undeclared exception",
                        exit_.place,
                        (exit_.condition,),
                        some,
                        construct=" or ".join(exit_.errors),
                    )
                case "return":
                    pass

    def result_type(self) -> None:
        for exit_ in self.machine.exits:
            match exit_.kind:
                case "unmodelled":
                    self.unmodelled(exit_)
                case "return":
                    assert exit_.value is not None
                    fits = conforms(exit_.value, self.contract.result)
                    here = (exit_.condition, self.nothing_raised)
                    self.add("result type", exit_.place, here, fits)
                case "raise":
                    pass

    def unchanged(self, clause: ct.Implied) -> None:
        names = [parameter.name for parameter in self.contract.parameters]
        if clause.subject is not None:
            names = [clause.subject]
        for exit_ in self.machine.exits:
            if exit_.kind == "unmodelled":
                self.unmodelled(exit_)
                continue
            for name in names:
                kept = exit_.kind == "raise" or name not in self.contract.modifies
                if name in self.changed and kept:
                    self.same(exit_, name)

    def unshared(self) -> None:
        entry = self.machine.functions.get(self.program.entry)
        gives = () if entry is None else entry.gives
        if any(name in gives for name in self.contract.modifies):
            self.hopeless("sharing between the result and a modified parameter")
            return
        for exit_ in self.machine.exits:
            if exit_.kind == "unmodelled":
                self.unmodelled(exit_)

    def terminates(self) -> None:
        for exit_ in self.machine.exits:
            if exit_.kind == "unmodelled":
                self.unmodelled(exit_)
        for check in self.machine.checks:
            if check.kind in ("measure is bounded", "measure decreases", "no measure"):
                self.check(check)

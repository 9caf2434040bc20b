"""What is known of a program's loops: invariants and measures, found and proved.

The cheap guesses come first, and what they settle is asked no more: first what the loops' shape
and the runs suggest, then for each clause left open what it suggests itself, then everything
that any clause suggests. Each clause rests on what it needs alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from axiom_verifiers import invariants
from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._prove_invariants import WORK, Settled, is_plain, settle
from axiom_verifiers.checks._prove_recursion import recursion_measure
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.contract import Clause, Contract, Ensures
from axiom_verifiers.contracts.expressions import Compare, Expr, Quantifier, Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import DictType, ListType, SetType
from axiom_verifiers.core.flow import loops
from axiom_verifiers.core.interpreter import Run
from axiom_verifiers.core.program import For, Function, Program, While
from axiom_verifiers.core.show import show_expression
from axiom_verifiers.obligations.derive import Derivation
from axiom_verifiers.obligations.state import LoopHints, Trial, at_exits

# The share of the budget that finding invariants takes at most: what holds without them must
# still be asked.
_SHARE = 0.55
# Seconds for the question whether a clause has a value whatever the result.
_DEFINED = 1.0
# So many guesses about all members are worth an attempt without them.
_BURDEN = 3
# Processor seconds for what is tried first because it is little.
_QUICK = 1.0
# How many guesses at one loop's measure are tried.
_MEASURES = 16


class Found(msgspec.Struct, frozen=True):
    """`tried` says for a reader what was looked for; `likely` are the clauses that the search
    has seen shown; `rests` says what each clause's proof takes of the loops, `clauses` the same
    as clauses for the intent, as far as it can be said there.
    """

    hints: tuple[LoopHints, ...]
    tried: tuple[str, ...]
    likely: frozenset[str] = frozenset()
    rests: dict[str, tuple[str, ...]] = {}
    clauses: dict[str, tuple[str, ...]] = {}

    def tried_for(self, clause: str) -> tuple[str, ...]:
        return (*self.tried, *self.rests.get(clause, ()))


def hints_for(subject: Subject, program: Program, solvers: Solvers) -> Found:
    """Invariants and measures of all loops."""
    contract = subject.contract
    every = [(function, loop) for function in program.functions for loop in loops(function)]
    recursion = recursion_measure(program, contract, solvers)
    partial = undefined(program, contract, solvers)
    if not every:
        return Found((*recursion, *partial), ("as given",))
    runs = invariants.sample_runs(program, contract)
    search = _Search(program, contract, every, runs, solvers, partial)
    search.common()
    for clause in contract.ensures:
        if clause.id in search.still_open() and search.has_time():
            search.of_clause(clause)
    if search.still_open() and search.has_time():
        search.together()
    tried = ["as given"]
    if search.guessed:
        tried.append(f"{len(search.guessed)} invariants guessed, {len(search.kept)} proved")
    hints = (*recursion, *partial, *search.hints())
    return Found(hints, tuple(tried), frozenset(search.found), search.rests(), search.written())


def undefined(program: Program, contract: Contract, solvers: Solvers) -> tuple[LoopHints, ...]:
    """Those clauses that are not seen to have a value whatever the result: they must have one at
    each exit of the code.
    """
    derivation = Derivation(program, contract)
    found: list[LoopHints] = []
    for clause in (*contract.ensures, *contract.implied):
        owed = derivation.meant(clause)
        if owed is not None and not solvers.ask(owed.problem, longest=_DEFINED).valid:
            found.append(at_exits(clause.id))
    return tuple(found)


_Guesses = tuple[tuple[Expr, ...], ...]
_Guessing = Callable[[Program, Function, While | For, Contract, Sequence[Run]], list[Expr]]


class _Search:
    """`open` are the clauses that no trial has shown yet; `found` what each rests on."""

    def __init__(
        self,
        program: Program,
        contract: Contract,
        every: list[tuple[Function, While | For]],
        runs: list[Run],
        solvers: Solvers,
        partial: tuple[LoopHints, ...],
    ) -> None:
        self.program = program
        self.partial = partial
        self.contract = contract
        self.every = every
        self.runs = runs
        self.solvers = solvers
        self.until = time.monotonic() + _SHARE * solvers.budget.remaining()
        self.guessed: set[Expr] = set()
        self.kept: set[Expr] = set()
        self.clauses: dict[str, Clause] = {
            clause.id: clause for clause in (*contract.ensures, *contract.raises, *contract.implied)
        }
        self.open = set(self.clauses)
        self.found: dict[str, tuple[LoopHints, ...]] = {}
        # The last trial that each clause was part of: what is left of it is its best chance.
        self.last: dict[str, Settled] = {}
        self.measures: tuple[tuple[Expr, ...], ...] = tuple(
            tuple(invariants.measures(function, loop, contract, runs)[:_MEASURES])
            if isinstance(loop, While)
            else ()
            for function, loop in every
        )
        self.bare: _Guesses = ()
        self.own: dict[str, _Guesses] = {}

    def has_time(self) -> bool:
        return not self.solvers.budget.stopped and time.monotonic() < self.until

    def still_open(self) -> set[str]:
        """The clauses that no trial has shown and no run has broken."""
        return self.open - self.solvers.budget.refuted

    def names(self) -> tuple[str, ...]:
        """The same, in the contract's order."""
        still = self.still_open()
        return tuple(name for name in self.clauses if name in still)

    def common(self) -> None:
        """What the loops themselves suggest, for all clauses; first what says what locals are,
        for beside that the rest is often only in the way.
        """
        self.bare = self.guess(
            msgspec.structs.replace(self.contract, ensures=()), invariants.candidates
        )
        ensured = frozenset(clause.id for clause in self.contract.ensures)
        self.plainly(self.bare, self.names(), ensured)
        if self.still_open() and self.has_time():
            self.attempt(self.bare, self.names(), ensured)

    def plainly(
        self, guesses: _Guesses, names: tuple[str, ...], spare: frozenset[str] = frozenset()
    ) -> None:
        """An attempt without what speaks of all members, where the rest says what a list, a set
        or a dict is.
        """
        plain = tuple(tuple(filter(is_plain, mine)) for mine in guesses)
        fewer = sum(map(len, guesses)) - sum(map(len, plain))
        if fewer >= _BURDEN and _equations(plain):
            self.attempt(plain, names, spare, _QUICK)

    def of_clause(self, clause: Ensures) -> None:
        """What one clause suggests, for that clause alone; where it is of no places itself, first
        without what else there is to say of these.
        """
        narrowed = msgspec.structs.replace(self.contract, ensures=(clause,))
        coarse: _Guesses = ()
        if not any(isinstance(part, Quantifier) for part in walk(clause.condition)):
            coarse = self.guess(narrowed, invariants.coarse)
            joined = _joined(coarse, self.bare)
            if _equations(coarse) - _equations(self.bare):
                self.plainly(joined, (clause.id,))
            if clause.id in self.still_open() and self.has_time():
                self.attempt(joined, (clause.id,))
            # What shows one clause may be what another one lacks.
            self.own[clause.id] = coarse
            if clause.id not in self.still_open() or not self.has_time():
                return
        self.own[clause.id] = guesses = self.guess(narrowed, invariants.candidates)
        if guesses != coarse:
            self.attempt(_joined(guesses, self.bare), (clause.id,))

    def together(self) -> None:
        """Everything that was guessed, for all that is open."""
        guesses = _joined(*self.own.values(), self.bare)
        if (
            guesses != self.bare
            and len(self.own) + (len(self.still_open() - self.own.keys()) > 0) > 1
        ):
            self.attempt(guesses, self.names())

    def guess(self, narrowed: Contract, among: _Guessing) -> _Guesses:
        """What the contract with some of its clauses suggests, for each loop."""
        found = tuple(
            tuple(among(self.program, function, loop, narrowed, self.runs))
            for function, loop in self.every
        )
        self.guessed.update(expr for guesses in found for expr in guesses)
        return found

    def attempt(
        self,
        guesses: _Guesses,
        names: tuple[str, ...],
        spare: frozenset[str] = frozenset(),
        work: float = WORK,
    ) -> None:
        trials = tuple(
            Trial(function.name, loop.loop, mine, measures)
            for (function, loop), mine, measures in zip(
                self.every, guesses, self.measures, strict=True
            )
        )
        clauses = tuple(self.clauses[name] for name in names)
        settled = settle(
            self.program,
            self.contract,
            trials,
            clauses,
            self.solvers,
            self.until,
            spare,
            self.partial,
            work,
        )
        for trial in trials:
            self.kept.update(
                expr
                for number, expr in enumerate(trial.invariants, start=1)
                if (trial.function, trial.loop, number) in settled.left
            )
        for name in names:
            needed = settled.needs.get(name)
            self.last[name] = settled
            if needed is None:
                continue
            if self.is_termination(name):
                whiles = {(f.name, loop.loop) for f, loop in self.every if isinstance(loop, While)}
                if not whiles & settled.loops <= settled.measures.keys():
                    continue
                for _, mine in settled.measures.values():
                    needed |= mine
            self.found[name] = settled.hints(needed, name)
            self.open.discard(name)

    def is_termination(self, name: str) -> bool:
        return any(c.id == name and c.obligation == "terminates" for c in self.contract.implied)

    def rests(self) -> dict[str, tuple[str, ...]]:
        """For a reader: what the clauses that were shown rest on."""
        return {name: _rests(hints, self.every) for name, hints in self.found.items()}

    def written(self) -> dict[str, tuple[str, ...]]:
        """For the intent: what the clauses that were shown rest on and it does not say yet."""
        known = {f"{hint.kind} {hint.text}" for hint in self.contract.hints}
        at = {(function.name, loop.loop): (function, loop) for function, loop in self.every}
        found: dict[str, tuple[str, ...]] = {}
        for name, hints in self.found.items():
            said: dict[str, None] = {}
            for hint in hints:
                where = at[hint.function, hint.loop]
                for expr in hint.invariants:
                    said[invariants.written(expr, self.contract, *where) or ""] = None
            found[name] = tuple(text for text in said if text and text not in known)
        return found

    def hints(self) -> tuple[LoopHints, ...]:
        """For each clause what it needs; where that is not known everything that is left."""
        found: list[LoopHints] = []
        for name in self.clauses:
            if name in self.found:
                found += self.found[name]
            elif name in self.last:
                settled = self.last[name]
                found += settled.hints(settled.left, name)
        return tuple(found)


def _equations(guesses: _Guesses) -> set[Expr]:
    """Those that say what a list, a dict or a set is."""
    return {
        expr
        for mine in guesses
        for expr in mine
        if isinstance(expr, Compare)
        and expr.op == "=="
        and isinstance(expr.left, Variable)
        and isinstance(expr.left.type, ListType | DictType | SetType)
    }


# How many invariants of one clause are shown.
_SHOWN = 12


def _rests(
    hints: tuple[LoopHints, ...], every: list[tuple[Function, While | For]]
) -> tuple[str, ...]:
    """What is known of the loops, each at its line; `#i1` counts the rounds of loop 1 done."""
    lines = {(function.name, loop.loop): loop.place.line for function, loop in every}
    said: list[str] = []
    for hint in hints:
        line = lines[hint.function, hint.loop]
        said += [f"line {line} keeps {show_expression(expr)}" for expr in hint.invariants]
        if hint.measure is not None:
            said.append(f"line {line} decreases {show_expression(hint.measure)}")
    return tuple(said[:_SHOWN])


def _joined(*every: _Guesses) -> _Guesses:
    return tuple(
        tuple(dict.fromkeys(expr for mine in group for expr in mine))
        for group in zip(*every, strict=True)
    )

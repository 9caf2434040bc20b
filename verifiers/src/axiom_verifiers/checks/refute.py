"""Looks for inputs on which the code breaks a clause.

Two sources: inputs led to the branches that none has taken yet, in any Python that the sandbox
runs, and the models of a bounded symbolic search over what is modelled. Whatever they suggest is
run in the sandbox and judged by the contract's evaluator; only what fails there is a witness,
made small by running smaller inputs. A suggestion that does not fail is a fault of our encoding,
counted in the report and never shown as blame.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from axiom_verifiers.checks._explain import Rows
from axiom_verifiers.checks._guided import Guided
from axiom_verifiers.checks._inputs import InputSource
from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._recurrent import recurrent
from axiom_verifiers.checks._refute_replay import Inputs, Replay, Seen
from axiom_verifiers.checks._refute_search import Search
from axiom_verifiers.checks._refute_shrink import weight
from axiom_verifiers.checks._runs import met_limit
from axiom_verifiers.checks._shrinking import Shrinking
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Clause, Implied
from axiom_verifiers.contracts.values import show
from axiom_verifiers.core.interpreter import TOO_DEEP, TOO_LONG, Endless, Limits, Stopped, run
from axiom_verifiers.core.program import Program
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.evidence import (
    ClauseEvidence,
    Evidence,
    Finding,
    Proof,
    Report,
    Verdict,
    Witness,
)
from axiom_verifiers.frontends import python
from axiom_verifiers.logic import terms
from axiom_verifiers.solvers.answers import Invalid
from axiom_verifiers.solvers.pool import SolverPool

# The lengths of lists, and numbers of iterations, that are searched one after the other.
_SIZES = (2, 4, 7)
_LONGEST = 2.0
# Seconds that go to the symbolic search in all, at most, and as a share of what is left.
_SEARCH = 10.0
_SHARE = 0.5
# The same, once something is refuted: code that must be changed anyhow.
_FURTHER = 2.0
# Inputs to begin with, and the seconds that finding them may take.
_FIRST = 60
_FINDING = 1.0
# The lightest of these are run in the interpreter of core programs, so many statements each.
_LIGHTEST = 24
_FEW_STEPS = Limits(steps=2_000, depth=40, states=1)
# Inputs that met a limit of the sandbox, of which some may be shown never to end.
_ENDLESS = 4
# Of these, such of which the states are looked at.
_GOING_ON = 2


class Refute:
    """The verifier `refute`, tier 3."""

    name = "refute"
    tier = 3

    def __init__(self, pool: SolverPool | None = None) -> None:
        self._pool = pool

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python"

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        started = time.monotonic()
        if not self.supports(subject):
            detail = f"{subject.language} is not modelled"
            yield Report(verifier=self.name, tier=self.tier, verdict=Verdict.UNKNOWN,
                         seconds=0.0, detail=detail)  # fmt: skip
            return
        hunt = _Hunt(subject, budget, self._pool)
        try:
            yield from hunt.run()
        except Exception as error:
            yield Report(
                verifier=self.name,
                tier=self.tier,
                verdict=Verdict.FAILED,
                seconds=time.monotonic() - started,
                detail=f"{type(error).__name__}: {error}",
            )
            return
        yield hunt.report(time.monotonic() - started)


class _Hunt:
    """The search for witnesses against one subject."""

    def __init__(self, subject: Subject, budget: Budget, pool: SolverPool | None) -> None:
        self.subject = subject
        self.contract = subject.contract
        self.budget = budget
        # Its questions are many and may be long: the prover, beside it, must not wait for them.
        self.solvers = Solvers(budget, pool, spare=1)
        self.replay = Replay(subject, budget)
        contract = subject.contract
        self.open: dict[str, Clause] = {
            clause.id: clause for clause in (*contract.ensures, *contract.raises, *contract.implied)
        }
        self.ran = 0
        self.rows = Rows()
        self.shrinking = Shrinking(subject, self.rows)
        self.faults: list[str] = []
        self.findings: list[Finding] = []
        self.refuted = False
        self.broken = ""

    def run(self) -> Iterator[Evidence]:
        self.broken = self.replay.loads()
        if self.broken:
            return
        program = python.translate(self.subject.code, self.contract)
        source = InputSource(self.contract, self.replay.code, self.replay.judging, salt="refute")
        first = list(source.cases(_FIRST, _FINDING))
        yield from self.at_once(program, first)
        guided = Guided(self.replay, source, first)
        tried = 0
        for seen in guided.run():
            self.ran += 1
            yield from self.take(seen)
            for row in guided.stuck[tried:_ENDLESS]:
                tried += 1
                yield from self.endless(row)
                if tried <= _GOING_ON:
                    yield from self.going_on(program, row)
        until = time.monotonic() + min(_SEARCH, _SHARE * self.budget.remaining())
        for size in _SIZES:
            if self.budget.stopped or not self.open:
                return
            search = Search(program, self.contract, size)
            if size == _SIZES[0]:
                self.judge_contract(search)
            for clause in list(self.open.values()):
                if self.refuted:
                    until = min(until, time.monotonic() + _FURTHER)
                if self.budget.stopped or time.monotonic() > until:
                    return
                if clause.id in self.open:
                    yield from self.symbolic(search, clause)
            if not search.ranges.limits and not search.ranges.beyond:
                return  # Nothing was cut off: a larger search would ask the same.

    def at_once(self, program: Program, rows: list[Inputs]) -> Iterator[Evidence]:
        """What never ends on a small input is mostly seen within a few steps, and need not use up
        the fuel of the sandbox first.
        """
        tried = 0
        for row in sorted(rows, key=weight)[:_LIGHTEST]:
            args = tuple(row[parameter.name] for parameter in self.contract.parameters)
            end = run(program, args, limits=_FEW_STEPS).end
            if isinstance(end, Endless):
                yield from self.endless(row)
            elif isinstance(end, Stopped) and end.reason in (TOO_LONG, TOO_DEEP):
                yield from self.going_on(program, row)
            else:
                continue
            tried += 1
            if tried == _GOING_ON or self.refuted or self.budget.stopped:
                return

    def endless(self, row: Inputs) -> Iterator[Evidence]:
        """A run whose state comes back never ends: a witness against termination."""
        for clause in list(self.open.values()):
            if isinstance(clause, Implied) and clause.obligation == "terminates":
                found = self.replay.endless(row)
                if found is not None:
                    small, witness = found
                    del self.open[clause.id]
                    self.refuted = True
                    self.rows.failing[clause.id] = [row]
                    told = self.shrinking.endless(clause.id, small, witness)
                    yield self.refutation(clause.id, told)

    def going_on(self, program: Program, row: Inputs) -> Iterator[Evidence]:
        """A run that comes into a set of states which it never leaves: the same."""
        for clause in list(self.open.values()):
            if not isinstance(clause, Implied) or clause.obligation != "terminates":
                continue
            for found in recurrent(program, self.contract, row, self.solvers):
                witness = self.replay.goes_on(row, found)
                if witness is not None:
                    del self.open[clause.id]
                    self.refuted = True
                    self.rows.failing[clause.id] = [row]
                    told = self.shrinking.endless(clause.id, row, witness)
                    yield self.refutation(clause.id, told)
                    break

    def take(self, seen: Seen) -> Iterator[Evidence]:
        """Evidence for each clause that a run breaks for the first time, and again once its
        witness is small.
        """
        if not met_limit(seen.outcome):
            self.rows.add(seen.inputs, list(seen.broken))
        for clause in seen.broken:
            if clause not in self.open:
                continue
            witness = self.replay.alone(clause, seen.inputs)
            if witness is None:
                # It failed among other calls but not by itself, or only with hooks in it:
                # `properties` looks for sequences.
                continue
            del self.open[clause]
            self.refuted = True
            yield self.refutation(clause, witness)
            smaller = self.shrinking.smaller(clause, seen.inputs)
            if smaller is not None:
                yield self.refutation(clause, smaller)

    def refutation(self, clause: str, witness: Witness) -> ClauseEvidence:
        return ClauseEvidence(
            clause=clause,
            verifier=Refute.name,
            verdict=Verdict.REFUTED,
            method="symbolic",
            proof=Proof(status="refuted"),
            witness=witness,
            cases=self.ran,
        )

    def symbolic(self, search: Search, clause: Clause) -> Iterator[Evidence]:
        violation = search.violation(clause)
        if violation is terms.FALSE:
            return
        problem = search.question(violation)
        answer = self.solvers.ask(problem, longest=_LONGEST).answer
        if not isinstance(answer, Invalid):
            return
        row = search.inputs(problem, answer.model)
        if row is None:
            return
        if not self.replay.admissible([row]):
            self.fault(clause, row, "it does not meet `requires`")
            return
        self.ran += 1
        (seen,) = self.replay.run([row])
        yield from self.take(seen)
        if clause.id in self.open:
            self.fault(clause, row, f"the run gave {seen.outcome!r:.200}")

    def fault(self, clause: Clause, row: Inputs, why: str) -> None:
        self.faults.append(f"{clause.id}: a model does not replay on {row!r:.200}; {why}")

    def judge_contract(self, search: Search) -> None:
        """Values on which the contract itself means nothing are errors of the contract.

        Each is confirmed by the evaluator, which code has no part in.
        """
        for clause in (*self.contract.requires, *self.contract.raises, *self.contract.ensures):
            try:
                asked = search.undefined(clause)
            except NotModelledError:
                continue
            if asked is None or self.budget.stopped:
                continue
            problem, values = asked
            answer = self.solvers.ask(problem, longest=_LONGEST).answer
            if not isinstance(answer, Invalid):
                continue
            row = search.inputs(problem, answer.model, values)
            if row is None or not self.replay.is_undefined(clause, row):
                continue
            shown = ", ".join(f"{name} = {show(value)}" for name, value in row.items())
            self.findings.append(
                Finding(
                    severity="error",
                    message=f"the contract's clause {clause.id} is not defined for {shown:.200}",
                    line=max(1, clause.origin.line),
                    column=1,
                    rule="undefined-clause",
                )
            )

    def report(self, seconds: float) -> Report:
        if self.broken:
            detail = f"the code cannot be run: {self.broken}"
            return Report(
                verifier=Refute.name,
                tier=Refute.tier,
                verdict=Verdict.UNKNOWN,
                seconds=seconds,
                detail=detail,
            )
        detail = f"{self.ran} inputs ran"
        if self.faults:
            detail += f"; {len(self.faults)} models did not replay: " + "; ".join(self.faults[:3])
        return Report(
            verifier=Refute.name,
            tier=Refute.tier,
            verdict=Verdict.REFUTED if self.refuted else Verdict.TESTED,
            seconds=seconds,
            findings=tuple(self.findings),
            detail=detail,
        )

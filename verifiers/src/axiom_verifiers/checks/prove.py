"""Proof by deduction: obligations of code and contract, answered by a race of solvers.

A clause is `proved` when every obligation that it rests on was answered `valid` and at least one
input that meets `requires` ran in the sandbox. Everything else leaves it `unknown`, with the
place and the reason. Nothing here refutes: a countermodel is a guess, `refute` replays those.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator

import msgspec

from axiom_verifiers.checks._prove_answers import Moot, Solvers
from axiom_verifiers.checks._prove_help import help_for
from axiom_verifiers.checks._prove_inputs import Inhabited, inhabited
from axiom_verifiers.checks._prove_loops import Found, hints_for
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Clause, Contract
from axiom_verifiers.core.program import Program
from axiom_verifiers.evidence import ClauseEvidence, Evidence, Proof, Report, Verdict
from axiom_verifiers.frontends import python
from axiom_verifiers.obligations import LoopHints, Obligation
from axiom_verifiers.obligations.derive import Derivation
from axiom_verifiers.solvers.answers import Failure, Invalid, Timeout, Unknown
from axiom_verifiers.solvers.pool import SolverPool
from axiom_verifiers.solvers.race import RaceResult

# Clauses that are settled side by side; the pool lets no more solvers work than there are cores.
_AT_ONCE = 2


class Prove:
    """The verifier `prove`, tier 3."""

    name = "prove"
    tier = 3

    def __init__(self, pool: SolverPool | None = None) -> None:
        self._pool = pool

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python"

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        started = time.monotonic()
        if not self.supports(subject):
            yield _report(Verdict.UNKNOWN, started, f"{subject.language} is not modelled")
            return
        try:
            yield from self._verify(subject, budget)
        except Exception as error:
            yield _report(Verdict.FAILED, started, f"{type(error).__name__}: {error}")

    def _verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        started = time.monotonic()
        contract = subject.contract
        solvers = Solvers(budget, self._pool)
        program = python.translate(subject.code, contract)
        inputs = _Later(lambda: inhabited(subject, solvers))
        found = hints_for(subject, program, solvers)
        _remembered.put(subject, found.hints)
        derivation = Derivation(program, contract, found.hints)
        verdicts: list[Verdict] = []
        for evidence in _settle_all(derivation, found, solvers, inputs):
            verdicts.append(evidence.verdict)
            yield evidence
        proved = verdicts.count(Verdict.PROVED)
        verdict = Verdict.TESTED if proved == len(verdicts) else Verdict.UNKNOWN
        yield _report(verdict, started, f"{proved} of {len(verdicts)} clauses proved")


def _report(verdict: Verdict, started: float, detail: str) -> Report:
    return Report(
        verifier=Prove.name,
        tier=Prove.tier,
        verdict=verdict,
        seconds=time.monotonic() - started,
        detail=detail,
    )


class _Later:
    """A value that a thread computes beside what else goes on."""

    def __init__(self, compute: object) -> None:
        self._value: Inhabited | None = None
        self._error: BaseException | None = None

        def run() -> None:
            try:
                self._value = compute()  # type: ignore[operator]  # a callable, given above
            except Exception as error:
                self._error = error

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()

    def get(self) -> Inhabited:
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._value is not None
        return self._value


def _settle_all(
    derivation: Derivation, search: Found, solvers: Solvers, inputs: _Later
) -> Iterator[ClauseEvidence]:
    """The evidence for each clause, as soon as it is settled."""
    contract = derivation.contract
    waiting: queue.SimpleQueue[tuple[Clause, list[Obligation]]] = queue.SimpleQueue()
    clauses = [*contract.ensures, *contract.raises, *contract.implied]
    # What will hardly be shown must not keep the rest waiting.
    for clause in sorted(clauses, key=lambda one: one.id not in search.likely):
        waiting.put((clause, derivation.of_clause(clause)))
    done: queue.SimpleQueue[ClauseEvidence | Exception] = queue.SimpleQueue()

    def work() -> None:
        while True:
            try:
                clause, obligations = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                one = _settle(
                    clause,
                    obligations,
                    search.tried_for(clause.id),
                    solvers,
                    inputs,
                    derivation.program,
                )
                if one.proof is not None and one.verdict is Verdict.PROVED:
                    hints = search.clauses.get(clause.id, ())
                    proof = msgspec.structs.replace(one.proof, hints=hints)
                    one = msgspec.structs.replace(one, proof=proof)
                done.put(one)
            except Exception as error:
                done.put(error)
                return

    for _ in range(min(_AT_ONCE, len(clauses))):
        threading.Thread(target=work, daemon=True).start()
    for _ in clauses:
        one = done.get()
        if isinstance(one, Exception):
            raise one
        yield one


def _settle(
    clause: Clause,
    obligations: list[Obligation],
    tried: tuple[str, ...],
    solvers: Solvers,
    inputs: _Later,
    program: Program,
) -> ClauseEvidence:
    started = time.monotonic()
    moot = Moot(solvers.budget, (clause.id,))
    results: list[tuple[Obligation, RaceResult]] = []
    proof: Proof | None = None
    # What no solver need be asked about comes first.
    for obligation in sorted(obligations, key=lambda one: not one.hopeless):
        if obligation.hopeless:
            proof = _unproved(obligation, None, tried, program)
            break
        if moot.is_set() or solvers.budget.stopped:
            proof = Proof(status="not attempted", reason="not attempted", tried=tried,
                          help="give more time")  # fmt: skip
            break
        result = solvers.ask(obligation.problem, stop=moot)
        results.append((obligation, result))
        if not result.valid:
            proof = _unproved(obligation, result, tried, program)
            break
    verdict = Verdict.UNKNOWN
    assumptions = tuple(dict.fromkeys(a for one in obligations for a in one.assumptions))
    if proof is None:
        ran = inputs.get()
        if ran.ran:
            results = _confirmed(results, solvers)
            alarms = [one for one in results if one[1].alarm is not None]
            if alarms:
                proof = _unproved(*alarms[0], tried, program)
            else:
                verdict = Verdict.PROVED
                proof = Proof(status="valid", tried=tried)
        else:
            proof = Proof(
                status="unknown",
                reason=ran.reason,
                where=ran.detail or None,
                tried=tried,
                help=help_for(ran.reason, None, program),
            )
    return ClauseEvidence(
        clause=clause.id,
        verifier=Prove.name,
        verdict=verdict,
        method="deductive",
        answers=_answers([result for _, result in results]),
        seconds=time.monotonic() - started,
        assumptions=assumptions,
        proof=proof,
        # The input that had to run before anything is called proved.
        cases=1 if verdict is Verdict.PROVED else 0,
        obligations=tuple(dict.fromkeys(one.digest for one in obligations)),
    )


def _confirmed(
    results: list[tuple[Obligation, RaceResult]], solvers: Solvers
) -> list[tuple[Obligation, RaceResult]]:
    """The same with a second solver's answers, as far as it agrees: where it does not on one
    obligation, it does not on the clause, and is asked no more.
    """
    confirmed: list[tuple[Obligation, RaceResult]] = []
    for number, (obligation, _) in enumerate(results):
        again = solvers.ask(obligation.problem, agree=True)
        confirmed.append((obligation, again))
        if not again.agreed:
            return confirmed + results[number + 1 :]
    return confirmed


_WORST = ("failure", "timeout", "unknown", "invalid", "valid")


def _answers(results: list[RaceResult]) -> dict[str, str]:
    """What each solver says of the clause as a whole: the worst of its answers; a solver that
    was not asked everything has not called the clause valid.
    """
    found: dict[str, str] = {}
    for solver in dict.fromkeys(name for result in results for name in result.by_solver):
        said = [result.by_solver.get(solver) for result in results]
        given = [answer for answer in said if answer is not None]
        worst = min(given, key=_WORST.index)
        found[solver] = worst if worst != "valid" or len(given) == len(said) else "unknown"
    return found


def _unproved(
    obligation: Obligation, result: RaceResult | None, tried: tuple[str, ...], program: Program
) -> Proof:
    place = obligation.place
    shown = obligation.construct or (place.text if place is not None else "")
    where = None
    if place is not None:
        where = f"{place.line}: {shown or obligation.kind}"
    elif obligation.construct:
        where = obligation.construct
    reason = _reason(obligation, result)
    advice = help_for(reason, obligation, program)
    return Proof(status="unknown", reason=reason, where=where, tried=tried, help=advice)


def _reason(obligation: Obligation, result: RaceResult | None) -> str:
    if obligation.kind == "unmodelled":
        return "construct not modelled"
    assert result is not None
    if result.alarm is not None:
        return "solvers disagree"
    match result.answer:
        case Timeout():
            return "timeout"
        case Failure():
            return "solver failed"
        case _ if obligation.kind == "well-definedness":
            return "contract may be undefined"
        case _ if obligation.kind in ("no measure", "measure is bounded", "measure decreases"):
            return "invariant too weak"
        case Invalid():
            return "invariant too weak" if _has_loop(obligation) else "not derivable"
        case Unknown(reason="cancelled"):
            return "not attempted"
        case _:
            return "timeout"


def _has_loop(obligation: Obligation) -> bool:
    """Whether the question speaks of a loop's locals, of which only invariants are known."""
    return any(
        "@" in variable.payload
        for term in (*obligation.problem.hypotheses, obligation.problem.goal)
        for variable in term.free
    )


def obligations_of(
    contract: Contract, code: str, hints: tuple[LoopHints, ...]
) -> tuple[Obligation, ...]:
    """All obligations of a code, from these alone: what a certificate derives again."""
    from axiom_verifiers.obligations import derive

    return derive(python.translate(code, contract), contract, hints)


class _Remembered:
    """The invariants that the last proofs of this process rest on.

    Sifting them again may end otherwise where a solver is near its limit; a certificate needs
    those that the proof had.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: dict[tuple[str, Contract], tuple[LoopHints, ...]] = {}

    def put(self, subject: Subject, hints: tuple[LoopHints, ...]) -> None:
        with self._lock:
            self._found.pop((subject.code, subject.contract), None)
            self._found[subject.code, subject.contract] = hints
            while len(self._found) > self._most:
                del self._found[next(iter(self._found))]

    def get(self, subject: Subject) -> tuple[LoopHints, ...] | None:
        with self._lock:
            return self._found.get((subject.code, subject.contract))


_remembered = _Remembered()


def hints_of(
    subject: Subject, budget: Budget, pool: SolverPool | None = None
) -> tuple[LoopHints, ...]:
    """The invariants and measures that the proofs of this code rest on."""
    known = _remembered.get(subject)
    if known is not None:
        return known
    solvers = Solvers(budget, pool)
    program: Program = python.translate(subject.code, subject.contract)
    return hints_for(subject, program, solvers).hints

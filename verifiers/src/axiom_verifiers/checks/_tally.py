"""What many runs say of each clause together."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.checks._runs import Inputs
from axiom_verifiers.contracts.contract import Clause, Contract, Example, Implied, Must
from axiom_verifiers.contracts.judging import Judgement, shortened
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel, Raised
from axiom_verifiers.evidence import ClauseEvidence, Verdict, Witness
from axiom_verifiers.sandbox.python import TOO_LATE, is_limit


class _Count(msgspec.Struct):
    held: int = 0
    not_owed: int = 0
    undetermined: int = 0
    reason: str = ""
    undefined: str = ""


class Tally:
    """Counts runs, which prove nothing: the state of a clause's proof is for others to tell.

    `stuck` ran out of fuel, `limits` met a limit of the interpreter, `broken`
    is why a run could not be judged for another reason; `met` counts for each clause the runs
    in which its condition held, and it with it.
    """

    def __init__(self, contract: Contract, verifier: str) -> None:
        self._contract = contract
        self._verifier = verifier
        self._clauses: tuple[Clause, ...] = tuple(
            clause for clause in contract.clauses if not isinstance(clause, (Example, Must))
        )
        self._counts = {clause.id: _Count() for clause in self._clauses}
        self._raising = {clause.id for clause in contract.raises}
        self._endless: str = ""
        self.runs = 0
        self.late = 0
        self.stuck = 0
        self.limits = 0
        self.broken = ""
        self.met: dict[str, int] = {}
        self.refuted: set[str] = set()

    def add(self, row: Inputs, outcome: Outcome, judgements: tuple[Judgement, ...]) -> None:
        match outcome:
            case Discarded(reason=reason) if reason == TOO_LATE:
                self.late += 1
                return
            case Discarded() if is_limit(outcome):
                self.limits += 1
                self._endless = self._endless or _shown(row)
                return
            case Discarded(reason=reason):
                self.broken = self.broken or reason
                return
            case OutOfFuel():
                self.stuck += 1
                self._endless = self._endless or _shown(row)
                return
            case _:
                self.runs += 1
        raised = isinstance(outcome, Raised)
        for one in judgements:
            # A `raises` clause holds, too, where its condition does not: that meets nothing.
            if one.status == "holds" and (raised or one.clause not in self._raising):
                self.met[one.clause] = self.met.get(one.clause, 0) + 1
            self._count(one)

    def _count(self, one: Judgement) -> None:
        count = self._counts[one.clause]
        match one.status:
            case "holds":
                count.held += 1
            case "not owed":
                count.not_owed += 1
            case "undetermined":
                count.undetermined += 1
                count.reason = count.reason or one.reason
                if one.undefined:
                    count.undefined = count.undefined or one.reason
            case "violated":
                pass

    def take(self, other: Tally) -> None:
        """Adds the runs of another tally, but not those that met a limit there."""
        self.runs += other.runs
        self.broken = self.broken or other.broken
        for clause, count in other._counts.items():
            mine = self._counts[clause]
            mine.held += count.held
            mine.not_owed += count.not_owed
            mine.undetermined += count.undetermined
            mine.reason = mine.reason or count.reason
            mine.undefined = mine.undefined or count.undefined

    # ------------------------------------------------------------ evidence

    def refute(self, clause: str, witness: Witness, seconds: float) -> ClauseEvidence:
        self.refuted.add(clause)
        return ClauseEvidence(
            clause=clause,
            verifier=self._verifier,
            verdict=Verdict.REFUTED,
            method="properties",
            seconds=seconds,
            cases=self.runs,
            witness=witness,
        )

    def unrepeated(self, clause: str, seconds: float) -> ClauseEvidence:
        """A failure that was seen and did not show again: told, and blamed on nobody."""
        self.refuted.add(clause)
        return self._unknown(clause, "a failure was seen that did not show again", seconds)

    def evidence(self, seconds: float) -> Iterator[ClauseEvidence]:
        """What there is to say of each clause that was not refuted."""
        for clause in self._clauses:
            if clause.id in self.refuted:
                continue
            reason = self._open(clause)
            if reason is not None:
                yield self._unknown(clause.id, reason, seconds)
                continue
            yield ClauseEvidence(
                clause=clause.id,
                verifier=self._verifier,
                verdict=Verdict.TESTED,
                method="properties",
                seconds=seconds,
                cases=self._counts[clause.id].held,
                detail=self._discarded(),
            )

    def unknown(self, reason: str, seconds: float) -> Iterator[ClauseEvidence]:
        for clause in self._clauses:
            yield self._unknown(clause.id, reason, seconds)

    def _open(self, clause: Clause) -> str | None:
        """Why the clause is not even tested; None when it is."""
        count = self._counts[clause.id]
        if self.broken:
            return self.broken
        if not self.runs and not self.stuck and not self.limits:
            if self.late:
                return "the time was over before any run ended"
            return "no input was found that meets `requires`"
        if isinstance(clause, Implied) and clause.obligation == "terminates":
            if self.stuck:
                return f"{self.stuck} runs did not end within their fuel, {self._endless} first"
            if self.limits:
                return f"{self.limits} runs met a limit of the interpreter, {self._endless} first"
        if count.undefined:
            return count.undefined
        if count.held:
            return None
        if count.undetermined:
            return count.reason
        if count.not_owed:
            return "it was not owed for any input that was tried"
        return f"none of {self.stuck + self.limits} runs ended, {self._endless} first"

    def _discarded(self) -> str:
        parts: list[str] = []
        if self.stuck:
            parts.append(f"{self.stuck} runs did not end within their fuel and are not counted")
        if self.limits:
            parts.append(f"{self.limits} runs met a limit of the interpreter and are not counted")
        return "; ".join(parts)

    def _unknown(self, clause: str, reason: str, seconds: float) -> ClauseEvidence:
        return ClauseEvidence(
            clause=clause,
            verifier=self._verifier,
            verdict=Verdict.UNKNOWN,
            method="properties",
            seconds=seconds,
            cases=self._counts[clause].held,
            detail=reason,
        )


def _shown(row: Inputs) -> str:
    return ", ".join(f"{name} = {shortened(value)}" for name, value in row.items()) or "no input"

"""Tier 2: inputs that meet `requires` are run in the sandbox, many at once, and judged here.

The contract's evaluator is the oracle. What fails is made small, run again alone in a fresh
store, and only then shown; a failure that shows only after earlier calls carries them.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Sequence

from axiom_verifiers.checks._explain import Rows
from axiom_verifiers.checks._inputs import Inputs, InputSource, Suggest
from axiom_verifiers.checks._refute_shrink import weight
from axiom_verifiers.checks._runs import Runs, met_limit, module_of, without_code
from axiom_verifiers.checks._shrinking import Shrinking
from axiom_verifiers.checks._size import too_long, unread
from axiom_verifiers.checks._tally import Tally
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.outcomes import Call, Outcome
from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.evidence import ClauseEvidence, Evidence, Report, Verdict, Witness

CASES = 500
_LARGE = 60  # inputs with values far from the usual, beside those
_SLICES = (20, 80, 200, 200)
_STUCK = 20  # runs that did not end, after which no more are tried
_ENOUGH = 10  # runs in which a clause's condition holds
_TRIES = 4  # failing inputs of one clause that are run again


class PropertiesVerifier:
    """`suggest` may hand in inputs of its own, for contracts that few inputs satisfy."""

    name = "properties"
    tier = 2

    def __init__(self, cases: int = CASES, suggest: Suggest | None = None) -> None:
        self._cases = cases
        self._suggest = suggest

    def supports(self, subject: Subject) -> bool:
        return subject.language == "python"

    def verify(self, subject: Subject, budget: Budget) -> Iterator[Evidence]:
        start = time.perf_counter()
        long = too_long(subject)
        if long is not None:
            yield unread(self, long)
            return
        verdicts: list[Verdict] = []
        limitations: tuple[str, ...] = ()
        detail = ""
        try:
            test = _Test(subject, budget, self._cases, self._suggest)
            for evidence in test.run():
                verdicts.append(evidence.verdict)
                yield evidence
            limitations = test.limitations
        except ArtefactError as error:
            verdicts, detail = [Verdict.FAILED], str(error)
        yield Report(
            verifier=self.name,
            tier=self.tier,
            verdict=_overall(verdicts),
            seconds=time.perf_counter() - start,
            limitations=limitations,
            detail=detail,
        )


def _overall(verdicts: list[Verdict]) -> Verdict:
    for verdict in (Verdict.FAILED, Verdict.REFUTED, Verdict.TESTED):
        if verdict in verdicts:
            return verdict
    return Verdict.UNKNOWN


class _Test:
    """One subject. Clauses that were refuted are reported at once, the others at the end."""

    def __init__(
        self, subject: Subject, budget: Budget, cases: int, suggest: Suggest | None
    ) -> None:
        self._subject = subject
        self._contract = subject.contract
        self._budget = budget
        self._cases = cases
        self._suggest = suggest
        self._start = time.perf_counter()
        self.limitations: tuple[str, ...] = ()
        self._limited: list[Inputs] = []  # inputs on which a run met a limit
        self._rows = Rows()
        self._shrinking = Shrinking(subject, self._rows)

    def run(self) -> Iterator[ClauseEvidence]:
        tally = Tally(self._contract, PropertiesVerifier.name)
        missing = without_code(self._subject)
        if missing is not None:
            yield from tally.unknown(f"no code for {missing}", self._seconds())
            return
        self._runs = Runs(self._subject, self._budget)
        source = InputSource(
            self._contract, module_of(self._subject), self._runs.judging, self._suggest
        )
        time_for_inputs = min(1.5, self._budget.remaining() * 0.2)
        for rows in _slices(source.cases(self._cases, time_for_inputs)):
            yield from self._slice(rows, tally)
            if self._budget.stopped or tally.stuck >= _STUCK or tally.broken:
                break
        else:
            yield from self._targeted(source, tally)
            yield from self._large(source, tally)
        yield from self._endless(tally)
        yield from tally.evidence(self._seconds())

    def _seconds(self) -> float:
        return time.perf_counter() - self._start

    def _slice(self, rows: list[Inputs], tally: Tally) -> Iterator[ClauseEvidence]:
        """Runs these inputs in one store; reports each clause that fails for the first time."""
        outcomes = self._runs.outcomes(rows)
        failing: dict[str, list[int]] = {}
        for at, (row, outcome) in enumerate(zip(rows, outcomes, strict=True)):
            judgements = self._runs.judging.judge(Call(row), outcome)
            tally.add(row, outcome, judgements)
            if met_limit(outcome):
                self._limited.append(row)
            else:
                broken = [one.clause for one in judgements if one.status == "violated"]
                self._rows.add(row, broken)
            for one in judgements:
                if one.status == "violated" and one.clause not in tally.refuted:
                    failing.setdefault(one.clause, []).append(at)
        for clause, places in failing.items():
            yield from self._refute(clause, rows, places, tally)

    def _endless(self, tally: Tally) -> Iterator[ClauseEvidence]:
        """Runs that met a limit may be shown never to end."""
        ends = next((c.id for c in self._contract.implied if c.obligation == "terminates"), None)
        for row in sorted(self._limited, key=weight)[:_TRIES]:
            if ends is None or ends in tally.refuted or self._budget.stopped:
                return
            found = self._runs.endless(row)
            if found is not None:
                small, witness = found
                self._rows.failing[ends] = self._limited[:20]
                told = self._shrinking.endless(ends, small, witness)
                yield tally.refute(ends, told, self._seconds())

    # ------------------------------------------------------------ witnesses

    def _refute(
        self, clause: str, rows: list[Inputs], places: list[int], tally: Tally
    ) -> Iterator[ClauseEvidence]:
        """Shown again alone and then smaller, else with what was called before, else a fault of
        ours.
        """
        light = sorted(places, key=lambda at: weight(rows[at]))[:_TRIES]
        for at in light:
            witness = self._broken(clause, rows[at])
            if witness is not None:
                yield tally.refute(clause, witness, self._seconds())
                smaller = self._shrinking.smaller(clause, rows[at])
                if smaller is not None:
                    yield tally.refute(clause, smaller, self._seconds())
                return
        witness = self._in_sequence(clause, rows[: places[0] + 1])
        if witness is not None:
            yield tally.refute(clause, witness, self._seconds())
        else:
            yield tally.unrepeated(clause, self._seconds())

    def _judged(self, clause: str, row: Inputs, outcome: Outcome) -> str | None:
        """What the clause expected, when this run violates it."""
        for one in self._runs.judging.judge(Call(row), outcome):
            if one.clause == clause and one.status == "violated":
                return one.expected
        return None

    def _broken(self, clause: str, row: Inputs) -> Witness | None:
        (outcome,) = self._runs.outcomes([row])
        expected = self._judged(clause, row, outcome)
        return None if expected is None else self._runs.witness(row, outcome, expected)

    def _in_sequence(self, clause: str, rows: list[Inputs]) -> Witness | None:
        """The failure of the last input after as few of the earlier ones as are needed."""
        witness = self._after(clause, rows)
        if witness is None:
            return None
        before = rows[:-1]
        size = len(before)
        while size and not self._budget.stopped:
            at = 0
            while at < len(before):
                fewer = before[:at] + before[at + size :]
                found = self._after(clause, [*fewer, rows[-1]])
                if found is None:
                    at += size
                else:
                    before, witness = fewer, found
            size //= 2
        return witness

    def _after(self, clause: str, rows: Sequence[Inputs]) -> Witness | None:
        outcome = self._runs.outcomes(rows)[-1]
        expected = self._judged(clause, rows[-1], outcome)
        if expected is None:
            return None
        return self._runs.witness(rows[-1], outcome, expected, rows[:-1])

    # ------------------------------------------------------------ more inputs

    def _targeted(self, source: InputSource, tally: Tally) -> Iterator[ClauseEvidence]:
        """For each condition that hardly any input met, inputs that do meet it."""
        for clause in (*self._contract.ensures, *self._contract.raises):
            when = clause.when
            if when is None or tally.met.get(clause.id, 0) >= _ENOUGH or self._budget.stopped:
                continue
            rows = source.meeting(when, _ENOUGH, min(0.5, self._budget.remaining() * 0.1))
            if rows:
                yield from self._slice(rows, tally)

    def _large(self, source: InputSource, tally: Tally) -> Iterator[ClauseEvidence]:
        """Inputs on which slow code may rightly not end: only their failures count."""
        rows = source.large(_LARGE, min(0.5, self._budget.remaining() * 0.1))
        if not rows or self._budget.stopped:
            return
        beyond = Tally(self._contract, PropertiesVerifier.name)
        beyond.refuted |= tally.refuted
        yield from self._slice(rows, beyond)
        tally.refuted |= beyond.refuted
        tally.take(beyond)
        if beyond.stuck or beyond.limits:
            self.limitations += (
                f"{beyond.stuck + beyond.limits} of {len(rows)} inputs with very large values met "
                "a limit of the sandbox; they are not counted",
            )


def _slices(rows: Iterator[Inputs]) -> Iterator[list[Inputs]]:
    for size in itertools.chain(_SLICES, itertools.repeat(_SLICES[-1])):
        part = list(itertools.islice(rows, size))
        if not part:
            return
        yield part

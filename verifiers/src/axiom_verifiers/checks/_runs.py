"""Runs of a subject in the sandbox, judged, and the witnesses that come of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from axiom_verifiers.checks._refute_shrink import shrink
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.values import Value, same, to_json
from axiom_verifiers.evidence import Json, Witness
from axiom_verifiers.sandbox.python import LIMITS, Limits, PythonSandbox, is_limit, shared
from axiom_verifiers.sandbox.watched import BranchNotes, Repeat, Steps, Watched

Inputs = dict[str, Value]

_FUTURE = re.compile(r"^from __future__ import .*$", re.MULTILINE)
PATIENCE = 3  # runs out of fuel after which no more are tried
HASTY_PATIENCE = 8  # the same, of runs that have little fuel
# What a run has that need not end.
HASTY = Limits(fuel=LIMITS.fuel // 10)
_SPARE = 4.0  # seconds that must be left for making an endless input small
_ONE_RUN = 20.0  # seconds at most for one call of the sandbox


def module_of(subject: Subject) -> str:
    """The code with the accepted code of the intents that it calls put before it."""
    if not subject.callees:
        return subject.code
    parts = [code for _, code in subject.callees] + [subject.code]
    futures = dict.fromkeys(line for part in parts for line in _FUTURE.findall(part))
    return "\n".join([*futures, *(_FUTURE.sub("", part) for part in parts)])


def without_code(subject: Subject) -> str | None:
    """An intent that the code calls and that has no accepted code yet; None when there is none."""
    given = {name for name, _ in subject.callees}
    for callee in subject.contract.callees:
        name = re.escape(callee.name)
        called = re.search(rf"(?<![\w.]){name}\s*\(", subject.code)
        own = re.search(rf"^\s*def\s+{name}\b|^{name}\s*=", subject.code, re.MULTILINE)
        if called and not own and callee.name not in given:
            return callee.name
    return None


def met_limit(outcome: Outcome) -> bool:
    """Whether a run ended by its fuel or by a limit of the interpreter."""
    return isinstance(outcome, OutOfFuel) or (isinstance(outcome, Discarded) and is_limit(outcome))


class Runs:
    """One subject in the sandbox; for one thread.

    What opens the sandbox first raises `ArtefactError` when there is none.
    """

    def __init__(
        self, subject: Subject, budget: Budget, sandbox: PythonSandbox | None = None
    ) -> None:
        self.subject = subject
        self.contract = subject.contract
        self.budget = budget
        self.judging = Judge(subject.contract)
        self.code = module_of(subject)
        self.hasty = False
        self._types = {parameter.name: parameter.type for parameter in self.contract.parameters}
        self._sandbox = sandbox

    @property
    def sandbox(self) -> PythonSandbox:
        if self._sandbox is None:
            self._sandbox = shared()
        return self._sandbox

    def seconds(self, most: float = _ONE_RUN) -> float:
        """How long one call of the sandbox may take."""
        return max(0.01, min(most, self.budget.remaining()))

    @property
    def _limits(self) -> Limits:
        return HASTY if self.hasty else LIMITS

    def outcomes(self, rows: Sequence[Inputs]) -> list[Outcome]:
        """These calls, one after the other in one fresh store.

        Once a call has run out of fuel, `hasty` is set, and later ones get a tenth of it: code
        that never ends for some inputs must not use up the time in which others show more.
        """
        if not rows:
            return []
        found = self.sandbox.run(
            self.code,
            self.contract,
            rows,
            limits=self._limits,
            seconds=self.seconds(),
            stop=self.budget.stop,
            patience=HASTY_PATIENCE if self.hasty else PATIENCE,
        )
        self.hasty = self.hasty or any(isinstance(each, OutOfFuel) for each in found)
        return found

    def branches(self, rows: Sequence[Inputs]) -> list[Watched[BranchNotes]]:
        """These calls with the branches that they took; the outcomes are likely ones only."""
        if not rows:
            return []
        return self.sandbox.watch(
            BranchNotes,
            self.code,
            self.contract,
            rows,
            limits=HASTY,
            seconds=self.seconds(),
            stop=self.budget.stop,
            patience=HASTY_PATIENCE,
        )

    def steps(self, rows: Sequence[Inputs]) -> list[Watched[Steps]]:
        """These calls, each in a fresh store, with the lines that ran."""
        return [
            self.sandbox.watch(
                Steps, self.code, self.contract, [row], limits=HASTY, seconds=self.seconds(2.0)
            )[0]
            for row in rows
        ]

    def inputs_json(self, row: Inputs) -> dict[str, Json]:
        return {name: to_json(value, self._types[name]) for name, value in row.items()}

    def witness(
        self, row: Inputs, outcome: Outcome, expected: str, before: Sequence[Inputs] = ()
    ) -> Witness | None:
        """What was seen when this input was run again, after `before`, in a fresh store.

        None for an outcome that shows nothing.
        """
        match outcome:
            case Returned(result=value):
                result = to_json(value, self.contract.result)
            case Raised(error=error, message=message):
                result = {"raises": error, "message": message}
            case OutOfFuel() | Discarded():
                return None
        return Witness(
            inputs=self.inputs_json(row),
            result=result,
            expected=expected,
            after={
                name: to_json(value, self._types[name])
                for name, value in outcome.after.items()
                if not same(value, row[name])
            },
            replayed=True,
            sequence=tuple(self.inputs_json(each) for each in before),
        )

    # ------------------------------------------------------------ runs that never end

    def endless(self, row: Inputs) -> tuple[Inputs, Witness] | None:
        """An input and the witness that its call never ends: a state that a loop or a call starts
        from, all that the code can see of it, comes back. Running out of fuel or stack is none.

        The code as it is met a limit on the same input, which is made small first.
        """
        if not self._repeats([row])[0]:
            return None
        # Where time is short the input is shown as it is.
        small = shrink(row, self._repeats) if self.budget.remaining() > _SPARE else row
        for one in (small, row):
            (seen,) = self.sandbox.watch(
                Repeat, self.code, self.contract, [one], seconds=self.seconds(5.0)
            )
            (plain,) = self.sandbox.run(
                self.code, self.contract, [one], limits=HASTY, seconds=self.seconds(5.0)
            )
            if met_limit(plain) and seen.notes is not None:
                return one, Witness(
                    inputs=self.inputs_json(one),
                    result={"endless": _comes_back(seen.notes)},
                    expected="the call ends",
                    replayed=True,
                )
        return None

    def _repeats(self, rows: list[Inputs]) -> list[bool]:
        kept = [row for row in rows if self.judging.requires(row) is True]
        seen = self.sandbox.watch(
            Repeat,
            self.code,
            self.contract,
            kept,
            limits=HASTY,
            seconds=self.seconds(2.0),
            stop=self.budget.stop,
            patience=PATIENCE,
        )
        found = {id(row): one.notes is not None for row, one in zip(kept, seen, strict=True)}
        return [found.get(id(row), False) for row in rows]


def _comes_back(repeat: Repeat) -> str:
    """The state that comes back, in words."""
    values = ", ".join(f"{name} = {text}" for name, text in repeat.values.items())
    with_values = f" with {values}" if values else ""
    if repeat.kind == "call":
        return f"{repeat.function} (line {repeat.line}) calls itself again{with_values}"
    rounds = f", every {repeat.rounds} rounds" if repeat.rounds > 1 else ""
    return f"the loop in line {repeat.line} comes back to the same state{with_values}{rounds}"

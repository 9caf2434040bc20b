"""Runs of a subject in the sandbox, judged, and the witnesses that come of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.values import Value, same, to_json
from axiom_verifiers.evidence import Json, Witness
from axiom_verifiers.sandbox.python import PythonSandbox, shared

Inputs = dict[str, Value]

_FUTURE = re.compile(r"^from __future__ import .*$", re.MULTILINE)
PATIENCE = 3  # runs out of fuel after which no more are tried
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


class Runs:
    """One subject in the sandbox; for one thread. Raises `ArtefactError` when there is none."""

    def __init__(self, subject: Subject, budget: Budget) -> None:
        self.contract = subject.contract
        self.judge = Judge(subject.contract)
        self._budget = budget
        self._code = module_of(subject)
        self._types = {parameter.name: parameter.type for parameter in self.contract.parameters}
        self._sandbox: PythonSandbox = shared()

    def outcomes(self, rows: Sequence[Inputs]) -> list[Outcome]:
        """These calls, one after the other in one fresh store."""
        return self._sandbox.run(
            self._code,
            self.contract,
            rows,
            seconds=min(_ONE_RUN, self._budget.remaining()),
            stop=self._budget.stop,
            patience=PATIENCE,
        )

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

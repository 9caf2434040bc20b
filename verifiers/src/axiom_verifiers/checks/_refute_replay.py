"""Running inputs in the sandbox and judging what came of it: the only source of witnesses."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from axiom_verifiers.checks._runs import PATIENCE, module_of, without_code
from axiom_verifiers.checks.verifier import Budget, Subject
from axiom_verifiers.contracts.contract import Ensures, Raises, Requires
from axiom_verifiers.contracts.judging import Judge, Judgement
from axiom_verifiers.contracts.outcomes import Call, Discarded, Outcome, Raised, Returned
from axiom_verifiers.contracts.types import Type
from axiom_verifiers.contracts.values import Value, to_json
from axiom_verifiers.evidence import Witness
from axiom_verifiers.sandbox.python import PythonSandbox, shared

Inputs = dict[str, Value]


class Seen(msgspec.Struct, frozen=True):
    """One run: `broken` maps the id of each clause that it violates to what was expected."""

    inputs: Inputs
    outcome: Outcome
    broken: dict[str, str]


class Replay:
    """One subject in the sandbox; for one thread."""

    def __init__(
        self, subject: Subject, budget: Budget, sandbox: PythonSandbox | None = None
    ) -> None:
        self.subject = subject
        self.contract = subject.contract
        self.budget = budget
        self.judging = Judge(subject.contract)
        self.code = module_of(subject)
        self._sandbox = sandbox

    def admissible(self, rows: Sequence[Inputs]) -> list[Inputs]:
        """Those that meet `requires`; what cannot be evaluated does not."""
        found: list[Inputs] = []
        for row in rows:
            if self.budget.stopped:
                break
            if self.judging.requires(row) is True:
                found.append(row)
        return found

    @property
    def sandbox(self) -> PythonSandbox:
        if self._sandbox is None:
            self._sandbox = shared()
        return self._sandbox

    def loads(self) -> str:
        """Why the code cannot be run; empty when it can."""
        missing = without_code(self.subject)
        if missing is not None:
            return f"no code for {missing}"
        ended = self.sandbox.load(
            self.code, self.contract, seconds=max(0.1, self.budget.remaining())
        )
        match ended:
            case None:
                return ""
            case Raised(_, _, message, _):
                return message
            case Discarded(reason):
                return reason
            case _:
                return "loading the module does not end"

    def outcomes(self, rows: Sequence[Inputs]) -> list[Outcome]:
        if not rows:
            return []
        return self.sandbox.run(
            self.code,
            self.contract,
            rows,
            seconds=max(0.1, min(20.0, self.budget.remaining())),
            stop=self.budget.stop,
            patience=PATIENCE,
        )

    def run(self, rows: Sequence[Inputs]) -> list[Seen]:
        """Runs inputs that meet `requires` and judges each."""
        return [
            Seen(row, outcome, self.judge(row, outcome))
            for row, outcome in zip(rows, self.outcomes(rows), strict=True)
        ]

    def judge(self, row: Inputs, outcome: Outcome) -> dict[str, str]:
        return {
            judgement.clause: judgement.expected
            for judgement in self.judging.judge(Call(row), outcome)
            if judgement.status == "violated"
        }

    def is_undefined(self, clause: Ensures | Raises | Requires, row: Inputs) -> bool:
        """Whether a clause means nothing for these values, by the evaluator."""
        expr = clause.when if isinstance(clause, Raises) else clause.condition
        said = self.judging.condition(expr, row, row)
        return isinstance(said, Judgement) and said.undefined

    def breaks(self, clause: str, rows: list[Inputs]) -> list[bool]:
        """Which inputs meet `requires` and violate the clause."""
        kept = self.admissible(rows)
        seen = {id(one.inputs): clause in one.broken for one in self.run(kept)}
        return [seen.get(id(row), False) for row in rows]

    def endless(self, row: Inputs, reason: str) -> Witness:
        """A witness against termination, on which the sandbox ran out of fuel."""
        types = {parameter.name: parameter.type for parameter in self.contract.parameters}
        return Witness(
            inputs=_shown(row, types),
            result={"endless": reason},
            expected="the call ends",
            replayed=True,
        )

    def witness(self, clause: str, row: Inputs) -> Witness | None:
        """The input run by itself, in a fresh sandbox; None when it does not fail there."""
        if not self.admissible([row]):
            return None
        (one,) = self.run([row])
        if clause not in one.broken:
            return None
        types = {parameter.name: parameter.type for parameter in self.contract.parameters}
        shown = _shown(row, types)
        after: dict[str, object] = {}
        result: object
        match one.outcome:
            case Returned(value, left, _):
                result = to_json(value, self.contract.result)
                after = _changed(row, left, types)
            case Raised(error, _, message, left):
                result = {"raises": error, "message": message}
                after = _changed(row, left, types)
            case _:
                return None
        return Witness(
            inputs=shown, result=result, expected=one.broken[clause], after=after, replayed=True
        )


def _shown(row: Inputs, types: dict[str, Type]) -> dict[str, object]:
    return {name: to_json(value, types[name]) for name, value in row.items()}


def _changed(row: Inputs, left: Inputs, types: dict[str, Type]) -> dict[str, object]:
    """Parameters that the run changed."""
    return {
        name: to_json(value, types[name])
        for name, value in left.items()
        if name in row and value != row[name]
    }

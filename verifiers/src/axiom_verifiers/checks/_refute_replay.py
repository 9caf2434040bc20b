"""Running inputs in the sandbox and judging what came of it: the only source of witnesses."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from axiom_verifiers.checks._reaching import REACHED, telling, telling_call
from axiom_verifiers.checks._recurrent import Recurrent
from axiom_verifiers.checks._runs import HASTY, Inputs, Runs, met_limit, module_of, without_code
from axiom_verifiers.contracts.contract import Ensures, Raises, Requires
from axiom_verifiers.contracts.judging import Judgement
from axiom_verifiers.contracts.outcomes import Call, Discarded, Outcome, Raised
from axiom_verifiers.evidence import Witness


class Seen(msgspec.Struct, frozen=True):
    """One run: `broken` maps the id of each clause that it violates to what was expected."""

    inputs: Inputs
    outcome: Outcome
    broken: dict[str, str]


class Replay(Runs):
    """One subject in the sandbox, with the contract's judgement; for one thread."""

    def admissible(self, rows: Sequence[Inputs]) -> list[Inputs]:
        """Those that meet `requires`; what cannot be evaluated does not."""
        found: list[Inputs] = []
        for row in rows:
            if self.budget.stopped:
                break
            if self.judging.requires(row) is True:
                found.append(row)
        return found

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

    def run(self, rows: Sequence[Inputs]) -> list[Seen]:
        """Runs inputs that meet `requires` and judges each."""
        return [
            Seen(row, outcome, self.judge(row, outcome))
            for row, outcome in zip(rows, self.outcomes(rows), strict=True)
        ]

    def judge(self, row: Inputs, outcome: Outcome) -> dict[str, str]:
        """The clauses that a run violates, with what they expected."""
        return {
            judgement.clause: judgement.expected
            for judgement in self.judging.judge(Call(row), outcome)
            if judgement.status == "violated"
        }

    def goes_on(self, row: Inputs, found: Recurrent) -> Witness | None:
        """The witness that the call never ends, if it comes to the state from which that was
        shown, and meets a limit when it is left alone.
        """
        if self.judging.requires(row) is not True:
            return None
        code = self.subject.code
        if found.of == "calls":
            told = telling_call(code, found.function, found.state)
        else:
            told = telling(code, found.place.line, found.function, found.state)
        if told is None:
            return None
        looking = module_of(msgspec.structs.replace(self.subject, code=told))
        came, plain = (
            self.sandbox.run(code, self.contract, [row], limits=HASTY, seconds=self.seconds(5.0))
            for code in (looking, self.code)
        )
        reached = isinstance(came[0], Raised) and came[0].message == REACHED
        if not reached or not met_limit(plain[0]):
            return None
        return Witness(
            inputs=self.inputs_json(row),
            result={"endless": found.told},
            expected="the call ends",
            replayed=True,
        )

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

    def alone(self, clause: str, row: Inputs) -> Witness | None:
        """The input run by itself, in a fresh store; None when it does not fail there."""
        if not self.admissible([row]):
            return None
        (one,) = self.run([row])
        if clause not in one.broken:
            return None
        return self.witness(row, one.outcome, one.broken[clause])

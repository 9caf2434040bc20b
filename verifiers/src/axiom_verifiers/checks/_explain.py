"""Why a clause fails for a witness: the part that is false, the lines that ran, who looks wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from axiom_verifiers.checks._conditions import short_conditions
from axiom_verifiers.checks._inputs import Inputs, InputSource
from axiom_verifiers.checks._readable import readable
from axiom_verifiers.checks._refute_replay import Replay
from axiom_verifiers.checks._refute_shrink import weight
from axiom_verifiers.checks._results import Results, Tried
from axiom_verifiers.checks._runs import HASTY, met_limit
from axiom_verifiers.checks.critique import without_result
from axiom_verifiers.contracts.contract import Clause, Ensures, Implied, Raises
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Constant,
    Expr,
    FieldOf,
    Index,
    Logical,
    MethodCall,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.judging import shortened
from axiom_verifiers.contracts.missing import Missed, Missing, Scope
from axiom_verifiers.contracts.outcomes import Outcome, Raised, Returned
from axiom_verifiers.contracts.values import convert
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError
from axiom_verifiers.evidence import Explanation, Step
from axiom_verifiers.sandbox.watched import Step as Ran
from axiom_verifiers.sandbox.watched import Steps

_NO_VALUE = (UndefinedError, UnevaluableError, LimitExceededError)
_CHECKED = 30  # runs that a condition to require must pass
_LIGHT = 10  # runs, of small inputs, that such a condition must pass where some calls never end
_CLEAR = 3  # results tried, of which one is right, before the contract is taken to mean just that
_SIDES = 8
_BEFORE_AFTER = (12, 12)  # steps that are kept of a long run, its first and its last


class Rows(msgspec.Struct):
    """Inputs that ran: those that broke a clause, and those that broke none."""

    failing: dict[str, list[Inputs]] = {}
    passing: list[Inputs] = []

    def add(self, row: Inputs, broken: Sequence[str]) -> None:
        """Remembers a few of each."""
        for clause in broken:
            kept = self.failing.setdefault(clause, [])
            if len(kept) < 20:
                kept.append(row)
        if not broken and len(self.passing) < 60:
            self.passing.append(row)


class Explainer:
    """Explains failures of one subject; for one thread, and one short time."""

    def __init__(self, replay: Replay, source: InputSource, rows: Rows) -> None:
        self._replay = replay
        self._contract = replay.contract
        self._source = source
        self._rows = rows
        self._missed = Missed(replay.judging.evaluator, replay.contract.defines)

    def explain(self, clause: str, row: Inputs) -> Explanation | None:
        """Why the clause fails for this input, which was seen to; None when it does not now."""
        found = next((one for one in self._contract.clauses if one.id == clause), None)
        if found is None:
            return None
        (seen,) = self._replay.steps([row])
        part, sides = self._part(found, row, seen.outcome)
        steps, omitted, tail = self._steps(seen.notes)
        requires = self._requires(found)
        suspect, why = self._suspect(found, row, requires)
        return Explanation(
            part=part,
            sides=sides,
            steps=steps,
            omitted=omitted,
            tail=tail,
            suspect=suspect,
            why=why,
            requires=requires,
        )

    # ------------------------------------------------------------ the part that fails

    def _part(self, clause: Clause, row: Inputs, outcome: Outcome) -> tuple[str, dict[str, str]]:
        match clause, outcome:
            case Ensures(condition=condition), Returned():
                pass
            case Implied(condition=condition), Returned() if condition is not None:
                pass
            case Raises(when=condition), Returned() | Raised():
                return self._sides(self._true_part(condition, Scope(row)))
            case _:
                return "", {}
        assert isinstance(outcome, Returned)
        result = convert(outcome.result, self._contract.result)
        scope = Scope({**outcome.after, "result": result}, row)
        return self._sides(self._missed.part(condition, scope))

    def _true_part(self, expr: Expr, scope: Scope) -> Missing:
        """What makes the condition of a `raises` hold."""
        return self._missed.part(expr, scope, wanted=False)

    def _sides(self, missing: Missing) -> tuple[str, dict[str, str]]:
        sides: dict[str, str] = {}
        for name, value in missing.scope.bound.items():
            sides[name] = shortened(value)
        waiting = [missing.part]
        while waiting and len(sides) < _SIDES:
            expr = waiting.pop(0)
            if not isinstance(expr, Constant) and expr is not missing.part:
                text = readable(expr)
                if text not in sides:
                    sides[text] = self._shown(expr, missing.scope)
            waiting += _operands(expr)
        return readable(missing.part), sides

    def _shown(self, expr: Expr, scope: Scope) -> str:
        try:
            return shortened(self._missed.value(expr, scope))
        except _NO_VALUE as error:
            return f"no value: {error}"

    # ------------------------------------------------------------ the lines that ran

    def _steps(self, notes: Steps | None) -> tuple[tuple[Step, ...], int, int]:
        if notes is None:
            return (), 0, 0
        lines = self._replay.code.splitlines()
        offset = len(lines) - len(self._replay.subject.code.splitlines())
        first, last = _BEFORE_AFTER
        # The code of callees stands before this one, and its lines are not shown.
        ran = [step for step in (*notes.first, *notes.last) if step.line > offset]
        omitted = notes.omitted
        if len(ran) > first + last:
            omitted += len(ran) - first - last
            ran = [*ran[:first], *ran[-last:]]
        tail = last if omitted else 0
        return tuple(_step(one, lines, offset) for one in ran), omitted, tail

    # ------------------------------------------------------------ what may be missing

    def _requires(self, clause: Clause) -> str | None:
        """A condition that all inputs seen to fail break and all others meet, checked by runs."""
        failing, passing = list(self._rows.failing.get(clause.id, [])), list(self._rows.passing)
        if not failing:
            return None
        if len(passing) < _LIGHT:
            self._draw(clause.id, failing, passing)
        if not passing:
            return None
        for condition in short_conditions(self._contract, self._source.known.ints):
            if any(self._holds(condition, row) is not False for row in failing):
                continue
            if not all(self._holds(condition, row) is True for row in passing):
                continue
            more = self._source.meeting(condition, _CHECKED, 0.2)
            if _of_ending(clause):
                if self._ends(more, len(passing)):
                    return readable(condition)
            elif self._passes(clause.id, more):
                return readable(condition)
        return None

    def _draw(self, clause: str, failing: list[Inputs], passing: list[Inputs]) -> None:
        """Adds inputs, where few have been seen yet; the small ones first, for time may end."""
        rows = sorted(self._source.cases(_CHECKED, 0.2), key=weight)
        for row, outcome in zip(rows, self._briefly(rows), strict=True):
            if not isinstance(outcome, Returned | Raised):
                continue
            broken = self._replay.judge(row, outcome)
            if clause in broken:
                failing.append(row)
            elif not broken:
                passing.append(row)

    def _passes(self, clause: str, rows: list[Inputs]) -> bool:
        seen = self._replay.run(rows)
        ended = sum(isinstance(one.outcome, Returned | Raised) for one in seen)
        return ended >= 3 and not any(
            clause in one.broken or met_limit(one.outcome) for one in seen
        )

    def _ends(self, rows: list[Inputs], others: int) -> bool:
        """Whether most calls end, of the small ones among these and of the others, which did.
        Those that meet a limit show nothing: they may be slow.
        """
        light = sorted(rows, key=weight)[:_LIGHT]
        outcomes = self._briefly(light)
        ended = others + sum(isinstance(outcome, Returned | Raised) for outcome in outcomes)
        return ended >= 3 and 2 * ended > others + len(light)

    def _briefly(self, rows: list[Inputs]) -> list[Outcome]:
        replay = self._replay
        return replay.sandbox.run(
            replay.code, self._contract, rows, limits=HASTY, seconds=replay.seconds(1.0)
        )

    # ------------------------------------------------------------ what looks wrong

    def _suspect(
        self, clause: Clause, row: Inputs, requires: str | None
    ) -> tuple[Literal["code", "contract"], str]:
        """Where no result would be right, the contract is wrong. Where one would be, a wrong answer
        points to the code; a run that breaks down does so only where the contract is clear about
        it, or no short condition would have kept it away.
        """
        tried = self._tried(row)
        right = [one.value for one in tried if one.allowed]
        breaks_down = _of_ending(clause) or (
            isinstance(clause, Implied) and clause.obligation == "no undeclared exception"
        )
        hopeless = isinstance(clause, Ensures) and tried and not right
        if hopeless and without_result(self._contract, row, self._replay.budget):
            asked = f": is `{requires}` required?" if requires is not None else ""
            return "contract", f"no result meets it for these arguments{asked}"
        clear = len(right) == 1 and len(tried) >= _CLEAR
        if breaks_down and requires is not None and not clear:
            if _of_ending(clause):
                return "contract", f"the calls that never end break `{requires}`: is that required?"
            return "contract", f"it fails only where `{requires}` does not hold: is that required?"
        said: list[str] = []
        if right and (clear or not breaks_down):
            said.append(f"a result of {shortened(right[0])} meets the contract here")
        if requires is not None and not breaks_down:
            said.append(f"it fails wherever `{requires}` does not hold")
        return "code", "; ".join(said)

    def _tried(self, row: Inputs) -> list[Tried]:
        """Results for these arguments with what the contract says of each; none where it also says
        how arguments end, or that nothing is to be returned.
        """
        contract, judging = self._contract, self._replay.judging
        if contract.modifies or not contract.ensures:
            return []
        if any(judging.condition(one.when, row) is not False for one in contract.raises):
            return []
        return Results(contract, judging, self._source.source).of(row)

    def _holds(self, condition: Expr, row: Inputs) -> bool | None:
        held = self._replay.judging.condition(condition, row)
        return held if isinstance(held, bool) else None


def _of_ending(clause: Clause) -> bool:
    return isinstance(clause, Implied) and clause.obligation == "terminates"


def _operands(expr: Expr) -> list[Expr]:
    match expr:
        case Compare() | Logical() | Binary():
            return [expr.left, expr.right]
        case Unary():
            return [expr.operand]
        case Index():
            return [expr.value, expr.index]
        case Call():
            return [arg for arg in expr.args if isinstance(arg, Variable | FieldOf | Index)]
        case MethodCall():
            return [expr.value, *expr.args]
        case _:
            return []


def _step(ran: Ran, lines: list[str], offset: int) -> Step:
    text = lines[ran.line - 1].strip() if 0 < ran.line <= len(lines) else ""
    values = ran.values
    if ran.function == "<genexpr>":
        # What it yields, and the None of its end, would be taken for what the function returns.
        values = {name: value for name, value in values.items() if name != "return"}
    return Step(
        line=ran.line - offset,
        function=ran.function,
        code=text[:160],
        values=values,
        entered=ran.entered,
    )

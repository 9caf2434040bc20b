"""What one run of the code says of each clause, by the meaning of contracts alone.

Everything here is the judge's, none of it the code's: a clause that cannot be evaluated is
undetermined, with the reason, and never blamed on the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, assert_never

import msgspec

from axiom_verifiers.contracts import exceptions
from axiom_verifiers.contracts.contract import Contract, Ensures, Example, Implied, Raises
from axiom_verifiers.contracts.evaluator import Evaluator, Limits
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.instances import Instances, speaks_of_a_type
from axiom_verifiers.contracts.outcomes import Call, Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.typing_rules import erase, show_type
from axiom_verifiers.contracts.values import Value, conforms, convert, same, same_in_example, show
from axiom_verifiers.errors import LimitExceededError, UndefinedError, UnevaluableError

_LONG = 200


class Judgement(msgspec.Struct, frozen=True):
    """What one run says of one clause.

    `expected` is what the clause asked for, set when it is violated; `reason` says why it is
    undetermined or not owed. `undefined` tells that a partial operation of the contract failed,
    which is a fault of the contract.
    """

    clause: str
    status: Literal["holds", "violated", "not owed", "undetermined"]
    expected: str = ""
    reason: str = ""
    undefined: bool = False


class Judge:
    """Judges runs against one contract; keeps what it compiled. Not shared between threads."""

    def __init__(self, contract: Contract, limits: Limits | None = None) -> None:
        self.contract = contract
        self.evaluator = Evaluator(contract.defines, limits)
        self._unevaluable = {one.name: one for one in contract.defines if not one.evaluable}

    def condition(
        self,
        expr: Expr,
        values: Mapping[str, Value],
        before: Mapping[str, Value] | None = None,
    ) -> bool | Judgement:
        """The truth of a condition, or an undetermined judgement (of no clause yet)."""
        try:
            return bool(self.evaluator.evaluate(expr, values, before))
        except UndefinedError as error:
            reason = f"the contract is not defined here: {error.message}"
            return Judgement("", "undetermined", reason=reason, undefined=True)
        except (UnevaluableError, LimitExceededError) as error:
            return Judgement("", "undetermined", reason=error.message)

    # ------------------------------------------------------------ before the call

    def requires(self, args: Mapping[str, Value]) -> bool | Judgement:
        """Whether arguments are such as the contract speaks of; types first, then conditions."""
        for parameter in self.contract.parameters:
            if parameter.name not in args or not conforms(args[parameter.name], parameter.type):
                return False
        for clause in self.contract.requires:
            met = self.condition(clause.condition, args)
            if met is not True:
                return met if met is False else msgspec.structs.replace(met, clause=clause.id)
        return True

    # ------------------------------------------------------------ after the call

    def judge(self, call: Call, outcome: Outcome) -> tuple[Judgement, ...]:
        """What the run says of every clause but examples and `must`s, in the contract's order.

        Nothing is owed where the call does not meet `requires`.
        """
        clauses = (*self.contract.ensures, *self.contract.raises, *self.contract.implied)
        met = self.requires(call.args)
        if met is False:
            reason = "the arguments do not meet what is required"
            return tuple(Judgement(clause.id, "not owed", reason=reason) for clause in clauses)
        if isinstance(met, Judgement):
            return tuple(_of(clause.id, met) for clause in clauses)
        match outcome:
            case Discarded(reason=reason):
                return tuple(self._unsettled(clause.id, reason) for clause in clauses)
            case OutOfFuel():
                reason = "the run did not end within its fuel"
                return tuple(self._unsettled(clause.id, reason) for clause in clauses)
            case Returned():
                return self._returned(call, outcome)
            case Raised(error=error) if error in exceptions.OUTSIDE:
                reason = f"the run met a limit of the interpreter ({error})"
                return tuple(self._unsettled(clause.id, reason) for clause in clauses)
            case Raised():
                return self._raised(call, outcome)
            case _:
                assert_never(outcome)

    def _unsettled(self, clause: str, reason: str) -> Judgement:
        return Judgement(clause, "undetermined", reason=reason)

    def _whens(self, call: Call) -> list[tuple[Raises, bool | Judgement]]:
        return [(clause, self.condition(clause.when, call.args)) for clause in self.contract.raises]

    # ------------------------------------------------------------ it returned

    def _returned(self, call: Call, outcome: Returned) -> tuple[Judgement, ...]:
        result = convert(outcome.result, self.contract.result)
        typed = conforms(result, self.contract.result)
        whens = self._whens(call)
        made: list[Judgement] = []
        after = dict(outcome.after)
        broken = self._broken_parameters(after)
        earlier = True
        for clause in self.contract.ensures:
            one = self._ensures(clause, call, after, result, typed, whens, broken)
            if one.undefined and not earlier:
                # A clause may rely on the earlier ones: that it is undefined is their doing.
                reason = "an earlier clause, on which it relies, does not hold"
                one = Judgement(clause.id, "undetermined", reason=reason)
            earlier = earlier and one.status in ("holds", "not owed")
            made += (one,)
        for clause, when in whens:
            if when is True:
                expected = f"raises {clause.error} when {_condition_text(clause)}"
                made.append(Judgement(clause.id, "violated", expected=expected))
            elif when is False:
                made.append(Judgement(clause.id, "holds"))
            else:
                made.append(_of(clause.id, when))
        made += [
            self._implied_of_return(clause, call, outcome, result, typed, whens)
            for clause in self.contract.implied
        ]
        return tuple(made)

    def _broken_parameters(self, after: Mapping[str, Value]) -> str | None:
        """A parameter that the code left with a value of another type, so that no clause that
        speaks of it can be read.
        """
        for parameter in self.contract.parameters:
            name = parameter.name
            if name not in after or not conforms(after[name], parameter.type):
                return name
        return None

    def _ensures(
        self,
        clause: Ensures,
        call: Call,
        after: Mapping[str, Value],
        result: Value,
        typed: bool,
        whens: list[tuple[Raises, bool | Judgement]],
        broken: str | None,
    ) -> Judgement:
        for raised, when in whens:
            if when is True:
                reason = f"an exception is owed instead ({raised.id})"
                return Judgement(clause.id, "not owed", reason=reason)
        for _, when in whens:
            if isinstance(when, Judgement):
                return _of(clause.id, when)
        if clause.when is not None:
            asked = self.condition(clause.when, call.args)
            if asked is False:
                return Judgement(clause.id, "not owed", reason="its `when` does not hold")
            if isinstance(asked, Judgement):
                return _of(clause.id, asked)
        if not typed:
            reason = "the result is not of the declared type, so the clause cannot be read"
            return Judgement(clause.id, "undetermined", reason=reason)
        if broken is not None:
            reason = f"`{broken}` is left with a value that is not of its type"
            return Judgement(clause.id, "undetermined", reason=reason)
        values = {**after, "result": result}
        held = self.condition(clause.condition, values, call.args)
        if isinstance(held, Judgement):
            return self._at_an_instance(clause, values, call, held)
        if held:
            return Judgement(clause.id, "holds")
        return Judgement(clause.id, "violated", expected=clause.text)

    def _at_an_instance(
        self, clause: Ensures, values: Mapping[str, Value], call: Call, unsettled: Judgement
    ) -> Judgement:
        """What cannot be evaluated is violated, where it fails for some value of a type."""
        defines = self._unevaluable
        if unsettled.undefined or not speaks_of_a_type(clause.condition, defines):
            return _of(clause.id, unsettled)
        found = Instances(self.evaluator, values, call.args, defines).failing(clause.condition)
        if found is None:
            return _of(clause.id, unsettled)
        said = ", ".join(f"{name} = {shortened(value)}" for name, value in found.items())
        return Judgement(clause.id, "violated", expected=f"{clause.text}, for {said}")

    def _implied_of_return(
        self,
        clause: Implied,
        call: Call,
        outcome: Returned,
        result: Value,
        typed: bool,
        whens: list[tuple[Raises, bool | Judgement]],
    ) -> Judgement:
        name = clause.id
        match clause.obligation:
            case "no undeclared exception" | "terminates":
                return Judgement(name, "holds")
            case "callee preconditions":
                return Judgement(name, "undetermined", reason="a run does not show what it called")
            case "result type":
                if any(when is True for _, when in whens):
                    return Judgement(name, "not owed", reason="an exception is owed instead")
                if typed:
                    return Judgement(name, "holds")
                expected = f"a result of type {show_type(erase(self.contract.result))}"
                return Judgement(name, "violated", expected=expected)
            case "unmodified":
                return self._unmodified(name, call, outcome.after, self._kept_on_return())
            case "unshared":
                if not outcome.shared:
                    return Judgement(name, "holds")
                return Judgement(name, "violated", expected=clause.text)
            case "refinement":
                return self._refinement(clause, outcome, result, typed, whens)

    def _refinement(
        self,
        clause: Implied,
        outcome: Returned,
        result: Value,
        typed: bool,
        whens: list[tuple[Raises, bool | Judgement]],
    ) -> Judgement:
        for _, when in whens:
            if when is True:
                return Judgement(clause.id, "not owed", reason="an exception is owed instead")
            if isinstance(when, Judgement):
                return _of(clause.id, when)
        if not typed and clause.subject == "result":
            return Judgement(
                clause.id, "undetermined", reason="the result is not of the declared type"
            )
        broken = self._broken_parameters(outcome.after)
        if broken is not None:
            reason = f"`{broken}` is left with a value that is not of its type"
            return Judgement(clause.id, "undetermined", reason=reason)
        assert clause.condition is not None, "a refinement has a condition"
        held = self.condition(clause.condition, {**outcome.after, "result": result})
        if isinstance(held, Judgement):
            return _of(clause.id, held)
        if held:
            return Judgement(clause.id, "holds")
        return Judgement(clause.id, "violated", expected=clause.text)

    def _kept_on_return(self) -> list[str]:
        return [p.name for p in self.contract.parameters if p.name not in self.contract.modifies]

    def _unmodified(
        self, name: str, call: Call, after: Mapping[str, Value], kept: list[str]
    ) -> Judgement:
        for parameter in kept:
            if parameter not in after or not same(call.args[parameter], after[parameter]):
                expected = f"{parameter} unchanged: {shortened(call.args[parameter])}"
                return Judgement(name, "violated", expected=expected)
        return Judgement(name, "holds")

    # ------------------------------------------------------------ it raised

    def _raised(self, call: Call, outcome: Raised) -> tuple[Judgement, ...]:
        whens = self._whens(call)
        holding = [clause for clause, when in whens if when is True]
        unknown = next((when for _, when in whens if isinstance(when, Judgement)), None)
        right = any(
            exceptions.is_instance(outcome.error, outcome.bases, clause.error) for clause in holding
        )
        made = [
            Judgement(clause.id, "not owed", reason="the run raised an exception")
            for clause in self.contract.ensures
        ]
        for clause, when in whens:
            if isinstance(when, Judgement):
                made.append(_of(clause.id, when))
            elif when is False or right:
                made.append(Judgement(clause.id, "holds"))
            elif unknown is not None:
                # Another clause, whose condition nobody can tell, may have asked for this one.
                made.append(_of(clause.id, unknown))
            else:
                expected = f"raises {clause.error} when {_condition_text(clause)}"
                made.append(Judgement(clause.id, "violated", expected=expected))
        made += [
            self._implied_of_raise(implied, call, outcome, bool(holding), unknown)
            for implied in self.contract.implied
        ]
        return tuple(made)

    def _implied_of_raise(
        self,
        clause: Implied,
        call: Call,
        outcome: Raised,
        declared: bool,
        unknown: Judgement | None,
    ) -> Judgement:
        name = clause.id
        match clause.obligation:
            case "terminates":
                return Judgement(name, "holds")
            case "no undeclared exception":
                if declared:
                    return Judgement(name, "holds")
                if unknown is not None:
                    return _of(name, unknown)
                return Judgement(name, "violated", expected="no exception for these arguments")
            case "unmodified":
                everything = [parameter.name for parameter in self.contract.parameters]
                return self._unmodified(name, call, outcome.after, everything)
            case "callee preconditions":
                return Judgement(name, "undetermined", reason="a run does not show what it called")
            case "result type" | "unshared" | "refinement":
                return Judgement(name, "not owed", reason="the run raised an exception")

    # ------------------------------------------------------------ examples

    def example_call(self, example: Example) -> Call | Judgement:
        """The call of an example, with its arguments evaluated."""
        args: dict[str, Value] = {}
        for parameter, arg in zip(self.contract.parameters, example.args, strict=True):
            value = self.value_of(arg)
            if isinstance(value, Judgement):
                return _of(example.id, value)
            args[parameter.name] = value[0]
        return Call(args)

    def value_of(self, expr: Expr) -> tuple[Value] | Judgement:
        """The value of a closed expression, in a tuple, or why it has none."""
        try:
            return (self.evaluator.evaluate(expr),)
        except UndefinedError as error:
            reason = f"the example is not defined: {error.message}"
            return Judgement("", "undetermined", reason=reason, undefined=True)
        except (UnevaluableError, LimitExceededError) as error:
            return Judgement("", "undetermined", reason=error.message)

    def example(self, example: Example, outcome: Outcome) -> Judgement:
        """What a run of an example's call says of the example: its own expectation alone.

        Modified parameters that it does not list may end as they like, and nan matches nan.
        """
        name = example.id
        match outcome:
            case Discarded(reason=reason):
                return Judgement(name, "undetermined", reason=reason)
            case OutOfFuel():
                return Judgement(name, "undetermined", reason="the run did not end within its fuel")
            case Raised(error=error) if error in exceptions.OUTSIDE:
                reason = f"the run met a limit of the interpreter ({error})"
                return Judgement(name, "undetermined", reason=reason)
            case Raised():
                if example.error is None:
                    return Judgement(name, "violated", expected=self._expected_text(example))
                if exceptions.is_instance(outcome.error, outcome.bases, example.error):
                    return Judgement(name, "holds")
                return Judgement(name, "violated", expected=f"raises {example.error}")
            case Returned():
                return self._example_returned(example, outcome)
            case _:
                assert_never(outcome)

    def _example_returned(self, example: Example, outcome: Returned) -> Judgement:
        name = example.id
        if example.error is not None:
            return Judgement(name, "violated", expected=f"raises {example.error}")
        types = {parameter.name: parameter.type for parameter in self.contract.parameters}
        wanted = [("result", example.expected, outcome.result, self.contract.result)]
        wanted += [(n, e, outcome.after.get(n), types[n]) for n, e in example.after]
        for subject, expr, found, of in wanted:
            if expr is None:
                continue
            value = self.value_of(expr)
            if isinstance(value, Judgement):
                return _of(name, value)
            expected = convert(value[0], of)
            actual = convert(found, of)
            if not conforms(actual, of) or not same_in_example(actual, expected):
                shown = shortened(expected)
                text = shown if subject == "result" else f"{subject} == {shown}"
                return Judgement(name, "violated", expected=text)
        return Judgement(name, "holds")

    def _expected_text(self, example: Example) -> str:
        if example.expected is None:
            return example.text
        value = self.value_of(example.expected)
        return example.text if isinstance(value, Judgement) else shortened(value[0])


def _of(clause: str, judgement: Judgement) -> Judgement:
    return msgspec.structs.replace(judgement, clause=clause)


def _condition_text(clause: Raises) -> str:
    """The condition as written: what follows the first `when` of `ERROR when …`."""
    return clause.text.partition(" when ")[2].strip() or clause.text


def shortened(value: Value) -> str:
    """The value as a literal, cut where it is long."""
    text = show(value)
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def judge(contract: Contract, call: Call, outcome: Outcome) -> tuple[Judgement, ...]:
    """As `Judge.judge`, for one run; many are cheaper with one `Judge`."""
    return Judge(contract).judge(call, outcome)


def meets_requires(contract: Contract, args: Mapping[str, Value]) -> bool | Judgement:
    """Whether the arguments meet types, refinements and `requires`; or why it cannot be told."""
    return Judge(contract).requires(args)


def judge_example(contract: Contract, example: Example, outcome: Outcome) -> Judgement:
    """As `Judge.example`, for one run."""
    return Judge(contract).example(example, outcome)


__all__ = [
    "Judge",
    "Judgement",
    "judge",
    "judge_example",
    "meets_requires",
    "shortened",
]

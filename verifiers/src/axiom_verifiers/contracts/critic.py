"""What evaluation alone can say against a contract, before any code exists.

An example that breaks `requires` or a clause, a condition that is always false: found by
evaluating, with no solver. What needs one is the contract critic's of the upper layers.
"""

from __future__ import annotations

from axiom_verifiers.contracts.closure import called
from axiom_verifiers.contracts.contract import Contract, Example, Implied
from axiom_verifiers.contracts.exceptions import bases_of
from axiom_verifiers.contracts.expressions import Expr, Old, Variable
from axiom_verifiers.contracts.judging import Judge, Judgement, shortened
from axiom_verifiers.contracts.outcomes import Call, Outcome, Raised, Returned
from axiom_verifiers.contracts.source import Problem, Severity, Span
from axiom_verifiers.contracts.traversal import children, walk
from axiom_verifiers.contracts.values import Value, deep_copy, same_in_example


def check_examples(contract: Contract) -> tuple[Problem, ...]:
    """The examples that break `requires` or a clause, or each other: errors of the contract.

    Spans count in the intent's own text. A clause that speaks of a modified parameter is not
    read for an example that does not say how that parameter ends.
    """
    judge = Judge(contract)
    problems: list[Problem] = []
    seen: list[tuple[Call, Example, Outcome]] = []
    for example in contract.examples:
        call = judge.example_call(example)
        if isinstance(call, Judgement):
            if call.undefined:
                problems.append(_problem("example-undefined", call.reason, example))
            continue
        met = judge.requires(call.args)
        if met is False:
            problems.append(_unmet(judge, contract, call, example))
            continue
        if isinstance(met, Judgement):
            if met.undefined:
                problems.append(_problem("clause-undefined", _told(contract, met), example))
            continue
        outcome = _outcome(judge, example, call)
        if outcome is None:
            continue
        problems += _broken(judge, contract, example, call, outcome)
        for other_call, other, other_outcome in seen:
            if _same_args(call, other_call) and not _agree(outcome, other_outcome):
                message = (
                    f"this example and the one on line {other.origin.line} of the intent expect "
                    "different things of the same call; expected one of them"
                )
                problems.append(_problem("examples-disagree", message, example))
        seen.append((call, example, outcome))
    return tuple(problems)


def check_constants(contract: Contract) -> tuple[Problem, ...]:
    """Conditions without variables that are false: what they stand in can never be met."""
    judge = Judge(contract)
    problems: list[Problem] = []
    for clause in contract.requires:
        if _is_closed(clause.condition) and judge.condition(clause.condition, {}) is False:
            message = "this `requires` is false for all arguments; expected one that some meet"
            problems.append(Problem("contradiction", message, clause.origin.span))
    for clause in contract.ensures:
        if clause.when is not None and _is_closed(clause.when):
            if judge.condition(clause.when, {}) is False:
                message = "this `when` is never true, so the clause asks for nothing"
                problems.append(
                    Problem("vacuous-clause", message, clause.origin.span, Severity.WARNING)
                )
            continue
        if _is_closed(clause.condition):
            held = judge.condition(clause.condition, {})
            if held is False:
                message = "this `ensures` is false whatever the code does; expected one it can meet"
                problems.append(Problem("contradiction", message, clause.origin.span))
            elif held is True:
                message = "this `ensures` is true whatever the code does, so it asks for nothing"
                problems.append(
                    Problem("vacuous-clause", message, clause.origin.span, Severity.WARNING)
                )
    return tuple(problems)


def criticise(contract: Contract) -> tuple[Problem, ...]:
    """All that evaluation alone finds."""
    return (*check_constants(contract), *check_examples(contract))


def _problem(code: str, message: str, example: Example, place: Span | None = None) -> Problem:
    related = () if place is None else ((place, "the clause"),)
    return Problem(code, message, example.origin.span, related=related)


def _told(contract: Contract, judgement: Judgement) -> str:
    for clause in (*contract.requires, *contract.clauses):
        if clause.id == judgement.clause:
            return f"`{clause.text}`: {judgement.reason}"
    return judgement.reason


def _unmet(judge: Judge, contract: Contract, call: Call, example: Example) -> Problem:
    for clause in contract.requires:
        if judge.condition(clause.condition, call.args) is False:
            message = (
                f"the arguments of this example break `{clause.text}`; expected arguments that "
                "the contract speaks of"
            )
            return _problem("example-breaks-requires", message, example, clause.origin.span)
    return _problem(
        "example-breaks-requires", "an argument of this example is not of its type", example
    )


def _outcome(judge: Judge, example: Example, call: Call) -> Outcome | None:
    """What code would have done that does exactly what the example says."""
    after: dict[str, Value] = deep_copy(call.args)
    if example.error is not None:
        return Raised(example.error, bases_of(example.error)[1:], "", after)
    if example.expected is None:
        return None
    for name, expr in (("result", example.expected), *example.after):
        value = judge.value_of(expr)
        if isinstance(value, Judgement):
            return None
        after[name] = value[0]
    result = after.pop("result")
    return Returned(result, after)


def _broken(
    judge: Judge, contract: Contract, example: Example, call: Call, outcome: Outcome
) -> list[Problem]:
    listed = {name for name, _ in example.after}
    open_ends = set(contract.modifies) - listed if isinstance(outcome, Returned) else set[str]()
    problems: list[Problem] = []
    clauses = {clause.id: clause for clause in contract.clauses}
    for judgement in judge.judge(call, outcome):
        clause = clauses[judgement.clause]
        if judgement.status == "undetermined" and judgement.undefined:
            message = f"for this example, `{clause.text}`: {judgement.reason}"
            problems.append(_problem("clause-undefined", message, example, clause.origin.span))
            continue
        if judgement.status != "violated":
            continue
        if isinstance(clause, Implied) and clause.obligation in ("unmodified", "unshared"):
            continue
        condition = getattr(clause, "condition", None)
        if condition is not None and open_ends & _after_names(condition):
            continue
        says = _says(outcome)
        message = (
            f"this example breaks `{clause.text}`: it says {says}, the clause expects "
            f"{judgement.expected}"
        )
        problems.append(_problem("example-breaks-clause", message, example, clause.origin.span))
    return problems


def _says(outcome: Outcome) -> str:
    if isinstance(outcome, Returned):
        return f"the result is {shortened(outcome.result)}"
    if isinstance(outcome, Raised):
        return f"it raises {outcome.error}"
    return "nothing"


def _after_names(expr: Expr) -> set[str]:
    """The parameters that the expression reads as they are after the call."""
    if isinstance(expr, Old):
        return set()
    if isinstance(expr, Variable):
        return {expr.name} if expr.role == "parameter" else set()
    return {name for child in children(expr) for name in _after_names(child)}


def _is_closed(expr: Expr) -> bool:
    return not any(
        isinstance(node, Variable) and node.role != "bound" for node in walk(expr)
    ) and not called(expr)


def _same_args(left: Call, right: Call) -> bool:
    return all(same_in_example(value, right.args[name]) for name, value in left.args.items())


def _agree(left: Outcome, right: Outcome) -> bool:
    if isinstance(left, Returned) and isinstance(right, Returned):
        return same_in_example(left.result, right.result)
    if isinstance(left, Raised) and isinstance(right, Raised):
        return left.error in (right.error, *right.bases) or right.error in left.bases
    return False

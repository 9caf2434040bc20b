"""The contract critic: what solvers can say against a contract before any code exists.

A weak contract is the commonest way to a wrong program that is proved, a contradictory one proves
everything. So it is asked: can all `requires` hold together; does every input have a result that
all clauses allow; does a clause ask for anything, and for anything that the others do not; and are
two different results allowed for one input. What is said to be allowed was judged by the contract's
own evaluator; what is said to be impossible a solver answered so. What is not settled in time is
not mentioned.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, groupby, islice

from axiom_verifiers.checks._inputs import Inputs, InputSource
from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._refute_search import NO_PROGRAM, Search
from axiom_verifiers.checks._results import Results, Tried, settled
from axiom_verifiers.checks.verifier import Budget
from axiom_verifiers.contracts import contract as ct
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.critic import check_constants, check_examples
from axiom_verifiers.contracts.equality import equal as equal_values
from axiom_verifiers.contracts.expressions import Expr, Logical, Variable
from axiom_verifiers.contracts.judging import Judge, shortened
from axiom_verifiers.contracts.outcomes import Call, Returned
from axiom_verifiers.contracts.source import Problem, Severity, Span
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import BOOL, NoneType
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.contracts.value_expressions import literal
from axiom_verifiers.contracts.values import Value, deep_copy
from axiom_verifiers.errors import ContractError, NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.problem import Problem as Question
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.encode import Scope
from axiom_verifiers.obligations.encode_comparisons import equal
from axiom_verifiers.obligations.meaning import Meaning
from axiom_verifiers.obligations.obligation import conjuncts, problem_of
from axiom_verifiers.obligations.probe import datatypes_in, probes
from axiom_verifiers.obligations.ranges import Unbounded
from axiom_verifiers.obligations.state import well_formed
from axiom_verifiers.obligations.values import Symbolic, constants
from axiom_verifiers.solvers.answers import Invalid
from axiom_verifiers.solvers.pool import SolverPool

# Seconds for one question; the whole takes as many questions as a contract has clauses, and a few.
_ONE = 0.1
# Inputs that are tried for a result, and members that a list of one has at most.
_TRIED = 6
_SIZE = 3
# Pairs of cases for which an input is looked for that belongs to both, and seconds for one.
_PAIRS = 6
_MEETING = 0.01


def critique(
    contract: Contract, budget: Budget, pool: SolverPool | None = None
) -> tuple[Problem, ...]:
    """All that evaluation and solvers find; spans count in the intent's own text."""
    found = [*check_constants(contract), *check_examples(contract), *_prose(contract)]
    if any(one.severity is Severity.ERROR for one in found):
        return tuple(found)  # The rest would be about a contract that will be another.
    for one in _Critic(contract, Solvers(budget, pool)).problems():
        if not any((one.code, one.span) == (other.code, other.span) for other in found):
            found.append(one)
    return tuple(found)


def without_result(contract: Contract, row: Inputs, budget: Budget) -> bool:
    """Whether a solver says that no result meets the contract for these arguments, which meet
    `requires`, and for which nothing is to be raised.
    """
    if contract.modifies or not contract.ensures:
        return False
    critic = _Critic(contract, Solvers(budget))
    return next(critic.without_result([row]), None) is not None


def _prose(contract: Contract) -> Iterator[Problem]:
    """Prose that no clause and no example makes checkable."""
    if contract.prose and not (contract.ensures or contract.raises or contract.examples):
        message = (
            "nothing formalises this text: any code that returns the right type fulfils it; "
            "write an `ensures`, a `raises` or an `example`"
        )
        # The prose has no place of its own here: the intent's name stands for it.
        span = Span(len("intent "), len("intent ") + len(contract.name.encode()))
        yield Problem("prose-alone", message, span, Severity.WARNING)


class _Critic:
    """One contract, with all that is asked of it."""

    def __init__(self, contract: Contract, solvers: Solvers) -> None:
        self.contract = contract
        self.solvers = solvers
        self.judge = Judge(contract)
        self.meaning = Meaning(contract, Unbounded())
        self.result = constants("result@", contract.result)
        kinds = (contract.result, *(parameter.type for parameter in contract.parameters))
        self.datatypes = datatypes_in(kinds, NO_PROGRAM, contract)
        self.tried: list[Tried] = []

    def problems(self) -> Iterator[Problem]:
        source = InputSource(self.contract, "", self.judge)
        inputs = list(source.cases(_TRIED, 0.1))
        for clause in self.contract.ensures:
            if clause.when is not None and not any(self.owes(clause, row) for row in inputs):
                inputs += source.meeting(clause.when, 1, 0.05)
        for both in self.meetings():
            if not any(self.judge.condition(both, row) is True for row in inputs):
                inputs += source.meeting(both, 1, _MEETING)
        if not inputs and self.contract.requires:
            contradictory = list(self.contradictory())
            if contradictory:
                yield from contradictory
                return
        ordinary = bool(self.contract.ensures) and not self.contract.modifies
        if ordinary:
            results = Results(self.contract, self.judge, source.source)
            self.tried = [one for row in inputs for one in results.of(row)]
        # What matters most is asked first: the time may end.
        impossible = list(self.without_result(inputs)) if ordinary else []
        yield from impossible
        if ordinary and not impossible:
            yield from self.free_result()
        yield from self.idle_conditions(inputs)
        if ordinary:
            yield from self.idle_clauses()

    def meetings(self) -> Iterator[Expr]:
        """Where two cases are due at once, which is where they may contradict each other."""
        cases = [case for one in self.contract.ensures if (case := _case(one)) is not None]
        for one, other in islice(combinations(cases, 2), _PAIRS):
            yield Logical(type=BOOL, op="and", left=one, right=other)

    # ------------------------------------------------------------ asking

    def follows(self, hypotheses: tuple[Term, ...], goal: Term) -> bool:
        """Whether a solver says that the goal follows."""
        if self.solvers.budget.stopped:
            return False
        problem = problem_of(
            self.meaning.ranges.folds, self.datatypes, hypotheses, self.meaning.facts, goal
        )
        return self.solvers.ask(problem, longest=_ONE).valid

    def said(self, clause: ct.Ensures) -> tuple[Term, Term] | None:
        """When an `ensures` is owed, and what it then says of any result."""
        scope = Scope(self.meaning.before, old=self.meaning.before, result=self.result)
        owed = terms.TRUE
        if clause.when is not None:
            when = self.meaning.say(clause, clause.when, self.meaning.scope)
            if when is None:
                return None
            owed = terms.and_(*when)
        whole = self.meaning.say(clause, clause.condition, scope)
        return None if whole is None else (owed, terms.and_(*whole))

    @property
    def known(self) -> tuple[Term, ...]:
        """What holds of every input for which something is to be returned."""
        some = self.meaning.some_raise
        nothing_raised = () if some is None else (terms.not_(some),)
        return (
            *self.meaning.requires,
            *nothing_raised,
            well_formed(self.result, self.meaning.ranges),
        )

    # ------------------------------------------------------------ conditions

    def contradictory(self) -> Iterator[Problem]:
        """`requires` that nothing meets: the first that the ones before it exclude."""
        for number, clause in enumerate(self.contract.requires, start=1):
            if len(self.meaning.requires) < number:
                return
            if self.follows(tuple(self.meaning.requires[:number]), terms.FALSE):
                earlier = self.contract.requires[: number - 1]
                message = "no arguments meet this `requires`"
                if earlier:
                    message += f" together with {_and(earlier)}"
                message += ": every code would fulfil the contract; expected some that do"
                related = tuple((one.origin.span, "the other one") for one in earlier)
                yield Problem("contradiction", message, clause.origin.span, related=related)
                return

    def idle_conditions(self, inputs: list[Inputs]) -> Iterator[Problem]:
        """A `when` that is never true, a `requires` that the others imply."""
        requires = tuple(self.meaning.requires)
        for clause in self.contract.ensures:
            if clause.when is None or any(self.owes(clause, row) for row in inputs):
                continue
            when = self.meaning.say(clause, clause.when, self.meaning.scope)
            if when is not None and self.follows((*requires, when[0]), terms.FALSE):
                yield _idle("this `when` is never true, so the clause asks for nothing", clause)
        for clause in self.contract.raises:
            if any(self.judge.condition(clause.when, row) is True for row in inputs):
                continue
            condition = self.meaning.raising.get(clause.id)
            if condition is not None and self.follows((*requires, condition), terms.FALSE):
                yield _idle(
                    "what `requires` demands excludes this, so nothing is ever raised by it", clause
                )
        if len(requires) != len(self.contract.requires) or len(requires) < 2:
            return
        for number, clause in enumerate(self.contract.requires):
            others = (*requires[:number], *requires[number + 1 :])
            if self.follows(others, requires[number]):
                message = "the other `requires` imply this one"
                yield Problem("redundant-clause", message, clause.origin.span, Severity.HINT)

    # ------------------------------------------------------------ what is asked of the result

    def idle_clauses(self) -> Iterator[Problem]:
        """An `ensures` that holds of every result, or that the others imply."""
        said = [(clause, self.said(clause)) for clause in self.contract.ensures]
        for clause, mine in said:
            if mine is None:
                continue
            owed, holds = mine
            if any(one.breaks_alone(clause) for one in self.tried):
                continue
            broken = any(one.breaks(clause) for one in self.tried)
            if not broken and self.follows((*self.known, owed), holds):
                yield _idle("this `ensures` holds of every result, so it asks for nothing", clause)
                continue
            others = [
                terms.implies(*theirs)
                for other, theirs in said
                if other is not clause and theirs is not None
            ]
            if others and self.follows((*self.known, *others, owed), holds):
                message = "the other clauses imply this one"
                yield Problem("redundant-clause", message, clause.origin.span, Severity.HINT)

    def without_result(self, inputs: list[Inputs]) -> Iterator[Problem]:
        """An input for which no result meets all clauses."""
        said = [(clause, self.said(clause)) for clause in self.contract.ensures]
        asked = [terms.implies(*mine) for _, mine in said if mine is not None]
        for row in inputs:
            if any(one.row is row and one.allowed for one in self.tried):
                continue
            fixed = self.equals(row)
            if fixed is None:
                continue
            if self.follows((*self.known, fixed, *asked), terms.FALSE):
                # That there is an input at all is known: it was judged to meet `requires`.
                owed = [
                    clause for clause, mine in said if mine is not None and self.asks(clause, row)
                ]
                message = f"for {_shown(row)} no result meets {_and(tuple(owed))}"
                related = tuple((one.origin.span, "the other one") for one in owed[:-1])
                place = owed[-1] if owed else self.contract.ensures[-1]
                yield Problem("contradiction", message, place.origin.span, related=related)
                return

    def owes(self, clause: ct.Ensures, row: Inputs) -> bool:
        return clause.when is None or self.judge.condition(clause.when, row) is True

    def asks(self, clause: ct.Ensures, row: Inputs) -> bool:
        """Whether the clause asks for something of these arguments."""
        case = _case(clause)
        return case is None or self.judge.condition(case, row) is not False

    def equals(self, row: Inputs) -> Term | None:
        """That the parameters have these values; None where that cannot be said."""
        if any(self.judge.condition(one.when, row) is not False for one in self.contract.raises):
            return None
        try:
            return terms.and_(
                *(
                    equal(self.meaning.encoder, self.meaning.before[name], given)
                    for name, given in _literals(self.meaning, self.contract, row).items()
                )
            )
        except NotModelledError:
            return None

    def free_result(self) -> Iterator[Problem]:
        """Two different results that all clauses allow for one input, as a question."""
        if isinstance(erase(self.contract.result), NoneType):
            return
        if any(settled(clause) for clause in self.contract.ensures):
            return
        for row, several in groupby(self.tried, key=lambda one: one.row):
            allowed = [one.value for one in several if one.allowed]
            if len(allowed) > 1 and not equal_values(*allowed[:2]):
                yield self.free(row, *allowed[:2])
                return
        try:
            search = Search(NO_PROGRAM, self.contract, _SIZE)
            first = constants("result@1", self.contract.result)
            second = constants("result@2", self.contract.result)
            allowed = [_allowed(search, self.contract, one) for one in (first, second)]
            different = terms.not_(equal(search.meaning.encoder, first, second))
        except NotModelledError:
            return
        values: dict[str, Symbolic] = {**search.meaning.before, "#1": first, "#2": second}
        hypotheses = (
            *search.meaning.requires,
            search.nothing_raised,
            *allowed,
            *search.meaning.facts,
            *search.ranges.limits,
        )
        question = Question(
            goal=terms.not_(different),
            hypotheses=tuple(dict.fromkeys(part for one in hypotheses for part in conjuncts(one))),
            datatypes=search.datatypes,
            want=probes(values),
        )
        answer = self.solvers.ask(question, longest=3 * _ONE).answer
        if not isinstance(answer, Invalid):
            return
        found = search.inputs(question, answer.model, values)
        if found is None:
            return
        one, other = found.pop("#1"), found.pop("#2")
        if self.allows(found, one) and self.allows(found, other) and not equal_values(one, other):
            yield self.free(found, one, other)

    def free(self, row: Inputs, one: Value, other: Value) -> Problem:
        """Two results for this input, as a question."""
        message = (
            f"for {_shown(row)} both {shortened(one)} and {shortened(other)} are allowed as "
            "the result. Is that meant? If not, say which: an `ensures` is missing"
        )
        span = self.contract.ensures[-1].origin.span
        return Problem("free-result", message, span, Severity.INFORMATION)

    def allows(self, row: Inputs, result: Value) -> bool:
        """Whether the contract's evaluator finds nothing against this result."""
        if self.judge.requires(row) is not True:
            return False
        try:
            call = Call(deep_copy(row))
            judgements = self.judge.judge(call, Returned(result, deep_copy(row)))
        except ContractError:
            return False
        written = {clause.id for clause in self.contract.ensures}
        return all(
            one.status in ("holds", "not owed")
            if one.clause in written
            else one.status != "violated"
            for one in judgements
        )


def _allowed(search: Search, contract: Contract, result: Symbolic) -> Term:
    """That all `ensures` hold of a result, in a bounded search."""
    meaning = search.meaning
    scope = Scope(meaning.before, old=meaning.before, result=result)
    parts = [well_formed(result, search.ranges)]
    for clause in contract.ensures:
        holds, failures = meaning.encoder.condition(clause.condition, scope)
        defined = terms.not_(terms.or_(*(failure.condition for failure in failures)))
        owed = terms.TRUE
        if clause.when is not None:
            owed = meaning.encoder.condition(clause.when, meaning.scope)[0]
        parts.append(terms.implies(owed, terms.and_(defined, holds)))
    return terms.and_(*parts)


def _case(clause: ct.Ensures) -> Expr | None:
    """The condition on the arguments under which the clause asks for something."""
    if clause.when is not None:
        return clause.when
    match clause.condition:
        case Logical(op="implies", left=left):
            spoken = (part for part in walk(left) if isinstance(part, Variable))
            return None if any(part.role == "result" for part in spoken) else left
        case _:
            return None


def _literals(meaning: Meaning, contract: Contract, row: Inputs) -> dict[str, Symbolic]:
    """The values as the logic has them."""
    return {
        parameter.name: meaning.encoder.encode(
            literal(row[parameter.name], parameter.type), meaning.scope
        )
        for parameter in contract.parameters
    }


def _idle(message: str, clause: ct.Ensures | ct.Raises) -> Problem:
    return Problem("vacuous-clause", message, clause.origin.span, Severity.WARNING)


def _and(clauses: tuple[ct.Ensures | ct.Requires, ...] | list[ct.Requires]) -> str:
    texts = [f"`{clause.text}`" for clause in clauses]
    if len(texts) < 2:
        return "".join(texts) or "all clauses"
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def _shown(row: Inputs) -> str:
    return ", ".join(f"{name} = {shortened(value)}" for name, value in row.items()) or "this call"

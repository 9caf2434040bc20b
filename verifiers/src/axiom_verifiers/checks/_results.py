"""Results to try for an input, and what the contract's evaluator says of each.

A contract mostly says what the result is, so one that it allows is at hand, and others are near.
Much of what the critic would ask a solver is seen from these: that there is a result at all, that a
clause asks for something, that the others do not imply it, that two results are allowed.
"""

# Values are dynamic by nature: what a collection holds is known to its declared type only.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false
from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.checks._generate import Source, ordered
from axiom_verifiers.checks._relations import Inputs
from axiom_verifiers.contracts.contract import Contract, Ensures
from axiom_verifiers.contracts.expressions import Compare, Expr, Logical, Variable
from axiom_verifiers.contracts.judging import Judge
from axiom_verifiers.contracts.outcomes import Call, Returned
from axiom_verifiers.contracts.traversal import bound_anywhere, walk
from axiom_verifiers.contracts.types import ListType, SetType
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.contracts.values import Value, conforms, convert, deep_copy, show, sort_values
from axiom_verifiers.errors import ContractError

# Results that are tried for one input.
_MOST = 12


class Tried(msgspec.Struct, frozen=True):
    """A result of the declared type for an input that meets `requires`; `status` is what the
    contract says of it, by the clause's id.
    """

    row: Inputs
    value: Value
    status: dict[str, str]
    written: frozenset[str]

    @property
    def allowed(self) -> bool:
        """Whether each `ensures` holds or is not owed, and no other clause is violated."""
        return all(
            one in ("holds", "not owed") if name in self.written else one != "violated"
            for name, one in self.status.items()
        )

    def breaks(self, clause: Ensures) -> bool:
        return self.status[clause.id] == "violated"

    def breaks_alone(self, clause: Ensures) -> bool:
        """Whether this `ensures` does not hold though all others do."""
        return self.breaks(clause) and all(
            one in ("holds", "not owed")
            for name, one in self.status.items()
            if name in self.written and name != clause.id
        )


class Results:
    """What is tried for the inputs of one contract."""

    def __init__(self, contract: Contract, judge: Judge, source: Source) -> None:
        self.contract = contract
        self.judge = judge
        self.told = list(dict.fromkeys(_told(contract)))
        self.near = [
            value for value in source.edges(contract.result) if conforms(value, contract.result)
        ]

    def of(self, row: Inputs) -> list[Tried]:
        """Each result with what is said of it."""
        written = frozenset(clause.id for clause in self.contract.ensures)
        found: dict[str, Tried] = {}
        for proposed in self._proposed(row):
            value = convert(proposed, self.contract.result)
            if not conforms(value, self.contract.result) or show(value) in found:
                continue
            try:
                call = Call(deep_copy(row))
                judged = self.judge.judge(call, Returned(deep_copy(value), deep_copy(row)))
            except ContractError:
                continue
            status = {one.clause: one.status for one in judged}
            found[show(value)] = Tried(row, value, status, written)
            if len(found) == _MOST:
                break
        return list(found.values())

    def _proposed(self, row: Inputs) -> Iterator[Value]:
        """What the clauses say first, then values of the input, then any."""
        for expr in self.told:
            try:
                yield self.judge.evaluator.evaluate(expr, row, row)
            except ContractError:
                continue
        kind = erase(self.contract.result)
        for parameter in self.contract.parameters:
            value, declared = row[parameter.name], erase(parameter.type)
            if declared == kind:
                yield value
                if isinstance(value, list):
                    arranged = list(value)
                    ordered(arranged)
                    yield arranged
            elif isinstance(declared, ListType | SetType) and erase(declared.item) == kind:
                # A set's own order is another in each process: what is told must not be.
                assert isinstance(value, list | set)
                yield from (value if isinstance(value, list) else sort_values(value))[:3]
        yield from self.near


def _told(contract: Contract) -> Iterator[Expr]:
    """Expressions over the parameters that some clause says the result to be equal to."""
    for clause in contract.ensures:
        for part in walk(clause.condition):
            match part:
                # A bound is often reached.
                case Compare(op="==" | "<=" | ">=") | Logical(op="iff"):
                    sides = (part.left, part.right)
                case _:
                    continue
            for one, other in (sides, sides[::-1]):
                if _is_result(one) and _speaks_of_parameters(other):
                    yield other


def settled(clause: Ensures) -> bool:
    """Whether the clause alone says, of every input, what the result is."""
    match clause.condition:
        case Compare(op="==", left=left, right=right) | Logical(op="iff", left=left, right=right):
            pairs = ((left, right), (right, left))
            named = any(_is_result(a) and _speaks_of_parameters(b) for a, b in pairs)
            return clause.when is None and named
        case _:
            return False


def _is_result(expr: Expr) -> bool:
    return isinstance(expr, Variable) and expr.role == "result"


def _speaks_of_parameters(expr: Expr) -> bool:
    """Whether the input alone decides its value."""
    inside = bound_anywhere(expr)
    return all(
        part.role == "parameter" or (part.role == "bound" and part.name in inside)
        for part in walk(expr)
        if isinstance(part, Variable)
    )

"""The clauses of a contract as terms, before and after a call."""

from __future__ import annotations

from axiom_verifiers.contracts import contract as ct
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr, Logical, Variable
from axiom_verifiers.contracts.traversal import walk
from axiom_verifiers.contracts.types import BoolType, IntType, OptionalType, StrType, Type
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.encode import Encoder, Scope
from axiom_verifiers.obligations.ranges import Ranges
from axiom_verifiers.obligations.state import Exit, well_formed
from axiom_verifiers.obligations.values import (
    Opaque,
    OptionalValue,
    Symbolic,
    coerce,
    constants,
    erase,
)

_CHANGELESS = (IntType, BoolType, StrType)


class Meaning:
    """The clauses of a contract as terms, for one state before the call."""

    def __init__(self, contract: Contract, ranges: Ranges) -> None:
        self.contract = contract
        self.ranges = ranges
        self.encoder = Encoder(contract, ranges)
        # Lemmas and members of ranges have names of their own: no parameter may be called so.
        self.before: dict[str, Symbolic] = {
            parameter.name: constants(f"given.{parameter.name}", parameter.type)
            for parameter in contract.parameters
        }
        self.facts: tuple[Term, ...] = tuple(
            fact
            for value in self.before.values()
            for fact in (well_formed(value, ranges),)
            if fact is not terms.TRUE
        )
        self.scope = Scope(self.before, old=self.before)
        self.unsaid: dict[str, str] = {}
        self.requires: list[Term] = []
        self.requires_defined: list[tuple[ct.Requires, tuple[Term, ...], Term]] = []
        for clause in contract.requires:
            said = self.say(clause, clause.condition, self.scope)
            if said is None:
                continue
            holds, defined = said
            self.requires_defined.append((clause, tuple(self.requires), defined))
            self.requires.append(terms.and_(defined, holds))
        # Everything that is said from here on is said of inputs that meet all of these.
        ranges.within.note_all(self.requires)
        self.raising: dict[str, Term | None] = {}
        self.raises_defined: dict[str, Term] = {}
        for clause in contract.raises:
            said = self.say(clause, clause.when, self.scope)
            self.raising[clause.id] = None if said is None else said[0]
            if said is not None:
                self.raises_defined[clause.id] = said[1]

    def say(self, clause: ct.Clause, expr: Expr, scope: Scope) -> tuple[Term, Term] | None:
        """When the expression holds and when it is defined; None, noted, if not modelled."""
        try:
            holds, failures = self.encoder.condition(expr, scope)
        except NotModelledError as error:
            self.unsaid.setdefault(clause.id, error.construct)
            return None
        return holds, terms.not_(terms.or_(*(failure.condition for failure in failures)))

    def case(self, condition: Expr) -> tuple[Term, ...]:
        """What must hold of the arguments for the condition to ask for anything; nothing where
        that is not plain.

        Of an `ensures` that is read after the call: so it may speak only of what no code can
        change, and only where it has a value.
        """
        match condition:
            case Logical(op="implies", left=left):
                pass
            case _:
                return ()
        for part in walk(left):
            if isinstance(part, Variable) and not (
                part.role in ("parameter", "bound") and isinstance(erase(part.type), _CHANGELESS)
            ):
                return ()
        try:
            holds, failures = self.encoder.condition(left, self.scope)
        except NotModelledError:
            return ()
        return () if failures else (holds,)

    @property
    def some_raise(self) -> Term | None:
        """When the code must raise; None when that cannot be said."""
        conditions = list(self.raising.values())
        if any(condition is None for condition in conditions):
            return None
        return terms.or_(*(condition for condition in conditions if condition is not None))

    def after(self, exit_: Exit, changed: tuple[str, ...]) -> dict[str, Symbolic]:
        """The caller's objects after the call."""
        return {
            name: exit_.names.get(name, value) if name in changed else value
            for name, value in self.before.items()
        }


def result_as(value: Symbolic, kind: Type) -> Symbolic:
    """A result as one of its declared type, once it is known to conform."""
    if isinstance(value, OptionalValue) and not isinstance(erase(kind), OptionalType):
        return value.value
    return value if isinstance(value, Opaque) else coerce(value, kind)

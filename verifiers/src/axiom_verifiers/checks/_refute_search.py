"""Bounded symbolic search: inputs on which a clause would fail, as solvers guess them.

Lists are short, loops are written out, quantifiers are expanded; so formulas are free of
quantifiers, and a model is a whole input. It is only a guess until the sandbox has run it, and
finding none says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from axiom_verifiers.contracts import contract as ct
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.exceptions import bases_of
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.core.flow import changed_parameters
from axiom_verifiers.core.program import Program
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.logic.models import ModelError, read_value
from axiom_verifiers.logic.problem import Problem
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations.encode import Scope
from axiom_verifiers.obligations.encode_mappings import unchanged
from axiom_verifiers.obligations.execute import Machine
from axiom_verifiers.obligations.meaning import Meaning, result_as
from axiom_verifiers.obligations.obligation import conjuncts
from axiom_verifiers.obligations.probe import (
    ITEMS,
    UnreadableModelError,
    datatypes_in,
    probes,
    read,
)
from axiom_verifiers.obligations.ranges import Bounded
from axiom_verifiers.obligations.state import Exit, conforms, well_formed
from axiom_verifiers.obligations.values import Symbolic, constants

NO_PROGRAM = Program(entry="", functions=())


class Search:
    """One program against one contract, with lists of at most `size` items.

    Without a program (`NO_PROGRAM`) it can still look for inputs that meet `requires`.
    """

    def __init__(self, program: Program, contract: Contract, size: int) -> None:
        self.contract = contract
        self.ranges = Bounded(min(size, ITEMS))
        self.meaning = Meaning(contract, self.ranges)
        self.datatypes = datatypes_in(
            (contract.result, *(p.type for p in contract.parameters)), program, contract
        )
        self.machine = Machine(program, contract, self.ranges)
        self.changed: tuple[str, ...] = ()
        if program.functions:
            self.machine.run(self.meaning.before)
            entry = self.machine.functions.get(program.entry)
            self.changed = changed_parameters(entry) if entry is not None else ()
        self.want = probes(self.meaning.before)

    def question(self, violation: Term, *avoided: Term) -> Problem:
        """A problem whose countermodels are inputs with the violation."""
        known = (*self.meaning.requires, *self.meaning.facts, *self.ranges.limits, *avoided)
        hypotheses = tuple(dict.fromkeys(part for term in known for part in conjuncts(term)))
        return Problem(
            goal=terms.not_(violation),
            hypotheses=hypotheses,
            datatypes=self.datatypes,
            want=self.want,
        )

    def inputs(
        self,
        problem: Problem,
        model: Mapping[str, str],
        values: Mapping[str, Symbolic] | None = None,
    ) -> dict[str, Value] | None:
        """The parameters' values in a model, or those of `values`; None when one is left open."""
        texts: dict[Term, str] = {}
        for (key, _), term in zip(problem.script().want, problem.want, strict=True):
            if key in model:
                texts[term] = model[key]

        def lookup(term: Term) -> Any:
            if term not in texts:
                raise UnreadableModelError("a value that the model leaves open")
            return read_value(texts[term], term.sort, self.datatypes)

        try:
            wanted = self.meaning.before if values is None else values
            return {name: read(value, lookup) for name, value in wanted.items()}
        except (UnreadableModelError, ModelError):
            return None

    # ------------------------------------------------------------ violations

    def violation(self, clause: ct.Clause) -> Term:
        """When the code breaks the clause, as far as that is modelled."""
        found: list[Term] = []
        for exit_ in self.machine.exits:
            try:
                found += self.at(clause, exit_)
            except NotModelledError:
                continue
        return terms.or_(*found)

    def at(self, clause: ct.Clause, exit_: Exit) -> Iterator[Term]:
        meaning = self.meaning
        match clause, exit_.kind:
            case ct.Ensures(), "return":
                yield self.broken(exit_, clause.condition, clause.when)
            case ct.Implied(obligation="refinement", condition=condition), "return" if condition:
                yield self.broken(exit_, condition, None)
            case ct.Raises(), "return":
                owed = meaning.raising[clause.id]
                if owed is not None:
                    yield terms.and_(exit_.condition, owed)
            case ct.Raises(), "raise":
                owed = meaning.raising[clause.id]
                for error in exit_.errors:
                    kinds = bases_of(error)
                    allowed = [
                        meaning.raising[one.id]
                        for one in self.contract.raises
                        if one.error in kinds
                    ]
                    if owed is not None and clause.error not in kinds:
                        said = [condition for condition in allowed if condition is not None]
                        yield terms.and_(exit_.condition, owed, terms.not_(terms.or_(*said)))
            case ct.Implied(obligation="no undeclared exception"), "raise":
                said = [condition for condition in meaning.raising.values() if condition]
                yield terms.and_(exit_.condition, terms.not_(terms.or_(*said)))
            case ct.Implied(obligation="result type"), "return":
                assert exit_.value is not None
                fits = conforms(exit_.value, self.contract.result)
                yield terms.and_(exit_.condition, self.nothing_raised, terms.not_(fits))
            case ct.Implied(obligation="unmodified"), _:
                after = meaning.after(exit_, self.changed)
                for name in self.changed:
                    kept = exit_.kind == "raise" or name not in self.contract.modifies
                    if kept and clause.subject in (None, name):
                        same = unchanged(meaning.encoder, after[name], meaning.before[name])
                        yield terms.and_(exit_.condition, terms.not_(same))
            case _:
                return

    @property
    def nothing_raised(self) -> Term:
        some = self.meaning.some_raise
        return terms.TRUE if some is None else terms.not_(some)

    def broken(self, exit_: Exit, condition: Expr, when: Expr | None) -> Term:
        meaning = self.meaning
        assert exit_.value is not None
        owed = self.nothing_raised
        if when is not None:
            owed = terms.and_(owed, meaning.encoder.condition(when, meaning.scope)[0])
        fits = conforms(exit_.value, self.contract.result)
        if fits is terms.FALSE:
            return terms.FALSE
        scope = Scope(
            meaning.after(exit_, self.changed),
            old=meaning.before,
            result=result_as(exit_.value, self.contract.result),
        )
        holds, failures = meaning.encoder.condition(condition, scope)
        defined = terms.not_(terms.or_(*(failure.condition for failure in failures)))
        return terms.and_(exit_.condition, owed, fits, defined, terms.not_(holds))

    # ------------------------------------------------------------ errors of the contract

    def undefined(self, clause: ct.Clause) -> tuple[Problem, dict[str, Symbolic]] | None:
        """A question whose countermodels are values, `result` among them for an `ensures`, on
        which the clause means nothing: an error of the contract, not of any code.
        """
        meaning = self.meaning
        values = dict(meaning.before)
        match clause:
            case ct.Requires():
                known = [one for one in meaning.requires_defined if one[0].id == clause.id]
                if not known or known[0][2] is terms.TRUE:
                    return None
                _, assumed, defined = known[0]
            case ct.Raises():
                defined = meaning.raises_defined.get(clause.id, terms.TRUE)
                assumed = tuple(meaning.requires)
            case ct.Ensures() if not self.contract.modifies:
                result = constants("result@", self.contract.result)
                values["result"] = result
                scope = Scope(meaning.before, old=meaning.before, result=result)
                owed = self.nothing_raised
                if clause.when is not None:
                    owed = terms.and_(owed, meaning.encoder.condition(clause.when, scope)[0])
                _, failures = meaning.encoder.condition(clause.condition, scope)
                defined = terms.not_(terms.or_(*(failure.condition for failure in failures)))
                earlier = [
                    meaning.encoder.condition(one.condition, scope)[0]
                    for one in self.contract.ensures[: self.contract.ensures.index(clause)]
                    if one.when is None
                ]
                facts = well_formed(result, self.ranges)
                assumed = (*meaning.requires, owed, facts, *earlier)
            case _:
                return None
        if defined is terms.TRUE:
            return None
        known_facts = (*assumed, *meaning.facts, *self.ranges.limits)
        hypotheses = tuple(dict.fromkeys(part for term in known_facts for part in conjuncts(term)))
        problem = Problem(
            goal=defined, hypotheses=hypotheses, datatypes=self.datatypes, want=probes(values)
        )
        return problem, values

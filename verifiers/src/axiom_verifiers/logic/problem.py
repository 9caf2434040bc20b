"""A proof task: do the hypotheses entail the goal? And its canonical SMT-LIB text.

The text depends on what the goal and the hypotheses use, and on nothing else: declarations
that nothing needs are left out, symbols are numbered in order of first use, and so an edit
elsewhere changes no byte of it. Its digest is what answers are cached by.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from axiom_verifiers.logic.booleans import not_
from axiom_verifiers.logic.components import components
from axiom_verifiers.logic.features import Features, features_of, logic_name
from axiom_verifiers.logic.naming import CanonicalNaming, DistinctNaming
from axiom_verifiers.logic.smtlib import Printer, is_bound, shared, show, sort_text
from axiom_verifiers.logic.sorts import Datatype, Kind, Sort
from axiom_verifiers.logic.term import Function, Term, postorder, substitute, var


class Definition(msgspec.Struct, frozen=True):
    """A function with a body. Make it with `define`; recursion is found by itself."""

    function: Function
    parameters: tuple[Term, ...]
    body: Term


def define(function: Function, parameters: tuple[Term, ...], body: Term) -> Definition:
    """`function(parameters) = body`. A recursive one must be known to end: solvers take it as
    an axiom.
    """
    if tuple(parameter.sort for parameter in parameters) != function.parameters:
        raise TypeError(f"the parameters of {function.name} are not those of its declaration")
    if body.sort is not function.result:
        raise TypeError(f"{function.name} gives {function.result}, its body {body.sort}")
    names = tuple(
        var(f"?0.{number}", parameter.sort) for number, parameter in enumerate(parameters)
    )
    return Definition(function, names, substitute(body, dict(zip(parameters, names, strict=True))))


class Axiom(msgspec.Struct, frozen=True):
    """A named assumption. With `about`, it is left out unless one of these functions or sorts
    (by name) is used.
    """

    name: str
    formula: Term
    about: tuple[str, ...] = ()


class Script(msgspec.Struct, frozen=True):
    """The text of a problem: declarations and assertions, no options, no commands to solve.

    `names` maps the text's symbols to those of the problem. `want` are pairs of the key under
    which a value is reported and the text to ask it by. `digest` is of logic and text.
    """

    logic: str
    text: str
    features: Features
    names: dict[str, str]
    want: tuple[tuple[str, str], ...]
    wanted_sorts: tuple[Sort, ...]
    digest: str

    @property
    def full(self) -> str:
        """A whole script for a person, or a solver's command line."""
        values = "".join(f" {text}" for _, text in self.want)
        ask = f"(get-value ({values.strip()}))\n" if self.want else ""
        return f"(set-logic {self.logic})\n{self.text}(check-sat)\n{ask}"


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Hypotheses and a goal. `Valid` means: with the axioms, they entail the goal.

    Constants, functions and uninterpreted sorts are declared by being used; `datatypes` and
    `definitions` may hold more than is used. `want` are constants (or ground terms) whose
    values are asked for in a countermodel; a constant's value is reported under its name.
    """

    goal: Term
    hypotheses: tuple[Term, ...] = ()
    axioms: tuple[Axiom, ...] = ()
    datatypes: tuple[Datatype, ...] = ()
    definitions: tuple[Definition, ...] = ()
    want: tuple[Term, ...] = ()
    logic: str | None = None

    def script(self, *, canonical: bool = True) -> Script:
        """Its text. ValueError when a datatype is used but not given."""
        return _Writer(self, canonical=canonical).write()

    @property
    def digest(self) -> str:
        """The digest of the canonical text."""
        return self.script().digest


class _Writer:
    """Writes one script."""

    def __init__(self, problem: Problem, *, canonical: bool) -> None:
        self.problem = problem
        self.datatypes = {datatype.name: datatype for datatype in problem.datatypes}
        self.definitions = {definition.function: definition for definition in problem.definitions}
        self.naming = CanonicalNaming() if canonical else DistinctNaming()
        self.functions: dict[Function, None] = {}
        self.constants: dict[Term, None] = {}
        self.sorts: dict[Sort, None] = {}
        self.used: dict[str, Datatype] = {}
        self.seen: set[Term] = set()

    def write(self) -> Script:
        problem = self.problem
        goal = not_(problem.goal)
        stated = [*problem.hypotheses, goal]
        self.visit([*stated, *problem.want])
        axioms = [axiom.formula for axiom in self.relevant()]
        assertions = [*axioms, *stated]
        definitions = [self.definitions[f] for f in self.functions if f in self.definitions]
        features = features_of(
            [*assertions, *problem.want, *(definition.body for definition in definitions)],
            self.sorts,
            macros=frozenset(self.definitions) - self.recursive(),
            recursive=bool(self.recursive()),
        )
        logic = problem.logic or logic_name(features)
        lines = [*self.declarations(), *self.assertions(assertions)]
        text = "".join(f"{line}\n" for line in lines)
        printer = Printer(self.naming)
        want = tuple(
            (term.payload if term.op == "var" else show(term), printer.term(term))
            for term in problem.want
        )
        return Script(
            logic=logic,
            text=text,
            features=features,
            names=self.naming.originals(),
            want=want,
            wanted_sorts=tuple(term.sort for term in problem.want),
            digest=hashlib.sha256(f"{logic}\n{text}".encode()).hexdigest(),
        )

    def visit(self, roots: Iterable[Term]) -> None:
        """Notes every symbol that is used, in order of first use."""
        bodies = list(roots)
        while bodies:
            found: list[Term] = []
            for term in postorder(bodies):
                if term in self.seen:
                    continue
                self.seen.add(term)
                self.visit_sort(term.sort)
                if term.op == "apply" and term.payload not in self.functions:
                    self.functions[term.payload] = None
                    self.naming.function(term.payload)
                    definition = self.definitions.get(term.payload)
                    if definition is not None:
                        found.append(definition.body)
                    else:
                        for sort in term.payload.parameters:
                            self.visit_sort(sort)
                elif term.op == "var" and not is_bound(term):
                    self.constants[term] = None
                    self.naming.constant(term)
            bodies = found

    def visit_sort(self, sort: Sort) -> None:
        if sort in self.sorts:
            return
        self.sorts[sort] = None
        for arg in sort.args:
            self.visit_sort(arg)
        if sort.kind is Kind.UNINTERPRETED:
            self.naming.sort(sort)
        elif sort.kind is Kind.DATATYPE and sort.name not in self.used:
            datatype = self.datatypes.get(sort.name)
            if datatype is None:
                raise ValueError(f"the datatype {sort.name} is used but was not given")
            self.used[sort.name] = datatype
            self.naming.datatype(datatype)
            for constructor in datatype.constructors:
                for selector in constructor.selectors:
                    self.visit_sort(selector.sort)

    def relevant(self) -> list[Axiom]:
        """The axioms about what is used, and about what those use in turn."""
        waiting = list(self.problem.axioms)
        chosen: set[int] = set()
        while True:
            names = {function.name for function in self.functions}
            names |= {sort.name for sort in self.sorts}
            new = [
                number
                for number, axiom in enumerate(waiting)
                if number not in chosen and (not axiom.about or names.intersection(axiom.about))
            ]
            if not new:
                return [axiom for number, axiom in enumerate(waiting) if number in chosen]
            for number in new:
                chosen.add(number)
                self.visit((waiting[number].formula,))

    def recursive(self) -> set[Function]:
        """The functions whose definitions reach themselves."""
        edges = self.calls()
        return {
            function
            for group in components(edges)
            for function in group
            if len(group) > 1 or function in edges[function]
        }

    def calls(self) -> dict[Function, list[Function]]:
        """The defined functions in use, with those that each one's body applies."""
        return {
            function: [
                term.payload
                for term in postorder((self.definitions[function].body,))
                if term.op == "apply" and term.payload in self.definitions
            ]
            for function in self.functions
            if function in self.definitions
        }

    def declarations(self) -> list[str]:
        lines = [
            f"(declare-sort {self.naming.sort(sort)} 0)"
            for sort in self.sorts
            if sort.kind is Kind.UNINTERPRETED
        ]
        lines += self.datatype_lines()
        for constant in self.constants:
            name = self.naming.constant(constant)
            lines.append(f"(declare-const {name} {sort_text(constant.sort, self.naming)})")
        return lines + self.function_lines()

    def datatype_lines(self) -> list[str]:
        edges = {
            name: [
                inner.name
                for constructor in datatype.constructors
                for selector in constructor.selectors
                for inner in _sorts_in(selector.sort)
                if inner.kind is Kind.DATATYPE
            ]
            for name, datatype in self.used.items()
        }
        lines: list[str] = []
        for group in components(edges):
            heads = " ".join(
                f"({self.naming.sort(_sort_of(self.used[name]))} {len(self.used[name].parameters)})"
                for name in group
            )
            bodies = " ".join(self.datatype_body(self.used[name]) for name in group)
            lines.append(f"(declare-datatypes ({heads}) ({bodies}))")
        return lines

    def datatype_body(self, datatype: Datatype) -> str:
        sort = _sort_of(datatype)
        constructors: list[str] = []
        for constructor in datatype.constructors:
            fields = "".join(
                f" ({self.naming.selector(sort, selector)} {sort_text(selector.sort, self.naming)})"
                for selector in constructor.selectors
            )
            constructors.append(f"({self.naming.constructor(sort, constructor.name)}{fields})")
        body = f"({' '.join(constructors)})"
        if not datatype.parameters:
            return body
        return f"(par ({' '.join(parameter.name for parameter in datatype.parameters)}) {body})"

    def function_lines(self) -> list[str]:
        lines: list[str] = []
        for function in self.functions:
            if function not in self.definitions:
                sorts = " ".join(sort_text(sort, self.naming) for sort in function.parameters)
                result = sort_text(function.result, self.naming)
                lines.append(f"(declare-fun {self.naming.function(function)} ({sorts}) {result})")
        edges = self.calls()
        for group in components(edges):
            heads = [self.head(self.definitions[function]) for function in group]
            bodies = [self.body(self.definitions[function]) for function in group]
            if len(group) > 1:
                declared = " ".join(f"({head})" for head in heads)
                lines.append(f"(define-funs-rec ({declared}) ({' '.join(bodies)}))")
            else:
                word = "define-fun-rec" if group[0] in edges[group[0]] else "define-fun"
                lines.append(f"({word} {heads[0]} {bodies[0]})")
        return lines

    def head(self, definition: Definition) -> str:
        parameters = " ".join(
            f"({parameter.payload} {sort_text(parameter.sort, self.naming)})"
            for parameter in definition.parameters
        )
        result = sort_text(definition.function.result, self.naming)
        return f"{self.naming.function(definition.function)} ({parameters}) {result}"

    def body(self, definition: Definition) -> str:
        return Printer(self.naming).body(definition.parameters, definition.body)

    def assertions(self, formulas: list[Term]) -> list[str]:
        """Each formula asserted; a shared part is defined right before its first use."""
        defined: dict[Term, str] = {}
        printer = Printer(self.naming, defined)
        common = set(shared(formulas))
        lines: list[str] = []
        for formula in formulas:
            for term in postorder((formula,)):
                if term in common and term not in defined:
                    name = f"${len(defined)}"
                    sort = sort_text(term.sort, self.naming)
                    lines.append(f"(define-fun {name} () {sort} {printer.definition(term)})")
                    defined[term] = name
            lines.append(f"(assert {printer.term(formula)})")
        return lines


def _sorts_in(sort: Sort) -> Iterable[Sort]:
    yield sort
    for arg in sort.args:
        yield from _sorts_in(arg)


def _sort_of(datatype: Datatype) -> Sort:
    return datatype.sort(*datatype.parameters)

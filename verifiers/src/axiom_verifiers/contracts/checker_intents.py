"""Checking an intent: its clauses, and what is owed without being written."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from axiom_verifiers.contracts import checker_calls, exceptions, syntax
from axiom_verifiers.contracts.checker_expressions import Checker
from axiom_verifiers.contracts.checker_items import (
    check_parameters,
    check_settled,
    check_shadowing,
    parameter_scope,
)
from axiom_verifiers.contracts.checker_types import resolve
from axiom_verifiers.contracts.contract import (
    Contract,
    Ensures,
    Example,
    Hint,
    Must,
    Origin,
    Parameter,
    Raises,
    Requires,
)
from axiom_verifiers.contracts.expressions import Expr, Variable
from axiom_verifiers.contracts.implied import Head, implied_clauses
from axiom_verifiers.contracts.narrowing import Path, facts_of
from axiom_verifiers.contracts.refinements import refinement
from axiom_verifiers.contracts.scope import (
    Context,
    Local,
    Names,
    Notes,
    Occurrence,
    Scope,
    nearest,
    replace_fix,
)
from axiom_verifiers.contracts.settings import check_settings
from axiom_verifiers.contracts.source import Severity, Span
from axiom_verifiers.contracts.texts import Excerpts
from axiom_verifiers.contracts.types import Type
from axiom_verifiers.contracts.typing_rules import erase, may_change, show_type

# A label of these names would give its clause the id of an implied one.
_TAKEN_LABELS = frozenset({"unmodified", "unshared", "terminates"})


class IntentChecker:
    """Checks one intent; what it finds goes to the notes."""

    def __init__(
        self, item: syntax.IntentItem, excerpts: Excerpts, names: Names, notes: Notes
    ) -> None:
        self.item = item
        self.excerpts = excerpts
        self.names = names
        self.notes = notes
        self.counts: dict[str, int] = {}
        self.labels: dict[str, Span] = {}
        self.texts: dict[tuple[str, str], Span] = {}

    def check(self) -> Contract:
        """The contract, of the clauses that could be read."""
        item = self.item
        check_shadowing(item.name, self.notes)
        self.notes.occur(Occurrence(item.name.span, item.name.id, "intent", declares=True))
        parameters = check_parameters(item.parameters, self.names, self.notes)
        result = resolve(item.result, self.names, self.notes)
        modifies = self._modifies(parameters)
        head = Head(item.name.id, parameters, result, modifies)
        scope = parameter_scope(parameters)
        requires, scope = self._requires(head, scope)
        raises, scope = self._raises(scope)
        ensures = self._ensures(head, scope)
        examples = self._examples(head)
        written = tuple(c for c in item.clauses if isinstance(c, syntax.Setting))
        return Contract(
            name=head.name,
            parameters=parameters,
            result=result,
            requires=requires,
            ensures=ensures,
            raises=raises,
            examples=examples,
            musts=self._musts(),
            implied=tuple(
                replace(one, origin=self._origin(item.name.span))
                for one in implied_clauses(head, bool(raises))
            ),
            modifies=modifies,
            hints=self._hints(),
            prose="\n\n".join(c.text for c in item.clauses if isinstance(c, syntax.Prose)),
            settings=check_settings(written, self.notes),
            records=(),
            defines=(),
        )

    # ------------------------------------------------------------ names of clauses

    def _id(self, kind: str, label: syntax.Label | None) -> tuple[str, str | None]:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if label is None:
            return f"{self.item.name.id}/{kind}-{self.counts[kind]}", None
        name = label.name
        if name in self.labels:
            self.notes.problem(
                "duplicate-label",
                f"found the label `{name}` twice; expected different labels",
                label.span,
                related=((self.labels[name], "the first one"),),
            )
            return f"{self.item.name.id}/{kind}-{self.counts[kind]}", None
        if name in _TAKEN_LABELS:
            self.notes.problem(
                "reserved-name",
                f"the label `{name}` names a clause that every intent has; expected another label",
                label.span,
            )
        self.labels[name] = label.span
        self.notes.occur(Occurrence(label.span, name, "label", declares=True))
        return f"{self.item.name.id}/{name}", name

    def _once(self, kind: str, text: str, span: Span) -> None:
        key = (kind, " ".join(text.split()))
        if key in self.texts:
            self.notes.problem(
                "duplicate-clause",
                f"this `{kind}` says what an earlier one says already; expected it once",
                span,
                related=((self.texts[key], "the first one"),),
                severity=Severity.WARNING,
            )
        self.texts.setdefault(key, span)

    def _origin(self, span: Span) -> Origin:
        return Origin(self.excerpts.line(span), span)

    # ------------------------------------------------------------ clauses

    def _modifies(self, parameters: tuple[Parameter, ...]) -> tuple[str, ...]:
        types = {one.name: one.type for one in parameters}
        found: dict[str, Span] = {}
        for clause in self.item.clauses:
            if not isinstance(clause, syntax.Modifies):
                continue
            for name in clause.names:
                if name.id not in types:
                    self.notes.unknown("unknown-parameter", "parameter", name.id, name.span, types)
                    continue
                self.notes.occur(Occurrence(name.span, name.id, "parameter", types[name.id]))
                if name.id in found:
                    self.notes.problem(
                        "duplicate-name",
                        f"found `{name.id}` twice in `modifies`; expected it once",
                        name.span,
                        related=((found[name.id], "the first one"),),
                    )
                elif not may_change(types[name.id]):
                    self.notes.problem(
                        "never-changes",
                        f"`{name.id}` is `{show_type(types[name.id])}`, which never changes; "
                        "expected a list, set, dict or record after `modifies`",
                        name.span,
                    )
                    continue
                found.setdefault(name.id, name.span)
        return tuple(name for name in types if name in found)

    def _requires(self, head: Head, scope: Scope) -> tuple[tuple[Requires, ...], Scope]:
        made: list[Requires] = []
        for parameter in head.parameters:
            variable = Variable(type=erase(parameter.type), name=parameter.name, role="parameter")
            condition = refinement(variable, parameter.type)
            if condition is not None:
                made.append(
                    Requires(
                        id=f"{head.name}/{parameter.name}-type",
                        text=f"{parameter.name}: {show_type(parameter.type)}",
                        origin=self._origin(self.item.name.span),
                        condition=condition,
                    )
                )
        checker = Checker(self.names, self.notes, Context(place="`requires`"))
        for clause in self.item.clauses:
            if not isinstance(clause, syntax.Requires):
                continue
            name, label = self._id("requires", clause.label)
            text = self.excerpts.text(clause.condition.span)
            self._once("requires", text, clause.span)
            condition = checker.condition(clause.condition, scope, "what `requires` asks for")
            check_settled(condition, self.notes)
            scope = scope.know(facts_of(clause.condition).true)
            made.append(
                Requires(
                    id=name,
                    label=label,
                    text=text,
                    origin=self._origin(clause.span),
                    tags=clause.tags,
                    condition=condition,
                )
            )
        return tuple(made), scope

    def _raises(self, scope: Scope) -> tuple[tuple[Raises, ...], Scope]:
        made: list[Raises] = []
        known: frozenset[Path] = frozenset()
        checker = Checker(self.names, self.notes, Context(place="`raises`"))
        for clause in self.item.clauses:
            if not isinstance(clause, syntax.Raises):
                continue
            name, label = self._id("raises", clause.label)
            text = self.excerpts.text(clause.error.span.join(clause.when.span))
            self._once("raises", text, clause.span)
            self._exception(clause.error)
            when = checker.condition(clause.when, scope, "what stands after `when`")
            check_settled(when, self.notes)
            known |= facts_of(clause.when).false
            made.append(
                Raises(
                    id=name,
                    label=label,
                    text=text,
                    origin=self._origin(clause.span),
                    tags=clause.tags,
                    error=clause.error.id,
                    when=when,
                )
            )
        return tuple(made), scope.know(known)

    def _exception(self, name: syntax.Name) -> None:
        if name.id in exceptions.OUTSIDE:
            self.notes.problem(
                "unknown-exception",
                f"`{name.id}` comes from the limits of the interpreter, which are outside the "
                "semantics; expected an exception that code raises by its own choice",
                name.span,
            )
        elif not exceptions.is_exception(name.id):
            close = exceptions.nearest(name.id)
            hint = f"; did you mean `{close}`?" if close else ", such as `ValueError`"
            self.notes.problem(
                "unknown-exception",
                f"found `{name.id}`, expected one of Python's built-in exceptions{hint}",
                name.span,
                fixes=(replace_fix(close, name.span),) if close else (),
            )
        else:
            self.notes.occur(Occurrence(name.span, name.id, "exception"))

    def _ensures(self, head: Head, before: Scope) -> tuple[Ensures, ...]:
        made: list[Ensures] = []
        result = erase(head.result)
        checker = Checker(
            self.names,
            self.notes,
            Context(place="`ensures`", old=True, unbounded=True, changing=frozenset(head.modifies)),
        )
        strict = Checker(self.names, self.notes, Context(place="the `when` of `ensures`"))
        after = before.bind((), role="parameter")
        after = Scope(
            {**after.variables, "result": Local(type=result, role="result")},
            _after_facts(after.facts, head.modifies),
        )
        for clause in self.item.clauses:
            if not isinstance(clause, syntax.Ensures):
                continue
            name, label = self._id("ensures", clause.label)
            span = clause.condition.span
            text = self.excerpts.text(span if clause.when is None else span.join(clause.when.span))
            self._once("ensures", text, clause.span)
            scope = after
            when: Expr | None = None
            if clause.when is not None:
                when = strict.condition(clause.when, before, "what stands after `when`")
                check_settled(when, self.notes)
                scope = scope.know(_after_facts(facts_of(clause.when).true, head.modifies))
            condition = checker.condition(clause.condition, scope, "what `ensures` promises")
            check_settled(condition, self.notes)
            made.append(
                Ensures(
                    id=name,
                    label=label,
                    text=text,
                    origin=self._origin(clause.span),
                    tags=clause.tags,
                    condition=condition,
                    when=when,
                )
            )
        return tuple(made)

    def _examples(self, head: Head) -> tuple[Example, ...]:
        made: list[Example] = []
        empty = Scope({})
        checker = Checker(self.names, self.notes, Context(place="an `example`"))
        types = {one.name: one.type for one in head.parameters}
        for clause in self.item.clauses:
            if not isinstance(clause, syntax.Example):
                continue
            name, _ = self._id("example", None)
            text = self.excerpts.text(_example_span(clause))
            self._once("example", text, clause.span)
            function = clause.call.function
            if not isinstance(function, syntax.Name) or function.id != head.name:
                self.notes.problem(
                    "example-name",
                    f"an example calls its own intent: found another call, expected "
                    f"`{head.name}(…)`",
                    function.span,
                    fixes=(replace_fix(head.name, function.span),),
                )
            else:
                self.notes.occur(Occurrence(function.span, head.name, "intent"))
            parameters = tuple((one.name, one.type) for one in head.parameters)
            args = checker_calls.arguments(checker, clause.call, head.name, parameters, empty)
            expected: Expr | None = None
            if clause.error is not None:
                self._exception(clause.error)
            elif clause.expected is not None:
                of = erase(head.result)
                what = "the value that the example expects"
                expected = checker.wanted(clause.expected, empty, of, what)
                check_settled(expected, self.notes)
            after: list[tuple[str, Expr]] = []
            for parameter, value in clause.after:
                if not self._may_change(parameter, types, head.modifies):
                    continue
                what = f"`{parameter.id}` after the call"
                of = erase(types[parameter.id])
                after.append((parameter.id, checker.wanted(value, empty, of, what)))
            for arg in args or ():
                check_settled(arg, self.notes)
            if args is None:
                continue
            made.append(
                Example(
                    id=name,
                    text=text,
                    origin=self._origin(clause.span),
                    args=args,
                    expected=expected,
                    error=None if clause.error is None else clause.error.id,
                    after=tuple(after),
                )
            )
        return tuple(made)

    def _may_change(
        self, name: syntax.Name, types: dict[str, Type], modifies: tuple[str, ...]
    ) -> bool:
        if name.id not in types:
            close = nearest(name.id, types)
            hint = f"; did you mean `{close}`?" if close else ""
            self.notes.problem(
                "unknown-parameter", f"unknown parameter `{name.id}`{hint}", name.span
            )
            return False
        self.notes.occur(Occurrence(name.span, name.id, "parameter", types[name.id]))
        if name.id not in modifies:
            self.notes.problem(
                "not-modified",
                f"`{name.id}` comes back unchanged: found a value for it after the call, expected "
                f"one for a parameter in `modifies`",
                name.span,
            )
            return False
        return True

    def _musts(self) -> tuple[Must, ...]:
        made: list[Must] = []
        said: dict[str, tuple[bool, Span]] = {}
        for clause in self.item.clauses:
            if not isinstance(clause, syntax.Must):
                continue
            name, _ = self._id("must", None)
            prose = None if clause.prose is None else clause.prose.text
            if clause.what == "terminate" and clause.negated:
                self.notes.problem(
                    "bad-must",
                    "found `must not terminate`; expected `must terminate`: termination is owed "
                    "by every intent",
                    clause.span,
                )
            elif clause.what is not None and clause.what in said:
                negated, first = said[clause.what]
                same = negated == clause.negated
                self.notes.problem(
                    "duplicate-clause" if same else "contradiction",
                    f"an earlier `must` says {'the same' if same else 'the opposite'}; expected "
                    "one of them",
                    clause.span,
                    related=((first, "the earlier one"),),
                    severity=Severity.WARNING if same else Severity.ERROR,
                )
            if clause.what is not None:
                said.setdefault(clause.what, (clause.negated, clause.span))
            words = f"{'not ' if clause.negated else ''}{clause.what}"
            made.append(
                Must(
                    id=name,
                    text=words if prose is None else prose,
                    origin=self._origin(clause.span),
                    negated=clause.negated,
                    what=clause.what,
                    prose=prose,
                )
            )
        return tuple(made)

    def _hints(self) -> tuple[Hint, ...]:
        made: list[Hint] = []
        for clause in self.item.clauses:
            match clause:
                case syntax.Invariant():
                    text = self.excerpts.text(clause.condition.span)
                    made.append(Hint("invariant", text, self._origin(clause.span)))
                case syntax.Decreases():
                    text = self.excerpts.text(clause.measure.span)
                    made.append(Hint("decreases", text, self._origin(clause.span)))
                case _:
                    pass
        return tuple(made)


def _example_span(clause: syntax.Example) -> Span:
    span = clause.call.span
    for part in (clause.expected, clause.error, *(value for _, value in clause.after)):
        if part is not None:
            span = span.join(part.span)
    return span


def _after_facts(facts: Iterable[Path], modifies: tuple[str, ...]) -> frozenset[Path]:
    """Facts from before the call, as `ensures` may use them: as they are about what comes back
    unchanged, and about the old values of everything.
    """
    kept = {fact for fact in facts if not set(fact) & set(modifies)}
    old = {("old(", *fact, ")") for fact in facts}
    return frozenset(kept | old)

"""Names while a contract is checked: what the file declares, what a clause sees, what is bound."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Literal, Protocol

import msgspec

from axiom_verifiers.contracts.source import Edit, Fix, Problem, Severity, Span
from axiom_verifiers.contracts.types import Type

Role = Literal["parameter", "bound", "local", "result", "it"]

LITERAL_NAMES = frozenset({"inf", "nan"})
CONTRACT_WORDS = frozenset({"result", "it", "old"})
OPERATOR_WORDS = frozenset({"forall", "exists", "implies", "iff", "permutation"})
TYPE_NAMES = ("int", "bool", "float", "str", "bytes", "list", "set", "dict", "tuple", "None")


class DefineParameter(msgspec.Struct, frozen=True):
    name: str
    type: Type  # refinements kept


class Signature(msgspec.Struct, frozen=True):
    """The head of a define; `parameters` is None for a constant."""

    name: str
    parameters: tuple[DefineParameter, ...] | None
    result: Type


class Names(Protocol):
    """What an expression may ask of the file around it. Each question notes a dependence."""

    def find_type(self, name: str) -> Type | None:
        """The declared type of that name; None when there is none."""
        ...

    def find_define(self, name: str) -> Signature | None: ...

    def find_intent(self, name: str) -> bool:
        """Whether an intent has that name."""
        ...

    def evaluable(self, name: str) -> bool:
        """Whether the define can be evaluated; True when it is not known."""
        ...

    def all_names(self, kind: Literal["type", "define"]) -> Iterable[str]:
        """Names for suggestions only; asking notes no dependence."""
        ...


class Occurrence(msgspec.Struct, frozen=True):
    """A name used at a place: for hover, definition, references, tokens.

    `declares` marks the place where the name is introduced; `of` names what a field or method
    belongs to.
    """

    span: Span
    name: str
    kind: Literal[
        "parameter", "bound", "result", "it", "type", "record", "define", "constant",
        "intent", "builtin", "method", "field", "exception", "label", "keyword_argument",
    ]  # fmt: skip
    type: Type | None = None
    declares: bool = False
    of: str = ""


class Local(msgspec.Struct, frozen=True):
    """A variable in scope; its type is erased."""

    type: Type
    role: Role


class Context(msgspec.Struct, frozen=True):
    """Where an expression stands, and so what it may say."""

    place: str  # for messages: `requires`, `a define`, …
    old: bool = False
    unbounded: bool = False
    changing: frozenset[str] | None = None  # whose old value may be another; None for all


class Scope:
    """The variables in sight and what is known not to be None. Never changed, only extended."""

    __slots__ = ("facts", "variables")

    def __init__(
        self, variables: dict[str, Local], facts: frozenset[tuple[str, ...]] = frozenset()
    ) -> None:
        self.variables = variables
        self.facts = facts

    def bind(self, names: Iterable[tuple[str, Type]], role: Role = "bound") -> Scope:
        """This scope and new variables, which hide those of the same name and their facts."""
        new = {name: Local(type=of, role=role) for name, of in names}
        facts = self.facts
        if facts:
            facts = frozenset(fact for fact in facts if not new.keys() & set(fact))
        return Scope({**self.variables, **new}, facts)

    def know(self, facts: frozenset[tuple[str, ...]]) -> Scope:
        """This scope where these paths are known not to be None too."""
        return Scope(self.variables, self.facts | facts) if facts - self.facts else self


class Notes:
    """What checking one item gathers: its problems and the names that it used."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.occurrences: list[Occurrence] = []

    def problem(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        fixes: tuple[Fix, ...] = (),
        related: tuple[tuple[Span, str], ...] = (),
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.problems.append(Problem(code, message, span, severity, fixes, related))

    def unknown(
        self,
        code: str,
        what: str,
        name: str,
        span: Span,
        candidates: Iterable[str],
        *,
        more: str = "",
        name_span: Span | None = None,
    ) -> None:
        """A name that nothing has, with the nearest one that something does have."""
        close = nearest(name, candidates)
        message = f"unknown {what} `{name}`"
        fixes: tuple[Fix, ...] = ()
        if close is not None:
            message += f"; did you mean `{close}`?"
            fixes = (replace_fix(close, name_span or span),)
        elif more:
            message += f"; {more}"
        self.problem(code, message, span, fixes=fixes)

    def occur(self, occurrence: Occurrence) -> None:
        self.occurrences.append(occurrence)

    @property
    def sound(self) -> bool:
        """Whether no error was found."""
        return all(problem.severity is not Severity.ERROR for problem in self.problems)


def replace_fix(text: str, span: Span) -> Fix:
    """The fix that puts `text` in place of what stands at `span`."""
    return Fix(f"Change to `{text}`", (Edit(span, text),))


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate whose spelling is nearest, if any is near enough to be meant."""
    pool = sorted(set(candidates))
    folded = {candidate.lower(): candidate for candidate in pool}
    if name.lower() in folded:
        return folded[name.lower()]
    close = difflib.get_close_matches(name, pool, n=1, cutoff=0.6)
    return close[0] if close else None

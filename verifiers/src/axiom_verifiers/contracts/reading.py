"""Reading a whole intent file: its items, its problems at their lines, its contracts."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from axiom_verifiers.contracts.contract import ClauseBase, Contract, Hint, Implied
from axiom_verifiers.contracts.declarations import CheckedItem, Declaration, declare
from axiom_verifiers.contracts.environment import Environment
from axiom_verifiers.contracts.items import ItemText, cut
from axiom_verifiers.contracts.parser import parse_item
from axiom_verifiers.contracts.source import Problem, Severity
from axiom_verifiers.contracts.texts import Excerpts

Uses = Callable[[str], str | None]
C = TypeVar("C", bound=ClauseBase | Hint)


class Placed(msgspec.Struct, frozen=True):
    """A problem at its place in the file: line and column (in characters) count from 1."""

    line: int
    column: int
    problem: Problem
    item: int | None = None  # the index of the item in which the problem's span counts

    @property
    def is_error(self) -> bool:
        return self.problem.severity is Severity.ERROR


class Reading(msgspec.Struct, frozen=True, eq=False):
    """What a file says. `contracts` holds the intents without errors, each with its callees;
    `drafts` what could be read of all of them.
    """

    text: str
    items: tuple[ItemText, ...]
    checked: tuple[CheckedItem, ...]
    problems: tuple[Placed, ...]
    contracts: Mapping[str, Contract]
    drafts: dict[str, Contract]
    environment: Environment
    texts: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether the file has no error."""
        return not any(placed.is_error for placed in self.problems)

    def source_of(self, name: str) -> str | None:
        """The text of the item that declares the name, if this file has one."""
        return self.texts.get(name)


def no_files(_path: str) -> str | None:
    """Used where no other file can be read."""
    return None


def read(text: str, uses: Uses = no_files, path: str = "") -> Reading:
    """Reads a whole file. `uses` gives the text of another intent file, None when there is none.

    Its argument is the path of the used file from the folder of this one, with `/` and
    normalised; `path` is the name of this file in that folder, so that a file that uses itself
    by way of others is found out.
    """
    reader = _Reader(uses, posixpath.normpath(path) if path else "")
    return reader.read(text)


class _Reader:
    def __init__(self, uses: Uses, path: str) -> None:
        self.uses = uses
        self.path = path
        self.environments: dict[str, Environment | None] = {}

    def read(self, text: str) -> Reading:
        items = cut(text)
        declarations = tuple(declare(parse_item(item.text), item.text) for item in items)
        found = _UseProblems()
        imports = self._imports(declarations, self.path, (self.path,), found)
        environment = Environment(declarations, imports)
        checked = tuple(map(environment.check, declarations))
        placed: list[Placed] = []
        twice = environment.use_problems()
        for index, (item, declared, one) in enumerate(
            zip(items, declarations, checked, strict=True)
        ):
            problems = [*one.problems, *found.of(declared)]
            problems += [
                Problem("name-clash", message, span)
                for path, message, span in twice
                if declared.path == path and span is declared.name_span
            ]
            if problems:
                excerpts = Excerpts(item.text)
                placed += [_placed(problem, index, item, excerpts) for problem in problems]
        placed.sort(key=lambda one: (one.line, one.column))
        lines = {
            one.name: item.line - 1 for item, one in zip(items, checked, strict=True) if one.name
        }
        drafts = {
            one.name: located(one.draft, lines[one.name])
            for one in checked
            if one.name is not None and one.draft is not None
        }
        sound = {
            one.name: drafts[one.name]
            for one in checked
            if one.name is not None and one.contract is not None
        }
        if any(problem.is_error and problem.problem.code in _USES for problem in placed):
            sound = {}  # What the used files would have said is not known.
        used = _used_contracts(environment)
        texts = {
            one.name: item.text
            for item, one in zip(reversed(items), reversed(checked), strict=True)
            if one.name is not None
        }
        contracts = _Contracts(sound, used)
        return Reading(text, items, checked, tuple(placed), contracts, drafts, environment, texts)

    def _imports(
        self,
        declarations: tuple[Declaration, ...],
        path: str,
        above: tuple[str, ...],
        found: _UseProblems,
    ) -> dict[str, Environment]:
        imports: dict[str, Environment] = {}
        for declaration in declarations:
            written = declaration.path
            if written is None:
                continue
            if written in imports:
                found.add(declaration, "duplicate-clause", f'found `use "{written}"` twice')
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), written))
            if posixpath.isabs(target) or not target.endswith(".intent"):
                found.add(
                    declaration,
                    "bad-use",
                    f'found "{written}", expected the relative path of an `.intent` file, such '
                    'as "./money.intent"',
                )
                continue
            if target in above:
                chain = " → ".join((*above[above.index(target) :], target))
                found.add(
                    declaration,
                    "use-cycle",
                    f"files use each other in a circle: {chain}. Remove one of these `use` lines; "
                    "what both files need can stand in a third that uses neither",
                )
                continue
            used = self._environment(target, above, found, declaration)
            if used is not None:
                imports[written] = used
        return imports

    def _environment(
        self,
        target: str,
        above: tuple[str, ...],
        found: _UseProblems,
        declaration: Declaration,
    ) -> Environment | None:
        if target in self.environments:
            return self.environments[target]
        text = self.uses(target)
        if text is None:
            found.add(
                declaration,
                "use-not-found",
                f'found no file "{declaration.path}"; expected an intent file there',
            )
            return None
        declarations = tuple(declare(parse_item(item.text), item.text) for item in cut(text))
        inner = _UseProblems()
        imports = self._imports(declarations, target, (*above, target), inner)
        made = Environment(declarations, imports)
        self.environments[target] = made
        for code, message in inner.all():
            found.add(declaration, code, f'in "{declaration.path}": {message}')
        return made


_USES = ("use-cycle", "use-not-found", "bad-use", "name-clash")


class _UseProblems:
    """Problems of use items, by the declaration that they concern."""

    def __init__(self) -> None:
        self._found: list[tuple[Declaration, str, str]] = []

    def add(self, declaration: Declaration, code: str, message: str) -> None:
        self._found.append((declaration, code, message))

    def of(self, declaration: Declaration) -> list[Problem]:
        return [
            Problem(
                code,
                message,
                declaration.name_span,
                Severity.WARNING if code == "duplicate-clause" else Severity.ERROR,
            )
            for owner, code, message in self._found
            if owner is declaration
        ]

    def all(self) -> list[tuple[str, str]]:
        return [(code, message) for _, code, message in self._found]


def _placed(problem: Problem, index: int, item: ItemText, excerpts: Excerpts) -> Placed:
    line = item.line + excerpts.line(problem.span) - 1
    return Placed(line, excerpts.column(problem.span), problem, index)


def _used_contracts(environment: Environment) -> tuple[Contract, ...]:
    """The sound contracts of the intents of used files."""
    found = [
        used.item_named(name).contract
        for used in environment.imports.values()
        for name in used.intents()
    ]
    return tuple(contract for contract in found if contract is not None)


class _Contracts(Mapping[str, Contract]):
    """Each contract with the others that its code may call, put together when it is asked for: a
    long file has many pairs.
    """

    def __init__(self, own: dict[str, Contract], used: tuple[Contract, ...]) -> None:
        self._own = own
        # No name of these is another's: where one is, the file has an error and no contracts.
        self._all = tuple(map(_alone, (*own.values(), *used)))
        self._at = {name: at for at, name in enumerate(own)}

    def __getitem__(self, name: str) -> Contract:
        at = self._at[name]
        return _calling(self._own[name], self._all[:at] + self._all[at + 1 :])

    def __iter__(self) -> Iterator[str]:
        return iter(self._own)

    def __len__(self) -> int:
        return len(self._own)


def with_callees(contract: Contract, others: tuple[Contract, ...]) -> Contract:
    """The contract with the other intents that its code may call, and what calling them owes."""
    return _calling(contract, tuple(_alone(one) for one in others if one.name != contract.name))


def _alone(contract: Contract) -> Contract:
    return replace(contract, callees=()) if contract.callees else contract


def _calling(contract: Contract, callees: tuple[Contract, ...]) -> Contract:
    if not callees:
        return contract
    owed = Implied(
        id=f"{contract.name}/callee-preconditions",
        text="calls other intents only as they require",
        obligation="callee preconditions",
    )
    return replace(contract, callees=callees, implied=(*contract.implied, owed))


def located(contract: Contract, offset: int) -> Contract:
    """The contract with `offset` added to the line of every clause."""

    def moved(clauses: tuple[C, ...]) -> tuple[C, ...]:
        return tuple(
            replace(one, origin=replace(one.origin, line=one.origin.line + offset))
            if one.origin.line
            else one
            for one in clauses
        )

    return replace(
        contract,
        requires=moved(contract.requires),
        ensures=moved(contract.ensures),
        raises=moved(contract.raises),
        examples=moved(contract.examples),
        musts=moved(contract.musts),
        implied=moved(contract.implied),
        hints=moved(contract.hints),
    )

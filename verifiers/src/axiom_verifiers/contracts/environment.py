"""The names of one intent file, and checking its items one at a time.

An environment is made for each version of the file from the declarations of its items, which
are kept as long as their texts stay. It checks what is asked for, when it is asked for; what an
earlier environment found is taken over where everything it rests on is unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec.structs import replace

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_intents import IntentChecker
from axiom_verifiers.contracts.checker_items import (
    check_define,
    check_signature,
    check_type,
    completed,
)
from axiom_verifiers.contracts.closure import called_in, contract_names, is_complete, records_of
from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.declarations import CheckedItem, Declaration, Fingerprint
from axiom_verifiers.contracts.scope import Notes, Signature
from axiom_verifiers.contracts.source import Span
from axiom_verifiers.contracts.texts import Excerpts
from axiom_verifiers.contracts.types import UNKNOWN, Type
from axiom_verifiers.errors import LimitExceededError

_KINDS = {"type": "a type", "define": "a define", "intent": "an intent"}


class Environment:
    """What the items of one file may name: their own declarations and those of used files.

    `imports` gives the environment of each used file by its path as written; used names are
    not transitive. `previous` is the environment of an earlier version of the same file.
    """

    def __init__(
        self,
        declarations: Iterable[Declaration],
        imports: Mapping[str, Environment] | None = None,
        previous: Environment | None = None,
    ) -> None:
        self.declarations = tuple(declarations)
        self.imports = dict(imports or {})
        self.own: dict[str, Declaration] = {}
        for declaration in self.declarations:
            if declaration.name is not None:
                self.own.setdefault(declaration.name, declaration)
        self.previous = previous
        self.checked: dict[str, CheckedItem] = {}
        self._signatures: dict[str, Signature] = {}
        self._fingerprints: dict[str, Fingerprint] = {}
        self.busy: list[str] = []
        self._cyclic: set[str] = set()
        self._ambiguous: frozenset[str] | None = None
        self.unfinished: dict[str, Define] = {}  # read already, not checked to the end
        if previous is not None:
            previous.previous = None  # The chain of versions must not grow.

    # ------------------------------------------------------------ who has a name

    def owner(self, name: str) -> tuple[Environment, Declaration] | None:
        """The declaration that a name stands for in this file, and the file that it is in."""
        own = self.own.get(name)
        if own is not None:
            return self, own
        for used in self.imports.values():
            found = used.own.get(name)
            if found is not None:
                return used, found
        return None

    def names(self, kind: Literal["type", "define", "intent"]) -> list[str]:
        """The names of that kind that this file sees."""
        found = [n for n, declared in self.own.items() if declared.kind == kind]
        for used in self.imports.values():
            found += [n for n, declared in used.own.items() if declared.kind == kind]
        return found

    def intents(self) -> list[str]:
        """The names of this file's own intents, in order."""
        return [name for name, declared in self.own.items() if declared.kind == "intent"]

    def fingerprint(self, name: str) -> Fingerprint:
        """What the meaning of a name rests on; see `declarations.Fingerprint`."""
        if name in self._fingerprints:
            return self._fingerprints[name]
        found: dict[tuple[str, str], None] = {}
        seen: set[int] = set()
        stack: list[tuple[Environment, str]] = [(self, name)]
        while stack:
            where, one = stack.pop()
            owned = where.owner(one)
            if owned is None or id(owned[1]) in seen:
                continue
            place, declaration = owned
            seen.add(id(declaration))
            found[one, declaration.text if declaration.kind != "intent" else "intent"] = None
            stack.extend((place, word) for word in declaration.words if place.owner(word))
        made = frozenset(found) if found else None
        self._fingerprints[name] = made
        return made

    def is_current(self, checked: CheckedItem) -> bool:
        """Whether a result from another version of the file still stands in this one."""
        return all(self.fingerprint(name) == stood for name, stood in checked.depends)

    # ------------------------------------------------------------ meanings

    def type_named(self, name: str) -> Type | None:
        """The type of that name; UNKNOWN when its declaration has errors or a cycle."""
        owned = self.owner(name)
        if owned is None or owned[1].kind != "type":
            return None
        if owned[0] is not self:
            return owned[0].type_named(name)
        if name in self.busy:
            self._cycle(name)
            return UNKNOWN
        checked = self.item_named(name)
        return UNKNOWN if checked.type is None or not checked.sound else checked.type

    def signature(self, name: str) -> Signature | None:
        """The head of the define of that name."""
        owned = self.owner(name)
        if owned is None or not isinstance(owned[1].parsed.item, syntax.DefineItem):
            return None
        if owned[0] is not self:
            return owned[0].signature(name)
        if name not in self._signatures:
            mark = "signature of " + name
            if mark in self.busy:
                self._cycle(mark)
                return Signature(name, (), UNKNOWN)
            self.busy.append(mark)
            made = check_signature(owned[1].parsed.item, Asking(self), Notes())
            self.busy.pop()
            self._signatures[name] = made
        return self._signatures[name]

    def define(self, name: str) -> Define | None:
        """The define of that name, if it has no errors."""
        owned = self.owner(name)
        if owned is None or owned[1].kind != "define":
            return None
        if owned[0] is not self:
            return owned[0].define(name)
        if name in self.busy:
            if name not in self.unfinished:
                self._cycle(name)
            return self.unfinished.get(name)
        return self.item_named(name).define

    def _cycle(self, name: str) -> None:
        self._cyclic.update(self.busy[self.busy.index(name) :])

    def evaluable(self, name: str) -> bool:
        """Whether the define can be evaluated, with all that it calls."""
        try:
            return all(define.evaluable for define in self.closure({name}))
        except LimitExceededError:
            return False

    def closure(self, names: Iterable[str]) -> tuple[Define, ...]:
        """The defines of these names and all that they rest on, each after what it calls.

        Completes `recursive` and `evaluable`. Those with errors are left out. Raises
        `LimitExceededError` when calls are nested too deep to be followed.
        """
        calls: dict[str, tuple[str, ...]] = {}
        found: dict[str, Define] = {}
        order: list[str] = []
        stack: list[tuple[Environment, str, bool]] = [
            (self, name, False) for name in sorted(names, reverse=True)
        ]
        while stack:
            where, name, done = stack.pop()
            if done:
                order.append(name)
                continue
            if name in calls:
                continue
            owned = where.deep_owner(name)
            define = None if owned is None else owned.define(name)
            calls[name] = ()
            if owned is None or define is None:
                continue
            calls[name] = tuple(sorted(called_in(define)))
            found[name] = define
            stack.append((owned, name, True))
            stack.extend((owned, callee, False) for callee in reversed(calls[name]))
        reach = {name: _reachable(name, calls) for name in found}
        return tuple(
            completed(
                found[name],
                recursive=name in reach[name],
                evaluable=found[name].evaluable
                and all(found[one].evaluable for one in reach[name] if one in found),
            )
            for name in order
        )

    def deep_owner(self, name: str) -> Environment | None:
        """The file that has a define of that name: this one, else the nearest one used."""
        level = [self]
        seen: set[int] = set()
        while level:
            for where in level:
                if name in where.own:
                    return where
            seen.update(map(id, level))
            level = [u for w in level for u in w.imports.values() if id(u) not in seen]
        return None

    # ------------------------------------------------------------ items

    def item_named(self, name: str) -> CheckedItem:
        """This file's own type, define or intent of that name, checked."""
        checked = self.checked.get(name)
        if checked is None:
            declaration = self.own[name]
            previous = self.previous
            if previous is not None and previous.own.get(name) is declaration:
                earlier = previous.checked.get(name)
                if earlier is not None and self.is_current(earlier):
                    checked = earlier
            if checked is None:
                checked = self._check(declaration)
            self.checked[name] = checked
        return checked

    def check(self, declaration: Declaration) -> CheckedItem:
        """Any item of this file, checked. A second item of one name is checked all the same."""
        name = declaration.name
        if name is not None and self.own.get(name) is declaration:
            return self.item_named(name)
        return self._check(declaration)

    def _check(self, declaration: Declaration) -> CheckedItem:
        notes = Notes()
        asking = Asking(self)
        item = declaration.parsed.item
        name = declaration.name or ""
        made_type: Type | None = None
        define: Define | None = None
        draft: Contract | None = None
        self.busy.append(name)
        match item:
            case syntax.TypeItem():
                made_type = check_type(item, asking, notes)
            case syntax.DefineItem():
                define = check_define(item, asking, notes)
                if define is not None:
                    self._check_recursion(define, item, notes)
            case syntax.IntentItem():
                excerpts = Excerpts(declaration.text)
                draft = IntentChecker(item, excerpts, asking, notes).check()
            case _:
                pass
        self.busy.pop()
        if name in self._cyclic or "signature of " + name in self._cyclic:
            notes.problem(
                "cyclic-definition",
                f"`{name}` is defined by way of itself; expected one that ends: types do not "
                "contain themselves, and a type's `where` calls no define that speaks of the type",
                declaration.name_span,
            )
            define = None
        self._clashes(declaration, asking, notes)
        notes.problems = [*declaration.parsed.problems, *notes.problems]
        complete = True
        if draft is not None:
            draft = self.closed(draft)
            complete = is_complete(draft)
            if not complete and notes.sound:
                self._rests_on_errors(draft, declaration, notes)
            self._two_of_a_name(draft, declaration, asking, notes)
        depends = tuple((one, self.fingerprint(one)) for one in sorted(asking.asked))
        return CheckedItem(
            kind=declaration.kind,
            name=declaration.name,
            problems=tuple(notes.problems),
            occurrences=tuple(notes.occurrences),
            depends=depends,
            type=made_type,
            define=define if notes.sound else None,
            contract=draft if notes.sound and complete else None,
            draft=draft,
        )

    def _check_recursion(self, define: Define, item: syntax.DefineItem, notes: Notes) -> None:
        """A constant has no measure by which its own recursion could end."""
        self.unfinished[define.name] = define
        if define.parameters is not None:
            return
        seen: set[str] = set()
        stack: list[tuple[Environment, str]] = [(self, one) for one in called_in(define)]
        while stack:
            where, callee = stack.pop()
            if callee == define.name:
                notes.problem(
                    "cyclic-definition",
                    f"the constant `{define.name}` is computed from itself; expected a value",
                    item.name.span,
                )
                return
            owner = where.deep_owner(callee)
            if callee in seen or owner is None:
                continue
            seen.add(callee)
            called = owner.define(callee) or owner.unfinished.get(callee)
            if called is not None:
                stack.extend((owner, one) for one in called_in(called))

    def _clashes(self, declaration: Declaration, asking: Asking, notes: Notes) -> None:
        name = declaration.name
        if name is None:
            return
        asking.asked.add(name)
        first = self.own.get(name)
        if first is not None and first is not declaration:
            notes.problem(
                "duplicate-name",
                f"`{name}` is declared already as {_KINDS.get(first.kind, 'an item')} above; "
                "expected another name",
                declaration.name_span,
            )
            return
        for path, used in self.imports.items():
            found = used.own.get(name)
            if found is not None:
                notes.problem(
                    "name-clash",
                    f'`{name}` is declared in "{path}" too, as {_KINDS[found.kind]}; expected a '
                    "name that the used files do not have",
                    declaration.name_span,
                )

    def _rests_on_errors(self, draft: Contract, declaration: Declaration, notes: Notes) -> None:
        """Tells of errors in used files, which nothing in this one shows."""
        used = {id(one) for where in self.imports.values() for one in where.own.values()}
        known = {define.name for define in draft.defines}
        for name in sorted(contract_names(draft) - known):
            owned = self.owner(name)
            if owned is not None and id(owned[1]) in used:
                notes.problem(
                    "rests-on-errors",
                    f"`{declaration.name}` rests on `{name}` of a used file, where it has errors; "
                    "expected a file without errors",
                    declaration.name_span,
                )

    def _two_of_a_name(
        self, draft: Contract, declaration: Declaration, asking: Asking, notes: Notes
    ) -> None:
        """Tells of a name that two files declare, where what a contract rests on reaches both.

        A define or record is known by its name alone once it is part of a contract.
        """
        if not self.imports:
            return
        names = {one.name for one in (*draft.defines, *draft.records)}
        asking.asked |= names
        for name in sorted(names & self.ambiguous()):
            notes.problem(
                "name-clash",
                f"`{declaration.name}` rests on `{name}`, which two of the files that it reaches "
                "declare; expected different names",
                declaration.name_span,
            )

    def ambiguous(self) -> frozenset[str]:
        """The names of types and defines that more than one file within reach declares."""
        if self._ambiguous is None:
            seen: dict[int, Environment] = {}
            waiting: list[Environment] = [self]
            while waiting:
                where = waiting.pop()
                if id(where) not in seen:
                    seen[id(where)] = where
                    waiting += where.imports.values()
            once: set[str] = set()
            twice: set[str] = set()
            for where in seen.values():
                names = {n for n, one in where.own.items() if one.kind in ("type", "define")}
                twice |= once & names
                once |= names
            self._ambiguous = frozenset(twice)
        return self._ambiguous

    def closed(self, draft: Contract) -> Contract:
        """The contract with every define and record that it rests on."""
        try:
            defines = self.closure(contract_names(draft))
        except LimitExceededError:
            defines = ()
        return replace(draft, defines=defines, records=records_of(draft, defines))

    def use_problems(self) -> list[tuple[str, str, Span]]:
        """Names that two used files both declare: the path of the second, a message, its place."""
        seen: dict[str, str] = {}
        problems: list[tuple[str, str, Span]] = []
        for declaration in self.declarations:
            path = declaration.path
            if path is None or path not in self.imports:
                continue
            for name in self.imports[path].own:
                other = seen.setdefault(name, path)
                if other != path:
                    message = (
                        f'`{name}` is declared in "{other}" and in "{path}"; expected used files '
                        "without a common name"
                    )
                    problems.append((path, message, declaration.name_span))
        return problems


class Asking:
    """The questions of one item to its file; remembers every name that was asked for."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.asked: set[str] = set()

    def find_type(self, name: str) -> Type | None:
        self.asked.add(name)
        return self.environment.type_named(name)

    def find_define(self, name: str) -> Signature | None:
        self.asked.add(name)
        return self.environment.signature(name)

    def find_intent(self, name: str) -> bool:
        self.asked.add(name)
        owned = self.environment.owner(name)
        return owned is not None and owned[1].kind == "intent"

    def evaluable(self, name: str) -> bool:
        return self.environment.evaluable(name)

    def all_names(self, kind: Literal["type", "define"]) -> list[str]:
        return self.environment.names(kind)


def _reachable(name: str, calls: Mapping[str, tuple[str, ...]]) -> set[str]:
    seen: set[str] = set()
    stack = list(calls.get(name, ()))
    while stack:
        one = stack.pop()
        if one not in seen:
            seen.add(one)
            stack.extend(calls.get(one, ()))
    return seen


def check_item(declaration: Declaration, environment: Environment) -> CheckedItem:
    """One item of a file, checked among the names of that file."""
    return environment.check(declaration)

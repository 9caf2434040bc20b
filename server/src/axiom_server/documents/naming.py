"""The names of a document's items, checked item by item, across the versions of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from axiom_verifiers.contracts.declarations import CheckedItem, Declaration
from axiom_verifiers.contracts.environment import Environment


class Checks:
    """What checking the items of one document gave, kept from version to version.

    A result is used again only where an environment finds everything it rests on unchanged.
    `owner` says whether the item is the first of its name, for a second one is an error.
    """

    def __init__(self) -> None:
        self._results: dict[Declaration, tuple[bool, CheckedItem]] = {}

    def __len__(self) -> int:
        return len(self._results)

    def earlier(self, declaration: Declaration, *, owner: bool) -> CheckedItem | None:
        was_owner, checked = self._results.get(declaration, (owner, None))
        return checked if was_owner == owner else None

    def keep(self, declaration: Declaration, checked: CheckedItem, *, owner: bool) -> None:
        self._results[declaration] = (owner, checked)

    def forget(self, declarations: Iterable[Declaration]) -> None:
        """Drops what no version that is still to come can use."""
        for declaration in declarations:
            self._results.pop(declaration, None)


class DocumentEnvironment(Environment):
    """An environment that remembers by declaration, not only from the version before."""

    def __init__(
        self,
        declarations: Iterable[Declaration],
        imports: Mapping[str, Environment],
        checks: Checks,
    ) -> None:
        super().__init__(declarations, imports)
        self._checks = checks
        self._current: dict[Declaration, CheckedItem] = {}

    def adopt(self, other: DocumentEnvironment, but: Iterable[Declaration]) -> None:
        """Takes over all that is current in a version that differs in these items' texts only,
        when no other item can depend on them.
        """
        self._current = dict(other._current)
        self.checked = dict(other.checked)
        for declaration in but:
            self._current.pop(declaration, None)
            if declaration.name is not None:
                self.checked.pop(declaration.name, None)

    def current(self, declaration: Declaration) -> CheckedItem | None:
        """The item's result if this version has it already."""
        return self._current.get(declaration)

    def item_named(self, name: str) -> CheckedItem:
        checked = self.checked.get(name)
        if checked is None:
            checked = self.checked[name] = self._checked(self.own[name])
        return checked

    def check(self, declaration: Declaration) -> CheckedItem:
        name = declaration.name
        if name is not None and self.own.get(name) is declaration:
            checked = self.item_named(name)
            self._current[declaration] = checked
            return checked
        return self._checked(declaration)

    def _checked(self, declaration: Declaration) -> CheckedItem:
        found = self._current.get(declaration)
        if found is None:
            owner = self.own.get(declaration.name or "") is declaration
            found = self._checks.earlier(declaration, owner=owner)
            if found is None or not self.is_current(found):
                found = self._check(declaration)
                self._checks.keep(declaration, found, owner=owner)
            self._current[declaration] = found
        return found

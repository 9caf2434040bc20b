"""The names of a document's items, checked item by item, across the versions of the document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from axiom_verifiers.contracts.declarations import CheckedItem, Declaration
from axiom_verifiers.contracts.environment import Environment

Names = tuple[tuple[str, ...], ...]


class Checks:
    """What checking the items of one document gave, kept from version to version."""

    def __init__(self) -> None:
        self._results: dict[Declaration, tuple[bool, Names | None, CheckedItem]] = {}

    def __len__(self) -> int:
        return len(self._results)

    def earlier(self, environment: DocumentEnvironment, item: Declaration) -> CheckedItem | None:
        """An earlier result, if everything that it rests on is unchanged."""
        owner, names, checked = self._results.get(item, (False, None, None))
        if checked is None or owner != environment.is_owner(item):
            return None
        if names is not None and names != environment.all_names:
            return None
        return checked if environment.is_current(checked) else None

    def keep(self, environment: DocumentEnvironment, item: Declaration, found: CheckedItem) -> None:
        # A second item of one name is an error; a problem may offer any name of the file.
        names = environment.all_names if found.problems else None
        self._results[item] = (environment.is_owner(item), names, found)

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
        self._names: Names | None = None

    @property
    def all_names(self) -> Names:
        """The names that a problem may offer, in their order."""
        if self._names is None:
            self._names = tuple(tuple(self.names(kind)) for kind in ("type", "define", "intent"))
        return self._names

    def is_owner(self, declaration: Declaration) -> bool:
        """Whether the item is the first of its name."""
        return self.own.get(declaration.name or "") is declaration

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
            found = self._checks.earlier(self, declaration)
            if found is None:
                found = self._check(declaration)
                self._checks.keep(self, declaration, found)
            self._current[declaration] = found
        return found

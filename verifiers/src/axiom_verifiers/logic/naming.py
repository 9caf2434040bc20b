"""Names for a script's symbols: canonical ones, numbered in order of first use, or its own."""

from __future__ import annotations

from axiom_verifiers.logic.smtlib import symbol
from axiom_verifiers.logic.sorts import Datatype, Kind, Selector, Sort
from axiom_verifiers.logic.term import Function, Term

# What a symbol stands for: a constant, a function, a sort by name, a datatype's part.
_Key = Term | Function | tuple[str, ...]


class _Naming:
    """Gives each thing one symbol and remembers what the symbol stands for."""

    def __init__(self) -> None:
        self._symbols: dict[_Key, str] = {}
        self._originals: dict[str, str] = {}

    def spell(self, prefix: str, name: str) -> str:
        raise NotImplementedError

    def originals(self) -> dict[str, str]:
        """From each symbol of the text, unquoted, to the name it stands for."""
        return dict(self._originals)

    def taken(self, spelled: str) -> bool:
        return spelled in self._originals

    def _name(self, key: _Key, prefix: str, name: str) -> str:
        known = self._symbols.get(key)
        if known is None:
            known = self.spell(prefix, name)
            self._symbols[key] = known
            self._originals[known.strip("|")] = name
        return known

    def constant(self, term: Term) -> str:
        return self._name(term, "x", term.payload)

    def function(self, function: Function) -> str:
        return self._name(function, "f", function.name)

    def sort(self, sort: Sort) -> str:
        if sort.kind is Kind.PARAMETER:
            return sort.name
        return self._name(("sort", sort.name), "s", sort.name)

    def constructor(self, sort: Sort, constructor: str) -> str:
        return self._name(("constructor", sort.name, constructor), "c", constructor)

    def selector(self, sort: Sort, selector: Selector) -> str:
        return self._name(("selector", sort.name, selector.name), "g", selector.name)

    def datatype(self, datatype: Datatype) -> None:
        """Names a datatype and its parts, in the order of the declaration."""
        sort = datatype.sort(*datatype.parameters)
        self.sort(sort)
        for constructor in datatype.constructors:
            self.constructor(sort, constructor.name)
            for selector in constructor.selectors:
                self.selector(sort, selector)


class CanonicalNaming(_Naming):
    """`x.1`, `f.1` …: names that say nothing, and so change with nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}

    def spell(self, prefix: str, name: str) -> str:
        self._counts[prefix] = number = self._counts.get(prefix, 0) + 1
        return f"{prefix}.{number}"


class DistinctNaming(_Naming):
    """The problem's own names, with a number where two things share one."""

    def spell(self, prefix: str, name: str) -> str:
        spelled = symbol(name)
        number = 1
        while self.taken(spelled.strip("|")):
            number += 1
            spelled = symbol(f"{name}.{number}")
        return spelled

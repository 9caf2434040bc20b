"""The records of one module: the contract's, in the module's own form or ours, and its own."""

from __future__ import annotations

from tree_sitter import Node

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.types import RecordType, Type
from axiom_verifiers.contracts.typing_rules import erase, is_known
from axiom_verifiers.core.program import Place, Unmodelled
from axiom_verifiers.frontends.python._annotations import annotated
from axiom_verifiers.frontends.python._classes import ClassFacts
from axiom_verifiers.frontends.python._context import RecordClass
from axiom_verifiers.frontends.python._toplevel import TopLevel


class ModuleRecords:
    """Which record each class name means.

    The fields of the contract's records have the contract's types: what stands in a record of
    the code was given by the caller or put there by a construction, which is checked. Those of
    other classes have the types that they are annotated with, checked in the same way.
    """

    def __init__(self, top: TopLevel, contract: Contract) -> None:
        self._top = top
        self._declared = {record.name: record for record in contract.records}
        self._found: dict[str, RecordClass | None] = {}
        self._busy: set[str] = set()
        self.obstacles: tuple[Unmodelled, ...] = ()
        wrong: list[Unmodelled] = []
        for name, record in self._declared.items():
            facts = top.classes.get(name)
            if facts is None:
                if name not in top.bound:
                    self._found[name] = _supplied(record)
                continue
            fields = tuple(field for field, _ in record.fields)
            if tuple(field.name for field in facts.fields) != fields or facts.form == "plain":
                construct = f"class {name}, which is not the contract's record"
                wrong.append(Unmodelled(place=Place(1), construct=construct))
                continue
            self._found[name] = _resolved(facts, _erased(record))
        self.obstacles = tuple(wrong)

    def record(self, name: str) -> RecordClass | None:
        if name in self._found:
            return self._found[name]
        facts = self._top.classes.get(name)
        if facts is None or name in self._busy or name in self._declared:
            return None
        self._busy.add(name)
        found: RecordClass | None = None
        types: list[tuple[str, Type]] = []
        for field in facts.fields:
            type_ = None
            if field.annotation is not None:
                type_ = annotated(field.annotation, self.type_named)
            if type_ is not None and is_known(type_):
                types.append((field.name, type_))
        if len(types) == len(facts.fields):
            found = _resolved(facts, RecordType(name, tuple(types)))
        self._busy.discard(name)
        self._found[name] = found
        return found

    def method(self, name: str) -> Node | None:
        """The definition of the method `Class.name`."""
        of, _, method = name.partition(".")
        facts = self._top.classes.get(of)
        return None if facts is None else facts.methods.get(method)

    def typed_dicts(self) -> tuple[RecordClass, ...]:
        names = [name for name, facts in self._top.classes.items() if facts.form == "typeddict"]
        found = [self.record(name) for name in sorted(names)]
        return tuple(made for made in found if made is not None)

    def type_named(self, name: str) -> Type | None:
        record = self.record(name)
        if record is not None:
            return record.type
        alias = self._top.aliases.get(name)
        if alias is None or name in self._busy:
            return None
        self._busy.add(name)
        try:
            return annotated(alias, self.type_named)
        finally:
            self._busy.discard(name)

    def changeable(self) -> frozenset[str]:
        """The records whose objects code may change."""
        forms = ("dataclass", "typeddict", "plain")
        found = self._found.values()
        return frozenset(m.type.name for m in found if m is not None and m.form in forms)

    def all(self) -> tuple[RecordType, ...]:
        """Every record that the program may speak of, the contract's first."""
        own = sorted(name for name in self._found if name not in self._declared)
        made = [self._found[name] for name in own]
        found = [*map(_erased, self._declared.values())]
        return (*found, *(one.type for one in made if one is not None))


def _erased(record: RecordType) -> RecordType:
    erased = erase(record)
    assert isinstance(erased, RecordType)
    return erased


def _supplied(record: RecordType) -> RecordClass:
    """What the sandbox puts into the names of code that does not define the record."""
    return RecordClass(_erased(record), "frozen")


def _resolved(facts: ClassFacts, type_: RecordType) -> RecordClass:
    defaults: dict[str, Expr | str] = {
        field.name: field.default for field in facts.fields if field.default is not None
    }
    return RecordClass(
        type_,
        facts.form,
        defaults,
        frozenset(facts.methods),
        facts.properties,
        facts.constants,
        facts.ordered,
        facts.keyword_only,
        facts.statics,
    )

"""The records of one module: the contract's, in the module's own form or ours, and its own."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import Expr
from axiom_verifiers.contracts.types import (
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase, is_known
from axiom_verifiers.core.program import Place, Unmodelled
from axiom_verifiers.frontends.python._annotations import STANDARD, annotated
from axiom_verifiers.frontends.python._binding import CHANGING
from axiom_verifiers.frontends.python._classes import ClassFacts
from axiom_verifiers.frontends.python._context import RecordClass
from axiom_verifiers.frontends.python._initialisers import Hint
from axiom_verifiers.frontends.python._parameters import parameters_of
from axiom_verifiers.frontends.python._toplevel import TopLevel
from axiom_verifiers.frontends.python._tree import place, text, walk


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
        # What fields without a type that is written were given, by class and field.
        self._learnt: dict[tuple[str, str], Type] = {}
        self.obstacles: tuple[Unmodelled, ...] = ()
        wrong: list[Unmodelled] = []
        handed = {name for one in contract.parameters for name in _records_in(one.type)}
        for name, record in self._declared.items():
            facts = top.classes.get(name)
            if facts is None:
                if name not in top.bound:
                    self._found[name] = _supplied(record)
                continue
            fields = tuple(field for field, _ in record.fields)
            if tuple(field.name for field in facts.fields) != fields or facts.form in (
                "enum",
                "plain",
            ):
                construct = f"class {name}, which is not the contract's record"
                wrong.append(Unmodelled(place=Place(1), construct=construct))
                continue
            settling = facts.methods.get("__post_init__")
            if settling is not None and name in handed and not _only_checks(settling):
                # What is handed over is made by it too, and need not be what it was made from.
                construct = f"__post_init__ of {name}, which is handed over"
                wrong.append(Unmodelled(place=place(settling), construct=construct))
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
            elif field.hint is not None:
                type_ = self._hinted(field.hint)
            if type_ is None:
                type_ = self._learnt.get((name, field.name))
            if type_ is not None and is_known(type_):
                types.append((field.name, type_))
        if len(types) == len(facts.fields):
            found = _resolved(facts, RecordType(name, tuple(types)))
        self._busy.discard(name)
        if found is not None:
            self._found[name] = found
        return found

    def untyped(self, name: str) -> tuple[str, ...] | None:
        """The fields of a class that cannot be made yet, as some have no type; None otherwise."""
        facts = self._top.classes.get(name)
        open_ = facts is not None and facts.maker is None and name not in self._declared
        if facts is None or not open_ or self.record(name) is not None:
            return None
        return tuple(field.name for field in facts.fields)

    def learn(self, name: str, field: str, type_: Type) -> bool:
        """Take a field of such a class for one of the type of a value that it is given; whether
        that is new.
        """
        if (name, field) in self._learnt or not is_known(type_):
            return False
        self._learnt[name, field] = type_
        return True

    def _hinted(self, hint: Hint) -> Type | None:
        found = [annotated(part, self.type_named) for part in hint.parts]
        parts = [part for part in found if part is not None]
        if len(parts) < len(found):
            return None
        match hint.word, parts:
            case "", [whole]:
                return whole
            case "list", [item]:
                return ListType(item)
            case "set", [item]:
                return SetType(item)
            case "dict", [key, value]:
                return DictType(key, value)
            case word, []:
                return STANDARD.get(word)
            case _:
                return None

    def method(self, name: str) -> Node | None:
        """The definition of the method `Class.name`."""
        of, _, method = name.partition(".")
        facts = self._top.classes.get(of)
        if facts is not None and method == "__init__":
            return facts.maker
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
        facts.maker is not None,
        facts.members,
    )


def _records_in(kind: Type) -> Iterator[str]:
    """The names of the records that a value of the type is made of."""
    match erase(kind):
        case RecordType(name, fields):
            yield name
            for _, field in fields:
                yield from _records_in(field)
        case ListType(item) | SetType(item) | OptionalType(item):
            yield from _records_in(item)
        case DictType(key, value):
            yield from _records_in(key)
            yield from _records_in(value)
        case TupleType(items):
            for item in items:
                yield from _records_in(item)
        case _:
            return


# What `__post_init__` may consist of where it changes nothing.
_CHECKING = frozenset(
    {"block", "if_statement", "elif_clause", "else_clause", "raise_statement", "assert_statement"}
    | {"pass_statement", "expression_statement"}
)


_READING = frozenset(
    {
        "abs",
        "all",
        "any",
        "bool",
        "float",
        "int",
        "isinstance",
        "len",
        "max",
        "min",
        "set",
        "sorted",
    }
    | {"str", "sum", "type"}
)


def _only_checks(method: Node) -> bool:
    """Whether a method does nothing but raise, perhaps: it assigns nothing, and hands its object,
    and what that holds, to nobody who may change it.
    """
    body = method.child_by_field_name("body")
    names = parameters_of(method).names
    if body is None or len(names) != 1:
        return False
    for node in walk(body):
        if node.type.endswith(("_statement", "_clause")) and node.type not in _CHECKING:
            return False
        if node.type in ("assignment", "augmented_assignment", "named_expression", "lambda"):
            return False
        if node.type == "identifier" and text(node) == names[0]:
            field = node.parent
            if field is None or field.type != "attribute":
                return False
        if node.type == "call" and not _only_reads(node, names[0]):
            return False
    return True


def _only_reads(call: Node, own: str) -> bool:
    """Whether a call is of a builtin that reads, of a method of what a field holds that reads, or
    makes the error that is raised.
    """
    function = call.child_by_field_name("function")
    if function is None:
        return False
    if function.type == "identifier":
        raised = call.parent is not None and call.parent.type == "raise_statement"
        return raised or text(function) in _READING
    called = function.child_by_field_name("attribute")
    of = function.child_by_field_name("object")
    if called is None or of is None or text(called) in CHANGING:
        return False
    return of.type != "identifier" and text(of) != own

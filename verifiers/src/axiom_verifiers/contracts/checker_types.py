"""From a type as written to the type meant."""

from __future__ import annotations

from typing import assert_never

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.scope import TYPE_NAMES, Names, Notes, Occurrence
from axiom_verifiers.contracts.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    UNKNOWN,
    DictType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.typing_rules import erase, is_hashable, show_type

_PLAIN: dict[str, Type] = {
    "int": INT,
    "bool": BOOL,
    "float": FLOAT,
    "str": STR,
    "bytes": BYTES,
    "None": NONE,
}
_ARITY = {"list": (1, "list[int]"), "set": (1, "set[int]"), "dict": (2, "dict[str, int]")}


def resolve(written: syntax.TypeSyntax, names: Names, notes: Notes) -> Type:
    """The type meant, refinements kept; UNKNOWN, with a problem noted, where there is none."""
    match written:
        case syntax.ErrorType():
            return UNKNOWN
        case syntax.TypeName():
            return _named(written, names, notes)
        case syntax.TypeOptional():
            inner = resolve(written.item, names, notes)
            if isinstance(erase(inner), OptionalType | NoneType):
                notes.problem(
                    "nested-optional",
                    f"`{show_type(inner)}` can be None already; found a second `?`, expected one",
                    written.span,
                )
                return inner
            return OptionalType(inner)
        case syntax.TypeApply():
            return _applied(written, names, notes)
        case _:
            assert_never(written)


def _named(written: syntax.TypeName, names: Names, notes: Notes) -> Type:
    name = written.id
    plain = _PLAIN.get(name)
    if plain is not None:
        notes.occur(Occurrence(written.span, name, "type", plain))
        return plain
    if name in _ARITY or name == "tuple":
        example = _ARITY[name][1] if name in _ARITY else "tuple[int, str]"
        notes.problem(
            "wrong-arity",
            f"`{name}` needs to know what it holds; expected for example `{example}`",
            written.span,
        )
        return UNKNOWN
    found = names.find_type(name)
    if found is None:
        candidates = [*TYPE_NAMES, *names.all_names("type")]
        hint = "declare it with `type " + name + " = …`"
        notes.unknown("unknown-type", "type", name, written.span, candidates, more=hint)
        return UNKNOWN
    kind = "record" if isinstance(found, RecordType) else "type"
    notes.occur(Occurrence(written.span, name, kind, found))
    return found


def _applied(written: syntax.TypeApply, names: Names, notes: Notes) -> Type:
    name = written.constructor
    args = tuple(resolve(arg, names, notes) for arg in written.args)
    if name == "tuple":
        return TupleType(args)
    if name not in _ARITY:
        notes.unknown(
            "unknown-type",
            "type constructor",
            name,
            written.span,
            ("list", "set", "dict", "tuple"),
            more="expected `list`, `set`, `dict` or `tuple`",
            name_span=type(written.span)(
                written.span.start, written.span.start + len(name.encode())
            ),
        )
        return UNKNOWN
    wanted, example = _ARITY[name]
    if len(args) != wanted:
        notes.problem(
            "wrong-arity",
            f"`{name}` takes {wanted} type{'s' if wanted > 1 else ''}, found {len(args)}; "
            f"expected for example `{example}`",
            written.span,
        )
        return UNKNOWN
    if name == "list":
        return ListType(args[0])
    if not is_hashable(args[0]):
        notes.problem(
            "not-hashable",
            f"found `{show_type(args[0])}` as {'a member' if name == 'set' else 'the key'} of "
            f"a {name}; expected a type whose values never change (int, str, a tuple of such …)",
            written.args[0].span,
        )
    return SetType(args[0]) if name == "set" else DictType(args[0], args[1])

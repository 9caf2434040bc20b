"""Contracts in plain words: what a clause asks, as one would say it, and nothing else.

The words are a rendering of the typed expression, never of the text, so that they say what is
checked. Brackets are kept wherever two readings would be possible.
"""

from __future__ import annotations

from typing import assert_never

from axiom_verifiers.contracts.contract import (
    Clause,
    Contract,
    Ensures,
    Example,
    Implied,
    Must,
    Raises,
    Requires,
)
from axiom_verifiers.contracts.types import (
    BoolType,
    BytesType,
    DictType,
    FloatType,
    IntType,
    ListType,
    NoneType,
    OptionalType,
    RecordType,
    RefinedType,
    SetType,
    StrType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import show_type
from axiom_verifiers.contracts.words_expressions import phrase

_MUST = {
    "import": ("import a module", "import anything"),
    "recurse": ("call itself", "call itself, directly or not"),
    "loop": ("use a `for` or `while` loop", "use `for` or `while` loops"),
    "print": ("print", "print anything"),
    "terminate": ("come to an end for all arguments that it may be given", "come to an end"),
}


def in_words(clause: Clause | Requires) -> str:
    """The clause as one or two English sentences."""
    match clause:
        case Requires():
            return f"The caller makes sure that {phrase(clause.condition)}."
        case Ensures(when=None):
            return f"Afterwards, {phrase(clause.condition)}."
        case Ensures():
            assert clause.when is not None
            return f"When {phrase(clause.when)} before the call, then {phrase(clause.condition)}."
        case Raises():
            article = "an" if clause.error[0] in "AEIOU" else "a"
            return (
                f"When {phrase(clause.when)} before the call, it raises {article} {clause.error}."
            )
        case Example():
            return _example(clause)
        case Must():
            if clause.what is None:
                return f"A model judges, without proof: {clause.prose or ''}".strip()
            says, never = _MUST[clause.what]
            return f"The code must not {never}." if clause.negated else f"The code must {says}."
        case Implied():
            return _implied(clause)
        case _:
            assert_never(clause)


def _example(clause: Example) -> str:
    args = ", ".join(map(phrase, clause.args))
    name = clause.id.partition("/")[0]
    if clause.error is not None:
        return f"{name}({args}) raises {clause.error}."
    gives = "nothing" if clause.expected is None else phrase(clause.expected)
    ends = "".join(f", and {name} is then {phrase(value)}" for name, value in clause.after)
    return f"{name}({args}) gives {gives}{ends}."


def _implied(clause: Implied) -> str:
    match clause.obligation:
        case "no undeclared exception":
            return "It raises nothing but what a `raises` clause asks for."
        case "result type":
            return f"When it returns, {clause.text}."
        case "refinement":
            assert clause.condition is not None, "a refinement has a condition"
            subject = "the result" if clause.subject == "result" else clause.subject
            return f"When it returns, {subject} meets its type: {phrase(clause.condition)}."
        case "unmodified":
            return (
                "It leaves every argument outside `modifies` as it was, and all of them when it "
                "raises."
            )
        case "unshared":
            return "Its result shares nothing that can change with an argument in `modifies`."
        case "terminates":
            return "It comes to an end for all arguments that it may be given."
        case "callee preconditions":
            return "It calls other intents only with arguments that they allow."


def type_in_words(of: Type) -> str:
    """The type with its article: `an int`, `a list of str`."""
    match of:
        case IntType():
            return "an int"
        case BoolType():
            return "a bool"
        case FloatType():
            return "a float"
        case StrType():
            return "a str"
        case BytesType():
            return "bytes"
        case NoneType():
            return "None"
        case ListType():
            return f"a list of {_held(of.item)}"
        case SetType():
            return f"a set of {_held(of.item)}"
        case DictType():
            return f"a dict from {_held(of.key)} to {_held(of.value)}"
        case TupleType():
            if not of.items:
                return "an empty tuple"
            return "a tuple of " + _listed([type_in_words(item) for item in of.items])
        case OptionalType():
            return f"{type_in_words(of.item)}, or None"
        case RecordType():
            fields = _listed([f"{name} ({type_in_words(field)})" for name, field in of.fields])
            return f"a {of.name} with {fields}" if of.fields else f"a {of.name}"
        case RefinedType():
            base = type_in_words(of.base)
            return f"a {of.name} ({base}, where {phrase(of.predicate)})"
        case UnknownType():
            return "a value of an unknown type"
        case _:
            assert_never(of)


def type_source(of: Type) -> str:
    """The type as an annotation of target Python; a refinement is written as its base."""
    match of:
        case ListType():
            return f"list[{type_source(of.item)}]"
        case SetType():
            return f"set[{type_source(of.item)}]"
        case DictType():
            return f"dict[{type_source(of.key)}, {type_source(of.value)}]"
        case TupleType():
            return f"tuple[{', '.join(map(type_source, of.items)) or '()'}]"
        case OptionalType():
            return f"{type_source(of.item)} | None"
        case RefinedType():
            return type_source(of.base)
        case _:
            return show_type(of)


def _held(of: Type) -> str:
    """The type of what a collection holds, without the article of plain types."""
    text = type_in_words(of)
    if isinstance(of, IntType | BoolType | FloatType | StrType | BytesType):
        return text.removeprefix("an ").removeprefix("a ")
    return f"({text})" if isinstance(of, OptionalType | RecordType | RefinedType) else text


def _listed(parts: list[str]) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return ", ".join(parts[:-1]) + " and " + parts[-1]


def signature_in_words(contract: Contract) -> str:
    """What the function takes, gives and may change."""
    takes = _listed([f"{one.name} ({type_in_words(one.type)})" for one in contract.parameters])
    gives = type_in_words(contract.result)
    says = f"{contract.name} takes {takes or 'nothing'}"
    if isinstance(contract.result, NoneType):
        says += " and returns nothing"
    else:
        says += f" and returns {gives}"
    if contract.modifies:
        says += f"; it may change {_listed(list(contract.modifies))}"
    return says + "."

"""Checking type and define items, and the rules about names that all items share."""

from __future__ import annotations

import keyword

from msgspec.structs import replace

from axiom_verifiers.contracts import syntax
from axiom_verifiers.contracts.checker_builtins import BUILTINS
from axiom_verifiers.contracts.checker_expressions import Checker
from axiom_verifiers.contracts.checker_types import resolve
from axiom_verifiers.contracts.contract import Define, Parameter
from axiom_verifiers.contracts.expressions import (
    Call,
    Expr,
    Logical,
    MakeDict,
    MakeList,
    MakeSet,
    Quantifier,
    Variable,
)
from axiom_verifiers.contracts.narrowing import facts_of
from axiom_verifiers.contracts.refinements import refinement
from axiom_verifiers.contracts.scope import (
    CONTRACT_WORDS,
    LITERAL_NAMES,
    OPERATOR_WORDS,
    TYPE_NAMES,
    Context,
    DefineParameter,
    Local,
    Names,
    Notes,
    Occurrence,
    Scope,
    Signature,
)
from axiom_verifiers.contracts.source import Severity, Span
from axiom_verifiers.contracts.traversal import walk, without_spans
from axiom_verifiers.contracts.types import (
    BOOL,
    UNKNOWN,
    IntType,
    RecordType,
    RefinedType,
    TupleType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import erase, is_finite, is_known, show_type

_RESERVED = CONTRACT_WORDS | LITERAL_NAMES | OPERATOR_WORDS


def check_name(name: syntax.Name, what: str, notes: Notes) -> None:
    """Notes a problem when a declared name has a meaning of its own already."""
    if name.id in _RESERVED:
        notes.problem(
            "reserved-name",
            f"`{name.id}` has a meaning of its own in contracts; expected another name for {what}",
            name.span,
        )
    elif keyword.iskeyword(name.id):
        notes.problem(
            "reserved-name",
            f"`{name.id}` is a keyword of Python; expected another name for {what}",
            name.span,
        )


def check_global_name(name: syntax.Name, what: str, notes: Notes) -> None:
    """As `check_name`, for what the whole file sees."""
    check_name(name, what, notes)
    if name.id in BUILTINS or name.id in TYPE_NAMES:
        notes.problem(
            "reserved-name",
            f"`{name.id}` is built in; expected another name for {what}",
            name.span,
        )


def check_settled(expr: Expr, notes: Notes) -> None:
    """Notes an empty list, set or dict of which nothing says what it would hold."""
    if not notes.sound:
        return
    for node in walk(expr):
        if isinstance(node, MakeList | MakeSet | MakeDict | Call) and not is_known(node.type):
            notes.problem(
                "empty-literal",
                f"what this would hold is not known: found `{show_type(node.type)}`; expected it "
                "beside a value of a known type",
                node.span,
            )
            return


def check_parameters(
    written: tuple[syntax.Parameter, ...], names: Names, notes: Notes
) -> tuple[Parameter, ...]:
    """The parameters with their types, refinements kept."""
    seen: dict[str, Span] = {}
    made: list[Parameter] = []
    for parameter in written:
        name = parameter.name
        check_name(name, "a parameter", notes)
        of = resolve(parameter.type, names, notes)
        if name.id in seen:
            notes.problem(
                "duplicate-name",
                f"found the parameter `{name.id}` twice; expected different names",
                name.span,
                related=((seen[name.id], "the first one"),),
            )
            continue
        seen[name.id] = name.span
        notes.occur(Occurrence(name.span, name.id, "parameter", of, declares=True))
        made.append(Parameter(name.id, of))
    return tuple(made)


def parameter_scope(parameters: tuple[Parameter, ...]) -> Scope:
    """The scope in which exactly the parameters are in sight."""
    return Scope({one.name: Local(type=erase(one.type), role="parameter") for one in parameters})


# ---------------------------------------------------------------- type


def check_type(item: syntax.TypeItem, names: Names, notes: Notes) -> Type:
    """The type that the item declares."""
    check_global_name(item.name, "a type", notes)
    name = item.name.id
    if item.fields is not None:
        notes.occur(Occurrence(item.name.span, name, "record", declares=True))
        seen: dict[str, Span] = {}
        fields: list[tuple[str, Type]] = []
        for field in item.fields:
            check_name(field.name, "a field", notes)
            of = resolve(field.type, names, notes)
            notes.occur(
                Occurrence(field.name.span, field.name.id, "field", of, declares=True, of=name)
            )
            if field.name.id in seen:
                notes.problem(
                    "duplicate-name",
                    f"found the field `{field.name.id}` twice; expected different names",
                    field.name.span,
                    related=((seen[field.name.id], "the first one"),),
                )
                continue
            seen[field.name.id] = field.name.span
            fields.append((field.name.id, of))
        return RecordType(name, tuple(fields))
    if item.alias is None:
        return UNKNOWN
    base = resolve(item.alias, names, notes)
    notes.occur(Occurrence(item.name.span, name, "type", base, declares=True))
    if item.where is None:
        return base
    checker = Checker(names, notes, Context(place="the `where` of a type"))
    scope = Scope({"it": Local(type=erase(base), role="it")})
    predicate = checker.condition(item.where, scope, "what stands after `where`")
    check_settled(predicate, notes)
    if isinstance(base, UnknownType) or isinstance(predicate.type, UnknownType):
        return base
    return RefinedType(name, base, without_spans(predicate))


# ---------------------------------------------------------------- define


def check_signature(item: syntax.DefineItem, names: Names, notes: Notes) -> Signature:
    """The head of a define: what its callers need to know."""
    parameters: tuple[DefineParameter, ...] | None = None
    if item.parameters is not None:
        checked = check_parameters(item.parameters, names, notes)
        parameters = tuple(DefineParameter(one.name, one.type) for one in checked)
    return Signature(item.name.id, parameters, resolve(item.result, names, notes))


def check_define(item: syntax.DefineItem, names: Names, notes: Notes) -> Define | None:
    """The define that the item declares; None when it has errors.

    `recursive` and `evaluable` speak of its own text only; who knows all defines completes
    them. Its `requires` holds the refinements of its parameters too, first.
    """
    check_global_name(item.name, "a define", notes)
    signature = check_signature(item, names, notes)
    kind = "constant" if signature.parameters is None else "define"
    notes.occur(Occurrence(item.name.span, signature.name, kind, signature.result, declares=True))
    parameters = tuple(Parameter(one.name, one.type) for one in signature.parameters or ())
    scope = parameter_scope(parameters)
    requires: Expr | None = _refined(parameters)
    if item.requires is not None:
        strict = Checker(names, notes, Context(place="the `requires` of a define"))
        condition = strict.condition(item.requires, scope, "`requires`")
        check_settled(condition, notes)
        requires = condition if requires is None else conjunction(requires, condition)
        scope = scope.know(facts_of(item.requires).true)
    checker = Checker(names, notes, Context(place="a define", unbounded=True))
    decreases: Expr | None = None
    if item.decreases is not None:
        decreases = checker.expr(item.decreases, scope)
        check_measure(decreases, item.decreases.span, notes)
    expected = erase(signature.result)
    body = checker.wanted(item.body, scope, expected, f"the body of `{signature.name}`")
    check_settled(body, notes)
    if not notes.sound:
        return None
    return Define(
        name=signature.name,
        parameters=None if signature.parameters is None else parameters,
        result=signature.result,
        requires=requires,
        decreases=decreases,
        body=body,
        recursive=False,
        evaluable=not any(map(is_unbounded, walk(body))),
    )


def is_unbounded(expr: Expr) -> bool:
    """Whether the expression is a quantifier over more values than can be gone through."""
    return isinstance(expr, Quantifier) and expr.over is not None and not is_finite(expr.over)


def check_measure(measure: Expr, span: Span, notes: Notes) -> None:
    """Notes a problem when a measure is neither an int nor a tuple of ints."""
    of = measure.type
    parts = of.items if isinstance(of, TupleType) else (of,)
    if not all(isinstance(part, IntType | UnknownType) for part in parts):
        notes.problem(
            "type-mismatch",
            f"`decreases`: found `{show_type(of)}`, expected `int` or a tuple of ints",
            span,
        )


def conjunction(left: Expr, right: Expr) -> Expr:
    """`left and right`."""
    return Logical(type=BOOL, op="and", left=left, right=right, span=right.span)


def _refined(parameters: tuple[Parameter, ...]) -> Expr | None:
    whole: Expr | None = None
    for parameter in parameters:
        variable = Variable(type=erase(parameter.type), name=parameter.name, role="parameter")
        condition = refinement(variable, parameter.type)
        if condition is not None:
            whole = condition if whole is None else conjunction(whole, condition)
    return whole


def check_shadowing(name: syntax.Name, notes: Notes) -> None:
    """Warns of an intent whose name hides a builtin function from its own code."""
    check_name(name, "an intent", notes)
    if name.id in BUILTINS:
        notes.problem(
            "shadows-builtin",
            f"code for `{name.id}` hides Python's `{name.id}` from its module; a name of its own "
            "is easier to prove things about",
            name.span,
            severity=Severity.WARNING,
        )


def completed(define: Define, recursive: bool, evaluable: bool) -> Define:
    """The define with what only the whole file can tell."""
    if define.recursive == recursive and define.evaluable == evaluable:
        return define
    return replace(define, recursive=recursive, evaluable=evaluable)

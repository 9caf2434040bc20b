"""Checking calls: records, defines, `old`, and which builtin or method is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from axiom_verifiers.contracts import checker_builtins, checker_methods, syntax
from axiom_verifiers.contracts.expressions import DefineCall, Expr, MakeRecord, Old
from axiom_verifiers.contracts.narrowing import Path
from axiom_verifiers.contracts.scope import Occurrence, Scope, Signature, nearest
from axiom_verifiers.contracts.types import RecordType, Type
from axiom_verifiers.contracts.typing_rules import erase

if TYPE_CHECKING:
    from axiom_verifiers.contracts.checker_expressions import Checker

is_method = checker_methods.is_method


def is_builtin(name: str) -> bool:
    """Whether a function of that name is part of the language."""
    return name in checker_builtins.BUILTINS


def call(
    checker: Checker, node: syntax.Call, scope: Scope, expected: Type | None, *, lazy: bool
) -> Expr:
    """Any call: what is called decides."""
    function = node.function
    if isinstance(function, syntax.Attribute):
        return checker_methods.method(checker, node, function, scope, lazy=lazy)
    if not isinstance(function, syntax.Name):
        for arg in node.args:
            checker.expr(arg, scope, lazy=True)
        return checker.wrong(
            "not-a-function", "found a call of a value; expected the name of a function", node.span
        )
    name = function.id
    if name in scope.variables:
        return checker.wrong(
            "not-a-function",
            f"`{name}` is a variable here; expected the name of a function or define",
            function.span,
        )
    if name == "old":
        return _old(checker, node, scope, expected)
    if name in checker_builtins.BUILTINS:
        checker.notes.occur(Occurrence(function.span, name, "builtin"))
        return checker_builtins.builtin(checker, node, name, scope, expected, lazy=lazy)
    define = checker.names.find_define(name)
    if define is not None:
        return _define(checker, node, function, define, scope)
    of = checker.names.find_type(name)
    if of is not None:
        return _record(checker, node, function, of, scope)
    for arg in node.args:
        checker.expr(arg, scope, lazy=True)
    if checker.names.find_intent(name):
        return checker.wrong(
            "intent-in-contract",
            f"`{name}` is an intent; contracts call defines, never intents: expected a define "
            "that says what it computes",
            function.span,
        )
    candidates = [*checker_builtins.BUILTINS, "old", *checker.names.all_names("define")]
    checker.notes.unknown(
        "unknown-function",
        "function",
        name,
        function.span,
        [*candidates, *checker.names.all_names("type")],
        more=f"declare it with `define {name}(…) -> … = …`",
    )
    return checker.poison(node.span)


def _old(checker: Checker, node: syntax.Call, scope: Scope, expected: Type | None) -> Expr:
    span = node.span
    if len(node.args) != 1 or node.keywords:
        return checker.wrong(
            "wrong-arity", f"`old` takes one expression, found {len(node.args)}", span
        )
    if not checker.context.old:
        return checker.wrong(
            "old-not-here",
            f"found `old` in {checker.context.place}; expected it in `ensures` and `invariant` "
            "only: elsewhere everything is read before the call already",
            span,
        )
    if checker.inside_old:
        return checker.wrong(
            "nested-old", "found `old` inside `old`; expected it once: it reaches all inside", span
        )
    if "result" in scope.variables and scope.variables["result"].role == "result":
        variables = {name: of for name, of in scope.variables.items() if name != "result"}
        scope = Scope(variables, scope.facts)
    scope = Scope(scope.variables, _facts_before(checker, scope))
    checker.inside_old = True
    value = checker.expr(node.args[0], scope, expected)
    checker.inside_old = False
    return Old(type=value.type, value=value, span=span)


def _facts_before(checker: Checker, scope: Scope) -> frozenset[Path]:
    """What is known of the old values: what was said of them, and of what never changes."""
    changing = checker.context.changing
    if changing is None:
        changing = {name for name, of in scope.variables.items() if of.role != "bound"}
    said = {fact[1:-1] for fact in scope.facts if fact[0] == "old("}
    return frozenset(said | {fact for fact in scope.facts if not changing & set(fact)})


def arguments(
    checker: Checker,
    node: syntax.Call,
    name: str,
    parameters: tuple[tuple[str, Type], ...],
    scope: Scope,
) -> tuple[Expr, ...] | None:
    """The arguments in the order of the parameters; None when some are missing or too many."""
    given: dict[str, syntax.Syntax] = {}
    names = [parameter for parameter, _ in parameters]
    sound = True
    if len(node.args) > len(names):
        checker.notes.problem("wrong-arity", _arity_message(name, names, len(node.args)), node.span)
        sound = False
    given.update(zip(names, node.args, strict=False))
    for keyword, value in node.keywords:
        if keyword in given:
            checker.notes.problem(
                "duplicate-name", f"`{keyword}` is given twice to `{name}`", value.span
            )
            sound = False
        elif keyword not in names:
            near = nearest(keyword, names)
            hint = f"did you mean `{near}`?" if near else "it has " + (", ".join(names) or "none")
            checker.notes.problem(
                "unknown-parameter",
                f"unknown parameter of `{name}` `{keyword}`; {hint}",
                value.span,
            )
            sound = False
        given[keyword] = value
    made: list[Expr] = []
    for parameter, of in parameters:
        if parameter in given:
            what = f"the argument `{parameter}` of `{name}`"
            made.append(checker.wanted(given[parameter], scope, erase(of), what))
    missing = [parameter for parameter in names if parameter not in given]
    if missing and sound:
        found = len(node.args) + len(node.keywords)
        checker.notes.problem("wrong-arity", _arity_message(name, names, found), node.span)
    return tuple(made) if sound and not missing else None


def _arity_message(name: str, parameters: list[str], found: int) -> str:
    listed = f" ({', '.join(parameters)})" if parameters else ""
    plural = "" if len(parameters) == 1 else "s"
    return f"`{name}` takes {len(parameters)} argument{plural}{listed}, found {found}"


def _define(
    checker: Checker,
    node: syntax.Call,
    function: syntax.Name,
    define: Signature,
    scope: Scope,
) -> Expr:
    kind = "constant" if define.parameters is None else "define"
    checker.notes.occur(Occurrence(function.span, define.name, kind, define.result))
    if define.parameters is None:
        return checker.wrong(
            "not-a-function",
            f"`{define.name}` is a constant; expected it without `(…)`",
            node.span,
        )
    if not checker.context.unbounded and not checker.names.evaluable(define.name):
        checker.notes.problem(
            "unbounded-quantifier",
            f"`{define.name}` quantifies over a whole type, which cannot be evaluated; in "
            f"{checker.context.place} expected something that can",
            function.span,
        )
    parameters = tuple((parameter.name, parameter.type) for parameter in define.parameters)
    args = arguments(checker, node, define.name, parameters, scope)
    if args is None:
        return replace(checker.poison(node.span), type=erase(define.result))
    return DefineCall(type=erase(define.result), name=define.name, args=args, span=node.span)


def _record(
    checker: Checker,
    node: syntax.Call,
    function: syntax.Name,
    declared: Type,
    scope: Scope,
) -> Expr:
    of = erase(declared)
    name = function.id
    if not isinstance(of, RecordType):
        return checker.wrong(
            "not-a-function",
            f"`{name}` is a type, not a record; expected a value of it, without `{name}(…)`",
            function.span,
        )
    checker.notes.occur(Occurrence(function.span, name, "record", declared))
    if node.args:
        example = ", ".join(f"{field}=…" for field, _ in of.fields)
        return checker.wrong(
            "record-by-position",
            f"the fields of a record are given by name; expected `{name}({example})`",
            node.span,
        )
    args = arguments(checker, node, name, of.fields, scope)
    if args is None:
        return replace(checker.poison(node.span), type=of)
    return MakeRecord(type=of, record=of, values=args, span=node.span)

"""Checking expressions: names resolved, types found, sugar removed.

`Checker.expr` turns syntax into typed expressions. What is wrong is noted as a problem, and the
expression gets the type UNKNOWN, which fits everywhere, so that one mistake is told once.
"""

from __future__ import annotations

from typing import assert_never

from msgspec.structs import replace

from axiom_verifiers.contracts import checker_binders, checker_calls, checker_parts, syntax
from axiom_verifiers.contracts.checker_fixes import (
    as_condition,
    needs_guidance,
    number_fixes,
    wrap_fix,
)
from axiom_verifiers.contracts.expressions import (
    Binary,
    Compare,
    Conditional,
    Constant,
    ConstantRef,
    Expr,
    Logical,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.narrowing import Facts, facts_of, path_of
from axiom_verifiers.contracts.operators import binary_type, explain_binary
from axiom_verifiers.contracts.scope import (
    Context,
    Names,
    Notes,
    Occurrence,
    Scope,
    replace_fix,
)
from axiom_verifiers.contracts.source import Fix, Span
from axiom_verifiers.contracts.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    UNKNOWN,
    BoolType,
    FloatType,
    IntType,
    NoneType,
    OptionalType,
    SetType,
    Type,
    UnknownType,
)
from axiom_verifiers.contracts.typing_rules import (
    erase,
    fits,
    is_hashable,
    is_ordered,
    join,
    show_type,
)

_PYTHON_SPELLING = {"true": "True", "false": "False", "null": "None", "none": "None"}


class Checker:
    """Checks the expressions of one item; what it finds goes to its notes."""

    def __init__(self, names: Names, notes: Notes, context: Context) -> None:
        self.names = names
        self.notes = notes
        self.context = context
        self.inside_old = False
        self.order_free: set[int] = set()  # id of syntax whose dict order cannot show

    # ------------------------------------------------------------ entries

    def expr(
        self, node: syntax.Syntax, scope: Scope, expected: Type | None = None, lazy: bool = False
    ) -> Expr:
        """The typed expression. `expected` only guides; `lazy` admits ranges, generators, …"""
        made = self._dispatch(node, scope, expected, lazy)
        if isinstance(made.type, OptionalType) and scope.facts and path_of(node) in scope.facts:
            return replace(made, type=made.type.item)
        return made

    def wanted(self, node: syntax.Syntax, scope: Scope, expected: Type, what: str) -> Expr:
        """The typed expression, which must fit `expected`; `what` names it in the message."""
        made = self.expr(node, scope, expected)
        if not fits(made.type, expected):
            self.mismatch(made, expected, node, what)
            return self.poison(node.span)
        return made

    def condition(self, node: syntax.Syntax, scope: Scope, what: str) -> Expr:
        """A condition: `bool`, never truthiness."""
        made = self.expr(node, scope, BOOL)
        if fits(made.type, BOOL):
            return made
        found = show_type(made.type)
        hint = as_condition(made.type)
        self.notes.problem(
            "not-bool", f"{what} is a condition: found `{found}`, expected `bool`{hint}", node.span
        )
        return self.poison(node.span)

    def facts(self, node: syntax.Syntax) -> Facts:
        """What the truth and the falsity of a condition tell about None."""
        return facts_of(node)

    # ------------------------------------------------------------ problems

    def poison(self, span: Span) -> Expr:
        """What stands for an expression in which a problem was noted."""
        return Constant(type=UNKNOWN, value=None, span=span)

    def wrong(self, code: str, message: str, span: Span, fixes: tuple[Fix, ...] = ()) -> Expr:
        """Notes the problem and gives the poison."""
        self.notes.problem(code, message, span, fixes=fixes)
        return self.poison(span)

    def mismatch(self, made: Expr, expected: Type, node: syntax.Syntax, what: str) -> None:
        """Notes that a type does not fit, with the change that would mend it if one is plain."""
        found = made.type
        if isinstance(found, OptionalType) and fits(found.item, expected):
            self.maybe_none(node, found)
            return
        fixes: tuple[Fix, ...] = ()
        hint = ""
        if isinstance(expected, FloatType) and isinstance(node, syntax.IntLiteral):
            fixes = (replace_fix(f"{node.value}.0", node.span),)
            hint = f"; write `{node.value}.0`"
        elif isinstance(expected, FloatType) and isinstance(found, IntType):
            fixes = (wrap_fix("float", node.span),)
            hint = "; int and float are never mixed, convert with `float(…)`"
        elif isinstance(expected, IntType) and isinstance(found, BoolType):
            fixes = (wrap_fix("int", node.span),)
            hint = "; convert with `int(…)`"
        self.notes.problem(
            "type-mismatch",
            f"{what}: found `{show_type(found)}`, expected `{show_type(expected)}`{hint}",
            node.span,
            fixes=fixes,
        )

    def maybe_none(self, node: syntax.Syntax, found: Type) -> Expr:
        """Notes that a value may be None where a plain one is needed."""
        path = path_of(node)
        name = f"`{path[0]}`" if path is not None and len(path) == 1 else "this"
        return self.wrong(
            "maybe-none",
            f"found `{show_type(found)}`: {name} may be None here; expected a value: guard it "
            "with `… is not None and`, `implies` or `when`",
            node.span,
        )

    # ------------------------------------------------------------ dispatch

    def _dispatch(
        self, node: syntax.Syntax, scope: Scope, expected: Type | None, lazy: bool
    ) -> Expr:
        span = node.span
        match node:
            case syntax.ErrorExpr():
                return self.poison(span)
            case syntax.IntLiteral():
                return Constant(type=INT, value=node.value, span=span)
            case syntax.FloatLiteral():
                return Constant(type=FLOAT, value=node.value, span=span)
            case syntax.BoolLiteral():
                return Constant(type=BOOL, value=node.value, span=span)
            case syntax.StrLiteral():
                if any("\ud800" <= char <= "\udfff" for char in node.value):
                    return self.wrong(
                        "surrogate", "found a surrogate in a str; expected characters only", span
                    )
                return Constant(type=STR, value=node.value, span=span)
            case syntax.BytesLiteral():
                return Constant(type=BYTES, value=node.value, span=span)
            case syntax.NoneLiteral():
                of = expected if isinstance(expected, OptionalType) else NONE
                return Constant(type=of, value=None, span=span)
            case syntax.Name():
                return self._name(node, scope)
            case syntax.Unary():
                return self._unary(node, scope, expected)
            case syntax.Binary():
                return self._binary(node, scope, expected)
            case syntax.Logical():
                return self._logical(node, scope)
            case syntax.Compare():
                return self._compare(node, scope)
            case syntax.Conditional():
                return self._conditional(node, scope, expected)
            case syntax.Index():
                return checker_parts.index(self, node, scope)
            case syntax.Slice():
                return checker_parts.slice_of(self, node, scope)
            case syntax.Attribute():
                return checker_parts.attribute(self, node, scope)
            case syntax.Call():
                return checker_calls.call(self, node, scope, expected, lazy=lazy)
            case syntax.ListDisplay() | syntax.SetDisplay():
                return checker_parts.display(self, node, scope, expected)
            case syntax.TupleDisplay():
                return checker_parts.tuple_display(self, node, scope, expected)
            case syntax.DictDisplay():
                return checker_parts.dict_display(self, node, scope, expected)
            case syntax.Comprehension():
                return checker_binders.comprehension(self, node, scope, expected, lazy=lazy)
            case syntax.Quantifier():
                return checker_binders.quantifier(self, node, scope)
            case _:
                assert_never(node)

    # ------------------------------------------------------------ names

    def _name(self, node: syntax.Name, scope: Scope) -> Expr:
        name, span = node.id, node.span
        local = scope.variables.get(name)
        if local is not None:
            kind = "parameter" if local.role == "local" else local.role
            self.notes.occur(Occurrence(span, name, kind, local.type))
            return Variable(type=local.type, name=name, role=local.role, span=span)
        if name in ("inf", "nan"):
            return Constant(type=FLOAT, value=float(name), span=span)
        if name == "result":
            return self.wrong(
                "result-not-here",
                f"found `result` in {self.context.place}; expected it in `ensures` only",
                span,
            )
        if name == "it":
            return self.wrong(
                "it-not-here",
                f"found `it` in {self.context.place}; expected it in the `where` of a type only",
                span,
            )
        define = self.names.find_define(name)
        if define is not None:
            kind = "constant" if define.parameters is None else "define"
            self.notes.occur(Occurrence(span, name, kind, define.result))
            if define.parameters is None:
                return ConstantRef(type=erase(define.result), name=name, span=span)
            example = ", ".join(parameter.name for parameter in define.parameters)
            return self.wrong(
                "not-a-value",
                f"`{name}` is a define: found its name alone, expected a call `{name}({example})`",
                span,
            )
        return self._unknown_name(name, span, scope)

    def _unknown_name(self, name: str, span: Span, scope: Scope) -> Expr:
        if self.names.find_intent(name):
            return self.wrong(
                "intent-in-contract",
                f"`{name}` is an intent; contracts call defines, never intents",
                span,
            )
        if checker_calls.is_builtin(name) or name == "old":
            return self.wrong(
                "not-a-value",
                f"found `{name}` alone; expected a call `{name}(…)`",
                span,
            )
        if name in _PYTHON_SPELLING:
            right = _PYTHON_SPELLING[name]
            return self.wrong(
                "unknown-name",
                f"unknown name `{name}`; did you mean `{right}`?",
                span,
                (replace_fix(right, span),),
            )
        candidates = [*scope.variables, *self.names.all_names("define"), "inf", "nan"]
        known = ", ".join(f"`{one}`" for one in scope.variables)
        more = f"in sight are {known}" if known else ""
        self.notes.unknown("unknown-name", "name", name, span, candidates, more=more)
        return self.poison(span)

    # ------------------------------------------------------------ operators

    def _unary(self, node: syntax.Unary, scope: Scope, expected: Type | None) -> Expr:
        if node.op == "not":
            operand = self.condition(node.operand, scope, "what `not` negates")
            return Unary(type=BOOL, op="not", operand=operand, span=node.span)
        operand = self.expr(node.operand, scope, expected)
        of = operand.type
        if isinstance(of, OptionalType):
            return self.maybe_none(node.operand, of)
        if node.op == "-" and isinstance(operand, Constant):
            if isinstance(of, IntType) and isinstance(operand.value, int):
                return Constant(type=INT, value=-operand.value, span=node.span)
            if isinstance(of, FloatType) and isinstance(operand.value, float):
                return Constant(type=FLOAT, value=-operand.value, span=node.span)
        allowed = isinstance(of, IntType | UnknownType) or (
            isinstance(of, FloatType) and node.op != "~"
        )
        if not allowed:
            wanted = "`int`" if node.op == "~" else "`int` or `float`"
            return self.wrong(
                "type-mismatch",
                f"`{node.op}` needs a number: found `{show_type(of)}`, expected {wanted}",
                node.operand.span,
            )
        return Unary(type=of, op=node.op, operand=operand, span=node.span)

    def pair(
        self, left: syntax.Syntax, right: syntax.Syntax, scope: Scope, expected: Type | None = None
    ) -> tuple[Expr, Expr]:
        """Both sides of an operator; the one whose type is plain guides the other."""
        if needs_guidance(left) and not needs_guidance(right):
            second = self.expr(right, scope, expected)
            return self.expr(left, scope, second.type), second
        first = self.expr(left, scope, expected)
        return first, self.expr(right, scope, first.type)

    def _binary(self, node: syntax.Binary, scope: Scope, expected: Type | None) -> Expr:
        left, right = self.pair(node.left, node.right, scope, expected)
        for made, part in ((left, node.left), (right, node.right)):
            if isinstance(made.type, OptionalType):
                return self.maybe_none(part, made.type)
        if isinstance(left.type, UnknownType) or isinstance(right.type, UnknownType):
            return self.poison(node.span)
        of = binary_type(node.op, left.type, right.type)
        if of is None:
            message = explain_binary(node.op, left.type, right.type)
            fixes = number_fixes(node.left, left.type, node.right, right.type)
            return self.wrong("type-mismatch", message, node.span, fixes)
        return Binary(type=of, op=node.op, left=left, right=right, span=node.span)

    def _logical(self, node: syntax.Logical, scope: Scope) -> Expr:
        what = f"a side of `{node.op}`"
        left = self.condition(node.left, scope, what)
        facts = facts_of(node.left) if node.op != "iff" else Facts()
        inner = scope.know(facts.false if node.op == "or" else facts.true)
        right = self.condition(node.right, inner, what)
        return Logical(type=BOOL, op=node.op, left=left, right=right, span=node.span)

    def _conditional(self, node: syntax.Conditional, scope: Scope, expected: Type | None) -> Expr:
        condition = self.condition(node.condition, scope, "what stands between `if` and `else`")
        facts = facts_of(node.condition)
        yes, no = scope.know(facts.true), scope.know(facts.false)
        if needs_guidance(node.then) and not needs_guidance(node.otherwise):
            otherwise = self.expr(node.otherwise, no, expected)
            then = self.expr(node.then, yes, expected or otherwise.type)
        else:
            then = self.expr(node.then, yes, expected)
            otherwise = self.expr(node.otherwise, no, expected or then.type)
        of = join(then.type, otherwise.type)
        if of is None:
            return self.wrong(
                "type-mismatch",
                f"both values of `if … else …` must be of one type: found "
                f"`{show_type(then.type)}` and `{show_type(otherwise.type)}`",
                node.span,
            )
        return Conditional(
            type=of, condition=condition, then=then, otherwise=otherwise, span=node.span
        )

    def _compare(self, node: syntax.Compare, scope: Scope) -> Expr:
        whole: Expr | None = None
        left = node.first
        for op, right in node.links:
            link = self._link(op, left, right, scope, node.span)
            whole = (
                link
                if whole is None
                else Logical(type=BOOL, op="and", left=whole, right=link, span=node.span)
            )
            left = right
        assert whole is not None, "the parser makes no chain without a link"
        return whole

    def _link(
        self,
        op: syntax.CompareOp,
        left: syntax.Syntax,
        right: syntax.Syntax,
        scope: Scope,
        span: Span,
    ) -> Expr:
        span = left.span.join(right.span) if left.span != right.span else span
        if op in ("is", "is not"):
            return self._is_none(op, left, right, scope, span)
        if op in ("in", "not in"):
            return checker_binders.membership(self, op, left, right, scope, span)
        if op in ("==", "!="):
            self.order_free.update((id(left), id(right)))
        first, second = self.pair(left, right, scope)
        joined = join(first.type, second.type)
        if joined is None:
            return self.wrong(
                "type-mismatch",
                f"`{op}` compares values of one type: found `{show_type(first.type)}` and "
                f"`{show_type(second.type)}`",
                span,
                number_fixes(left, first.type, right, second.type),
            )
        if op not in ("==", "!="):
            for made, part in ((first, left), (second, right)):
                if isinstance(made.type, OptionalType):
                    return self.maybe_none(part, made.type)
            if not is_ordered(joined) and not isinstance(joined, SetType):
                return self.wrong(
                    "not-ordered",
                    f"`{op}` needs values that have an order: found `{show_type(joined)}`, "
                    "expected numbers, str, bytes, or lists and tuples of these",
                    span,
                )
        return Compare(type=BOOL, op=op, left=first, right=second, span=span)

    def _is_none(
        self,
        op: syntax.CompareOp,
        left: syntax.Syntax,
        right: syntax.Syntax,
        scope: Scope,
        span: Span,
    ) -> Expr:
        if not isinstance(right, syntax.NoneLiteral):
            fix = "==" if op == "is" else "!="
            return self.wrong(
                "is-without-none",
                f"`{op}` compares with None only; expected `{fix}` here",
                span,
            )
        # What is known already must not make the question itself look wrong.
        made = self.expr(left, Scope(scope.variables))
        if not isinstance(made.type, OptionalType | NoneType | UnknownType):
            return self.wrong(
                "never-none",
                f"found `{show_type(made.type)}`, which is never None; expected an optional "
                f"such as `{show_type(made.type)}?`",
                left.span,
            )
        none = Constant(type=NONE, value=None, span=right.span)
        return Compare(type=BOOL, op=op, left=made, right=none, span=span)

    # ------------------------------------------------------------ items of displays

    def items(
        self, nodes: tuple[syntax.Syntax, ...], scope: Scope, hint: Type | None, what: str
    ) -> tuple[tuple[Expr, ...], Type]:
        """Items of one type: the hint's, else the one that they have in common."""
        if hint is None or isinstance(hint, UnknownType):
            plain = next((node for node in nodes if not needs_guidance(node)), None)
            hint = None if plain is None else Checker.quiet(self, plain, scope)
        made: list[Expr] = []
        of: Type = UNKNOWN
        for node in nodes:
            item = self.expr(node, scope, hint)
            joined = join(of, item.type)
            if joined is None:
                self.notes.problem(
                    "type-mismatch",
                    f"{what} are of one type: found `{show_type(item.type)}`, expected "
                    f"`{show_type(of)}` as before it",
                    node.span,
                    fixes=number_fixes(node, item.type, node, of),
                )
                joined = of
            of = joined
            made.append(item)
        if hint is not None and fits(of, hint):
            of = hint
        return tuple(made), of

    def quiet(self, node: syntax.Syntax, scope: Scope) -> Type:
        """The type alone, nothing noted."""
        silent = Checker(self.names, Notes(), self.context)
        silent.inside_old = self.inside_old
        return silent.expr(node, scope).type

    def hashable(self, of: Type, span: Span, what: str) -> None:
        """Notes a problem when values of the type cannot be members of sets, keys of dicts."""
        if not is_hashable(of):
            self.notes.problem(
                "not-hashable",
                f"found `{show_type(of)}` as {what}; expected a type whose values never change",
                span,
            )

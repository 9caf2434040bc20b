"""From expressions to logic: one translation for contracts and for code.

An expression becomes a symbolic value, and the ways in which evaluating it may fail: each with
the exception, and the exact condition under which it is reached, in Python's order. Where one
of them holds the value means nothing; the first that holds is the one that is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager

import msgspec

from axiom_verifiers.contracts import expressions as ex
from axiom_verifiers.contracts.contract import Contract, Define
from axiom_verifiers.contracts.source import NOWHERE, Span
from axiom_verifiers.contracts.types import NoneType, OptionalType, Type, UnknownType
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.terms import Term
from axiom_verifiers.obligations import (
    defines,
    encode_calls,
    encode_comparisons,
    encode_comprehensions,
    encode_floats,
    encode_lists,
    encode_mappings,
    encode_members,
    encode_numbers,
    encode_sequences,
    encode_text,
)
from axiom_verifiers.obligations.defines import Under
from axiom_verifiers.obligations.encode_sequences import Sequence
from axiom_verifiers.obligations.ranges import Ranges
from axiom_verifiers.obligations.values import (
    NOTHING,
    ListValue,
    Nothing,
    Opaque,
    OptionalValue,
    RecordParts,
    Scalar,
    Symbolic,
    TupleValue,
    choose,
    coerce,
    default,
    describe,
    erase,
    is_modelled,
)


class Failure(msgspec.Struct, frozen=True):
    """One of `errors` is raised when `condition` holds and no earlier failure's does."""

    errors: tuple[str, ...]
    condition: Term
    span: Span = NOWHERE


class Scope(msgspec.Struct, frozen=True):
    """What names mean. `unbound` says when reading a local raises UnboundLocalError."""

    names: Mapping[str, Symbolic]
    bound: Mapping[str, Symbolic] = {}
    old: Mapping[str, Symbolic] | None = None
    result: Symbolic | None = None
    it: Symbolic | None = None
    unbound: Mapping[str, Term] = {}
    sequences: Mapping[str, Sequence] = {}

    def binding(self, more: Mapping[str, Symbolic]) -> Scope:
        return msgspec.structs.replace(self, bound={**self.bound, **more})


# Defines that call one another are inlined; a longer chain than this is not modelled.
_DEEPEST = 30


class Encoder:
    """Translates expressions; collects their failures until `take_failures` is called."""

    def __init__(self, contract: Contract, ranges: Ranges) -> None:
        self.ranges = ranges
        self.defines: dict[str, Define] = {define.name: define for define in contract.defines}
        self.constants: dict[str, ex.Expr] = {}
        self.records = {record.name: record for record in contract.records}
        self._failures: list[Failure] = []
        self._guards: list[Term] = []
        self._depth = 0
        # The recursive define whose body is being examined, if any.
        self.under: Under | None = None
        self.recursion = 0
        # Whether what is encoded is claimed to hold, so that a `forall` never stops early.
        self.claiming = False

    # ------------------------------------------------------------ failures

    def fail(self, errors: str | tuple[str, ...], condition: Term, span: Span) -> None:
        """Notes that evaluation fails here if it gets here and `condition` holds."""
        full = terms.and_(*self._guards, condition)
        if full is not terms.FALSE:
            kinds = (errors,) if isinstance(errors, str) else errors
            self._failures.append(Failure(kinds, full, span))

    @contextmanager
    def guarded(self, condition: Term) -> Generator[None]:
        """What is evaluated inside is evaluated only when `condition` holds."""
        self._guards.append(condition)
        try:
            yield
        finally:
            self._guards.pop()

    @contextmanager
    def examining(self, under: Under | None) -> Generator[None]:
        """What is encoded inside is the body of a recursive define, or is not."""
        before, depth = self.under, self._depth
        self.under, self._depth = under, 0
        try:
            yield
        finally:
            self.under, self._depth = before, depth

    @property
    def here(self) -> Term:
        """When evaluation gets to where it is now."""
        return terms.and_(*self._guards)

    @contextmanager
    def capturing(self) -> Generator[list[Failure]]:
        """Failures inside are listed apart, free of the guards outside."""
        outside, guards = self._failures, self._guards
        self._failures, self._guards = inside, _ = [], []
        try:
            yield inside
        finally:
            self._failures, self._guards = outside, guards

    def top(self, expr: ex.Expr, scope: Scope) -> tuple[Symbolic, tuple[Failure, ...]]:
        """The value of a whole expression and its failures, in order."""
        with self.capturing() as failures:
            value = self.encode(expr, scope)
        return value, tuple(failures)

    def condition(self, expr: ex.Expr, scope: Scope) -> tuple[Term, tuple[Failure, ...]]:
        """The same for an expression of type bool. Where it meets a limit of the interpreter it
        counts as holding: such runs are discarded.
        """
        value, failures = self.top(expr, scope)
        beyond = terms.FALSE
        real: list[Failure] = []
        for one in failures:
            if one.errors == (encode_floats.TOO_LARGE,):
                beyond = terms.or_(beyond, one.condition)
            elif beyond is terms.FALSE:
                real.append(one)
            else:
                later = terms.and_(terms.not_(beyond), one.condition)
                real.append(msgspec.structs.replace(one, condition=later))
        return terms.or_(beyond, boolean(value)), tuple(real)

    # ------------------------------------------------------------ expressions

    def truth(self, expr: ex.Expr, scope: Scope) -> Term:
        return boolean(self.encode(expr, scope))

    def integer(self, expr: ex.Expr, scope: Scope) -> Term:
        return integer(self.encode(expr, scope))

    def encode(self, expr: ex.Expr, scope: Scope) -> Symbolic:
        """Raises NotModelledError, with the span of the construct."""
        self._depth += 1
        try:
            return self._encode(expr, scope)
        except NotModelledError as error:
            if error.span == (0, 0):
                error.span = (expr.span.start, expr.span.end)
            raise
        except TypeError as error:
            # The logic refuses to mix sorts where Python would mix types.
            raise NotModelledError(
                "operation on values of several types", (expr.span.start, expr.span.end)
            ) from error
        finally:
            self._depth -= 1

    def _encode(self, expr: ex.Expr, scope: Scope) -> Symbolic:
        match expr:
            case ex.Constant():
                return self._constant(expr)
            case ex.Variable():
                return self._variable(expr, scope)
            case ex.ConstantRef(name=name):
                return self._constant_ref(name)
            case ex.Unary(op=op, operand=operand):
                return encode_numbers.unary(self, expr, op, self.encode(operand, scope))
            case ex.Binary(left=left, right=right):
                one, other = self.encode(left, scope), self.encode(right, scope)
                whole = encode_mappings.binary(self, expr.op, one, other)
                if whole is not None:
                    return whole
                return encode_numbers.binary(self, expr, one, other)
            case ex.Logical():
                return Scalar(self._logical(expr, scope))
            case ex.Compare():
                return Scalar(encode_comparisons.compare(self, expr, scope))
            case ex.Conditional(condition=condition, then=then, otherwise=otherwise):
                test = self.ranges.within.settled(self.truth(condition, scope))
                with self.guarded(test):
                    yes = coerce(self.encode(then, scope), expr.type)
                with self.guarded(terms.not_(test)):
                    no = coerce(self.encode(otherwise, scope), expr.type)
                # Where a branch fails the value means nothing.
                if isinstance(then, ex.Failing):
                    return no
                return yes if isinstance(otherwise, ex.Failing) else choose(test, yes, no)
            case ex.Index():
                item = encode_lists.index(self, expr, scope)
                return self.narrow(item, expr.type, expr.span)
            case ex.Slice():
                return encode_lists.cut(self, expr, scope)
            case ex.FieldOf(value=value, name=name):
                part = self._field(self.encode(value, scope), name, expr.span)
                return self.narrow(part, expr.type, expr.span)
            case ex.Call():
                return encode_calls.call(self, expr, scope)
            case ex.MethodCall():
                return encode_text.method(self, expr, scope)
            case ex.DefineCall(name=name, args=args):
                return self._define_call(name, [self.encode(a, scope) for a in args], expr.span)
            case ex.FunctionRef():
                raise NotModelledError("function as a value")
            case ex.Let(name=name, value=value, body=body):
                inner = scope.binding({name: self.encode(value, scope)})
                return self.encode(body, inner)
            case ex.Failing(error=error):
                self.fail(error, terms.TRUE, expr.span)
                return default(expr.type)
            case ex.MakeList():
                return encode_lists.make_list(self, expr, scope)
            case ex.MakeTuple(items=items):
                return TupleValue(tuple(self.encode(item, scope) for item in items))
            case ex.MakeSet():
                return encode_mappings.make_set(self, expr, scope)
            case ex.MakeDict():
                return encode_mappings.make_dict(self, expr, scope)
            case ex.MakeRecord(record=record, values=values):
                fields = tuple(
                    coerce(self.encode(value, scope), kind)
                    for value, (_, kind) in zip(values, record.fields, strict=True)
                )
                return RecordParts(record, fields)
            case ex.Comprehension():
                return encode_comprehensions.comprehension(self, expr, scope)
            case ex.Quantifier():
                return Scalar(encode_comparisons.quantifier(self, expr, scope))
            case ex.Old(value=value):
                if scope.old is None:
                    return self.encode(value, scope)
                return self.encode(
                    value, msgspec.structs.replace(scope, names=scope.old, unbound={}, old=None)
                )

    def _constant(self, expr: ex.Constant) -> Symbolic:
        match expr.value:
            case None:
                return coerce(NOTHING, expr.type)
            case bool(value):
                return Scalar(terms.boolean(value))
            case int(value):
                return coerce(Scalar(terms.integer(value)), expr.type)
            case str(value):
                try:
                    return coerce(Scalar(terms.string(value)), expr.type)
                except ValueError as error:
                    raise NotModelledError("character beyond U+2FFFF") from error
            case float(value):
                return coerce(Scalar(terms.float64(value)), expr.type)
            case bytes():
                raise NotModelledError("bytes")

    def _variable(self, expr: ex.Variable, scope: Scope) -> Symbolic:
        value: Symbolic | None
        match expr.role:
            case "result":
                value = scope.result
            case "it":
                value = scope.it if scope.it is not None else scope.bound.get("it")
            case "bound":
                value = scope.bound.get(expr.name)
                if value is None:
                    value = scope.names.get(expr.name)
            case "parameter" | "local":
                value = scope.names.get(expr.name)
                missing = scope.unbound.get(expr.name)
                if missing is not None:
                    self.fail("UnboundLocalError", missing, expr.span)
                if value is None and expr.name in scope.sequences:
                    return encode_sequences.materialize(self, scope.sequences[expr.name])
        if value is None:
            raise NotModelledError(f"name {expr.name}")
        if isinstance(value, Opaque):
            raise NotModelledError(f"type {describe(value.type)}")
        return self.narrow(value, expr.type, expr.span)

    def narrow(self, value: Symbolic, kind: Type, span: Span) -> Symbolic:
        """An optional value where a plain one is meant: a TypeError when it is absent."""
        if isinstance(value, OptionalValue) and not isinstance(erase(kind), OptionalType):
            if isinstance(erase(kind), NoneType):
                return NOTHING
            self.fail("TypeError", terms.not_(value.present), span)
            return value.value
        if isinstance(value, Nothing) and not isinstance(
            erase(kind), OptionalType | NoneType | UnknownType
        ):
            self.fail("TypeError", terms.TRUE, span)
            return default(kind)
        return value

    def _constant_ref(self, name: str) -> Symbolic:
        define = self.defines.get(name)
        body = define.body if define is not None else self.constants.get(name)
        if body is None or self._depth > _DEEPEST:
            raise NotModelledError(f"constant {name}")
        return self.encode(body, Scope({}))

    def _logical(self, expr: ex.Logical, scope: Scope) -> Term:
        left = self.truth(expr.left, scope)
        if expr.op == "iff":
            return terms.iff(left, self.truth(expr.right, scope))
        with self.guarded(terms.not_(left) if expr.op == "or" else left):
            right = self.truth(expr.right, scope)
        match expr.op:
            case "and":
                return terms.and_(left, right)
            case "or":
                return terms.or_(left, right)
            case "implies":
                return terms.implies(left, right)

    def _field(self, value: Symbolic, name: str, span: Span) -> Symbolic:
        if isinstance(value, OptionalValue):
            self.fail("AttributeError", terms.not_(value.present), span)
            value = value.value
        if isinstance(value, RecordParts):
            for (field, _), part in zip(value.record.fields, value.fields, strict=True):
                if field == name:
                    return part
        raise NotModelledError(f"attribute {name}")

    def _define_call(self, name: str, args: list[Symbolic], span: Span) -> Symbolic:
        define = self.defines.get(name)
        if define is None or define.parameters is None:
            raise NotModelledError(f"call of {name}")
        if self._depth > _DEEPEST:
            raise NotModelledError(f"define {name}, which is nested too deeply")
        given = {
            parameter.name: coerce(arg, parameter.type)
            for parameter, arg in zip(define.parameters, args, strict=True)
        }
        if define.recursive:
            return defines.call(self, define, given, span)
        inside = Scope(given, bound=given)
        if define.requires is not None:
            self.fail("requires", terms.not_(self.truth(define.requires, inside)), span)
        return coerce(self.encode(define.body, inside), define.result)

    # ------------------------------------------------------------ sets and dicts

    def members(self, expr: ex.Expr, scope: Scope) -> Sequence | None:
        """What going through a set, a dict or its view yields; None for what is none of these."""
        return encode_members.sequence(self, expr, scope)

    def keyed_comprehension(self, expr: ex.Comprehension, scope: Scope) -> Symbolic:
        """A set or dict comprehension."""
        return encode_mappings.comprehension(self, expr, scope)

    # ------------------------------------------------------------ ranges

    def each(
        self,
        kind: str,
        low: Term,
        high: Term,
        body: Callable[[Term], Term],
        span: Span,
    ) -> Term:
        """`forall` or `exists` over the integers from `low` to `high`, stopping at the first
        that decides it, as evaluation does.
        """
        seen: list[tuple[Term, list[Failure], Term]] = []

        def one(at: Term) -> Term:
            with self.capturing() as failures:
                term = body(at)
            seen.append((at, failures, term))
            return term

        over = self.ranges.forall if kind == "forall" else self.ranges.exists
        since = self.ranges.mark()
        whole = over(low, high, one)
        held = self.claiming and kind == "forall"

        def going(term: Term) -> Term:
            return term if kind == "forall" else terms.not_(term)

        earlier: list[Term] = []
        for at, failures, term in seen:
            if self.ranges.fresh(at, since):
                if failures:
                    before = terms.TRUE if held else self.ranges.forall(
                        low, at, lambda j, at=at, term=term: terms.substitute(going(term), {at: j})
                    )  # fmt: skip
                    self._somewhere(at, low, high, failures, before)
            else:
                inside = terms.lt(at, high)
                for failure in failures:
                    condition = terms.and_(inside, *earlier, failure.condition)
                    self.fail(failure.errors, condition, failure.span)
                earlier.append(terms.implies(inside, going(term)))
        return whole

    def fold(
        self,
        name: str,
        start: tuple[Term, ...],
        low: Term,
        high: Term,
        step: Callable[[tuple[Term, ...], Term], tuple[Term, ...]],
    ) -> tuple[Term, ...]:
        """A fold whose step may fail."""
        seen: list[tuple[Term, list[Failure]]] = []

        def one(state: tuple[Term, ...], at: Term) -> tuple[Term, ...]:
            with self.capturing() as failures:
                after = step(state, at)
            seen.append((at, failures))
            return after

        since = self.ranges.mark()
        result = self.ranges.fold(name, start, low, high, one)
        for at, failures in seen:
            if self.ranges.fresh(at, since):
                if failures:
                    self._somewhere(at, low, high, failures, terms.TRUE)
            else:
                inside = terms.lt(at, high)
                for failure in failures:
                    condition = terms.and_(inside, failure.condition)
                    self.fail(failure.errors, condition, failure.span)
        return result

    def _somewhere(
        self, at: Term, low: Term, high: Term, failures: list[Failure], before: Term
    ) -> None:
        """Failures inside a quantifier: which is first is known only if all are of one kind."""
        errors = tuple(dict.fromkeys(error for f in failures for error in f.errors))
        inside = terms.and_(terms.le(low, at), terms.lt(at, high), before)
        for failure in failures:
            condition = terms.exists((at,), terms.and_(inside, failure.condition))
            self.fail(errors, condition, failure.span)


def boolean(value: Symbolic) -> Term:
    """The term of a bool."""
    if isinstance(value, Scalar) and value.term.sort is sorts.BOOL:
        return value.term
    raise NotModelledError("condition that is no bool")


def integer(value: Symbolic) -> Term:
    """The term of an int; a bool counts as 0 or 1."""
    if isinstance(value, Scalar):
        if value.term.sort is sorts.INT:
            return value.term
        if value.term.sort is sorts.BOOL:
            return terms.ite(value.term, terms.ONE, terms.ZERO)
    raise NotModelledError("arithmetic on other than int")


__all__ = [
    "Encoder",
    "Failure",
    "ListValue",
    "Nothing",
    "Scope",
    "boolean",
    "integer",
    "is_modelled",
]

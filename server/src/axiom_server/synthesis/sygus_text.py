"""Contracts over int, bool and str as SyGuS-IF problems, and the solutions read back.

SyGuS-IF 2.1 is the input language of the syntax-guided synthesis competition. Python's floor
division and modulo are written out: SMT-LIB's `div` and `mod` agree with them for positive
divisors only.
"""

from __future__ import annotations

from typing import assert_never

from axiom_server.errors import UntranslatableError
from axiom_server.synthesis.trees import (
    call,
    conditional,
    conjunction,
    constant,
    disjunction,
    negate,
)
from axiom_verifiers.contracts import types as t
from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.expressions import (
    Binary,
    Call,
    Compare,
    Conditional,
    Constant,
    ConstantRef,
    DefineCall,
    Expr,
    Index,
    Logical,
    MakeList,
    MakeSet,
    MakeTuple,
    Old,
    Unary,
    Variable,
)
from axiom_verifiers.contracts.typing_rules import erase
from axiom_verifiers.logic.sexpr import Atom, SExpr
from axiom_verifiers.solvers.sygus import SynthesisedFunction

_SORTS: dict[t.Type, str] = {t.INT: "Int", t.BOOL: "Bool", t.STR: "String"}

_PRELUDE = """\
(define-fun floordiv ((a Int) (b Int)) Int (ite (>= b 0) (div a b) (div (- a) (- b))))
(define-fun floormod ((a Int) (b Int)) Int (ite (>= b 0) (mod a b) (- (mod (- a) (- b)))))
"""


def sort_of(kind: t.Type) -> str:
    """Raises UntranslatableError for anything but int, bool and str."""
    try:
        return _SORTS[erase(kind)]
    except KeyError:
        raise UntranslatableError from None


class _Encoder:
    """Writes expressions; `names` gives the symbol of each variable."""

    def __init__(self, contract: Contract, names: dict[str, str], result: str) -> None:
        self.defines = {define.name: define for define in contract.defines}
        self.names = names
        self.result = result

    def text(self, expr: Expr) -> str:
        match expr:
            case Constant():
                return _constant(expr.value)
            case Variable(role="result"):
                return self.result
            case Variable():
                if expr.name not in self.names:
                    raise UntranslatableError
                return self.names[expr.name]
            case Old():
                return self.text(expr.value)
            case ConstantRef():
                return self.text(self.defines[expr.name].body)
            case Unary(op="not"):
                return f"(not {self.text(expr.operand)})"
            case Unary(op="-"):
                return f"(- {self.text(expr.operand)})"
            case Unary(op="+"):
                return self.text(expr.operand)
            case Binary():
                return self._binary(expr)
            case Logical():
                symbol = {"and": "and", "or": "or", "implies": "=>", "iff": "="}[expr.op]
                return f"({symbol} {self.text(expr.left)} {self.text(expr.right)})"
            case Compare():
                return self._compare(expr)
            case Conditional():
                parts = (expr.condition, expr.then, expr.otherwise)
                return f"(ite {' '.join(self.text(part) for part in parts)})"
            case Call():
                return self._call(expr)
            case DefineCall():
                return self._define(expr)
            case Index(value=MakeTuple()):
                return self._index(expr)
            case _:
                raise UntranslatableError

    def _index(self, expr: Index) -> str:
        value, place = expr.value, expr.index
        if not isinstance(value, MakeTuple) or not isinstance(place, Constant):
            raise UntranslatableError
        return self.text(value.items[int(place.value or 0)])

    def _binary(self, expr: Binary) -> str:
        left, right = self.text(expr.left), self.text(expr.right)
        if expr.type == t.STR and expr.op == "+":
            return f"(str.++ {left} {right})"
        if expr.type != t.INT or expr.left.type != t.INT or expr.right.type != t.INT:
            raise UntranslatableError
        positive = (
            isinstance(expr.right, Constant)
            and isinstance(expr.right.value, int)
            and expr.right.value > 0
        )
        match expr.op:
            case "+" | "-" | "*":
                return f"({expr.op} {left} {right})"
            case "//":
                return f"({'div' if positive else 'floordiv'} {left} {right})"
            case "%":
                return f"({'mod' if positive else 'floormod'} {left} {right})"
            case _:
                raise UntranslatableError

    def _compare(self, expr: Compare) -> str:
        match expr.op:
            case "==":
                return f"(= {self.text(expr.left)} {self.text(expr.right)})"
            case "!=":
                return f"(not (= {self.text(expr.left)} {self.text(expr.right)}))"
            case "<" | "<=" | ">" | ">=":
                if expr.left.type != t.INT:
                    raise UntranslatableError
                return f"({expr.op} {self.text(expr.left)} {self.text(expr.right)})"
            case "in" | "not in":
                if not isinstance(expr.right, MakeList | MakeSet | MakeTuple):
                    raise UntranslatableError
                left = self.text(expr.left)
                links = " ".join(f"(= {left} {self.text(item)})" for item in expr.right.items)
                inside = f"(or false {links})" if links else "false"
                return inside if expr.op == "in" else f"(not {inside})"
            case "is" | "is not":
                raise UntranslatableError
            case _:
                assert_never(expr.op)

    def _call(self, expr: Call) -> str:
        args = expr.args
        if len(args) == 1 and isinstance(args[0], MakeList | MakeTuple):
            args = args[0].items
        if expr.keywords or any(arg.type != t.INT for arg in args) or not args:
            if expr.function == "len" and args and args[0].type == t.STR:
                return f"(str.len {self.text(args[0])})"
            raise UntranslatableError
        texts = [self.text(arg) for arg in args]
        match expr.function:
            case "abs":
                return f"(ite (>= {texts[0]} 0) {texts[0]} (- {texts[0]}))"
            case "min" | "max":
                symbol = "<=" if expr.function == "min" else ">="
                whole = texts[0]
                for text in texts[1:]:
                    whole = f"(ite ({symbol} {whole} {text}) {whole} {text})"
                return whole
            case "sum":
                return f"(+ 0 {' '.join(texts)})"
            case _:
                raise UntranslatableError

    def _define(self, expr: DefineCall) -> str:
        define = self.defines.get(expr.name)
        if define is None or define.recursive or define.parameters is None:
            raise UntranslatableError
        names = [p.name for p in define.parameters]
        bindings = " ".join(
            f"(a_{name} {self.text(arg)})" for name, arg in zip(names, expr.args, strict=True)
        )
        inner = _Encoder.__new__(_Encoder)
        inner.defines, inner.result = self.defines, self.result
        inner.names = {name: f"a_{name}" for name in names}
        return f"(let ({bindings}) {inner.text(define.body)})"


def _constant(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if value >= 0 else f"(- {-value})"
        case str():
            if not all(" " <= c <= "~" for c in value) or "\\" in value:
                raise UntranslatableError
            return '"' + value.replace('"', '""') + '"'
        case _:
            raise UntranslatableError


def problem(contract: Contract) -> str:
    """The contract as a SyGuS-IF text whose function is `f` of p0, p1, ….

    Raises UntranslatableError when it is outside int, bool and str.
    """
    if contract.modifies:
        raise UntranslatableError
    names = {p.name: f"p{place}" for place, p in enumerate(contract.parameters)}
    sorts = [sort_of(p.type) for p in contract.parameters]
    symbols = list(names.values())
    applied = f"(f {' '.join(symbols)})" if symbols else "f"
    encoder = _Encoder(contract, names, applied)
    hypotheses = [encoder.text(clause.condition) for clause in contract.requires]
    hypotheses += [f"(not {encoder.text(clause.when)})" for clause in contract.raises]
    goals: list[str] = []
    for clause in contract.ensures:
        goal = encoder.text(clause.condition)
        goals.append(goal if clause.when is None else f"(=> {encoder.text(clause.when)} {goal})")
    goals += [
        encoder.text(implied.condition)
        for implied in contract.implied
        if implied.obligation == "refinement" and implied.condition is not None
    ]
    if not goals:
        raise UntranslatableError
    signature = " ".join(f"({s} {sort})" for s, sort in zip(symbols, sorts, strict=True))
    lines = ["(set-logic ALL)", _PRELUDE.rstrip()]
    lines.append(f"(synth-fun f ({signature}) {sort_of(contract.result)})")
    lines += [f"(declare-var {s} {sort})" for s, sort in zip(symbols, sorts, strict=True)]
    given = f"(and true {' '.join(hypotheses)})"
    lines += [f"(constraint (=> {given} {goal}))" for goal in goals]
    lines.append("(check-synth)")
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- reading a solution


def solution(found: SynthesisedFunction, contract: Contract) -> Expr:
    """The body of the function that cvc5 found, as an expression over the parameters.

    Raises UntranslatableError when it uses an operation that has no form here.
    """
    scope: dict[str, Expr] = {
        symbol: Variable(type=erase(parameter.type), name=parameter.name, role="parameter")
        for (symbol, _), parameter in zip(found.parameters, contract.parameters, strict=True)
    }
    return _decoded(found.body, scope)


def _decoded(term: SExpr, scope: dict[str, Expr]) -> Expr:
    match term:
        case Atom():
            return _atom(term.text, scope)
        case (Atom(text="let"), tuple() as bindings, body):
            inner = dict(scope)
            for binding in bindings:
                match binding:
                    case (Atom(text=name), value):
                        inner[name] = _decoded(value, scope)
                    case _:
                        raise UntranslatableError
            return _decoded(body, inner)
        case (Atom(text=head), *rest):
            return _applied(head, tuple(_decoded(arg, scope) for arg in rest))
        case _:
            raise UntranslatableError


def _atom(text: str, scope: dict[str, Expr]) -> Expr:
    if text in scope:
        return scope[text]
    if text in ("true", "false"):
        return constant(text == "true")
    if text.isdigit():
        return constant(int(text))
    if text.startswith('"') and "\\" not in text:
        return constant(text[1:-1].replace('""', '"'))
    raise UntranslatableError


def _applied(head: str, args: tuple[Expr, ...]) -> Expr:
    match head, args:
        case "ite", (condition, then, otherwise):
            return conditional(condition, then, otherwise)
        case "-", (Constant() as value,) if isinstance(value.value, int):
            return constant(-value.value)
        case "-", (value,):
            return Unary(type=t.INT, op="-", operand=value)
        case (("+" | "*" | "-"), (first, *rest)) if rest:
            return _folded(head, first, rest)
        case (("div" | "div_total"), (left, Constant() as right)) if _positive(right):
            return Binary(type=t.INT, op="//", left=left, right=right)
        case (("mod" | "mod_total"), (left, Constant() as right)) if _positive(right):
            return Binary(type=t.INT, op="%", left=left, right=right)
        case "abs", (value,):
            return call("abs", t.INT, value)
        case "not", (value,):
            return negate(value)
        case "and", _:
            return conjunction(args)
        case "or", _:
            return disjunction(args)
        case "=>", (left, right):
            return disjunction((negate(left), right))
        case "=", (left, right):
            return Compare(type=t.BOOL, op="==", left=left, right=right)
        case (("<" | "<=" | ">" | ">=" as op), (left, right)):
            return Compare(type=t.BOOL, op=op, left=left, right=right)
        case "str.++", (first, *rest):
            whole = first
            for part in rest:
                whole = Binary(type=t.STR, op="+", left=whole, right=part)
            return whole
        case "str.len", (value,):
            return call("len", t.INT, value)
        case _:
            raise UntranslatableError


def _positive(value: Constant) -> bool:
    return isinstance(value.value, int) and value.value > 0


def _folded(head: str, first: Expr, rest: list[Expr]) -> Expr:
    """Sums as a person writes them: `a + (-1) * b` is `a - b`."""
    whole = first
    for part in rest:
        if head == "*":
            whole = Binary(type=t.INT, op="*", left=whole, right=part)
            continue
        minus = head == "-"
        match part:
            case Constant() if isinstance(part.value, int) and part.value < 0:
                minus, part = not minus, constant(-part.value)
            case Unary(op="-"):
                minus, part = not minus, part.operand
            case Binary(op="*", left=Constant() as factor) if factor.value == -1:
                minus, part = not minus, part.right
            case _:
                pass
        whole = Binary(type=t.INT, op="-" if minus else "+", left=whole, right=part)
    return whole

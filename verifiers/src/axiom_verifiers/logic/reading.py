"""Reads terms and scripts from SMT-LIB text: what `smtlib` and `problem` print, and what
solvers answer with. Terms may be as deep as memory allows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterable
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

from axiom_verifiers.errors import ModelError, ReadError, SExprError
from axiom_verifiers.logic import bits, booleans, numbers, strings, structures
from axiom_verifiers.logic.sexpr import Atom, SExpr, natural, parse, text_of, unquote
from axiom_verifiers.logic.sorts import (
    BOOL,
    INT,
    REAL,
    REGEX,
    ROUNDING,
    STRING,
    Datatype,
    Kind,
    Selector,
    Sort,
    array,
    bitvector,
    floating,
    instantiate,
)
from axiom_verifiers.logic.term import Function, Term, literal, make, var

_NUMERAL = re.compile(r"[0-9]+\Z")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+\Z")


class Scope:
    """The symbols that a text may use."""

    def __init__(self, datatypes: Iterable[Datatype] = ()) -> None:
        self.constants: dict[str, Term] = {}
        self.functions: dict[str, Function] = {}
        self.sorts: dict[str, Sort] = {}
        self.datatypes: dict[str, Datatype] = {}
        self.constructors: dict[str, Datatype] = {}
        self.selectors: dict[str, tuple[Datatype, Selector]] = {}
        for datatype in datatypes:
            self.add_datatype(datatype)

    def add_datatype(self, datatype: Datatype) -> None:
        self.datatypes[datatype.name] = datatype
        for constructor in datatype.constructors:
            self.constructors[constructor.name] = datatype
            for selector in constructor.selectors:
                self.selectors[selector.name] = (datatype, selector)


def read_sort(expression: SExpr, scope: Scope) -> Sort:
    """The sort that an expression names. ReadError when it names none."""
    if isinstance(expression, Atom):
        known = {"Bool": BOOL, "Int": INT, "Real": REAL, "String": STRING, "RegLan": REGEX,
                 "RoundingMode": ROUNDING, "Float64": floating(11, 53),
                 "Float32": floating(8, 24)}  # fmt: skip
        found = scope.sorts.get(expression.text) or known.get(expression.text)
        if found is None and expression.text in scope.datatypes:
            found = scope.datatypes[expression.text].sort()
        if found is not None:
            return found
    elif expression and isinstance(expression[0], Atom):
        head, rest = expression[0].text, expression[1:]
        if head == "Array" and len(rest) == 2:
            return array(read_sort(rest[0], scope), read_sort(rest[1], scope))
        if head == "_" and rest and isinstance(rest[0], Atom):
            numbers_of = [_number(part) for part in rest[1:]]
            if rest[0].text == "BitVec" and len(numbers_of) == 1:
                return bitvector(numbers_of[0])
            if rest[0].text == "FloatingPoint" and len(numbers_of) == 2:
                return floating(*numbers_of)
        if head in scope.datatypes:
            return scope.datatypes[head].sort(*(read_sort(part, scope) for part in rest))
    raise ReadError(f"this is no sort: {text_of(expression):.80}")


def _number(expression: SExpr) -> int:
    if isinstance(expression, Atom) and expression.text.isdecimal():
        return int(expression.text)
    raise ReadError(f"a number was expected, got {text_of(expression):.80}")


# A reader yields the subexpressions it wants, with the names bound around them, and is sent
# their terms: recursion without Python's stack.
_Names = dict[str, Term]
_Step = Generator[tuple[SExpr, _Names], Term, Term]


def read_term(expression: SExpr, scope: Scope) -> Term:
    """The term that an expression denotes. ReadError when it denotes none."""
    stack: list[_Step] = [_read(expression, scope, {})]
    result: Term | None = None
    while stack:
        try:
            wanted = stack[-1].send(cast("Any", result))
        except StopIteration as end:
            stack.pop()
            result = cast("Term", end.value)
        except (TypeError, KeyError, IndexError, ValueError) as error:
            raise ReadError(str(error)) from error
        else:
            stack.append(_read(wanted[0], scope, wanted[1]))
            result = None
    assert result is not None
    return result


def _read(expression: SExpr, scope: Scope, names: _Names) -> _Step:
    if isinstance(expression, Atom):
        return _atom(expression, scope, names)
    if not expression:
        raise ReadError("an empty list is no term")
    head = expression[0]
    if isinstance(head, Atom) and not head.quoted:
        match head.text:
            case "let":
                return (yield from _let(expression, names))
            case "forall" | "exists":
                return (yield from _quantifier(expression, scope, names))
            case "!":
                return (yield expression[1], names)
            case "_" | "as":
                return _special(expression, scope)
            case "fp":
                return _float(expression)
            case _:
                pass
    args: list[Term] = []
    for part in expression[1:]:
        args.append((yield part, names))  # noqa: PERF401 - a comprehension cannot yield
    return _application(head, tuple(args), scope)


def _atom(atom: Atom, scope: Scope, names: _Names) -> Term:
    text = atom.text
    if atom.is_string:
        return strings.string(unquote(text))
    if not atom.quoted:
        if _NUMERAL.match(text):
            return numbers.integer(natural(text))
        if _DECIMAL.match(text):
            whole, _, part = text.partition(".")
            return numbers.real(natural(whole) + Fraction(natural(part), 10 ** len(part)))
        if text.startswith("#x"):
            return bits.bits(int("0" + text[1:], 0), 4 * (len(text) - 2))
        if text.startswith("#b"):
            return bits.bits(int("0" + text[1:], 0), len(text) - 2)
    if text in names:
        return names[text]
    if text in scope.constants:
        return scope.constants[text]
    if text in scope.constructors:
        return structures.construct(scope.constructors[text], text)
    if text in scope.functions:
        return booleans.apply(scope.functions[text])
    known = {"true": booleans.TRUE, "false": booleans.FALSE, "re.all": strings.RE_ALL,
             "re.none": strings.RE_NONE, "re.allchar": strings.RE_ALLCHAR}  # fmt: skip
    if text in known:
        return known[text]
    if text in ("RNE", "RNA", "RTP", "RTN", "RTZ"):
        return literal(text, ROUNDING)
    raise ReadError(f"the symbol {text} is not known")


def _let(expression: tuple[SExpr, ...], names: _Names) -> _Step:
    inside = dict(names)
    pairs = expression[1]
    for pair in pairs if isinstance(pairs, tuple) else ():
        if not isinstance(pair, tuple) or not isinstance(pair[0], Atom):
            raise ReadError("a let that cannot be read")
        inside[pair[0].text] = yield pair[1], names
    return (yield expression[2], inside)


def _quantifier(expression: tuple[SExpr, ...], scope: Scope, names: _Names) -> _Step:
    inside = dict(names)
    variables: list[Term] = []
    bound = expression[1]
    for pair in bound if isinstance(bound, tuple) else ():
        if not isinstance(pair, tuple) or not isinstance(pair[0], Atom):
            raise ReadError("a bound variable that cannot be read")
        variable = var(pair[0].text, read_sort(pair[1], scope))
        inside[pair[0].text] = variable
        variables.append(variable)
    body = expression[2]
    triggers: list[list[Term]] = []
    term = yield body, inside
    if isinstance(body, tuple) and body and body[0] == Atom("!"):
        for key, group in zip(body[2::2], body[3::2], strict=True):
            if key == Atom(":pattern") and isinstance(group, tuple):
                terms: list[Term] = []
                for part in group:
                    terms.append((yield part, inside))  # noqa: PERF401 - it yields
                triggers.append(terms)
    head = expression[0]
    assert isinstance(head, Atom)
    build = structures.forall if head.text == "forall" else structures.exists
    return build(variables, term, triggers)


def _special(expression: tuple[SExpr, ...], scope: Scope) -> Term:
    """Nullary terms that are written with `_` or `as`."""
    name = expression[1]
    if expression[0] == Atom("as") and isinstance(name, Atom) and name.text in scope.constructors:
        sort = read_sort(expression[2], scope)
        return structures.construct(scope.constructors[name.text], name.text, sort=sort)
    if expression[0] == Atom("_") and isinstance(name, Atom):
        if name.text.startswith("bv") and name.text[2:].isdecimal():
            return bits.bits(int(name.text[2:]), _number(expression[2]))
        if name.text in ("NaN", "+oo", "-oo", "+zero", "-zero"):
            return _float(expression)
    raise ReadError(f"this is no term: {text_of(expression):.80}")


def _float(expression: tuple[SExpr, ...]) -> Term:
    from axiom_verifiers.logic.models import float_bits_of

    if expression[0] == Atom("_"):
        sort = floating(_number(expression[2]), _number(expression[3]))
    else:
        widths = [len(part.text) - 2 if isinstance(part, Atom) else 0 for part in expression[1:]]
        factor = [
            4 if isinstance(part, Atom) and part.text.startswith("#x") else 1
            for part in expression[1:]
        ]
        sort = floating(widths[1] * factor[1], widths[2] * factor[2] + 1)
    try:
        return bits.float_literal(float_bits_of(expression, sort), sort)
    except ModelError as error:
        raise ReadError(str(error)) from error


def _application(head: SExpr, args: tuple[Term, ...], scope: Scope) -> Term:
    if isinstance(head, Atom):
        return _named(head, args, scope)
    kind, name, *rest = head
    if kind == Atom("as") and name == Atom("const"):
        return structures.const_array(read_sort(rest[0], scope), *args)
    if kind == Atom("as") and isinstance(name, Atom) and name.text in scope.constructors:
        sort = read_sort(rest[0], scope)
        return structures.construct(scope.constructors[name.text], name.text, *args, sort=sort)
    if kind == Atom("_") and name == Atom("is") and isinstance(rest[0], Atom):
        return structures.is_made_by(scope.constructors[rest[0].text], rest[0].text, *args)
    if kind == Atom("_") and isinstance(name, Atom):
        return _indexed(name.text, [_number(part) for part in rest], args)
    raise ReadError(f"this is no function: {text_of(head):.80}")


def _named(head: Atom, args: tuple[Term, ...], scope: Scope) -> Term:
    name = head.text
    if name in scope.functions:
        return booleans.apply(scope.functions[name], *args)
    if name in scope.constructors:
        datatype = scope.constructors[name]
        sort = None if not datatype.parameters else _inferred(datatype, name, args)
        return structures.construct(datatype, name, *args, sort=sort)
    if name in scope.selectors:
        return structures.field(scope.selectors[name][0], name, *args)
    build = _BUILD.get(name)
    if build is not None:
        return build(*args)
    if name.startswith("bv"):
        return bits.bv(name, *args)
    if name.startswith("fp."):
        return bits.fp(name, *args)
    raise ReadError(f"the function {name} is not known")


def _inferred(datatype: Datatype, constructor: str, args: tuple[Term, ...]) -> Sort:
    """The sort of a parametric datatype, from its fields."""
    binding: dict[Sort, Sort] = {}
    for selector, arg in zip(datatype.constructor(constructor).selectors, args, strict=True):
        if selector.sort.kind is Kind.PARAMETER:
            binding[selector.sort] = arg.sort
    return datatype.sort(*(instantiate(parameter, binding) for parameter in datatype.parameters))


def _indexed(name: str, indices: list[int], args: tuple[Term, ...]) -> Term:
    match name:
        case "extract":
            return bits.extract(args[0], *indices)
        case "sign_extend":
            return bits.sign_extend(args[0], *indices)
        case "zero_extend":
            return bits.zero_extend(args[0], *indices)
        case "int_to_bv" | "int2bv":
            return bits.from_integer(args[0], *indices)
        case "re.loop":
            return strings.re_loop(args[0], *indices)
        case "to_fp" if len(args) == 2:
            return bits.to_float(args[1], floating(*indices), args[0])
        case "to_fp":
            return bits.float_of_bits(args[0], floating(*indices))
        case "fp.to_sbv":
            return bits.float_to_signed(args[1], indices[0], args[0])
        case _:
            raise ReadError(f"the function (_ {name} …) is not known")


def _minus(*args: Term) -> Term:
    if len(args) == 1:
        return numbers.neg(args[0])
    result = args[0]
    for arg in args[1:]:
        result = numbers.sub(result, arg)
    return result


def _chain(build: Callable[[Term, Term], Term]) -> Callable[..., Term]:
    def chained(*args: Term) -> Term:
        links = (build(a, b) for a, b in pairwise(args))
        return booleans.and_(*links)

    return chained


def _chain_implies(*args: Term) -> Term:
    result = args[-1]
    for arg in reversed(args[:-1]):
        result = booleans.implies(arg, result)
    return result


def _prefix_of(prefix: Term, term: Term) -> Term:
    return strings.starts_with(term, prefix)


def _suffix_of(suffix: Term, term: Term) -> Term:
    return strings.ends_with(term, suffix)


def _range(first: Term, last: Term) -> Term:
    return make("re.range", (first, last), REGEX)


def _xor(left: Term, right: Term) -> Term:
    return booleans.not_(booleans.eq(left, right))


_BUILD: dict[str, Callable[..., Term]] = {
    "not": booleans.not_, "and": booleans.and_, "or": booleans.or_, "=>": _chain_implies,
    "xor": _xor, "=": _chain(booleans.eq), "distinct": booleans.distinct, "ite": booleans.ite,
    "+": numbers.add, "-": _minus, "*": numbers.mul, "<": _chain(numbers.lt),
    "<=": _chain(numbers.le), ">": _chain(numbers.gt), ">=": _chain(numbers.ge),
    "div": numbers.euclid_div, "mod": numbers.euclid_mod, "/": numbers.divide,
    "abs": numbers.absolute, "to_real": numbers.to_real, "to_int": numbers.to_int,
    "is_int": numbers.is_int, "select": structures.select, "store": structures.store,
    "concat": bits.bv_concat, "ubv_to_int": bits.unsigned_value,
    "sbv_to_int": bits.signed_value, "bv2nat": bits.unsigned_value,
    "fp.to_real": bits.float_to_real,
    "str.++": strings.concat, "str.len": strings.length, "str.at": strings.at,
    "str.substr": strings.substring, "str.indexof": strings.index_of,
    "str.contains": strings.contains,
    "str.prefixof": _prefix_of,
    "str.suffixof": _suffix_of,
    "str.replace": strings.replace, "str.replace_all": strings.replace_all,
    "str.<": strings.less, "str.<=": strings.less_equal, "str.is_digit": strings.is_digit,
    "str.to_code": strings.to_code, "str.from_code": strings.from_code,
    "str.to_int": strings.to_number, "str.from_int": strings.from_number,
    "str.in_re": strings.in_regex, "str.to_re": strings.re_string,
    "re.range": _range,
    "re.++": strings.re_concat, "re.union": strings.re_union, "re.inter": strings.re_intersect,
    "re.*": strings.re_star, "re.+": strings.re_plus, "re.opt": strings.re_optional,
    "re.comp": strings.re_complement,
}  # fmt: skip


def read_assertions(text: str, scope: Scope) -> list[Term]:
    """The formulas that a script asserts. What it declares is added to `scope`; definitions
    without parameters are unfolded, others are only declared. ReadError for what is not read.
    """
    found: list[Term] = []
    try:
        for command in parse(text):
            if not isinstance(command, tuple) or not isinstance(command[0], Atom):
                raise ReadError(f"this is no command: {text_of(command):.80}")
            _command(command[0].text, command[1:], scope, found)
    except SExprError as error:
        raise ReadError(str(error)) from error
    return found


def _command(word: str, rest: tuple[SExpr, ...], scope: Scope, found: list[Term]) -> None:
    name = rest[0].text if rest and isinstance(rest[0], Atom) else ""
    match word:
        case "declare-const":
            scope.constants[name] = var(name, read_sort(rest[1], scope))
        case "declare-sort":
            from axiom_verifiers.logic.sorts import uninterpreted

            scope.sorts[name] = uninterpreted(name)
        case "declare-fun":
            sorts = tuple(read_sort(part, scope) for part in cast("tuple[SExpr, ...]", rest[1]))
            result = read_sort(rest[2], scope)
            if sorts:
                scope.functions[name] = Function(name, sorts, result)
            else:
                scope.constants[name] = var(name, result)
        case "define-fun" if rest[1] == ():
            scope.constants[name] = read_term(rest[3], scope)
        case "define-fun" | "define-fun-rec":
            pairs = cast("tuple[tuple[SExpr, ...], ...]", rest[1])
            sorts = tuple(read_sort(pair[1], scope) for pair in pairs)
            scope.functions[name] = Function(name, sorts, read_sort(rest[2], scope))
        case "assert":
            found.append(read_term(rest[0], scope))
        case "set-logic" | "set-option" | "set-info" | "check-sat" | "get-value" | "exit":
            pass
        case "declare-datatypes":
            pass  # Datatypes are given with the scope.
        case _:
            raise ReadError(f"the command {word} is not read")

"""Prints sorts and terms as SMT-LIB 2.6 text that stays linear in the size of the graph.

A shared subterm without bound variables becomes a `define-fun` without parameters (the caller
asks `shared`), one with bound variables a `let` in the innermost scope that binds them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal, Protocol, cast

from axiom_verifiers.logic.sorts import Kind, Selector, Sort
from axiom_verifiers.logic.structures import groups_of
from axiom_verifiers.logic.term import Binder, Function, Term, postorder

_SIMPLE = re.compile(r"[A-Za-z~!@$%^&*_+=<>.?/-][A-Za-z0-9~!@$%^&*_+=<>.?/-]*\Z")
_RESERVED: Final = frozenset(
    ("!", "_", "as", "let", "exists", "forall", "match", "par", "lambda", "BINARY", "DECIMAL",
     "HEXADECIMAL", "NUMERAL", "STRING", "true", "false", "not", "and", "or", "xor", "ite",
     "distinct", "=>", "=", "+", "-", "*", "/", "<", "<=", ">", ">=")
)  # fmt: skip


class Naming(Protocol):
    """How symbols of the problem are spelled in the text."""

    def constant(self, term: Term) -> str: ...
    def function(self, function: Function) -> str: ...
    def sort(self, sort: Sort) -> str: ...
    def constructor(self, sort: Sort, constructor: str) -> str: ...
    def selector(self, sort: Sort, selector: Selector) -> str: ...


class PlainNaming:
    """Symbols as they are, quoted where SMT-LIB needs it."""

    def constant(self, term: Term) -> str:
        return symbol(term.payload)

    def function(self, function: Function) -> str:
        return symbol(function.name)

    def sort(self, sort: Sort) -> str:
        return symbol(sort.name)

    def constructor(self, sort: Sort, constructor: str) -> str:
        return symbol(constructor)

    def selector(self, sort: Sort, selector: Selector) -> str:
        return symbol(selector.name)


PLAIN = PlainNaming()


def symbol(name: str) -> str:
    """A symbol, quoted when it is not simple. Two characters cannot be quoted: replaced."""
    if _SIMPLE.match(name) and name not in _RESERVED:
        return name
    return "|" + name.replace("\\", "/").replace("|", "!") + "|"


def decimal(value: int) -> str:
    """The digits of a natural number, of any size."""
    if value.bit_length() < 12_000:  # Python refuses to print longer ones at once.
        return str(value)
    half = value.bit_length() * 30103 // 200_000
    high, low = divmod(value, 10**half)
    return decimal(high) + decimal(low).rjust(half, "0")


def numeral(value: int) -> str:
    return decimal(value) if value >= 0 else f"(- {decimal(-value)})"


def rational(value: Fraction) -> str:
    size = abs(value)
    text = f"{decimal(size.numerator)}.0"
    if size.denominator != 1:
        text = f"(/ {text} {decimal(size.denominator)}.0)"
    return text if value >= 0 else f"(- {text})"


def quoted(value: str) -> str:
    """A string literal: printable ASCII as it is, everything else as `\\u{…}`."""
    parts: list[str] = []
    for character in value:
        if character == '"':
            parts.append('""')
        elif " " <= character <= "~" and character != "\\":
            parts.append(character)
        else:
            parts.append(f"\\u{{{ord(character):x}}}")
    return '"' + "".join(parts) + '"'


def bit_string(value: int, width: int) -> str:
    if width % 4 == 0:
        return f"#x{value:0{width // 4}x}"
    return f"#b{value:0{width}b}"


def float_text(value: int, sort: Sort) -> str:
    """A float from its bits."""
    exponent, significand = sort.indices
    fraction_bits = significand - 1
    sign = value >> (exponent + fraction_bits)
    power = (value >> fraction_bits) & ((1 << exponent) - 1)
    fraction = value & ((1 << fraction_bits) - 1)
    if power == (1 << exponent) - 1:
        name = "NaN" if fraction else "-oo" if sign else "+oo"
        return f"(_ {name} {exponent} {significand})"
    return f"(fp #b{sign:b} #b{power:0{exponent}b} #b{fraction:0{fraction_bits}b})"


def literal_text(term: Term) -> str:
    sort = term.sort
    match sort.kind:
        case Kind.BOOL:
            return "true" if term.payload else "false"
        case Kind.INT:
            return numeral(term.payload)
        case Kind.REAL:
            return rational(term.payload)
        case Kind.STRING:
            return quoted(term.payload)
        case Kind.BITVECTOR:
            return bit_string(term.payload, sort.width)
        case Kind.FLOAT:
            return float_text(term.payload, sort)
        case Kind.ROUNDING:
            return term.payload
        case _:
            raise TypeError(f"there are no literals of {sort}")


def sort_text(sort: Sort, naming: Naming = PLAIN) -> str:
    match sort.kind:
        case Kind.ARRAY:
            return f"(Array {sort_text(sort.index, naming)} {sort_text(sort.element, naming)})"
        case Kind.BITVECTOR:
            return f"(_ BitVec {sort.indices[0]})"
        case Kind.FLOAT:
            return f"(_ FloatingPoint {sort.indices[0]} {sort.indices[1]})"
        case Kind.DATATYPE | Kind.UNINTERPRETED | Kind.PARAMETER:
            name = naming.sort(sort)
            if not sort.args:
                return name
            return f"({name} {' '.join(sort_text(arg, naming) for arg in sort.args)})"
        case _:
            return sort.name


_INDEXED = frozenset(
    ("extract", "sign_extend", "zero_extend", "int_to_bv", "re.loop", "to_fp", "fp.to_sbv")
)


def _head(term: Term, naming: Naming) -> str:
    """What stands in front of the arguments."""
    op = term.op
    if op in _INDEXED:
        return f"(_ {op} {' '.join(str(index) for index in term.payload)})"
    match op:
        case "apply":
            return naming.function(cast("Function", term.payload))
        case "construct":
            name = naming.constructor(term.sort, term.payload)
            return f"(as {name} {sort_text(term.sort, naming)})" if term.sort.args else name
        case "field":
            return naming.selector(term.args[0].sort, cast("Selector", term.payload))
        case "is":
            return f"(_ is {naming.constructor(term.args[0].sort, term.payload)})"
        case "const-array":
            return f"(as const {sort_text(term.sort, naming)})"
        case "neg":
            return "-"
        case "fp-of-bits":
            return f"(_ to_fp {term.payload[0]} {term.payload[1]})"
        case _:
            return op


def is_bound(variable: Term) -> bool:
    """Whether a variable belongs to a quantifier or is a definition's parameter."""
    return variable.op == "var" and str(variable.payload).startswith("?")


def is_closed(term: Term) -> bool:
    return not any(is_bound(variable) for variable in term.free)


def is_small(term: Term) -> bool:
    """Printed again rather than shared: leaves, and operators on at most two leaves."""
    return len(term.args) <= 2 and all(not arg.args for arg in term.args)


def shared(roots: Iterable[Term]) -> list[Term]:
    """The closed terms to define once, arguments first: those that occur more than once."""
    found = list(roots)
    references: dict[Term, int] = {}
    for root in found:
        references[root] = references.get(root, 0) + 1
    order = list(postorder(found))
    for term in order:
        for arg in term.args:
            references[arg] = references.get(arg, 0) + 1
    return [t for t in order if references[t] > 1 and not is_small(t) and is_closed(t)]


_Item = str | tuple[Literal["visit", "expand"], Term] | tuple[Literal["leave"], "_Scope"]


class _Scope:
    """The variables of a quantifier or of a definition, and what their `let`s replaced."""

    def __init__(self, variables: tuple[Term, ...], names: list[Term]) -> None:
        self.variables = variables
        self.names = names


def _visit(term: Term) -> _Item:
    return ("visit", term)


def _expand(term: Term) -> _Item:
    return ("expand", term)


def _leaving(scope: _Scope) -> _Item:
    return ("leave", scope)


class Printer:
    """Prints terms; `defined` maps closed terms to the symbols that stand for them."""

    def __init__(self, naming: Naming = PLAIN, defined: dict[Term, str] | None = None) -> None:
        self.naming = naming
        self.names: dict[Term, str] = {} if defined is None else defined
        self._active: set[Term] = set()
        self._depth = 0

    def term(self, term: Term) -> str:
        """The text of a term; one that `defined` names is its name."""
        return self._run([_visit(term)])

    def definition(self, term: Term) -> str:
        """The text of a term that `defined` names: what the name stands for."""
        return self._run([_expand(term)])

    def body(self, variables: tuple[Term, ...], term: Term) -> str:
        """The text of a definition's body, its parameters being `variables`."""
        return self._run(self._scope(variables, term))

    def _run(self, items: list[_Item]) -> str:
        out: list[str] = []
        stack = items[::-1]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                out.append(item)
            elif item[0] == "leave":
                self._leave(item[1])
            else:
                stack.extend(reversed(self._pieces(item[1], expand=item[0] == "expand")))
        return "".join(out)

    def _pieces(self, term: Term, *, expand: bool) -> list[_Item]:
        name = None if expand else self.names.get(term)
        if name is not None:
            return [name]
        if term.op == "literal":
            return [literal_text(term)]
        if term.op == "var":
            return [term.payload if is_bound(term) else self.naming.constant(term)]
        if isinstance(term.payload, Binder):
            return self._quantifier(term, term.payload)
        head = _head(term, self.naming)
        if not term.args:
            return [head]
        pieces: list[_Item] = [f"({head}"]
        for arg in term.args:
            pieces += [" ", _visit(arg)]
        pieces.append(")")
        return pieces

    def _quantifier(self, term: Term, binder: Binder) -> list[_Item]:
        bound = " ".join(
            f"({variable.payload} {sort_text(variable.sort, self.naming)})"
            for variable in binder.variables
        )
        groups = groups_of(term)
        pieces: list[_Item] = [f"({term.op} ({bound}) " + ("(! " if groups else "")]
        pieces += self._scope(binder.variables, term.args[0])
        for group in groups:
            pieces.append(" :pattern (")
            for number, part in enumerate(group):
                pieces += [" " if number else "", _visit(part)]
            pieces.append(")")
        pieces.append("))" if groups else ")")
        return pieces

    def _scope(self, variables: tuple[Term, ...], body: Term) -> list[_Item]:
        """The body with a `let` for each shared term that this scope owns."""
        self._active.update(variables)
        self._depth += 1
        owned = self._owned(frozenset(variables), body)
        pieces: list[_Item] = []
        scope = _Scope(variables, owned)
        for number, term in enumerate(owned):
            self.names[term] = f"${self._depth}.{number}"
            pieces += [f"(let (({self.names[term]} ", _expand(term), ")) "]
        pieces += [_visit(body), ")" * len(owned), _leaving(scope)]
        return pieces

    def _leave(self, scope: _Scope) -> None:
        self._depth -= 1
        for term in scope.names:
            del self.names[term]
        self._active.difference_update(scope.variables)

    def _owned(self, variables: frozenset[Term], body: Term) -> list[Term]:
        references = {body: 1}
        order: list[Term] = []
        for term in _within(body, variables):
            order.append(term)
            for arg in term.args:
                references[arg] = references.get(arg, 0) + 1
        return [
            term
            for term in order
            if references[term] > 1
            and not is_small(term)
            and term not in self.names
            and all(free in self._active or not is_bound(free) for free in term.free)
        ]


def _within(body: Term, variables: frozenset[Term]) -> Iterable[Term]:
    """Postorder over the terms in which one of `variables` is free."""
    done: set[Term] = set()
    stack: list[tuple[Term, bool]] = [(body, False)]
    while stack:
        term, ready = stack.pop()
        if term in done or variables.isdisjoint(term.free):
            continue
        if ready:
            done.add(term)
            yield term
        else:
            stack.append((term, True))
            stack.extend((arg, False) for arg in reversed(term.args))


def show(term: Term) -> str:
    """The text of one term with its own names, for people; cut when it is very long."""
    if sum(1 for _ in _first(postorder((term,)), 2000)) >= 2000:
        return f"<term of {term.sort} with over 2000 parts>"
    defined: dict[Term, str] = {}
    printer = Printer(PLAIN, defined)
    opened = ""
    for number, part in enumerate(shared((term,))):
        opened += f"(let ((${number} {printer.definition(part)})) "
        defined[part] = f"${number}"
    return opened + printer.term(term) + ")" * len(defined)


def _first(items: Iterable[Term], limit: int) -> Iterable[Term]:
    for number, item in enumerate(items):
        if number >= limit:
            return
        yield item

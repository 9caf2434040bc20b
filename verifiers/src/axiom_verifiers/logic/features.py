"""What a problem uses, and the tightest SMT-LIB logic that has it.

The logic matters: a solver chooses its strategy by it.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from axiom_verifiers.logic.sorts import Kind, Sort
from axiom_verifiers.logic.term import Binder, Function, Term, postorder


class Features(msgspec.Struct, frozen=True):
    """The theories in use. `filled_arrays` are arrays that hold one term everywhere which is
    no value: not every solver takes them.
    """

    quantifiers: bool = False
    functions: bool = False
    arrays: bool = False
    bitvectors: bool = False
    floats: bool = False
    datatypes: bool = False
    strings: bool = False
    integers: bool = False
    reals: bool = False
    nonlinear: bool = False
    recursion: bool = False
    filled_arrays: bool = False


_LENGTHS = frozenset(("str.len", "str.indexof", "str.at", "str.substr", "str.to_code",
                      "str.from_code", "str.to_int", "str.from_int", "re.loop"))  # fmt: skip


# Without the other kind of number a logic does not have these, whatever their arguments.
_MIXED = frozenset(("to_real", "to_int", "is_int"))


def features_of(
    roots: Iterable[Term],
    sorts: Iterable[Sort],
    *,
    macros: frozenset[Function] = frozenset(),
    recursive: bool = False,
) -> Features:
    """The features of formulas that use these sorts. `macros` are functions that are only
    abbreviations.
    """
    kinds = {sort.kind for sort in sorts}
    quantifiers = functions = nonlinear = lengths = mixed = filled = False
    for term in postorder(roots):
        op = term.op
        if isinstance(term.payload, Binder):
            quantifiers = True
        elif op == "apply":
            functions = functions or term.payload not in macros
        elif op == "*":
            nonlinear = nonlinear or sum(1 for arg in term.args if not arg.is_literal) > 1
        elif op in ("div", "mod", "/"):
            nonlinear = nonlinear or not term.args[1].is_literal or term.args[1].payload == 0
        elif op == "const-array":
            filled = filled or not _is_value(term.args[0])
        elif op in _LENGTHS:
            lengths = True
        elif op in _MIXED:
            mixed = True
    return Features(
        quantifiers=quantifiers,
        functions=functions or Kind.UNINTERPRETED in kinds,
        arrays=Kind.ARRAY in kinds,
        bitvectors=Kind.BITVECTOR in kinds,
        floats=Kind.FLOAT in kinds or Kind.ROUNDING in kinds,
        datatypes=Kind.DATATYPE in kinds,
        strings=Kind.STRING in kinds,
        integers=Kind.INT in kinds or lengths or mixed,
        reals=Kind.REAL in kinds or mixed,
        nonlinear=nonlinear,
        recursion=recursive,
        filled_arrays=filled,
    )


def _is_value(term: Term) -> bool:
    """Whether a term is built of literals alone that are written without an operator: SMT-LIB
    has no negative numerals and no fractions.
    """
    return all(
        _is_plain(part) if part.is_literal else part.op in ("construct", "const-array")
        for part in postorder((term,))
    )


def _is_plain(literal: Term) -> bool:
    match literal.sort.kind:
        case Kind.INT:
            return literal.payload >= 0
        case Kind.REAL:
            return False
        case _:
            return True


def logic_name(features: Features) -> str:
    """The logic's name, its parts in the order that solvers expect."""
    arithmetic = ""
    integers = features.integers or features.strings
    if integers or features.reals:
        letters = ("I" if integers else "") + ("R" if features.reals else "")
        arithmetic = ("N" if features.nonlinear else "L") + letters + "A"
    quantifiers = features.quantifiers or features.recursion
    functions = features.functions or features.recursion
    theories = "".join(
        (
            "A" if features.arrays else "",
            "UF" if functions else "",
            "BV" if features.bitvectors else "",
            "FP" if features.floats else "",
            "DT" if features.datatypes else "",
            "S" if features.strings else "",
            arithmetic,
        )
    )
    if theories == "A":
        theories = "AX"
    return ("" if quantifiers else "QF_") + (theories or "UF")

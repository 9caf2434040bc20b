"""Problems about texts as problems about things of which a few laws are known.

Solvers decide much about texts, and much about quantifiers, but little about both at once. Here
texts become an uninterpreted sort and the operations on them uninterpreted functions with the
laws below, which hold in the theory of strings. So what follows for the things follows for the
texts: when the abstracted problem is valid, the problem is. The converse is not so.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.logic import sorts, strings, structures
from axiom_verifiers.logic.booleans import and_, apply, distinct, eq, implies, not_, or_
from axiom_verifiers.logic.numbers import ONE, ZERO, add, integer, le, lt, minimum, sub
from axiom_verifiers.logic.problem import Axiom, Problem
from axiom_verifiers.logic.semantics import MAX_CODE
from axiom_verifiers.logic.sorts import Datatype, Kind, Sort
from axiom_verifiers.logic.term import Binder, Function, Term, make, postorder, rebuild, var

TEXT = sorts.uninterpreted("Text")


class Law(msgspec.Struct, frozen=True):
    """A formula about texts that holds for all values of its variables. It is told of where one
    of its triggers occurs.
    """

    name: str
    variables: tuple[Term, ...]
    formula: Term
    triggers: tuple[tuple[Term, ...], ...]


_T, _U, _V = (var(name, sorts.STRING) for name in "tuv")
_I, _N, _K = var("i", sorts.INT), var("n", sorts.INT), var("k", sorts.INT)
_EMPTY = strings.EMPTY
_LEN = strings.length
_LAST = integer(MAX_CODE)


def _laws() -> Iterator[Law]:
    size, other = _LEN(_T), _LEN(_U)
    yield Law("length", (_T,), le(ZERO, size), ((size,),))
    yield Law("empty", (_T,), eq(eq(size, ZERO), eq(_T, _EMPTY)), ((size,),))
    char = strings.at(_T, _I)
    inside = and_(le(ZERO, _I), lt(_I, size))
    yield Law("character", (_T, _I), implies(inside, eq(_LEN(char), ONE)), ((char,),))
    yield Law("beyond", (_T, _I), or_(inside, eq(char, _EMPTY)), ((char,),))
    first = strings.at(_T, ZERO)
    yield Law("single", (_T,), implies(eq(size, ONE), eq(first, _T)), ((first,),))

    both = strings.concat(_T, _U)
    yield Law("joined length", (_T, _U), eq(_LEN(both), add(size, other)), ((both,),))
    yield Law("joined to nothing", (_T, _U), implies(eq(_T, _EMPTY), eq(both, _U)), ((both,),))
    yield Law("nothing joined", (_T, _U), implies(eq(_U, _EMPTY), eq(both, _T)), ((both,),))
    there = strings.at(both, _I)
    behind = strings.at(_U, sub(_I, size))
    yield Law("joined left", (_T, _U, _I), implies(inside, eq(there, char)), ((there,),))
    yield Law("joined right", (_T, _U, _I), implies(le(size, _I), eq(there, behind)), ((there,),))

    part = strings.substring(_T, _I, _N)
    some = and_(inside, lt(ZERO, _N))
    long = eq(_LEN(part), minimum(_N, sub(size, _I)))
    yield Law("part length", (_T, _I, _N), implies(some, long), ((part,),))
    yield Law("no part", (_T, _I, _N), or_(some, eq(part, _EMPTY)), ((part,),))
    whole = and_(eq(_I, ZERO), le(size, _N))
    yield Law("whole part", (_T, _I, _N), implies(whole, eq(part, _T)), ((part,),))
    within = strings.at(part, _K)
    read = strings.at(_T, add(_I, _K))
    short = and_(some, le(ZERO, _K), lt(_K, _LEN(part)))
    yield Law("character of part", (_T, _I, _N, _K), implies(short, eq(within, read)), ((within,),))
    begun = strings.substring(_T, ZERO, _I)
    longer = strings.substring(_T, ZERO, add(_I, ONE))
    yield Law(
        "next part",
        (_T, _I),
        implies(inside, eq(longer, strings.concat(begun, char))),
        ((begun, char),),
    )

    code = strings.to_code(_T)
    made = strings.from_code(_N)
    single = eq(size, ONE)
    known = and_(le(ZERO, code), le(code, _LAST), eq(strings.from_code(code), _T))
    yield Law("code", (_T,), implies(single, known), ((code,),))
    yield Law("no code", (_T,), or_(single, eq(code, integer(-1))), ((code,),))
    valid = and_(le(ZERO, _N), le(_N, _LAST))
    of_code = and_(eq(_LEN(made), ONE), eq(strings.to_code(made), _N))
    yield Law("of code", (_N,), implies(valid, of_code), ((made,),))
    yield Law("of no code", (_N,), or_(valid, eq(made, _EMPTY)), ((made,),))
    before = strings.less(_T, _U)
    codes = lt(strings.to_code(_T), strings.to_code(_U))
    singles = and_(single, eq(other, ONE))
    yield Law("order of characters", (_T, _U), implies(singles, eq(before, codes)), ((before,),))
    yield Law("order", (_T, _U), implies(before, not_(eq(_T, _U))), ((before,),))
    after = strings.less(_U, _T)
    yield Law("one order", (_T, _U), not_(and_(before, after)), ((before, after),))
    yield Law("whole order", (_T, _U), or_(before, after, eq(_T, _U)), ((before,),))
    then = strings.less(_U, _V)
    further = implies(and_(before, then), strings.less(_T, _V))
    yield Law("order handed on", (_T, _U, _V), further, ((before, then),))
    at_most = strings.less_equal(_T, _U)
    yield Law("weak order", (_T, _U), eq(at_most, or_(before, eq(_T, _U))), ((at_most,),))

    holds = strings.contains(_T, _U)
    place = strings.index_of(_T, _U)
    found = and_(
        le(ZERO, place),
        le(add(place, other), size),
        eq(strings.substring(_T, place, other), _U),
    )
    yield Law("held", (_T, _U), implies(holds, or_(eq(_U, _EMPTY), found)), ((holds,),))
    yield Law("not held", (_T, _U), or_(holds, eq(place, integer(-1))), ((place,),))
    yield Law(
        "held character", (_T, _I, _U), implies(and_(inside, eq(char, _U)), holds),
        ((char, holds),),
    )  # fmt: skip
    prefix = strings.starts_with(_T, _U)
    begins = eq(strings.substring(_T, ZERO, other), _U)
    yield Law("prefix", (_T, _U), eq(prefix, or_(eq(_U, _EMPTY), begins)), ((prefix,),))
    suffix = strings.ends_with(_T, _U)
    ends = and_(le(other, size), eq(strings.substring(_T, sub(size, other), other), _U))
    yield Law("suffix", (_T, _U), eq(suffix, or_(eq(_U, _EMPTY), ends)), ((suffix,),))


LAWS = tuple(_laws())


def abstracted(problem: Problem) -> Problem | None:
    """A problem that is valid only if this one is; None where there is nothing to gain."""
    if problem.axioms or problem.definitions or any(one.parameters for one in problem.datatypes):
        return None
    roots = (*problem.hypotheses, problem.goal)
    quantified = texts = False
    for term in postorder(roots):
        quantified = quantified or isinstance(term.payload, Binder)
        texts = texts or term.sort is sorts.STRING
    if not (quantified and texts):
        return None
    changing = _Abstraction()
    hypotheses = tuple(changing.of(term) for term in problem.hypotheses)
    goal = changing.of(problem.goal)
    # Laws bring functions in, of which further laws speak.
    told: dict[str, Term] = {}
    while True:
        new = [
            law
            for law in LAWS
            if law.name not in told and any(_ops(group) <= changing.used for group in law.triggers)
        ]
        if not new:
            break
        for law in new:
            told[law.name] = changing.of(
                structures.forall(law.variables, law.formula, law.triggers)
            )
    axioms = tuple(Axiom(name, formula) for name, formula in told.items())
    literals = tuple(changing.of_literals())
    want = tuple(changing.of(term) for term in problem.want)
    return Problem(
        goal=goal,
        hypotheses=(*hypotheses, *literals),
        axioms=axioms,
        datatypes=tuple(changing.declared(one) for one in problem.datatypes),
        want=want,
    )


def _ops(group: tuple[Term, ...]) -> set[str]:
    return {term.op for term in postorder(group) if term.op.startswith("str.")}


# Texts of which each character is said.
_SPELT = 12


class _Abstraction:
    """Translates terms; notes which operations and literals they use."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self._done: dict[Term, Term] = {}
        self._literals: dict[str, Term] = {}
        self._languages: dict[Term, str] = {}

    def of(self, root: Term) -> Term:
        done = self._done
        for term in postorder((root,)):
            if term not in done and term.sort.kind is not Kind.REGEX:
                done[term] = self._made(term)
        return done[root]

    def _sort(self, sort: Sort) -> Sort:
        if sort is sorts.STRING:
            return TEXT
        if sort.kind is Kind.ARRAY:
            return sorts.array(self._sort(sort.index), self._sort(sort.element))
        return sort

    def declared(self, datatype: Datatype) -> Datatype:
        """The datatype of that name, its fields of things in place of texts."""
        fields = {
            constructor.name: {one.name: self._sort(one.sort) for one in constructor.selectors}
            for constructor in datatype.constructors
        }
        return sorts.datatype(datatype.name, fields)

    def _made(self, term: Term) -> Term:
        sort = self._sort(term.sort)
        if term.op == "literal":
            return self._literal(term.payload) if sort is TEXT else term
        if term.op == "var":
            return var(term.payload, sort)
        if isinstance(term.payload, Binder):
            variables = tuple(var(v.payload, self._sort(v.sort)) for v in term.payload.variables)
            groups = tuple(
                tuple(self._done[one] for one in group) for group in structures.groups_of(term)
            )
            whole = structures.forall if term.op == "forall" else structures.exists
            return whole(variables, self._done[term.args[0]], groups)
        if term.op == "str.in_re":
            self.used.add(term.op)
            name = self._languages.setdefault(term.args[1], f"in.{len(self._languages)}")
            return apply(Function(name, (TEXT,), sorts.BOOL), self._done[term.args[0]])
        args = tuple(self._done[arg] for arg in term.args)
        if term.op.startswith("str."):
            self.used.add(term.op)
            if term.op == "str.++":
                whole = args[-1]
                for arg in reversed(args[:-1]):
                    whole = self._applied("str.++", (arg, whole), TEXT)
                return whole
            return self._applied(term.op, args, sort)
        if term.op == "apply":
            kinds = tuple(self._sort(kind) for kind in term.payload.parameters)
            function = Function(term.payload.name, kinds, self._sort(term.payload.result))
            return apply(function, *args)
        if term.op == "const-array":
            return structures.const_array(sort, *args)
        if term.op == "field":
            selector = msgspec.structs.replace(term.payload, sort=sort)
            return rebuild(make("field", term.args, sort, selector), args)
        if sort is not term.sort:
            return _of_arrays(term, args, sort)
        return rebuild(term, args)

    def _applied(self, op: str, args: tuple[Term, ...], sort: Sort) -> Term:
        return apply(Function(op, tuple(arg.sort for arg in args), sort), *args)

    def _literal(self, value: str) -> Term:
        if value not in self._literals:
            self._literals[value] = var(f"text.{len(self._literals)}", TEXT)
        return self._literals[value]

    def of_literals(self) -> Iterator[Term]:
        """What the literals are: different, so long, with these characters."""
        told: dict[str, Term] = {}
        self._literal("")
        while len(told) < len(self._literals):
            for value, term in list(self._literals.items()):
                if value in told:
                    continue
                told[value] = term
                yield eq(self._applied("str.len", (term,), sorts.INT), integer(len(value)))
                if len(value) == 1:
                    code = self._applied("str.to_code", (term,), sorts.INT)
                    yield eq(code, integer(ord(value)))
                elif len(value) <= _SPELT:
                    for place, char in enumerate(value):
                        read = self._applied("str.at", (term, integer(place)), TEXT)
                        yield eq(read, self._literal(char))
        if len(told) > 1:
            yield distinct(*told.values())


def _of_arrays(term: Term, args: tuple[Term, ...], sort: Sort) -> Term:
    """An operation whose result holds things instead of texts."""
    match term.op:
        case "select":
            return structures.select(*args)
        case "store":
            return structures.store(*args)
        case _:
            return make(term.op, args, sort, term.payload)

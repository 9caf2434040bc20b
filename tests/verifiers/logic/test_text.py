"""Text: what is printed reads back, stays linear, and changes with nothing else."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axiom_verifiers.errors import ReadError, SExprError
from axiom_verifiers.logic import sorts as s
from axiom_verifiers.logic import terms as t
from axiom_verifiers.logic.components import components
from axiom_verifiers.logic.features import Features, logic_name
from axiom_verifiers.logic.problem import Axiom, Problem, define
from axiom_verifiers.logic.reading import Scope, read_assertions, read_term
from axiom_verifiers.logic.sexpr import Atom, parse, parse_one, text_of
from axiom_verifiers.logic.smtlib import show, symbol

from . import raw_terms as r

X, Y, Z = (t.var(name, s.INT) for name in "xyz")
P = t.var("p", s.BOOL)
F = t.Function("f", (s.INT,), s.INT)
G = t.Function("g", (s.INT, s.INT), s.BOOL)
LIST = s.datatype("IntList", {"list": {"length": s.INT, "items": s.array(s.INT, s.INT)}})
XS = t.var("xs", LIST.sort())


def length(term: t.Term) -> t.Term:
    return t.field(LIST, "length", term)


def item(term: t.Term, index: t.Term) -> t.Term:
    return t.select(t.field(LIST, "items", term), index)


def is_sorted(term: t.Term) -> t.Term:
    inside = t.and_(t.le(t.ZERO, X), t.lt(X, Y), t.lt(Y, length(term)))
    return t.forall(
        [X, Y],
        t.implies(inside, t.le(item(term, X), item(term, Y))),
        [[item(term, X), item(term, Y)]],
    )


def read_back(problem: Problem) -> list[t.Term]:
    return read_assertions(problem.script(canonical=False).full, Scope(problem.datatypes))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_what_is_printed_reads_back(data: st.DataObject) -> None:
    hypotheses = tuple(
        r.simplified(data.draw(r.raw(s.BOOL, depth=4))) for _ in range(data.draw(st.integers(0, 3)))
    )
    goal = r.simplified(data.draw(r.raw(s.BOOL, depth=4)))
    bound = data.draw(st.lists(st.sampled_from(r.CONSTANTS[s.INT] + r.CONSTANTS[s.STRING])))
    quantified = t.exists(bound, t.forall(bound[:1], goal))
    problem = Problem(hypotheses=hypotheses, goal=quantified, datatypes=(r.PAIR,))
    assert read_back(problem) == [*hypotheses, t.not_(quantified)]


@settings(deadline=None)
@given(st.text())
def test_symbols_survive(name: str) -> None:
    spelled = parse_one(symbol(name))
    assert isinstance(spelled, Atom)
    assert spelled.text == name.replace("\\", "/").replace("|", "!")


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0x2FFFF, exclude_categories=[]), max_size=20))
def test_strings_survive(value: str) -> None:
    assert read_term(parse_one(show(t.string(value))), Scope()) is t.string(value)


def test_regular_expressions_read_back() -> None:
    word = t.re_plus(t.re_union(t.re_range("a", "z"), t.re_string(t.string("_"))))
    regex = t.re_concat(word, t.re_loop(t.RE_ALLCHAR, 1, 3), t.re_complement(t.re_star(word)))
    formula = t.in_regex(t.var("t", s.STRING), t.re_intersect(regex, t.re_optional(t.RE_ALL)))
    assert read_back(Problem(goal=formula)) == [t.not_(formula)]


def test_floats_read_back() -> None:
    d = t.var("d", s.FLOAT64)
    formula = t.and_(
        t.fp("fp.lt", t.to_float(t.real(1)), d),
        t.fp("fp.leq", t.float_of_bits(t.var("v", s.bitvector(64))), t.float64(float("nan"))),
        t.eq(t.extract(t.float_to_signed(d, 16), 7, 0), t.bits(-1, 8)),
        t.eq(t.sign_extend(t.var("w", s.bitvector(3)), 5), t.bits(3, 8)),
        t.eq(t.bv_concat(t.var("w", s.bitvector(3)), t.bits(1, 2)), t.bits(3, 5)),
        t.lt(t.float_to_real(d), t.real(-3)),
    )
    assert read_back(Problem(goal=formula)) == [t.not_(formula)]


def test_sharing_keeps_the_text_linear() -> None:
    sizes: list[int] = []
    for depth in (200, 400):
        term, bound = X, Y
        for _ in range(depth):
            term = t.mul(t.add(term, t.ONE), t.sub(term, Z))
            bound = t.add(t.apply(F, bound), t.mul(bound, Y))
        problem = Problem(
            hypotheses=(t.lt(term, Z), t.lt(Z, term)),
            goal=t.forall([Y], t.lt(bound, t.mul(bound, X))),
        )
        sizes.append(len(problem.script().text))
        if depth == 200:
            assert read_back(problem)[-1] is t.not_(problem.goal)
    assert sizes[1] < 2.5 * sizes[0]


def test_sharing_stays_inside_its_quantifier() -> None:
    """A part that speaks of both variables is shared inside the inner quantifier alone."""
    both = t.add(t.mul(X, Y), t.apply(F, t.add(X, Y)))
    outer = t.add(t.mul(X, X), t.apply(F, t.add(X, Z)))
    inner = t.exists([Y], t.and_(t.lt(both, t.neg(both)), t.lt(outer, both)))
    problem = Problem(goal=t.forall([X], t.or_(inner, t.lt(outer, t.neg(outer)))))
    assert problem.script().text.count("(let") == 2
    assert read_back(problem) == [t.not_(problem.goal)]


def test_deep_terms_print_in_time() -> None:
    term = X
    for number in range(8_000):
        term = t.ite(t.lt(term, t.integer(number)), t.add(term, Y), term)
    started = time.monotonic()
    problem = Problem(goal=t.lt(term, Z))
    assert read_back(problem) == [t.not_(problem.goal)]
    assert time.monotonic() - started < 10


def test_canonical_text_forgets_names() -> None:
    def problem(a: str, b: str, f: str) -> Problem:
        one, other = t.var(a, s.INT), t.var(b, s.INT)
        function = t.Function(f, (s.INT,), s.INT)
        return Problem(
            hypotheses=(t.lt(one, other),),
            goal=t.lt(t.apply(function, one), t.apply(function, other)),
            want=(other,),
        )

    one, other = problem("x", "y", "f").script(), problem("total", "a b", "|").script()
    assert one.text == other.text
    assert one.digest == other.digest
    assert other.names["x.1"] == "total"
    assert other.want[0][0] == "a b"


def test_unrelated_declarations_leave_no_trace() -> None:
    goal = t.lt(t.apply(F, X), Y)
    plain = Problem(goal=goal, hypotheses=(t.lt(X, Y),))
    other = t.Function("h", (s.INT,), s.INT)
    more = Problem(
        goal=goal,
        hypotheses=(t.lt(X, Y),),
        datatypes=(LIST, r.PAIR),
        definitions=(define(other, (X,), t.add(X, t.ONE)),),
        axioms=(Axiom("h", t.forall([X], t.lt(X, t.apply(other, X))), about=("h",)),),
    )
    assert more.script() == plain.script()


def test_axioms_come_with_what_they_are_about() -> None:
    other = t.Function("h", (s.INT,), s.INT)
    about_f = Axiom("f", t.forall([X], t.eq(t.apply(F, X), t.apply(other, X))), about=("f",))
    about_h = Axiom("h", t.forall([X], t.lt(X, t.apply(other, X))), about=("h",))
    text = Problem(goal=t.lt(t.apply(F, X), Y), axioms=(about_h, about_f)).script().text
    assert text.count("(assert (forall") == 2
    assert "forall" not in Problem(goal=t.lt(X, Y), axioms=(about_h, about_f)).script().text


def test_two_things_of_one_name_stay_two() -> None:
    named = t.var("x", s.BOOL)
    script = Problem(goal=t.and_(named, t.lt(X, Y))).script(canonical=False)
    assert "(declare-const x Bool)" in script.text
    assert "(declare-const x.2 Int)" in script.text


def test_a_datatype_that_was_not_given_is_refused() -> None:
    with pytest.raises(ValueError, match="IntList"):
        Problem(goal=t.lt(length(XS), X)).script()


@pytest.mark.parametrize(
    ("features", "name"),
    [
        (Features(), "QF_UF"),
        (Features(arrays=True), "QF_AX"),
        (Features(integers=True), "QF_LIA"),
        (Features(integers=True, quantifiers=True), "LIA"),
        (Features(integers=True, reals=True, nonlinear=True), "QF_NIRA"),
        (Features(strings=True), "QF_SLIA"),
        (Features(arrays=True, functions=True, datatypes=True, integers=True), "QF_AUFDTLIA"),
        (Features(bitvectors=True, floats=True), "QF_BVFP"),
        (Features(recursion=True, integers=True), "UFLIA"),
    ],
)
def test_the_tightest_logic(features: Features, name: str) -> None:
    assert logic_name(features) == name


@pytest.mark.parametrize(
    ("goal", "logic"),
    [
        (t.lt(t.mul(t.integer(3), X), Y), "QF_LIA"),
        (t.lt(t.mul(X, Y), Z), "QF_NIA"),
        (t.lt(t.euclid_mod(X, t.integer(2)), Z), "QF_LIA"),
        (t.lt(t.euclid_mod(X, Y), Z), "QF_NIA"),
        (t.lt(t.apply(F, X), Z), "QF_UFLIA"),
        (t.forall([X], t.lt(X, Z)), "LIA"),
        (t.lt(t.length(t.var("t", s.STRING)), Z), "QF_SLIA"),
        (t.fp("fp.lt", t.var("d", s.FLOAT64), t.float64(0.5)), "QF_FP"),
        (t.eq(t.var("u", s.uninterpreted("U")), t.var("w", s.uninterpreted("U"))), "QF_UF"),
    ],
)
def test_the_logic_of_a_problem(goal: t.Term, logic: str) -> None:
    assert Problem(goal=goal).script().logic == logic


def test_components_come_after_what_they_need() -> None:
    edges = {"a": ["b"], "b": ["c", "d"], "c": ["b"], "d": [], "e": ["a", "nowhere"]}
    assert components(edges) == [["d"], ["b", "c"], ["a"], ["e"]]


@pytest.mark.parametrize("text", ["(", ")", '"a', "|a", "a b", ""])
def test_no_expression(text: str) -> None:
    with pytest.raises(SExprError):
        parse_one(text)


@settings(deadline=None)
@given(st.recursive(st.text().map(lambda name: Atom(name, quoted=True)), st.lists))
def test_expressions_read_back(tree: object) -> None:
    def frozen(node: object) -> object:
        if isinstance(node, list):
            return tuple(frozen(part) for part in node)
        assert isinstance(node, Atom)
        return Atom(node.text.replace("\\", "/").replace("|", "!"), quoted=True)

    expression = frozen(tree)
    again = parse_one(text_of(expression))  # type: ignore[arg-type]
    assert text_of(again) == text_of(expression)  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from('()|";ax1 \n#_!\\'), max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        for expression in parse(text):
            read_term(expression, Scope())
    except (SExprError, ReadError):
        return


# Golden texts.

TOTAL = t.Function("total", (LIST.sort(), s.INT), s.INT)
EVEN, ODD = (t.Function(name, (s.INT,), s.BOOL) for name in ("even", "odd"))
TREE = s.datatype(
    "Tree",
    {"leaf": {}, "node": {"children": s.datatype_sort("Forest"), "label": s.STRING}},
)
FOREST = s.datatype(
    "Forest",
    {"nil": {}, "cons": {"head": s.datatype_sort("Tree"), "tail": s.datatype_sort("Forest")}},
)
LIMITED = t.and_(t.le(t.ZERO, X), t.lt(X, length(XS)))
PROBLEMS = {
    "sorted_first_two": Problem(
        hypotheses=(is_sorted(XS), t.lt(t.ONE, length(XS))),
        goal=t.le(item(XS, t.ZERO), item(XS, t.ONE)),
        datatypes=(LIST,),
        want=(XS,),
    ),
    "floor_division": Problem(
        hypotheses=(t.ne(Y, t.ZERO),),
        goal=t.eq(X, t.add(t.mul(t.floor_div(X, Y), Y), t.floor_mod(X, Y))),
        want=(X, Y),
    ),
    "recursive_total": Problem(
        hypotheses=(t.le(t.ZERO, X),),
        goal=t.eq(t.apply(TOTAL, XS, t.add(X, t.ONE)), t.add(t.apply(TOTAL, XS, X), item(XS, X))),
        datatypes=(LIST,),
        definitions=(
            define(
                TOTAL,
                (XS, X),
                t.ite(
                    t.le(X, t.ZERO),
                    t.ZERO,
                    t.add(t.apply(TOTAL, XS, t.sub(X, t.ONE)), item(XS, t.sub(X, t.ONE))),
                ),
            ),
        ),
    ),
    "mutual_recursion": Problem(
        goal=t.or_(t.apply(EVEN, X), t.apply(ODD, X)),
        definitions=tuple(
            define(this, (X,), t.ite(t.le(X, t.ZERO), base, t.apply(other, t.sub(X, t.ONE))))
            for this, other, base in ((EVEN, ODD, t.TRUE), (ODD, EVEN, t.FALSE))
        ),
    ),
    "mutual_datatypes": Problem(
        goal=t.eq(
            t.var("tree", TREE.sort()),
            t.construct(TREE, "node", t.construct(FOREST, "nil"), t.string('é"\\')),
        ),
        datatypes=(FOREST, TREE),
    ),
    "shared_parts": Problem(
        hypotheses=(
            t.lt(t.mul(t.add(X, Y, t.ONE), t.add(X, Y, t.ONE)), Z),
            t.lt(Z, t.mul(t.add(X, Y, t.ONE), t.add(X, Y, t.ONE))),
        ),
        goal=t.forall(
            [X],
            t.implies(t.lt(t.add(X, t.mul(X, Y), Y), Z), t.lt(t.neg(t.add(X, t.mul(X, Y), Y)), Z)),
        ),
    ),
    "strings": Problem(
        hypotheses=(t.in_regex(t.var("t", s.STRING), t.re_plus(t.re_range("0", "9"))),),
        goal=t.le(t.ZERO, t.to_number(t.var("t", s.STRING))),
        want=(t.var("t", s.STRING),),
    ),
    "overflow": Problem(
        hypotheses=(t.not_(t.bv("bvsaddo", *r.CONSTANTS[r.BYTE])),),
        goal=t.bv("bvsle", r.CONSTANTS[r.BYTE][0], t.bv("bvadd", *r.CONSTANTS[r.BYTE])),
        want=tuple(r.CONSTANTS[r.BYTE]),
    ),
    "rounding": Problem(
        goal=t.eq(
            t.fp("fp.add", t.RNE, t.float64(0.1), t.var("d", s.FLOAT64)), t.float64(float("nan"))
        ),
    ),
}
GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("name", PROBLEMS)
def test_golden(name: str) -> None:
    path = GOLDEN / f"{name}.smt2"
    found = PROBLEMS[name].script().full
    if os.environ.get("AXIOM_BLESS") == "1":
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found


def test_every_golden_has_its_problem() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{name}.smt2" for name in PROBLEMS}

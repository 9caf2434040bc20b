"""What the parser says of texts with errors, and what it keeps of them.

`ITEMS` and `CLAUSES` read: text with the problem's place in ⟦⟧, its code, a part of its message.
"""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intent_files import torn_files

from axiom_verifiers.contracts import syntax as s
from axiom_verifiers.contracts.items import cut
from axiom_verifiers.contracts.parser import SIZE_LIMIT, parse_expression, parse_item
from axiom_verifiers.contracts.source import Problem, Span

HEAD = "intent f(x: int) -> int\n"

CLAUSES = [
    ("ensures result ⟦=⟧ x", "foreign-operator", "write `==`"),
    ("ensures x ⟦&&⟧ y", "foreign-operator", "write `and`"),
    ("ensures ⟦!⟧x", "foreign-operator", "write `not`"),
    ("ensures x ⟦≤⟧ y", "foreign-operator", "write `<=`"),
    ("ensures ⟦“⟧a”", "foreign-operator", 'write `"`'),
    ("ensures x⟦\u00a0⟧== y", "foreign-operator", "a space"),
    ("example f(1) ⟦->⟧ 2", "foreign-operator", "write `==`"),
    ("raises ValueError ⟦if⟧ x < 0", "foreign-operator", "write `when`"),
    ("raises ValueError⟦,⟧ KeyError when x", "unexpected-text", "one exception"),
    ("requires x > 0⟦,⟧", "unexpected-text", "no `,` at the end"),
    ("requires x > 0⟦;⟧", "unexpected-text", "no `;` at the end"),
    ("ensures ⟦for all⟧ i in x: i", "unexpected-text", "one word"),
    ("ensures ⟦if⟧ x then y else z", "unexpected-text", "A if CONDITION else B"),
    ("ensures x ⟦?⟧ y : z", "unexpected-text", "A if CONDITION else B"),
    ("ensures ⟦return⟧ x", "unexpected-text", "no `return`"),
    ("ensures x ⟦implies⟧", "missing-text", "After `implies` comes an expression"),
    ("ensures ⟦:⟧ x", "missing-label", "A label stands before"),
    ("ensure⟦s⟧", "missing-expression", "a condition on `result`"),
    ("ensures ok⟦:⟧", "missing-expression", "a condition on `result`"),
    ("ensures x whe⟦n⟧", "missing-expression", "before the call"),
    ("requires x ⟦when y⟧", "misplaced-when", "implies"),
    ("raises when ⟦x⟧", "missing-error", "comes the exception"),
    ("raises ⟦ValueError⟧", "missing-when", "says when"),
    ("raises ValueError ⟦x⟧ < 0", "unexpected-text", "`when` and a condition"),
    ("ensures a iff b ⟦iff⟧ c", "chained-iff", "not chained"),
    ("example f(1) =⟦=⟧", "missing-example", "CALL == VALUE"),
    ("example f(1) ⟦=⟧ 2", "foreign-operator", "write `==`"),
    ("example f(1) ⟦2⟧", "unexpected-text", "`==` and a value"),
    ("example f(1⟦)⟧", "missing-example", "CALL == VALUE"),
    ("example ⟦1⟧ == 2", "not-a-call", "not a call"),
    ("example f(1) == ⟦1 < 2⟧", "example-brackets", "in brackets"),
    ("example f(1) == 1, ⟦x⟧", "missing-value", "x == VALUE"),
    ("mus⟦t⟧", "missing-must", "`terminate`"),
    ("must ⟦fly⟧", "unknown-must", "`recurse`"),
    ("must not ⟦terminate⟧", "unknown-must", "has to end"),
    ("modifie⟦s⟧", "missing-name", "parameters that the code may change"),
    ("modifies x ⟦y⟧", "unexpected-text", "the end of the clause"),
    ("targe⟦t⟧", "missing-value", "comes its value"),
    ("ensures x == ⟦007⟧", "bad-number", "write `7`"),
    ("ensures x == ⟦0x⟧", "bad-number", "0–9 and a–f"),
    ("ensures x == ⟦0b12⟧", "bad-number", "0 and 1"),
    ("ensures x == ⟦1__0⟧", "bad-number", "between two digits"),
    ("ensures x == ⟦1.2.3⟧", "bad-number", "more than one point"),
    ("ensures x == ⟦12abc⟧", "bad-number", "letters follow"),
    ("ensures x == ⟦1j⟧", "bad-number", "complex"),
    ("ensures x == ⟦1e⟧", "bad-number", "exponent"),
    ("ensures x == ⟦" + "1" * 5000 + "⟧", "bad-number", "5000 digits"),
    ('ensures x == ⟦"\\ud800"⟧', "surrogate", "no character"),
    ('ensures x == ⟦"\\q"⟧', "bad-string", "no escape"),
    ('ensures x == ⟦"\\N{NO SUCH}"⟧', "bad-string", "no escape"),
    ('ensures x == ⟦b"\\u0041"⟧', "bad-string", "no escape of bytes"),
    ('ensures x == ⟦b"é"⟧', "bad-string", "ASCII"),
    ('ensures x == ⟦f"{x}"⟧', "format-string", "Format strings"),
    ('ensures x == ⟦ub"x"⟧', "bad-string", "prefix"),
    ("ensures x == ⟦'a' b'b'⟧", "bad-string", "joined"),
    ('ensures x == ⟦"abc⟧', "unclosed-string", "not closed"),
    ('ensures f(⟦"abc)⟧', "unclosed-string", "not closed"),
    ("ensures forall x: ⟦P⟧", "missing-text", "After `P` comes `:`"),
    ("ensures forall x in xs ⟦P⟧", "unexpected-text", "`:` and a condition"),
    ("ensures exists x ⟦of⟧ xs: P", "unexpected-text", "as in `exists x in xs"),
    ("ensures [x for x ⟦xs⟧]", "unexpected-text", "`in` and what to range over"),
    ("ensures x⟦[⟧", "unclosed-bracket", "needs a `]`"),
    ("ensures x[⟦]⟧", "unexpected-text", "an index"),
    ("ensures f⟦(⟧x, y", "unclosed-bracket", "needs a `)`"),
    ("ensures f⟦(⟧x, y  when x", "unclosed-bracket", "needs a `)`"),
    ("ensures f(x)⟦)⟧", "unexpected-bracket", "closes nothing"),
    ("ensures f⟦(⟧x]", "unclosed-bracket", "needs a `)`"),
    ("ensures ⟦lambda⟧ x: x", "unexpected-text", "no lambdas"),
    ("ensures x ⟦@⟧", "missing-tag", "comes a word"),
    ("ensures x ⟦ensures⟧ y", "unexpected-text", "a line of its own"),
    ("ensures x if ⟦y⟧", "missing-text", "`else`"),
    ("ensures x not ⟦y⟧", "unexpected-text", "`in`"),
    ("ensures x ⟦impiles⟧ y", "unexpected-text", "Did you mean `implies`"),
    ("ensures ⟦(x for x in y)⟧", "bare-generator", "sole argument"),
    ("ensures f(a=1, ⟦b⟧)", "misplaced-argument", "with a name"),
    ("ensures ⟦f()⟧()", "not-a-function", "a name or a method"),
    ("ensures ⟦$⟧x", "unexpected-character", "U+0024, DOLLAR SIGN"),
    ("ensures ⟦\x01⟧", "unexpected-character", "U+0001"),
    ("ensures f(⟦*⟧xs)", "unexpected-text", "an expression"),
    ("ensures x ⟦:=⟧ 3", "unexpected-text", "an operator"),
    ("invariant x ⟦when⟧ y", "unexpected-text", "the end of the clause"),
    ("⟦ensur⟧ x > 1", "unknown-clause", "Did you mean `ensures`"),
    ("⟦and⟧ x", "unknown-clause", "indented deeper"),
    ("ensures x\n  ⟦==⟧ y", "unknown-clause", "does not begin a clause"),
    ('⟦"""⟧\n  words', "unclosed-prose", 'ends with `"""`'),
    ("ensures x\n⟦\t⟧ensures y", "tab-indentation", "with spaces"),
    ("ensures ⟦\0⟧x", "bad-character", "NUL"),
]

ITEMS = [
    ("⟦intent⟧", "missing-text", "the name of the function"),
    ("intent ⟦f⟧", "missing-parameters", "`f()`"),
    ("intent ⟦3⟧", "unexpected-text", "the name of the function"),
    ("intent f⟦(⟧x: int", "unclosed-bracket", "needs a `)`"),
    ("intent f⟦(⟧x: int\n  ensures x", "unclosed-bracket", "needs a `)`"),
    ("intent f(x ⟦int⟧) -> int", "unexpected-text", "`,` or `)`"),
    ("intent f(⟦x⟧) -> int", "missing-type", "x: int"),
    ("intent ⟦f⟧()", "missing-result-type", "-> None"),
    ("intent f(x: int ⟦= 3⟧) -> int", "default-value", "no default values"),
    ("intent f() -> ⟦int | None⟧", "union-type", "`int?`"),
    ("intent f() -> ⟦int | str⟧", "union-type", "no unions"),
    ("intent f() -> tuple[int, ⟦...⟧]", "variadic-tuple", "list[T]"),
    ("intent f() -> ⟦list[]⟧", "missing-type", "what it holds"),
    ("intent f() ⟦->⟧", "missing-text", "a type"),
    ("intent f() ⟦int⟧", "unexpected-text", "`->`"),
    ("intent f() -> int⟦:⟧\n  ensures result == 1", "unexpected-text", "no `:` at the end"),
    ("intent f() -> ⟦(⟧int, str)", "unexpected-text", "tuple[int, str]"),
    ("intent f(x: ⟦[⟧int]) -> int", "unexpected-text", "list[int]"),
    ("define f(x: int) -> int⟦:⟧ x", "foreign-operator", "write `=`"),
    ("intent 'prose'\n  ⟦ensures x⟧", "misplaced-clause", "prose alone"),
    ("intent ⟦b'prose'⟧", "bad-string", "text"),
    ("typ⟦e⟧", "missing-name", "name of the type"),
    ("type ⟦X⟧", "missing-type", "type X = int"),
    ("type X ⟦=⟧", "missing-type", "type X = int"),
    ("type X = ⟦{}⟧", "missing-field", "at least one"),
    ("type X = { ⟦a⟧ }", "missing-type", "a: int"),
    ("type X = ⟦{⟧ a: int", "unclosed-bracket", "needs a `}`"),
    ("type X = int wher⟦e⟧", "missing-expression", "`it`"),
    ("type X ⟦int⟧", "unexpected-text", "`=` and a type"),
    ("defin⟦e⟧", "missing-name", "a function or a constant"),
    ("define ⟦f⟧(x: int) = 3", "missing-type", "-> int"),
    ("define f(x: int) -> in⟦t⟧", "missing-expression", "after `=`"),
    ("define X: int ⟦=⟧", "missing-expression", "after `=`"),
    ("us⟦e⟧", "missing-path", "./money.intent"),
    ("use ⟦foo⟧", "unexpected-text", "path in quotes"),
    ("use ⟦'a⟧", "unclosed-string", "not closed"),
    ("use ⟦b'a'⟧", "missing-path", "not bytes"),
    ("  ⟦intent⟧ f() -> int", "misplaced-text", "column 0"),
    ("⟦requires⟧ x", "misplaced-clause", "indented"),
    ("⟦}⟧", "misplaced-bracket", "indent it"),
    ("⟦intnet⟧ f() -> int\n  ensures x", "unknown-item", "Did you mean `intent`"),
    ("⟦é⟧ = 3", "unknown-item", "not with `é`"),
    ("⟦x⟧=1", "unknown-item", "not with `x`"),
    ("⟦\x01⟧\x02", "unknown-item", "this"),
]


def marked(text: str) -> tuple[str, Span]:
    before, inner, after = re.split("[⟦⟧]", text)
    start = len(before.encode())
    return before + inner + after, Span(start, start + len(inner.encode()))


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [(HEAD + "  " + text, code, message) for text, code, message in CLAUSES] + ITEMS,
    ids=[text[:30] for text, _, _ in CLAUSES + ITEMS],
)
def test_problem(text: str, code: str, message: str) -> None:
    text, span = marked(text)
    problems = parse_item(text).problems
    assert [(problem.code, problem.span) for problem in problems] == [(code, span)]
    assert message in problems[0].message


FIXED = [
    ("ensures result = x", "ensures result == x"),
    ("ensures x ≤ 3", "ensures x <= 3"),
    ("ensures : x", "ensures  x"),
    ("ensures for all x in y: x", "ensures forall x in y: x"),
    ("ensures return x", "ensures x"),
    ("ensures x;", "ensures x"),
    ("requires x > 1 when x > 2", "requires (x > 2) implies (x > 1)"),
    ("raises E", "raises E when True"),
    ("ensures a iff b iff c", "ensures (a iff b) iff c"),
    ("example f(1) == 1 < 2", "example f(1) == (1 < 2)"),
    ("ensures x == 007", "ensures x == 7"),
    ('ensures x == "abc', 'ensures x == "abc"'),
    ("ensures f(x", "ensures f(x)"),
    ("ensures f(x  @tag", "ensures f(x)  @tag"),
    ("ensures (x for x in y)", "ensures [x for x in y]"),
    ("ensur x", "ensures x"),
    ("must termnate", "must terminate"),
    ("ensures x\n\tensures y", "ensures x\n    ensures y"),
]
FIXED_ITEMS = [
    ("intent f", "intent f()"),
    ("intent f()", "intent f() -> None"),
    ("intent f(x) -> int", "intent f(x: int) -> int"),
    ("intent f(x: int = 3) -> int", "intent f(x: int ) -> int"),
    ("intent f() -> None | int", "intent f() -> int?"),
    ("  intent f() -> int", "intent f() -> int"),
    ("intnet f() -> int", "intent f() -> int"),
]


def apply(text: str, problem: Problem) -> str:
    data = text.encode()
    for edit in sorted(problem.fixes[0].edits, key=lambda edit: -edit.span.start):
        data = data[: edit.span.start] + edit.text.encode() + data[edit.span.end :]
    return data.decode()


@pytest.mark.parametrize(
    ("text", "wanted"), [(HEAD + "  " + a, HEAD + "  " + b) for a, b in FIXED] + FIXED_ITEMS
)
def test_fix(text: str, wanted: str) -> None:
    problem = parse_item(text).problems[0]
    assert apply(text, problem) == wanted
    assert problem.code not in [later.code for later in parse_item(wanted).problems]


# ---------------------------------------------------------------- what is kept


def test_a_clause_with_an_error_leaves_the_others_alone() -> None:
    text = HEAD + "  requires x > 0\n  ensures ok: (x\n  ensur y\n  raises E when\n  ensures x == 1"
    item = parse_item(text).item
    assert isinstance(item, s.IntentItem)
    kinds = [type(clause).__name__ for clause in item.clauses]
    assert kinds == ["Requires", "Ensures", "Raises", "Ensures"]
    alone = parse_item(HEAD + "  ensures x == 1").item
    assert isinstance(alone, s.IntentItem)
    last, same = item.clauses[-1], alone.clauses[0]
    assert isinstance(last, s.Ensures)
    assert isinstance(same, s.Ensures)
    assert isinstance(last.condition, s.Compare)
    assert isinstance(same.condition, s.Compare)
    assert last.condition.span.start - same.condition.span.start == len(text) - len(
        HEAD + "  ensures x == 1"
    )


def test_torn_conditions_are_not_read_as_something_else() -> None:
    item = parse_item(HEAD + "  ensures a b").item
    assert isinstance(item, s.IntentItem)
    clause = item.clauses[0]
    assert isinstance(clause, s.Ensures)
    assert isinstance(clause.condition, s.ErrorExpr)


def test_prose_text() -> None:
    item = parse_item(HEAD + '  """\n  One  \n    two\n\n  three\n  """').item
    assert isinstance(item, s.IntentItem)
    assert [clause.text for clause in item.clauses if isinstance(clause, s.Prose)] == [
        "One\n  two\n\nthree"
    ]


def test_tabs_in_prose_are_nobodys_business() -> None:
    assert parse_item(HEAD + '  """\n\twords\n\t"""').problems == ()


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends(line_end: str) -> None:
    text = (HEAD + "# c\n  ensures x\n    > 0\n\nuse 'a'\n").replace("\n", line_end)
    first, second = cut(text)
    assert (first.line, second.line) == (1, 6)
    assert parse_item(first.text).problems == ()
    assert second.text == "use 'a'"


def test_a_byte_order_mark_belongs_to_the_first_item() -> None:
    text = "\ufeff" + HEAD + "  ensures x == 1\nuse 'a'\n"
    first, second = cut(text)
    assert (first.start, first.text[:7]) == (0, "\ufeffintent")
    assert second.start == len(text.encode()) - len("use 'a'\n")
    parsed = parse_item(first.text)
    assert parsed.problems == ()
    assert parsed.item.span.start == 3
    assert [item.text for item in cut("\ufeff# comment\n\n" + HEAD)] == [HEAD.strip()]


@settings(max_examples=100, deadline=None)
@given(torn_files())
def test_any_text_is_read(text: str) -> None:
    for item in cut(text):
        parsed = parse_item(item.text)
        size = len(item.text.encode())
        for problem in parsed.problems:
            assert 0 <= problem.span.start <= problem.span.end <= size
            for fix in problem.fixes:
                assert all(0 <= e.span.start <= e.span.end <= size for e in fix.edits)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=200) | st.binary(max_size=300))
def test_garbage_is_read(text: str | bytes) -> None:
    given_text = text.decode("utf-8", "surrogateescape") if isinstance(text, bytes) else text
    for item in cut(given_text):
        parse_item(item.text)
    for prefix in (HEAD + "  ensures ", "define x: int = ", "type X = "):
        for item in cut(prefix + given_text):
            parse_item(item.text)


# ---------------------------------------------------------------- long texts

LONG = {
    "items": (HEAD + "  ensures x == 1\n") * 20_000,
    "comments in a clause": HEAD + "  ensures x\n" + "# c\n" * 200_000 + "    > 0",
    "comments after an item": HEAD + "# c\n" * 200_000,
    "blank lines": HEAD + "  ensures x\n" + "\n" * 900_000 + "   > 0",
    "quotes": HEAD + "  ensures " + '"' * 900_000,
    "open brackets": HEAD + "  ensures " + "(" * 100_000,
    "brackets": HEAD + "  ensures " + "[" * 100_000 + "]" * 100_000,
    "operators": HEAD + "  ensures " + "x + " * 50_000 + "x",
    "negations": HEAD + "  ensures " + "not " * 50_000 + "x",
    "types": "intent f(x: " + "list[" * 50_000 + "int" + "]" * 50_000 + ") -> int",
    "broken clauses": HEAD + "  ensures x >\n" * 5_000,
    "one line of 5 MB": "x" * 5_000_000,
    "an item of 5 MB": HEAD + "  ensures x == 1\n" * 300_000,
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts_take_time_in_proportion(name: str) -> None:
    # Ten seconds for at most 5 MB: what grows with the square would take hours.
    start = time.process_time()
    for item in cut(LONG[name]):
        parse_item(item.text)
    assert time.process_time() - start < 10


@pytest.mark.parametrize(
    "text",
    [
        "(" * 500 + "x" + ")" * 500,
        "[" * 500,
        "-" * 500 + "x",
        "x" + ".y" * 500,
        "f(" * 500 + ")" * 500,
        "x" + "[0]" * 500,
        "x" + " implies x" * 500,
        "x" + " if x else x" * 500,
        "forall x in y: " * 500 + "x",
        "forall x: " + "list[" * 500 + "int" + "]" * 500 + ": x",
        "[x for " + "(" * 500 + "x" + ",)" * 500 + " in y]",
    ],
)
def test_what_nests_too_deep_is_told_once(text: str) -> None:
    problems = parse_item(HEAD + "  ensures " + text).problems
    assert [problem.code for problem in problems] == ["nested-too-deep"]


def test_an_item_that_is_too_long_is_told() -> None:
    problem = parse_item("define X: str =\n  " + "x" * SIZE_LIMIT).problems[0]
    assert problem.code == "item-too-long"
    assert "1,000,000" in problem.message


# ---------------------------------------------------------------- expressions alone


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("x + 1", []),
        ("x +\ny", []),
        ("  old(x)  # comment", []),
        ("forall i in xs:\r\ni > 0", []),
        ("", ["missing-expression"]),
        ("x y", ["unexpected-text"]),
        ("x\n+ (", ["unclosed-bracket"]),
        ("x = 1", ["foreign-operator"]),
        ("007", ["bad-number"]),
        ("x requires y", ["unexpected-text"]),
        ("x\n)", ["unexpected-bracket"]),
    ],
)
def test_expression(text: str, codes: list[str]) -> None:
    expression, problems = parse_expression(text)
    assert [problem.code for problem in problems] == codes
    assert codes or not isinstance(expression, s.ErrorExpr)


def test_spans_of_an_expression_count_in_its_own_text() -> None:
    expression, _ = parse_expression("é + x")
    assert isinstance(expression, s.Binary)
    assert (expression.left.span, expression.right.span) == (Span(0, 2), Span(5, 6))

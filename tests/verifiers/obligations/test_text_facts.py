"""Every fact that solvers are told of texts is true, by CPython in the sandbox."""

from __future__ import annotations

import itertools

import pytest

from axiom_verifiers.contracts.outcomes import Returned
from axiom_verifiers.contracts.reading import read
from axiom_verifiers.logic import sorts, terms, unicode_tables
from axiom_verifiers.logic.evaluate import evaluate
from axiom_verifiers.logic.term import Term, postorder, substitute
from axiom_verifiers.obligations import characters as ch
from axiom_verifiers.obligations.text_facts import OF_CHARACTER, text_facts
from axiom_verifiers.sandbox.python import PythonSandbox
from axiom_verifiers.sandbox.runtime import Limits

_TEXT = terms.var("t", sorts.STRING)
_MARK = terms.var("m", sorts.STRING)
_PLACE = terms.var("place", sorts.INT)
_LIMITS = Limits(fuel=4_000_000_000_000)

_ONE_LETTER = {
    "=": "({0} == {1})", "=>": "(not {0} or {1})", "not": "(not {0})", "<": "({0} < {1})",
    "<=": "({0} <= {1})", "ite": "({1} if {0} else {2})", "neg": "(-{0})", "-": "({0} - {1})",
    "str.len": "len({0})", "str.to_code": "code({0})", "str.from_code": "char({0})",
    "str.to_int": "digits({0})", "str.at": "part({0}, {1}, 1)",
    "str.substr": "part({0}, {1}, {2})", "distinct": "({0} != {1})",
    "str.suffixof": "{1}.endswith({0})", "str.prefixof": "{1}.startswith({0})",
}  # fmt: skip
_METHODS = {
    ch.IS_NUMBER.name: "is_number({0})",
    ch.NUMBER.name: "number({0})",
}

_HELP = """
import re
def code(s):
    return ord(s) if len(s) == 1 else -1
def char(n):
    return chr(n) if 0 <= n <= 0x2FFFF else ""
def digits(s):
    return int(s) if s and all("0" <= c <= "9" for c in s) else -1
def part(s, at, count):
    return s[at:at + count] if 0 <= at < len(s) and count > 0 else ""
def is_number(s):
    try:
        int(s)
    except ValueError:
        return False
    return True
def number(s):
    try:
        return int(s)
    except ValueError:
        return 0
"""


def python_of(term: Term) -> str:
    """A term about `_TEXT` as an expression of Python about `t`."""
    if term.op == "literal":
        return repr(term.payload)
    if term.op == "var":
        return str(term.payload).replace("?", "bound").replace(".", "_")
    if term.op == "exists":
        # Of positions: whatever is said of them keeps them within the text.
        (index,) = term.payload.variables
        return f"any({python_of(term.args[0])} for {python_of(index)} in range(-1, len(t) + 1))"
    if term.op == "str.in_re":
        return f"bool(re.fullmatch({pattern(term.args[1])!r}, {python_of(term.args[0])}))"
    parts = [python_of(arg) for arg in term.args]
    if term.op == "apply":
        name = term.payload.name
        return _METHODS.get(name, f"{{0}}.{name.removeprefix('text.')}()").format(*parts)
    if term.op in ("and", "or", "+", "*"):
        return f"({f' {term.op} '.join(parts)})"
    return _ONE_LETTER[term.op].format(*parts)


def pattern(regex: Term) -> str:
    match regex.op:
        case "re.range":
            low, high = (f"\\U{ord(arg.payload):08X}" for arg in regex.args)
            return f"[{low}-{high}]"
        case "str.to_re":
            return "".join(f"\\U{ord(c):08X}" for c in regex.args[0].payload)
        case "re.union":
            return f"(?:{'|'.join(map(pattern, regex.args))})"
        case "re.++":
            return "".join(map(pattern, regex.args))
        case "re.+" | "re.*":
            return f"(?:{pattern(regex.args[0])}){regex.op[-1]}"
        case other:
            raise AssertionError(other)


@pytest.mark.parametrize("name", OF_CHARACTER)
def test_every_fact_about_a_character_holds(name: str, sandbox: PythonSandbox) -> None:
    """For all code points that solvers know, and for the empty text."""
    facts = [python_of(fact) for fact in OF_CHARACTER[name](_TEXT)]
    assert facts
    checks = "".join(f"    if not {fact}: found.append({fact!r} + ascii(t))\n" for fact in facts)
    code = (
        f"{_HELP}\ndef judge(t, found):\n{checks}\n"
        "def f(low: int, high: int) -> list[str]:\n    found = []\n    judge('', found)\n"
        "    for n in range(low, high):\n        if not 0xD800 <= n <= 0xDFFF:\n"
        "            judge(chr(n), found)\n    return found[:3]\n"
    )
    contract = read("intent f(low: int, high: int) -> list[str]\n").contracts["f"]
    blocks = [{"low": low, "high": low + 0x4000} for low in range(0, 0x30000, 0x4000)]
    for outcome in sandbox.run(code, contract, blocks, limits=_LIMITS, seconds=300):
        assert isinstance(outcome, Returned), outcome
        assert outcome.result == []


def test_the_check_of_facts_can_fail(sandbox: PythonSandbox) -> None:
    """A wrong fact of the same form is found: that lower case keeps the length."""
    wrong = terms.eq(terms.length(ch.cased("lower", _TEXT)), terms.length(_TEXT))
    contract = read("intent f(t: str) -> bool\n").contracts["f"]
    code = f"{_HELP}\ndef f(t: str) -> bool:\n    return {python_of(wrong)}\n"
    outcomes = sandbox.run(code, contract, [{"t": "A"}, {"t": "\u0130"}])
    assert [one.result for one in outcomes if isinstance(one, Returned)] == [True, False]


def test_the_tables_are_those_of_the_pinned_interpreter(sandbox: PythonSandbox) -> None:
    code = (
        "def f(name: str) -> list[tuple[int, int]]:\n    found = []\n"
        "    for n in range(0x30000):\n"
        "        if not 0xD800 <= n <= 0xDFFF and getattr(chr(n), name)():\n"
        "            if found and found[-1][1] == n - 1:\n"
        "                found[-1] = (found[-1][0], n)\n"
        "            else:\n                found.append((n, n))\n    return found\n"
    )
    contract = read("intent f(name: str) -> list[tuple[int, int]]\n").contracts["f"]
    names = [{"name": "isspace"}, {"name": "isdecimal"}]
    spaces, decimals = sandbox.run(code, contract, names, limits=_LIMITS, seconds=300)
    assert isinstance(spaces, Returned)
    assert isinstance(decimals, Returned)
    assert tuple(spaces.result) == unicode_tables.SPACES
    assert tuple(decimals.result) == unicode_tables.DECIMALS


# ---------------------------------------------------------------- facts about whole texts


def test_pieces_put_together_again_are_what_replace_makes(sandbox: PythonSandbox) -> None:
    """What the lemmas on split texts say, of all short texts of three characters."""
    code = (
        "import itertools\n\n"
        "def f(marks: list[str], news: list[str]) -> list[str]:\n    found = []\n"
        "    for size in range(7):\n"
        "        for row in itertools.product('a,\u0130', repeat=size):\n"
        "            t = ''.join(row)\n            for m in marks:\n"
        "                if len(m) == 1 and len(t.split(m)) != t.count(m) + 1:\n"
        "                    found.append(t + m)\n"
        "                found += [t for n in news if n.join(t.split(m)) != t.replace(m, n)]\n"
        "    return found[:3]\n"
    )
    contract = read("intent f(marks: list[str], news: list[str]) -> list[str]\n").contracts["f"]
    given = {"marks": ["a", ",", "aa", "a,a", "\u0130"], "news": ["", "a", ",", "--", "a,a"]}
    (outcome,) = sandbox.run(code, contract, [given], limits=_LIMITS, seconds=300)
    assert isinstance(outcome, Returned), outcome
    assert outcome.result == []


_SAMPLES = [
    "".join(row)
    for size in range(5)
    for row in itertools.product(" a=\u00a0" if size > 3 else "a,=\u2028\t", repeat=size)
] + [
    *("12", "-7", "+5", " 3", "1_0", "\u0663\u0663", "\u00b2", "1a", "A\u03a3", "\u0130x", "\x1c7"),
    *("a,b,,c", ",", ",,", "a\nb\r\n", "\n", "xyxyx", "Stra\u00dfe", "-", "--1", "0x1", "1\u0664"),
]
_APPLICATIONS = [
    terms.apply(ch.LEFT_SPACES, _TEXT),
    terms.apply(ch.RIGHT_SPACES, _TEXT),
    terms.apply(ch.LEFT, _TEXT, terms.string("a=")),
    terms.apply(ch.RIGHT, _TEXT, terms.string("a=")),
    terms.apply(ch.RIGHT_SPACES, terms.apply(ch.LEFT_SPACES, _TEXT)),
    terms.apply(ch.LAST_PLACE, _TEXT, _MARK),
    terms.apply(ch.SPLIT_COUNT, _TEXT, _MARK),
    terms.apply(ch.WORDS, _TEXT),
    terms.apply(ch.LINES_COUNT, _TEXT),
    terms.apply(ch.IS_NUMBER, _TEXT),
    terms.replace_all(_TEXT, terms.string("a"), terms.string("=")),
    terms.replace_all(_TEXT, terms.string("a"), terms.string("")),
    terms.replace_all(_TEXT, terms.string("a"), terms.string("aa")),
    *(ch.predicate(name, _TEXT) for name in ch.PREDICATES),
    *(ch.cased(name, _TEXT) for name in ch.CASES),
]


def instances(fact: Term) -> list[Term]:
    """A quantified fact at some places, an existential one as their disjunction."""
    if fact.op == "forall":
        (index,) = fact.payload.variables
        return [substitute(fact.args[0], {index: terms.integer(number)}) for number in range(-1, 6)]
    return [fact]


@pytest.mark.parametrize("application", _APPLICATIONS, ids=repr)
def test_facts_about_texts_hold(application: Term) -> None:
    # What is said of every place is said only where there is a quantifier already.
    everywhere = terms.forall((_PLACE,), terms.lt(_PLACE, terms.length(_TEXT)))
    found = list(text_facts((application, everywhere)))
    assert found
    checked = 0
    for text in _SAMPLES:
        for mark in ("a", "aa", "=", "xyx", "") if _MARK in application.free else ("",):
            values = {_TEXT: text, _MARK: mark}
            for fact in found:
                for one in instances(fact):
                    if any(part.op in ("forall", "exists") for part in postorder((one,))):
                        continue
                    assert evaluate(one, values) is True, (one, text, mark)
                    checked += 1
    assert checked > 300

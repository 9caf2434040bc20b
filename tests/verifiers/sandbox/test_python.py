"""What the sandbox promises to those who run honest code in it."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from axiom_verifiers.contracts.contract import Contract, Parameter
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel, Raised, Returned
from axiom_verifiers.contracts.types import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    DictType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from axiom_verifiers.contracts.values import ForeignValue, RecordValue, Value, conforms, same
from axiom_verifiers.sandbox.codec import annotation
from axiom_verifiers.sandbox.python import TOO_LATE, Limits, PythonSandbox, is_limit

LINE = RecordType("Line", (("price", INT), ("tags", ListType(STR))))


def contract(
    parameters: dict[str, Type],
    result: Type,
    *,
    records: tuple[RecordType, ...] = (),
    modifies: tuple[str, ...] = (),
) -> Contract:
    return Contract(
        name="f",
        parameters=tuple(Parameter(name, of) for name, of in parameters.items()),
        result=result,
        requires=(),
        ensures=(),
        raises=(),
        examples=(),
        musts=(),
        implied=(),
        modifies=modifies,
        hints=(),
        prose="",
        settings=(),
        records=records,
        defines=(),
    )


INT_TO_INT = contract({"x": INT}, INT)


def one(sandbox: PythonSandbox, code: str, of: Contract, *args: Value) -> Outcome:
    (outcome,) = sandbox.run(code, of, [list(args)])
    return outcome


def test_how_many_are_taken_of_an_iterator_is_a_size(sandbox: PythonSandbox) -> None:
    """A number below zero is a mistake; one that is too large for the machine is none."""
    code = "from itertools import islice\ndef f(x):\n    return len(list(islice('abc', x)))\n"
    assert one(sandbox, code, INT_TO_INT, 2) == Returned(2, {"x": 2})
    below = one(sandbox, code, INT_TO_INT, -1)
    assert isinstance(below, Raised)
    assert below.error == "ValueError"
    beyond = one(sandbox, code, INT_TO_INT, 10**10)
    assert isinstance(beyond, Discarded)
    assert is_limit(beyond)


# ---------------------------------------------------------------- values

_hashable = st.recursive(
    st.sampled_from([INT, BOOL, FLOAT, STR, BYTES, NONE]),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: TupleType(tuple(items))),
    max_leaves=4,
)
_types = st.recursive(
    _hashable | st.just(LINE),
    lambda inner: st.one_of(
        inner.map(ListType),
        _hashable.map(SetType),
        st.tuples(_hashable, inner).map(lambda pair: DictType(*pair)),
        st.lists(inner, max_size=3).map(lambda items: TupleType(tuple(items))),
        inner.map(lambda item: item if isinstance(item, OptionalType) else OptionalType(item)),
    ),
    max_leaves=5,
)


def values(of: Type) -> st.SearchStrategy[Value]:
    match of:
        case ListType(item):
            return st.lists(values(item), max_size=6)
        case SetType(item):
            return st.sets(values(item), max_size=4)
        case DictType(key, value):
            return st.dictionaries(values(key), values(value), max_size=4)
        case TupleType(items):
            return st.tuples(*map(values, items))
        case OptionalType(item):
            return st.none() | values(item)
        case RecordType(name, fields):
            made = st.fixed_dictionaries({field: values(part) for field, part in fields})
            return made.map(lambda parts: RecordValue(name, parts))
        case _ if of == INT:
            return st.integers() | st.integers(-(10**3000), 10**3000)
        case _ if of == BOOL:
            return st.booleans()
        case _ if of == FLOAT:
            return st.floats(allow_nan=False)
        case _ if of == STR:
            return st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
        case _ if of == BYTES:
            return st.binary(max_size=8)
        case _:
            return st.none()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(_types.flatmap(lambda of: st.tuples(st.just(of), values(of))))
def test_every_value_comes_back_as_it_went(
    sandbox: PythonSandbox, typed: tuple[Type, Value]
) -> None:
    of, value = typed
    told = contract({"x": of}, of, records=(LINE,))
    outcome = one(sandbox, "def f(x):\n    return x\n", told, value)
    assert isinstance(outcome, Returned)
    assert conforms(outcome.result, of), annotation(of)
    assert same(outcome.result, value)
    assert same(outcome.after["x"], value)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("10 ** 4000", 10**4000),
        ("-(2 ** 63)", -(2**63)),
        ("-0.0", -0.0),
        ("True", True),
        ("1", 1),
        ("(1,)", (1,)),
        ("{2: 'b', 1: 'a'}", {2: "b", 1: "a"}),
        ("'é😀\\x00'", "é😀\x00"),
        ("b'\\x00\\xff'", b"\x00\xff"),
        ("float('inf')", math.inf),
    ],
)
def test_results_are_exact(sandbox: PythonSandbox, expression: str, expected: Value) -> None:
    outcome = one(sandbox, f"def f(x):\n    return {expression}\n", INT_TO_INT, 0)
    assert isinstance(outcome, Returned)
    assert same(outcome.result, expected)


def test_integers_of_any_size(sandbox: PythonSandbox) -> None:
    (outcome,) = sandbox.run("def f(x):\n    return x * x\n", INT_TO_INT, [[10**20_000]])
    assert isinstance(outcome, Returned)
    assert (outcome.result == 10**40_000) is True


def test_nan_comes_back_as_nan(sandbox: PythonSandbox) -> None:
    told = contract({"x": FLOAT}, FLOAT)
    outcome = one(sandbox, "def f(x):\n    return x\n", told, math.nan)
    assert isinstance(outcome, Returned)
    assert math.isnan(outcome.result)


@pytest.mark.parametrize(
    ("expression", "type_name"),
    [
        ("(i for i in [])", "generator"),
        ("frozenset()", "frozenset"),
        ("type('D', (dict,), {})(a=1)", "D"),
        ("__import__('enum').IntEnum('E', 'a').a", "E"),
        ("chr(0xd800)", "str"),
        ("f", "function"),
    ],
)
def test_what_the_language_lacks_is_foreign(
    sandbox: PythonSandbox, expression: str, type_name: str
) -> None:
    outcome = one(sandbox, f"def f(x):\n    return {expression}\n", INT_TO_INT, 0)
    assert isinstance(outcome, Returned)
    assert isinstance(outcome.result, ForeignValue)
    assert outcome.result.type_name == type_name


@pytest.mark.parametrize(
    ("made", "carried"),
    [
        ("Counter('abca')", {"a": 2, "b": 1, "c": 1}),
        ("defaultdict(list, {'b': [1], 'a': []})", {"b": [1], "a": []}),
        ("moved()", {"b": 2, "a": 1}),
        ("[Counter()]", [{}]),
    ],
)
def test_dicts_of_collections_are_the_dicts_that_they_equal(
    sandbox: PythonSandbox, made: str, carried: object
) -> None:
    code = (
        "from collections import Counter, OrderedDict, defaultdict\n"
        "def moved():\n    d = OrderedDict(a=1, b=2)\n    d.move_to_end('a')\n    return d\n"
        f"def f(x):\n    return {made}\n"
    )
    outcome = one(sandbox, code, INT_TO_INT, 0)
    assert isinstance(outcome, Returned)
    assert outcome.result == carried
    if isinstance(carried, dict):
        assert list(outcome.result) == list(carried)


# ---------------------------------------------------------------- records

OWN_RECORDS = {
    "ours": "",
    "dataclass": """
from dataclasses import dataclass
@dataclass
class Line:
    price: int
    tags: list[str]
""",
    "named tuple": """
from typing import NamedTuple
class Line(NamedTuple):
    price: int
    tags: list[str]
""",
    "typed dict": """
from typing import TypedDict
class Line(TypedDict):
    price: int
    tags: list[str]
""",
    "another class of that name": """
class Line:
    pass
""",
}


@pytest.mark.parametrize("own", OWN_RECORDS.values(), ids=OWN_RECORDS.keys())
def test_records_are_the_candidates_own_or_ours(sandbox: PythonSandbox, own: str) -> None:
    told = contract({"x": ListType(LINE)}, ListType(LINE), records=(LINE,))
    given_lines = [RecordValue("Line", {"price": 3, "tags": ["a"]})]
    code = own + "def f(x):\n    return [line for line in x if line]\n"
    outcome = one(sandbox, code, told, given_lines)
    assert outcome == Returned(given_lines, {"x": given_lines})


def test_a_record_of_ours_is_frozen(sandbox: PythonSandbox) -> None:
    told = contract({"x": LINE}, LINE, records=(LINE,))
    line = RecordValue("Line", {"price": 3, "tags": []})
    outcome = one(sandbox, "def f(x):\n    x.price = 4\n    return x\n", told, line)
    assert isinstance(outcome, Raised)
    assert outcome.error == "dataclasses.FrozenInstanceError" or "AttributeError" in outcome.bases


# ---------------------------------------------------------------- parameters after the call


@pytest.mark.parametrize(
    ("body", "after", "shared"),
    [
        ("return len(xs)", [3, 1], False),
        ("xs.sort(); return 0", [1, 3], False),
        ("xs.clear(); raise_()", [], False),
        ("xs.append(7); return 1", [3, 1, 7], False),
    ],
)
def test_parameters_after_the_call(
    sandbox: PythonSandbox, body: str, after: list[int], shared: bool
) -> None:
    told = contract({"xs": ListType(INT)}, INT, modifies=("xs",))
    outcome = one(sandbox, f"def f(xs):\n    {body}\n", told, [3, 1])
    assert isinstance(outcome, (Returned, Raised))
    assert outcome.after == {"xs": after}


@pytest.mark.parametrize(
    ("expression", "shared"),
    [
        ("xs", True),
        ("[xs]", True),
        ("xs[0]", True),
        ("(1, {'a': xs[0]})", True),
        ("[list(x) for x in xs]", False),
        ("xs + []", True),
        ("[]", False),
        ("len(xs)", False),
    ],
)
def test_sharing_is_told_by_identity(sandbox: PythonSandbox, expression: str, shared: bool) -> None:
    of = ListType(ListType(INT))
    code = f"def f(xs):\n    return {expression}\n"
    outcome = one(sandbox, code, contract({"xs": of}, of, modifies=("xs",)), [[1], [1]])
    assert isinstance(outcome, Returned)
    assert outcome.shared is shared
    outcome = one(sandbox, code, contract({"xs": of}, of), [[1], [1]])
    assert isinstance(outcome, Returned)
    assert outcome.shared is False


# ---------------------------------------------------------------- many calls


def test_a_thousand_calls_share_one_module(sandbox: PythonSandbox) -> None:
    code = "calls = []\ndef f(x):\n    calls.append(x)\n    return len(calls)\n"
    outcomes = sandbox.run(code, INT_TO_INT, [[n] for n in range(1000)])
    assert [o.result for o in outcomes if isinstance(o, Returned)] == list(range(1, 1001))


def test_calls_after_one_out_of_fuel_go_on(sandbox: PythonSandbox) -> None:
    code = "def f(x):\n    while x in (3, 7, 8):\n        pass\n    return x\n"
    limits = Limits(fuel=300_000_000)
    outcomes = sandbox.run(code, INT_TO_INT, [[n] for n in range(40)], limits=limits)
    stuck = [n for n, outcome in enumerate(outcomes) if outcome == OutOfFuel()]
    assert stuck == [3, 7, 8]
    assert all(o == Returned(n, {"x": n}) for n, o in enumerate(outcomes) if n not in stuck)


def test_fuel_is_for_each_call_and_the_same_each_time(sandbox: PythonSandbox) -> None:
    code = "def f(x):\n    n = 0\n    for i in range(x):\n        n += i % 7\n    return n\n"
    limits = Limits(fuel=300_000_000)
    calls = [[n * 40_000] for n in range(12)]
    first = sandbox.run(code, INT_TO_INT, calls, limits=limits)
    assert any(isinstance(each, OutOfFuel) for each in first)
    assert any(isinstance(each, Returned) for each in first)
    alone = [sandbox.run(code, INT_TO_INT, [call], limits=limits)[0] for call in calls]
    assert first == alone == sandbox.run(code, INT_TO_INT, calls, limits=limits)


def test_patience_ends(sandbox: PythonSandbox) -> None:
    code = "def f(x):\n    while True:\n        pass\n"
    limits = Limits(fuel=100_000_000)
    outcomes = sandbox.run(code, INT_TO_INT, [[n] for n in range(50)], limits=limits, patience=2)
    assert outcomes == [OutOfFuel()] * 2 + [Discarded(TOO_LATE)] * 48


def test_the_wall_clock_is_a_backstop(sandbox: PythonSandbox) -> None:
    code = "def f(x):\n    while True:\n        pass\n"
    start = time.monotonic()
    outcomes = sandbox.run(code, INT_TO_INT, [[1], [2]], limits=Limits(fuel=10**15), seconds=0.3)
    assert outcomes == [Discarded(TOO_LATE)] * 2
    assert time.monotonic() - start < 10


def test_a_stop_is_heeded(sandbox: PythonSandbox) -> None:
    stop = threading.Event()
    stop.set()
    assert sandbox.run("def f(x): return x", INT_TO_INT, [[1]], stop=stop) == [Discarded(TOO_LATE)]


def test_limits_of_the_interpreter_are_told_apart(sandbox: PythonSandbox) -> None:
    for body in ("return f(x)", "return len(bytearray(10**9))", "return len(str(10 ** 5000))"):
        outcome = one(sandbox, f"def f(x):\n    {body}\n", INT_TO_INT, 1)
        assert isinstance(outcome, Discarded)
        assert is_limit(outcome)
    outcome = one(sandbox, "import numpy\ndef f(x):\n    return x\n", INT_TO_INT, 1)
    assert outcome == Discarded("the sandbox has no module numpy")
    assert not is_limit(outcome)


def test_threads_share_a_sandbox(sandbox: PythonSandbox) -> None:
    def work(number: int) -> list[Outcome]:
        code = f"def f(x):\n    return x * {number}\n"
        return sandbox.run(code, INT_TO_INT, [[n] for n in range(50)])

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(24)))
    assert found == [[Returned(n * number, {"x": n}) for n in range(50)] for number in range(24)]


# ---------------------------------------------------------------- surroundings

MODULES = """
import re, math, heapq, bisect, string, datetime, decimal, fractions, itertools, functools
import collections, dataclasses, typing, enum, statistics, operator, copy, json, abc, numbers
import random, textwrap, unicodedata, calendar, contextlib, types, time, sys, io
from collections import Counter, defaultdict, deque, OrderedDict
from collections.abc import Iterable
from typing import Optional, List, Dict
from urllib.parse import quote
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("re.sub('a+', 'b', 'caat')", "cbt"),
        ("math.isqrt(17)", 4),
        ("heapq.nsmallest(2, [3, 1, 2])", [1, 2]),
        ("bisect.bisect([1, 2, 3], 2)", 2),
        ("str(datetime.date(2024, 2, 28) + datetime.timedelta(2))", "2024-03-01"),
        ("datetime.datetime.strptime('2024-02-29', '%Y-%m-%d').day", 29),
        ("datetime.datetime.now().isoformat()", "2026-01-01T00:00:00"),
        ("str(decimal.Decimal('1.10') + 1)", "2.10"),
        ("str(fractions.Fraction(2, 4))", "1/2"),
        ("dict(Counter('abca'))", {"a": 2, "b": 1, "c": 1}),
        ("list(itertools.pairwise([1, 2, 3]))", [(1, 2), (2, 3)]),
        ("functools.reduce(operator.mul, [2, 3], 1)", 6),
        ("statistics.median([3, 1, 2])", 2),
        ("json.loads(json.dumps({'a': [1, None]}))", {"a": [1, None]}),
        ("copy.deepcopy([[1]])", [[1]]),
        ("random.random() == random.Random(0).random()", True),
        ("time.time() == time.time()", True),
        ("sys.maxsize > 10**9", True),
        ("unicodedata.name('é')", "LATIN SMALL LETTER E WITH ACUTE"),
        ("io.StringIO('a').read()", "a"),
        ("quote('a b')", "a%20b"),
    ],
)
def test_the_pure_standard_library_is_there(
    sandbox: PythonSandbox, expression: str, expected: Value
) -> None:
    outcome = one(sandbox, f"{MODULES}\ndef f(x):\n    return {expression}\n", INT_TO_INT, 0)
    assert isinstance(outcome, Returned), outcome
    assert same(outcome.result, expected)


def test_printing_does_not_disturb(sandbox: PythonSandbox) -> None:
    code = "print('loaded')\ndef f(x):\n    print(x, flush=True)\n    return x\n"
    assert one(sandbox, code, INT_TO_INT, 1) == Returned(1, {"x": 1})


def test_every_process_sees_one_order_of_sets(sandbox: PythonSandbox) -> None:
    told = contract({"x": SetType(STR)}, ListType(STR))
    words = {f"word {n}" for n in range(50)}
    backwards = {f"word {n}" for n in range(49, -1, -1)}
    code = "def f(x):\n    return list(x)\n"
    assert one(sandbox, code, told, words) == one(sandbox, code, told, backwards)


def test_loading_alone(sandbox: PythonSandbox) -> None:
    assert sandbox.load("def f(x):\n    return x\n", INT_TO_INT) is None
    assert isinstance(sandbox.load("1 / 0\n", INT_TO_INT), Raised)
    assert sandbox.load("g = 1\n", INT_TO_INT) == Discarded("the code has no function f")
    limits = Limits(fuel=100_000_000)
    assert sandbox.load("while True: pass\n", INT_TO_INT, limits=limits) == OutOfFuel()


def test_syntax_faults_have_a_place(sandbox: PythonSandbox) -> None:
    assert sandbox.syntax_fault("def f(x):\n    return x\n") is None
    fault = sandbox.syntax_fault("def f(x):\n    return (x\n")
    assert fault is not None
    assert (fault.line, fault.column) == (2, 12)


def test_figures_are_measured(sandbox: PythonSandbox) -> None:
    figures = sandbox.figures()
    assert 0 < figures.instantiate < 10
    assert 0 < figures.whole_life < 10
    assert figures.thousand_inputs < 10

"""Random small Python functions of the modelled subset, as text.

They are typed by construction most of the time, and otherwise meant to go wrong in the ways
that code does: names read before assignment, indexes outside, zero divisors, aliases.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

HEAD = "f(a: int, b: int, xs: list[int], s: str, p: bool) -> "
RESULTS = ["int", "bool", "str", "list[int]", "tuple[int, str]", "list[list[int]]"]
INTS = ["a", "b", "i0", "i1", "k"]
LISTS = ["xs", "l0", "l1"]
STRS = ["s", "t0"]
BOOLS = ["p", "q0"]
HELPERS = """
import math
import operator
from functools import lru_cache, reduce
from itertools import accumulate, chain, pairwise, product
from math import gcd
class OwnError(KeyError): ...
LIMIT = 7
TABLE = [3, 1, 2]

def g(n, m=2):
    if n > 5:
        return g(n - 3, m)
    return n * m

def h(ys):
    total = 0
    for y in ys:
        total += y
    return total

def c(n, by=2):
    'Returns early, fails, binds names.'
    if n > 4:
        return n // by
    elif n < -3:
        raise OwnError("low")
    m, r = divmod(n + 7, 3)
    m += by
    assert m != 5
    return m * r

def e(n, *, by):
    k = 0
    while n > 0:
        k += by
        n -= 2
    return k

@lru_cache(maxsize=None)
def kept(n):
    if n < 2:
        return n
    return kept(n - 1) + n

def w(u):
    return u + "!" if u else u
"""


INNER = """    def v(n, m=3):
        k = n + m
        return k % 5

    def clo(n, *, w=1):
        if n == b:
            return n
        return n * w + a

    def lp(n):
        k = 0
        for y in xs:
            k += y * clo(n)
        return k

    lam = lambda n, w=2: clo(n) + i1 * w
"""


@st.composite
def ints(draw: DrawFn, depth: int = 2) -> str:
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from([*INTS, "0", "1", "2", "-1", "3", "10", "LIMIT"]))
    one, two = ints(depth - 1), ints(depth - 1)
    kind = draw(st.integers(0, 22))
    match kind:
        case 0 | 1 | 2:
            op = draw(st.sampled_from(["+", "-", "*", "+", "-"]))
            return f"({draw(one)} {op} {draw(two)})"
        case 3 | 4:
            return f"({draw(one)} {draw(st.sampled_from(['//', '%']))} {draw(two)})"
        case 5:
            return f"({draw(one)} {draw(st.sampled_from(['&', '|', '^']))} {draw(two)})"
        case 6:
            return f"{draw(st.sampled_from(['min', 'max']))}({draw(one)}, {draw(two)})"
        case 7:
            return f"abs({draw(one)})"
        case 8:
            return f"({draw(one)} if {draw(bools(depth - 1))} else {draw(two)})"
        case 9:
            return f"{draw(lists(depth - 1))}[{draw(one)}]"
        case 10:
            return f"len({draw(st.one_of(lists(depth - 1), strs(depth - 1)))})"
        case 11:
            return f"sum({draw(lists(depth - 1))})"
        case 12:
            return f"({draw(one)} {draw(st.sampled_from(['and', 'or']))} {draw(two)})"
        case 13:
            return f"({draw(bools(depth - 1))} + {draw(one)})"
        case 14:
            return f"{draw(st.sampled_from(['g', 'v']))}({draw(one)})"
        case 15:
            return f"{draw(st.sampled_from(['min', 'max', 'h']))}({draw(lists(depth - 1))})"
        case 16:
            return f"sum(k * 2 for k in {draw(lists(depth - 1))} if k > {draw(two)})"
        case 17:
            call = draw(st.sampled_from(["c(k)", "c(k, by=a)", "e(k, by=2)", "clo(k)", "lam(k)"]))
            inside = f"{call} for k in {draw(lists(depth - 1))} if {draw(bools(0))}"
            return draw(st.sampled_from([f"sum({inside})", f"max([{inside}])"]))
        case 20:
            call = draw(st.sampled_from(["gcd({0}, {1})", "math.lcm({0}, {1})", "math.isqrt({0})",
                                         "math.comb({0}, {1})", "kept({0})"]))  # fmt: skip
            return call.format(draw(ints(0)), draw(ints(0)))
        case 21:
            folds = ["reduce(lambda m, n: m * 2 + n, {0}, {1})", "reduce(operator.mul, {0}, {1})",
                     "reduce(operator.add, {0})", "math.prod({0})",
                     "sum(m * n for m, n in pairwise({0}))",
                     "sum(m * n for m, n in product({0}, xs))"]  # fmt: skip
            return draw(st.sampled_from(folds)).format(draw(lists(0)), draw(ints(0)))
        case 18:
            call = draw(st.sampled_from(["c(by={1}, n={0})", "e({0}, by={1})", "lp({0})"]))
            return call.format(draw(one), draw(two))
        case 19:
            call = draw(st.sampled_from(["clo({0}, w={1})", "lam({0})", "lam({0}, {1})"]))
            return call.format(draw(one), draw(two))
        case _:
            return f"TABLE[{draw(one)} % 3]"


@st.composite
def bools(draw: DrawFn, depth: int = 2) -> str:
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        return draw(st.sampled_from([*BOOLS, "True", "a > b"]))
    comparison = st.sampled_from(["<", "<=", "==", "!=", ">", ">="])
    match draw(st.integers(0, 10)):
        case 0 | 1:
            return f"({draw(ints(depth - 1))} {draw(comparison)} {draw(ints(depth - 1))})"
        case 2:
            parts = [draw(ints(depth - 1)) for _ in range(3)]
            return f"({parts[0]} {draw(comparison)} {parts[1]} {draw(comparison)} {parts[2]})"
        case 3:
            op = draw(st.sampled_from(["and", "or"]))
            return f"({draw(bools(depth - 1))} {op} {draw(bools(depth - 1))})"
        case 4:
            return f"(not {draw(st.one_of(bools(depth - 1), ints(depth - 1), lists(0)))})"
        case 5:
            word = draw(st.sampled_from(["in", "not in"]))
            return f"({draw(ints(depth - 1))} {word} {draw(lists(0))})"
        case 6:
            word = draw(st.sampled_from(["==", "<", "in"]))
            return f"({draw(strs(depth - 1))} {word} {draw(strs(0))})"
        case 7:
            name = draw(st.sampled_from(["any", "all"]))
            return f"{name}(k > {draw(ints(0))} for k in {draw(lists(0))})"
        case 9:
            name = draw(st.sampled_from(["any", "all"]))
            call = draw(st.sampled_from(["c(k)", "e(k, by=a)", "clo(k)", "lam(k)"]))
            return f"{name}({call} > {draw(ints(0))} for k in {draw(lists(0))})"
        case 8:
            return f"{draw(strs(0))}.startswith({draw(strs(0))})"
        case _:
            return f"bool({draw(st.one_of(ints(depth - 1), strs(0), lists(0)))})"


@st.composite
def strs(draw: DrawFn, depth: int = 1) -> str:
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from([*STRS, "'a'", "''", "'ab'"]))
    match draw(st.integers(0, 6)):
        case 0:
            return f"({draw(strs(depth - 1))} + {draw(strs(depth - 1))})"
        case 1:
            return f"{draw(strs(depth - 1))}[{draw(ints(0))}]"
        case 2:
            return f"{draw(strs(depth - 1))}[{draw(ints(0))}:{draw(ints(0))}]"
        case 3:
            return f"({draw(strs(0))} * {draw(st.sampled_from(['2', 'a % 3', '-1', 'p']))})"
        case 4:
            return f"w({draw(strs(0))})"
        case 5:
            first = draw(st.sampled_from([*INTS, *STRS, *BOOLS]))
            return f'f"{{{first}}}-{{{draw(st.sampled_from(INTS))}}}"'
        case _:
            return f"({draw(strs(0))} {draw(st.sampled_from(['and', 'or']))} {draw(strs(0))})"


@st.composite
def lists(draw: DrawFn, depth: int = 1) -> str:
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(LISTS))
    match draw(st.integers(0, 12)):
        case 0:
            return f"[{draw(ints(0))}, {draw(ints(depth - 1))}]"
        case 1:
            return f"({draw(lists(depth - 1))} + {draw(lists(0))})"
        case 2:
            step = draw(st.sampled_from(["", "", ":-1", ":2"]))
            return f"{draw(lists(depth - 1))}[{draw(ints(0))}:{draw(ints(0))}{step}]"
        case 3:
            return (
                f"[k + {draw(ints(0))} for k in {draw(lists(depth - 1))} if k != {draw(ints(0))}]"
            )
        case 4:
            return f"sorted({draw(lists(depth - 1))})"
        case 8:
            call = draw(st.sampled_from(["c(k)", "e(k, by=3)", "clo(k)", "lam(k, b)", "lp(k)"]))
            return f"[{call} for k in {draw(lists(depth - 1))}]"
        case 10:
            return f"list(accumulate({draw(lists(0))}))"
        case 11:
            return f"list(chain({draw(lists(0))}, {draw(lists(0))}))"
        case 9:
            key = draw(st.sampled_from(["c", "clo", "lam", "lambda k: clo(k, w=b)"]))
            return f"sorted({draw(lists(depth - 1))}, key={key})"
        case 5:
            return f"list(range({draw(ints(0))} % 5))"
        case 6:
            return "[3, 1, 3]"
        case 7:
            return f"[{draw(ints(0))}] * {draw(st.sampled_from(['2', 'a % 3', '-1']))}"
        case _:
            return f"({draw(lists(0))} or {draw(lists(0))})"


def _indented(lines: list[str]) -> list[str]:
    return ["    " + line for line in lines]


@st.composite
def statements(draw: DrawFn, depth: int, *, loop: bool) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += draw(statement(depth, loop=loop))
    return lines


@st.composite
def nested(draw: DrawFn, depth: int) -> list[str]:
    """Lists in lists, where names may share objects; matches, sets, stars."""
    change = draw(st.sampled_from(["append(a)", "pop()", "insert(0, b)", "sort()"]))
    lines = [
        ["g0.append(l0)"],
        ["g0.append([a])"],
        ["g0 = [l0, l1]"],
        ["g0 = [[a], [b]]"],
        ["g0 = [[a]] * 2"],
        ["g0 = [xs]"],
        ["g0 = g0 + [l1]"],
        ["g0 = [[k] for k in l0]"],
        ["l0 = g0[0]"],
        ["l0 = g0[-1][:]"],
        ["l1 = g0.pop()"],
        ["g0[0] = l1"],
        ["l0, l1 = l1, l0"],
        ["l0 = l1 if p else [b]"],
        [f"l0.{change}"],
        [f"l1.{change}"],
        [f"for l1 in g0: l1.{change}"],
        ["for l1 in g0: a += len(l1)"],
        ["for i0, l1 in enumerate(g0): l1 = l1 + [i0]"],
        ["l0 = max(g0)", f"l0.{change}"],
        ["l0 = sorted(g0)[0]"],
        ["pair = (l0, a)", "l1 = pair[0]", f"l1.{change}"],
        ["i0 = sum(len(k) for k in g0)"],
        ["i0, *l0 = xs"],
        ["*l1, i1 = [a, b, *[]] if p else l0"],
        ["l0[:] = xs"],
        ["u0 = set(xs)", "u0.add(a)", "i0 = len(u0)", "q0 = b in u0"],
        ["l0 = list(map(lambda k: k // 2, filter(lambda k: k > b, xs)))"],
        ["match a:", "    case 0 | 1:", "        i0 = 2", "    case k if k > b:", "        i1 = k"],
        ["match a, p:", "    case 0, True:", "        i0 = 9", "    case _:", "        i1 += 1"],
    ]
    return draw(st.sampled_from(lines))


@st.composite
def trying(draw: DrawFn, depth: int, *, loop: bool) -> list[str]:
    heads = ["IndexError", "(KeyError, ZeroDivisionError)", "OwnError", "ValueError as exc",
             "LookupError", "Exception", "AssertionError", "UnboundLocalError"]  # fmt: skip
    lines = ["try:", *_indented(draw(statements(depth - 1, loop=loop)))]
    chosen = draw(st.lists(st.sampled_from(heads), max_size=2, unique=True))
    for head in chosen:
        lines += [f"except {head}:", *_indented(draw(statements(depth - 1, loop=loop)))]
        lines += draw(st.sampled_from([[], [], ["    raise"]]))
    if chosen and draw(st.booleans()):
        lines += ["else:", *_indented(draw(statements(depth - 1, loop=loop)))]
    if not chosen or draw(st.booleans()):
        last = draw(st.sampled_from(["i0 += 1", "a = b", "if a > 3: return 7", "l0 = []"]))
        lines += ["finally:", f"    {last}"]
    return lines


@st.composite
def statement(draw: DrawFn, depth: int, *, loop: bool) -> list[str]:
    if draw(st.integers(0, 6)) == 0:
        return draw(nested(depth))
    kind = draw(st.integers(0, 25 if depth else 14))
    target = draw(st.sampled_from(["i0", "i1", "a", "b"]))
    owner = draw(st.sampled_from(["l0", "l1", "l0", "xs"]))
    match kind:
        case 0 | 1 | 2:
            return [f"{target} = {draw(ints())}"]
        case 3 | 4:
            op = draw(st.sampled_from(["+", "-", "*", "//", "%"]))
            return [f"{target} {op}= {draw(ints(1))}"]
        case 5:
            return [f"{owner} = {draw(st.one_of(lists(2), st.just('[]')))}"]
        case 6:
            return [f"{owner}.append({draw(ints(1))})"]
        case 7:
            change = draw(
                st.sampled_from(
                    ["pop()", "pop(0)", "insert(1, b)", "sort()", "reverse()", "extend(l0)"]
                )
            )
            return [f"{owner}.{change}"]
        case 8:
            op = draw(st.sampled_from(["=", "+=", "-="]))
            return [f"{owner}[{draw(ints(1))}] {op} {draw(ints(1))}"]
        case 9:
            return [f"t0 = {draw(strs(2))}"]
        case 10:
            return [f"q0 = {draw(bools(2))}"]
        case 11:
            return [
                "i0, i1 = i1, i0" if draw(st.booleans()) else f"i0 = {target} = {draw(ints(1))}"
            ]
        case 12:
            return [f"l1 = l0{draw(st.sampled_from(['', '[:]', ' + []']))}"]
        case 13:
            pops = f"i0 = {owner}.pop({draw(st.sampled_from(['', '0', '-2', 'i1']))})"
            return [
                draw(st.sampled_from([pops, f"del {owner}[{draw(ints(0))}]", f"l0 += {owner}"]))
            ]
        case 14:
            if loop and draw(st.booleans()):
                return [draw(st.sampled_from(["break", "continue"]))]
            return [
                draw(
                    st.sampled_from(
                        [
                            f"if {draw(bools(1))}: raise ValueError('no')",
                            f"assert {draw(bools(1))}, 'bad'",
                            f"if (k := {draw(ints(1))}) > 2: i0 = k",
                            "pass",
                        ]
                    )
                )
            ]
        case 15 | 16 | 17 | 18:
            lines = [f"if {draw(st.one_of(bools(), ints(1), lists(0)))}:"]
            lines += _indented(draw(statements(depth - 1, loop=loop)))
            if draw(st.booleans()):
                lines += [f"elif {draw(bools(1))}:"]
                lines += _indented(draw(statements(depth - 1, loop=loop)))
            if draw(st.booleans()):
                lines += ["else:", *_indented(draw(statements(depth - 1, loop=loop)))]
            return lines
        case 24 | 25:
            return draw(trying(depth, loop=loop))
        case 19:
            lines = [f"while {draw(st.sampled_from(['a > 0', 'i0 < 5', 'len(l0) < 4', 'l0']))}:"]
            lines += _indented(draw(statements(depth - 1, loop=True)))
            step = draw(st.sampled_from(["a -= 1", "i0 += 1", "l0.append(a)", "l0.pop()"]))
            lines += [f"    {step}"]
            return lines
        case _:
            head = draw(
                st.sampled_from(
                    [
                        "for k in range(a % 5):",
                        "for k in range(b, a, -2):",
                        "for k in xs:",
                        "for k in l0:",
                        "for i0, k in enumerate(xs):",
                        "for i1, k in zip(l0, xs):",
                        "for k in reversed(xs):",
                        "for t0 in s:",
                        "for i0 in range(len(xs)):",
                    ]
                )
            )
            lines = [head, *_indented(draw(statements(depth - 1, loop=True)))]
            if draw(st.integers(0, 3)) == 0:
                lines += ["else:", *_indented(draw(statements(depth - 1, loop=loop)))]
            return lines


@st.composite
def functions(draw: DrawFn) -> tuple[str, str]:
    """The contract's head, and a module with that function."""
    result = draw(st.sampled_from(RESULTS))
    lines = ["i0 = 0"] if draw(st.integers(0, 5)) else []
    lines += ["i1 = 1", "k = 0"][: draw(st.integers(1, 2))]
    lines += draw(st.sampled_from([["l0 = []"], ["l0 = [1, 2]"], ["l0 = xs[:]"], ["l0 = xs"]]))
    lines += ["l1 = [a]", "t0 = s", "q0 = p", "g0 = [[1], [a, b]]"]
    lines += draw(statements(2, loop=False))
    last = {
        "int": ints(),
        "bool": bools(),
        "str": strs(),
        "list[int]": lists(),
        "list[list[int]]": st.just("g0"),
        "tuple[int, str]": st.tuples(ints(), strs()).map(lambda pair: f"({pair[0]}, {pair[1]})"),
    }[result]
    if draw(st.integers(0, 9)):
        lines.append(f"return {draw(last)}")
    body = "\n".join(_indented(lines))
    modifies = draw(st.sampled_from(["", " modifies xs"]))
    return HEAD + result + modifies, f"{HELPERS}\ndef f(a, b, xs, s, p):\n{INNER}{body}\n"


INPUTS = st.tuples(
    st.integers(-6, 12),
    st.integers(-6, 12),
    st.lists(st.integers(-4, 9), max_size=5),
    st.text("abc", max_size=4),
    st.booleans(),
)

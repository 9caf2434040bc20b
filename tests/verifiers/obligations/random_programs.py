"""Random small programs of the modelled subset, as Python source, and random inputs for them."""

from __future__ import annotations

import random

HEADER = "f(a: int, b: int, p: bool, xs: list[int], s: str) -> int"


class Writer:
    """Writes one program; every choice comes from `chance`."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.loops = 0

    def pick(self, *choices: str) -> str:
        return self.chance.choice(choices)

    def number(self, depth: int, names: tuple[str, ...]) -> str:
        if depth == 0 or self.chance.random() < 0.25:
            return self.pick(*names, str(self.chance.randint(-3, 5)), "len(xs)")

        def n() -> str:
            return self.number(depth - 1, names)

        def c() -> str:
            return self.condition(depth - 1, names)

        return self.pick(
            f"({n()} + {n()})",
            f"({n()} - {n()})",
            f"({n()} * {n()})",
            f"({n()} // {n()})",
            f"({n()} % {n()})",
            f"(-{n()})",
            f"abs({n()})",
            f"min({n()}, {n()})",
            f"max({n()}, {n()}, {n()})",
            f"({n()} if {c()} else {n()})",
            f"xs[{n()}]",
            f"(xs[{n()}:{n()}] + [{n()}])[{n()}]",
            f"sum(xs[{n()}:])",
            f"sum(x * x for x in xs if x < {n()})",
            f"sum(1 for i in range({n()}) if i % 2 == 0)",
            f"len([x for x in xs if x > {n()}])",
            f"[x + {n()} for x in xs][{n()}]",
            f"xs.count({n()})",
            "max(xs)",
            f"min(xs[:{n()}])",
            f"max((x % 3 for x in xs), default={n()})",
            f"divmod({n()}, {n()})[1]",
            f"(a, {n()}, b)[1]",
            f"({n()} ** 2)",
            f"({n()} & 3)",
            f"({n()} >> 1)",
            "len(s)",
            f"s.find({self.text(depth - 1, names)})",
            f"len({self.text(depth - 1, names)})",
            f"sum(i * x for i, x in enumerate(xs, {n()}))",
            "sum(x * y for x, y in zip(xs, xs[1:]))",
            f"[{n()} // x for x in reversed(xs)][0]",
            "s.count('a')",
            f"g({n()})",
            f"g(v={n()}, u={n()})",
            f"h({n()}, {n()})",
            f"sum(g(x, {n()}) for x in xs)",
            f"k({n()})",
            "max([k(x) for x in xs])",
            f"sum([h(x, {n()}) for x in xs if k(x) > 0])",
        )

    def text(self, depth: int, names: tuple[str, ...]) -> str:
        if depth <= 0:
            return self.pick("s", "'a'", "'ab'", "''")

        def t() -> str:
            return self.text(depth - 1, names)

        return self.pick(
            "s",
            f"({t()} + {t()})",
            f"s[{self.number(depth - 1, names)}:]",
            f"s[:{self.number(depth - 1, names)}]",
            f"s[{self.number(depth - 1, names)}]",
            f"({t()} if {self.condition(depth - 1, names)} else {t()})",
            f"{t()}.replace('a', 'ba')",
            f"{t()}.split('a')[0]",
            f"str({self.number(depth - 1, names)})",
            f"{t()}[::-1]",
            f"({t()} * 2)",
            f"'-'.join([{t()}, {t()}])",
        )

    def condition(self, depth: int, names: tuple[str, ...]) -> str:
        if depth <= 0:
            return self.pick("p", f"a < {self.chance.randint(-2, 3)}", "True", "a == b")

        def n() -> str:
            return self.number(depth - 1, names)

        def c() -> str:
            return self.condition(depth - 1, names)

        return self.pick(
            f"{n()} {self.pick('<', '<=', '==', '!=', '>', '>=')} {n()}",
            f"({c()} and {c()})",
            f"({c()} or {c()})",
            f"(not {c()})",
            f"{n()} < {n()} <= {n()}",
            f"{n()} in xs",
            f"{n()} not in (1, 2, {n()})",
            f"all({n()} // x > 0 for x in xs)",
            f"any([{n()} // x > 0 for x in xs])",
            f"all([x > {n()} for x in xs if x != 0])",
            f"any(x > {n()} and xs[x] > 0 for x in xs)",
            f"xs == xs[:{n()}]",
            "xs[::-1] == xs",
            f"{self.text(depth - 1, names)} == {self.text(depth - 1, names)}",
            f"{self.text(depth - 1, names)} < {self.text(depth - 1, names)}",
            f"s.startswith({self.text(depth - 1, names)})",
            f"{self.text(depth - 1, names)} in s",
            f"(a, {n()}) < ({n()}, b)",
            f"{n()} in range({n()}, {n()})",
            f"any(g(x) > {n()} for x in xs)",
            f"all(h(x, 1) < {n()} for x in xs)",
        )

    def block(self, depth: int, names: tuple[str, ...], indent: str, inside: bool) -> list[str]:
        lines: list[str] = []
        for _ in range(self.chance.randint(1, 3)):
            lines += self.statement(depth, names, indent, inside)
        return lines

    def statement(self, depth: int, names: tuple[str, ...], indent: str, inside: bool) -> list[str]:
        kind = self.chance.random()
        deeper = indent + "    "
        if depth > 0 and kind < 0.25:
            lines = [f"{indent}if {self.condition(2, names)}:"]
            lines += self.block(depth - 1, names, deeper, inside)
            if self.chance.random() < 0.5:
                lines += [f"{indent}else:", *self.block(depth - 1, names, deeper, inside)]
            return lines
        if depth > 0 and kind < 0.42 and self.loops < 2:
            self.loops += 1
            target = f"v{self.loops}"
            over = self.pick("xs", f"range({self.number(1, names)})", "range(a, b)", "xs[1:]",
                             "range(b, a, -2)", "(3, 1, 2)")  # fmt: skip
            lines = [f"{indent}for {target} in {over}:"]
            lines += self.block(depth - 1, (*names, target), deeper, True)
            if self.chance.random() < 0.3:
                lines += [f"{indent}else:", *self.block(0, names, deeper, inside)]
            return lines
        if depth > 0 and kind < 0.5 and self.loops < 2:
            self.loops += 1
            name = f"w{self.loops}"
            lines = [f"{indent}{name} = {self.chance.randint(0, 3)}", f"{indent}while {name} > 0:"]
            lines += [f"{deeper}{name} -= 1", *self.block(depth - 1, (*names, name), deeper, True)]
            return lines
        if depth > 0 and kind < 0.54:
            return self.trying(depth, names, indent, inside)
        if kind < 0.58:
            return [f"{indent}return {self.number(2, names)}"]
        if kind < 0.62:
            return [f"{indent}raise {self.pick('ValueError', 'KeyError', 'OwnError')}('x')"]
        if inside and kind < 0.68:
            leave = self.pick("break", "continue")
            return [f"{indent}if {self.condition(1, names)}:", f"{deeper}{leave}"]
        if kind < 0.72:
            return [f"{indent}ys = ys + [{self.number(1, names)}]"]
        if kind < 0.76:
            return [f"{indent}ys[{self.number(1, names)}] = {self.number(1, names)}"]
        if kind < 0.8:
            return [f"{indent}assert {self.condition(1, names)}"]
        name = self.pick("m", "n")
        return [f"{indent}{name} {self.pick('=', '+=', '-=')} {self.number(2, names)}"]

    def trying(self, depth: int, names: tuple[str, ...], indent: str, inside: bool) -> list[str]:
        deeper = indent + "    "
        lines = [f"{indent}try:", *self.block(depth - 1, names, deeper, inside)]
        heads = ["IndexError", "(KeyError, ZeroDivisionError)", "OwnError", "ValueError as e",
                 "LookupError", "Exception", "ArithmeticError"]  # fmt: skip
        for head in self.chance.sample(heads, self.chance.randint(0, 2)):
            lines += [f"{indent}except {head}:", *self.block(depth - 1, names, deeper, inside)]
            if self.chance.random() < 0.2:
                lines += [f"{deeper}raise"]
        caught = any(line.startswith(f"{indent}except") for line in lines)
        if caught and self.chance.random() < 0.3:
            lines += [f"{indent}else:", *self.block(0, names, deeper, inside)]
        if not caught or self.chance.random() < 0.4:
            lines += [f"{indent}finally:", *self.last(names, deeper, inside)]
        return lines

    def last(self, names: tuple[str, ...], indent: str, inside: bool) -> list[str]:
        """Changes no list: what is returned may hold it."""
        lines = [f"{indent}{self.pick('m', 'n')} += {self.number(1, names)}"]
        if self.chance.random() < 0.2:
            leave = self.pick("break", "continue") if inside else f"return {self.number(1, names)}"
            lines += [f"{indent}if {self.condition(1, names)}:", f"{indent}    {leave}"]
        return lines


HEAD = """class OwnError(ValueError):
    pass

def g(u, v=2):
    if u > 3:
        raise OwnError("high")
    if u == v:
        return u // (v - 1)
    w = u * 2
    return w - v

def h(u, v):
    k = 0
    for i in range(u):
        if i == v:
            raise KeyError(i)
        k += g(i)
    return k

"""


def program(chance: random.Random) -> str:
    """The source of a function with the head `HEADER`."""
    writer = Writer(chance)
    names = ("a", "b", "m", "n")
    lines = ["def f(a, b, p, xs, s):", "    m = 0", "    n = a", "    ys = [0, a]"]
    lines += ["    def k(u):", "        return g(u) + m if u < n else 0"]
    lines += writer.block(3, names, "    ", False)
    lines += ["    return m + n * len(ys) + ys[-1]"]
    return HEAD + "\n".join(lines) + "\n"


def arguments(chance: random.Random) -> dict[str, object]:
    """Small values, so that interesting cases are met often."""
    return {
        "a": chance.randint(-3, 4),
        "b": chance.randint(-3, 4),
        "p": chance.random() < 0.5,
        "xs": [chance.randint(-3, 4) for _ in range(chance.randint(0, 4))],
        "s": "".join(chance.choice("ab-") for _ in range(chance.randint(0, 4))),
    }

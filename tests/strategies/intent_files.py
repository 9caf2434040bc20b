"""Random intent files: well formed in every way that the grammar allows, laid out at random.

Names need not exist and types need not fit: what is drawn here is syntax.
"""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

NAMES = ["x", "xs", "line", "model", "target", "it", "result", "größe", "raises_", "when_"]
TYPES = ["int", "str", "None", "Line", "list[int]", "dict[str, tuple[int, bytes?]]", "float?"]
NUMBERS = ["0", "1_000", "0xFf", "1.5", ".5", "2.", "1e-9", "007"[2:]]
STRINGS = ['"a b"', "'it'", 'r"\\d"', "b'c'", '"#"', "\"a\" 'b'", '"é𝄞"']
BINARY = ["+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"]
COMPARE = ["==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"]
LOGICAL = ["and", "or", "implies"]

Tokens = list[str]


class Writer:
    """Draws tokens; `layout` joins them."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def one(self, choices: list[str]) -> str:
        return self.random.choice(choices)

    def flip(self) -> bool:
        return self.random.random() < 0.5

    # ------------------------------------------------------------- expressions

    def expression(self, depth: int) -> Tokens:
        """Loosest first: what may stand in brackets, or alone."""
        kind = self.random.randrange(8)
        if depth <= 0 or kind < 3:
            return self.tight(depth)
        if kind == 3:
            choice = [*self.tight(depth - 1), "if", *self.tight(depth - 1)]
            return [*choice, "else", *self.expression(depth - 1)]
        if kind == 4:
            return self.quantifier(depth)
        if kind == 5:
            return [*self.tight(depth - 1), "iff", *self.logical(depth - 1)]
        return self.logical(depth)

    def logical(self, depth: int) -> Tokens:
        found = self.tight(depth - 1)
        for _ in range(self.random.randrange(3)):
            found = [*found, self.one(LOGICAL), *self.tight(depth - 1)]
        return found

    def tight(self, depth: int) -> Tokens:
        kind = self.random.randrange(5)
        if depth <= 0 or kind == 0:
            return self.operand(depth)
        if kind == 1:
            return ["not", *self.tight(depth - 1)]
        found = self.arithmetic(depth)
        for _ in range(self.random.randrange(3) if kind == 2 else 0):
            found = [*found, *self.one(COMPARE).split(), *self.arithmetic(depth - 1)]
        return found

    def arithmetic(self, depth: int) -> Tokens:
        found = self.operand(depth)
        for _ in range(self.random.randrange(3)):
            found = [*found, self.one(BINARY), *self.operand(depth - 1)]
        return [self.one(["-", "~", "+"]), *found] if self.random.random() < 0.2 else found

    def operand(self, depth: int) -> Tokens:
        kind = self.random.randrange(14 if depth > 0 else 4)
        comma = [","] if self.flip() else []
        match kind:
            case 0 | 1:
                return [self.one(NAMES)]
            case 2:
                return [self.one(NUMBERS)]
            case 3:
                return [self.one([*STRINGS, "True", "None", "inf"])]
            case 4:
                return ["(", *self.expression(depth - 1), ")"]
            case 5:
                return ["[", *self.many(depth, self.random.randrange(3)), "]"]
            case 6:
                return ["(", *self.many(depth, 2), *comma, ")"]
            case 7:
                return [self.one(NAMES), "(", *self.arguments(depth), ")"]
            case 8:
                return [*self.operand(0)[:1], ".", self.one(NAMES), "(", ")"]
            case 9:
                return [self.one(NAMES), "[", *self.index(depth), "]"]
            case 10:
                opening, closing = self.one(["[]", "{}"])
                return [opening, *self.expression(depth - 1), *self.loops(depth), closing]
            case 11:
                pair = [*self.expression(depth - 1), ":", *self.expression(depth - 1)]
                return ["{", *pair, *self.loops(depth), "}"] if self.flip() else ["{", *pair, "}"]
            case 12:
                return ["(", *self.expression(depth - 1), ",", ")"]
            case _:
                return ["{", *self.many(depth, 2), *comma, "}"]

    def many(self, depth: int, count: int) -> Tokens:
        found: Tokens = []
        for index in range(count):
            found = [*found, *([","] if index else []), *self.expression(depth - 1)]
        return found

    def arguments(self, depth: int) -> Tokens:
        if self.random.random() < 0.3:
            return [*self.expression(depth - 1), *self.loops(depth)]
        found = self.many(depth, self.random.randrange(3))
        if self.flip():
            found = [*found, *([","] if found else []), "key", "=", *self.expression(depth - 1)]
        return [*found, ","] if found and self.flip() else found

    def index(self, depth: int) -> Tokens:
        if self.flip():
            return self.many(depth, 1 + self.random.randrange(2))
        found: Tokens = []
        for position in range(2 + self.random.randrange(2)):
            found = [*found, *([":"] if position else [])]
            found += self.expression(depth - 2) if self.flip() else []
        return found

    def loops(self, depth: int) -> Tokens:
        found: Tokens = []
        for _ in range(1 + self.random.randrange(2)):
            found += ["for", *self.targets(), "in", *self.tight(depth - 2)]
            found += ["if", *self.tight(depth - 2)] if self.flip() else []
        return found

    def targets(self) -> Tokens:
        first = self.one(NAMES)
        return [[first], [first, ",", "b"], [first, ",", "(", "c", ",", "d", ")"], [first, ","]][
            self.random.randrange(4)
        ]

    def quantifier(self, depth: int) -> Tokens:
        kind = self.one(["forall", "exists"])
        if self.flip():
            return [kind, "k", ":", self.one(TYPES), ":", *self.expression(depth - 1)]
        domain = self.expression(depth - 2)
        return [kind, *self.targets(), "in", *domain, ":", *self.expression(depth - 1)]

    # ------------------------------------------------------------- clauses and items

    def clause(self) -> Tokens:
        depth = self.random.randrange(5)
        label = [self.one(["ok", "model", "in_range"]), ":"] if self.flip() else []
        when = ["when", *self.expression(depth - 1)] if self.flip() else []
        tags = ["@security", "@p-2"][: self.random.randrange(3)]
        match self.random.randrange(9):
            case 0:
                return ["requires", *label, *self.expression(depth), *tags]
            case 1 | 2:
                return ["ensures", *label, *self.expression(depth), *when, *tags]
            case 3:
                return ["raises", *label, "ValueError", "when", *self.expression(depth), *tags]
            case 4:
                return ["modifies", "xs", *([",", "line"] if self.flip() else [])]
            case 5:
                call = ["f", "(", *self.arguments(depth), ")"]
                if self.flip():
                    return ["example", *call, "raises", "KeyError"]
                after = [",", "xs", "==", *self.operand(depth)] if self.flip() else []
                return ["example", *call, "==", *self.operand(depth), *after]
            case 6:
                word = self.one(["terminate", "not import", "not loop", '"free prose"'])
                return ["must", *word.split(" ", 1)] if '"' not in word else ["must", word]
            case 7:
                return [self.one(["invariant", "decreases"]), *self.expression(depth)]
            case _:
                return [self.one(["model", "trust"]), self.one(["4", "big one", "60s, $0.05"])]

    def joined(self, tokens: Tokens, indent: int) -> str:
        """Tokens on one line or over several, each deeper than `indent`, with comments."""
        found = tokens[0]
        spread = self.random.random() < 0.3
        for token in tokens[1:]:
            gap = " "
            if spread and self.random.random() < 0.3:
                deeper = " " * (indent + 1 + self.random.randrange(6))
                gap = self.one(["\n", "\n\n", " # behind\n", "\n# own\n", f"\n{deeper}# own\n"])
                gap += deeper
            elif self.random.random() < 0.1:
                gap = "   "
            found += gap + token
        return found + self.one(["", "", "", "  # last", "  "])

    def prose(self, indent: str) -> str:
        lines = ["Some words.", "requires no clause", '"quoted"', "", "  deeper", "é\\\\"]
        inner = [self.one(lines) for _ in range(self.random.randrange(4))]
        return f'{indent}"""' + f"\n{indent}".join([self.one(lines), *inner]) + f'\n{indent}"""'

    def parameters(self) -> Tokens:
        found = ["("]
        for name in NAMES[: self.random.randrange(4)]:
            found += [*([","] if len(found) > 1 else []), name, ":", self.one(TYPES)]
        return [*found, ")"]

    def item(self, number: int) -> str:
        name = f"name{number}"
        result = ["->", self.one(TYPES)]
        match self.random.randrange(6):
            case 0:
                return self.joined(["use", f'"./{name}.intent"'], 0)
            case 1:
                where = ["where", *self.expression(2)] if self.flip() else []
                return self.joined(["type", name, "=", self.one(TYPES), *where], 0)
            case 2:
                fields = ["{", "a", ":", "int", *([","] if self.flip() else []), "}"]
                return self.joined(["type", name, "=", *fields], 0)
            case 3:
                head = ["define", name, *self.parameters(), *result]
                head += ["requires", *self.expression(2)] if self.flip() else []
                head += ["decreases", *self.expression(2)] if self.flip() else []
                return self.joined([*head, "=", *self.expression(3)], 0)
            case 4:
                return self.joined(["define", name, ":", self.one(TYPES), "=", *self.operand(2)], 0)
            case _:
                lines = [self.joined(["intent", name, *self.parameters(), *result], 0)]
                indent = 4  # Clauses may stand further left than those before, never further right.
                for _ in range(self.random.randrange(5)):
                    indent -= self.random.random() < 0.2 and indent > 1
                    space = " " * indent
                    kind = self.random.randrange(7)
                    if kind == 0:
                        lines.append(self.prose(space))
                    elif kind == 1:
                        lines.append(self.one([space + "# comment", "# column 0", ""]))
                    else:
                        lines.append(space + self.joined(self.clause(), indent))
                return "\n".join(lines)

    def file(self) -> str:
        parts: list[str] = []
        for number in range(self.random.randrange(5)):
            parts += [self.one(["# above", "", "# a\n\n# b", "\n"])] if self.flip() else []
            parts.append(self.item(number))
        text = "\n".join(parts) + self.one(["", "\n", "\n\n# end\n"])
        return text.replace("\n", self.one(["\n", "\n", "\r\n", "\r"]))


@st.composite
def intent_files(draw: st.DrawFn) -> str:
    """A file without syntax errors."""
    return Writer(draw(st.randoms(use_true_random=False))).file()


@st.composite
def torn_files(draw: st.DrawFn) -> str:
    """A file from which pieces were taken, and into which others were put."""
    random = draw(st.randoms(use_true_random=False))
    text = Writer(random).file()
    for _ in range(random.randrange(4)):
        at = random.randrange(len(text) + 1)
        piece = random.choice(
            ["", "(", ")", '"""', '"', "\n", "  ", "ensures", "}", "\t", "é", "\0"]
        )
        text = text[:at] + piece + text[at + random.randrange(6) :]
    return text

"""What depends on the properties of characters, as functions of the logic.

`c.isdigit()` is the application of a function that the solvers know nothing of but what
`text_facts` says; contract and code that ask the same of the same text get the same answer by
that alone. Applied to a literal a function is computed, by the host's tables where these agree
with the pinned interpreter's.
"""

from __future__ import annotations

from collections.abc import Callable

from axiom_verifiers.contracts.tables import require_known
from axiom_verifiers.errors import UnevaluableError
from axiom_verifiers.logic import sorts, terms
from axiom_verifiers.logic.semantics import APPLIED
from axiom_verifiers.logic.terms import Function, Term
from axiom_verifiers.logic.unicode_tables import DECIMALS, SPACES
from axiom_verifiers.logic.values import ArrayValue

_S = sorts.STRING

PREDICATES = (
    "isalnum", "isalpha", "isdecimal", "isdigit", "islower", "isnumeric", "isspace", "istitle",
    "isupper",
)  # fmt: skip
CASES = ("capitalize", "casefold", "lower", "swapcase", "title", "upper")

# Each maps a text to a bool.
_PREDICATES = {name: Function(f"text.{name}", (_S,), sorts.BOOL) for name in PREDICATES}
# Each maps a text to a text.
_CASES = {name: Function(f"text.{name}", (_S,), _S) for name in CASES}
# The text without what its second argument holds, taken off one end; without spaces.
LEFT = Function("text.lstrip", (_S, _S), _S)
RIGHT = Function("text.rstrip", (_S, _S), _S)
LEFT_SPACES = Function("text.lstrip.spaces", (_S,), _S)
RIGHT_SPACES = Function("text.rstrip.spaces", (_S,), _S)
# The last place of the second in the first, or -1.
LAST_PLACE = Function("text.rfind", (_S, _S), sorts.INT)
# Whether `int` takes the text, and the number that it gives then.
IS_NUMBER = Function("text.is_number", (_S,), sorts.BOOL)
NUMBER = Function("text.number", (_S,), sorts.INT)
# The pieces of a text, at a separator, at spaces, at the ends of lines; and how many they are.
_PIECES = sorts.array(sorts.INT, _S)
SPLIT = Function("text.split", (_S, _S), _PIECES)
SPLIT_COUNT = Function("text.split.count", (_S, _S), sorts.INT)
WORDS = Function("text.words", (_S,), _PIECES)
WORDS_COUNT = Function("text.words.count", (_S,), sorts.INT)
LINES = Function("text.lines", (_S,), _PIECES)
LINES_COUNT = Function("text.lines.count", (_S,), sorts.INT)
# The character of a code point that the solvers' theory does not have.
FAR = Function("text.far", (sorts.INT,), _S)

# More digits than this are beyond the interpreter's own limit.
_DIGITS = 4000


def predicate(name: str, text: Term) -> Term:
    """`text.isdigit()` and its like."""
    return terms.apply(_PREDICATES[name], text)


def cased(name: str, text: Term) -> Term:
    """`text.lower()` and its like."""
    return terms.apply(_CASES[name], text)


def _known(compute: Callable[..., object]) -> Callable[[tuple[object, ...]], object]:
    """None where the host's tables may differ from those of the pinned interpreter."""

    def run(values: tuple[object, ...]) -> object:
        try:
            for value in values:
                if isinstance(value, str):
                    require_known(value)
        except UnevaluableError:
            return None
        return compute(*values)

    return run


def _number(text: str) -> int | None:
    """The number; 0 for a text that denotes none, of which nothing is ever asked."""
    if len(text) > _DIGITS:
        return None
    try:
        return int(text)
    except ValueError:
        return 0


def _is_number(text: str) -> bool | None:
    if len(text) > _DIGITS:
        return None
    try:
        int(text)
    except ValueError:
        return False
    return True


def _held(pieces: list[str]) -> ArrayValue:
    return ArrayValue("", dict(enumerate(pieces)))


def _split(text: str, mark: str) -> ArrayValue | None:
    return _held(text.split(mark)) if mark else None


def _words(text: str) -> ArrayValue:
    return _held(text.split())


def _lines(text: str) -> ArrayValue:
    return _held(text.splitlines())


def _split_count(text: str, mark: str) -> int | None:
    return text.count(mark) + 1 if mark else None


def _words_count(text: str) -> int:
    return len(text.split())


def _lines_count(text: str) -> int:
    return len(text.splitlines())


_OTHERS: dict[Function, Callable[..., object]] = {
    LEFT: str.lstrip,
    RIGHT: str.rstrip,
    LEFT_SPACES: str.lstrip,
    RIGHT_SPACES: str.rstrip,
    LAST_PLACE: str.rfind,
    IS_NUMBER: _is_number,
    NUMBER: _number,
    SPLIT: _split,
    WORDS: _words,
    LINES: _lines,
    SPLIT_COUNT: _split_count,
    WORDS_COUNT: _words_count,
    LINES_COUNT: _lines_count,
}
APPLIED.update({function.name: _known(compute) for function, compute in _OTHERS.items()})
APPLIED.update({one.name: _known(getattr(str, name)) for name, one in _PREDICATES.items()})
APPLIED.update({one.name: _known(getattr(str, name)) for name, one in _CASES.items()})


def _language(ranges: tuple[tuple[int, int], ...]) -> Term:
    return terms.re_union(*(terms.re_range(chr(low), chr(high)) for low, high in ranges))


SPACE = _language(SPACES)
DECIMAL = _language(DECIMALS)
DIGIT = terms.re_range("0", "9")
ASCII = terms.re_range("\0", "\x7f")


def one_of(characters: str) -> Term:
    """The language of the single characters that a text holds; it holds one at least."""
    return terms.re_union(*(terms.re_range(c, c) for c in sorted(set(characters))))

"""Reading the literals of the language: numbers and strings, with what is wrong in them."""

from __future__ import annotations

import re
import unicodedata

from axiom_verifiers.contracts.source import Edit, Fix, Problem, Span

_DECIMAL = re.compile(r"[0-9](?:_?[0-9])*\Z")
_ZEROS = re.compile(r"0(?:_?0)*\Z")
_BASED = re.compile(r"0(?:[xX](?:_?[0-9a-fA-F])+|[oO](?:_?[0-7])+|[bB](?:_?[01])+)\Z")
_DIGITS = r"[0-9](?:_?[0-9])*"
_FLOAT = re.compile(rf"(?:(?:{_DIGITS})?\.{_DIGITS}|{_DIGITS}\.?)(?:[eE][+-]?{_DIGITS})?\Z")
_DIGITS_LIMIT = 4300
_PIECE = re.compile(r"([A-Za-z]*)(['\"])(.*)\Z", re.DOTALL)


def read_number(text: str, span: Span) -> int | float | Problem:
    """The value of a number token, Python's way, or what is wrong with it."""
    if (_DECIMAL.match(text) and (text[0] != "0" or _ZEROS.match(text))) or _BASED.match(text):
        if len(text) > _DIGITS_LIMIT:
            return Problem(
                "bad-number",
                f"This number has {len(text)} digits; at most {_DIGITS_LIMIT} are read. "
                "Write it as a power or a product.",
                span,
            )
        return int(text, 0)
    if _DECIMAL.match(text):
        plain = text.lstrip("0_") or "0"
        return Problem(
            "bad-number",
            f"`{text}` begins with a zero, which decimal numbers do not; write `{plain}`.",
            span,
            fixes=(Fix(f"Write {plain}", (Edit(span, plain),)),),
        )
    if _FLOAT.match(text):
        return float(text)
    return Problem("bad-number", f"`{text}` is not a number: {_fault_of_number(text)}.", span)


def _fault_of_number(text: str) -> str:
    prefix = text[:2].lower()
    if prefix in {"0x", "0o", "0b"}:
        digits = {"0x": "0–9 and a–f", "0o": "0–7", "0b": "0 and 1"}[prefix]
        return f"after `{text[:2]}` come the digits {digits}"
    if "__" in text or text.endswith("_"):
        return "an underscore stands between two digits"
    if text[-1] in "jJ":
        return "complex numbers are not part of the language"
    if text.count(".") > 1:
        return "it has more than one point"
    if text.rstrip("+-")[-1] in "eE":
        return "an exponent has digits"
    return "letters follow its digits; a name begins with a letter, and two words are apart"


def read_string(piece: str, span: Span) -> tuple[str | bytes, tuple[Problem, ...]]:
    """The value of one string token, quotes and prefix included, and what is wrong with it.

    What is wrong leaves a value of the right type, so that reading goes on.
    """
    found = _PIECE.match(piece)
    assert found is not None
    prefix, quote, rest = found.groups()
    prefix = prefix.lower()
    body = rest.removesuffix(quote)
    empty: str | bytes = b"" if "b" in prefix else ""
    if "f" in prefix:
        return body, (
            Problem(
                "format-string",
                "Format strings are not part of the language; join the parts with `+`.",
                span,
            ),
        )
    if prefix not in {"", "r", "u", "b", "rb", "br"}:
        return empty, (
            Problem(
                "bad-string",
                f"`{prefix}` is not a prefix of strings; there are `r`, `b` and `rb`.",
                span,
            ),
        )
    if "b" in prefix and not body.isascii():
        odd = next(character for character in body if not character.isascii())
        return b"", (
            Problem(
                "bad-string",
                f"Bytes hold ASCII characters only, and here is `{odd}`; "
                "write its bytes as `\\xhh`.",
                span,
            ),
        )
    if "\\" not in body or "r" in prefix:
        return (body.encode() if "b" in prefix else body), ()
    text, problems = _unescape(body, span, of_bytes="b" in prefix)
    return (text.encode("latin-1") if "b" in prefix else text), problems


_ESCAPE = re.compile(
    r"""\\(?:(?P<plain>[\\'"abfnrtv])|x(?P<x>[0-9a-fA-F]{2})|(?P<octal>[0-7]{1,3})
    |u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})|N\{(?P<name>[^}]*)\}|(?P<odd>.))""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def _unescape(body: str, span: Span, *, of_bytes: bool) -> tuple[str, tuple[Problem, ...]]:
    """The text with its escapes replaced; of bytes, each character is one byte."""
    problems: list[Problem] = []

    def replace(found: re.Match[str]) -> str:
        kind = found.lastgroup
        given = found[kind] if kind else ""
        match kind:
            case "plain":
                return _PLAIN.get(given, given)
            case "x":
                return chr(int(given, 16))
            case "octal" if int(given, 8) <= 0xFF:
                return chr(int(given, 8))
            case "u" | "U" if not of_bytes:
                code = int(given, 16)
                if 0xD800 <= code <= 0xDFFF:
                    problems.append(
                        Problem(
                            "surrogate",
                            f"`{found[0]}` names a surrogate, which is no character; write the "
                            "character itself or its `\\U` escape.",
                            span,
                        )
                    )
                    return "\ufffd"
                if code <= 0x10FFFF:
                    return chr(code)
            case "name" if not of_bytes:
                try:
                    return unicodedata.lookup(given)
                except KeyError:
                    pass
            case _:
                pass
        problems.append(
            Problem(
                "bad-string",
                f"`{found[0]}` is no escape{' of bytes' if of_bytes else ''}; for a backslash "
                "write `\\\\`, or put `r` before the string.",
                span,
            )
        )
        return "?" if of_bytes else found[0]

    return _ESCAPE.sub(replace, body), tuple(problems)

"""The tokens of the intent language, for what reads text without its tree."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from axiom_verifiers.contracts.source import Span

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\f\v\ufeff]+|\#[^\r\n]*)
    |(?P<prose>"{3}(?s:.)*?(?:"{3}|\Z))
    |(?P<string>[rRbBuUfF]{0,2}(?:"(?:[^"\\\r\n]|\\[^\r\n])*"|'(?:[^'\\\r\n]|\\[^\r\n])*'))
    |(?P<unclosed>[rRbBuUfF]{0,2}["'][^\r\n]*)
    |(?P<name>[^\W\d]\w*)
    |(?P<number>(?:\d|\.\d)(?:[eE][+-](?=\d)|[\w.])*)
    |(?P<tag>@[\w-]*)
    |(?P<op><=>|===|!==|\.\.\.|\*\*|//|<<|>>|<=|>=|==|!=|->|=>|<>|&&|\|\||:=|\+\+|--
        |[-+*/%&|^~<>=()\[\]{},:.?])
    |(?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(msgspec.Struct, frozen=True):
    """`kind` is prose, string, unclosed, name, number, tag, op, odd or end."""

    kind: str
    text: str
    span: Span


def tokens(text: str, base: int) -> Iterator[Token]:
    """The tokens of a text whose first byte has the offset `base`; the last is of kind end."""
    at = base
    for found in _TOKEN.finditer(text):
        kind, shown = found.lastgroup or "odd", found[0]
        end = at + len(shown.encode())
        if kind != "space":
            yield Token(kind, shown, Span(at, end))
        at = end
    yield Token("end", "", Span(at, at))

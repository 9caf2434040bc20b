"""Laying out text within a width.

Documents of text, possible line ends and groups, printed so that a group goes on one line if it
fits there, and breaks at all its own line ends if it does not. After Philip Wadler, "A prettier
printer" (2003), with the comments that wait for the end of their line from Prettier.
"""

from __future__ import annotations

from typing import assert_never

import msgspec


class Text(msgspec.Struct, frozen=True):
    text: str


class Line(msgspec.Struct, frozen=True):
    """`flat` on one line; a line end when its group breaks."""

    flat: str = " "


class Hard(msgspec.Struct, frozen=True):
    """A line end in any case."""


class Comment(msgspec.Struct, frozen=True):
    """Goes to the end of the line; `inner` when more of its clause must follow on a new one."""

    text: str
    inner: bool


class Broken(msgspec.Struct, frozen=True):
    """Text that is there only when the group breaks: a trailing comma."""

    text: str


class Nest(msgspec.Struct, frozen=True):
    """Line ends inside are indented by so many columns more."""

    columns: int
    parts: tuple[Doc, ...]
    forced: bool


class Group(msgspec.Struct, frozen=True):
    """Breaks at all of its lines or at none; `forced` to break by what it holds."""

    parts: tuple[Doc, ...]
    forced: bool


Doc = Text | Line | Hard | Comment | Broken | Nest | Group


def group(*parts: Doc) -> Group:
    return Group(parts, _forced(parts))


def nest(columns: int, *parts: Doc) -> Nest:
    return Nest(columns, parts, _forced(parts))


def _forced(parts: tuple[Doc, ...]) -> bool:
    for part in parts:
        match part:
            case Hard():
                return True
            case Comment(inner=inner) if inner:
                return True
            case Nest(forced=forced) | Group(forced=forced) if forced:
                return True
            case _:
                pass
    return False


def render(doc: Doc, width: int) -> str:
    """The document's lines, joined by `\\n`, without space at their ends."""
    lines: list[str] = []
    current: list[str] = []
    column = 0
    comments: list[str] = []
    stack: list[tuple[int, bool, Doc]] = [(0, True, doc)]

    def end_line() -> None:
        if comments:
            current.append("  " + "  ".join(comments))
            comments.clear()
        lines.append("".join(current).rstrip())
        current.clear()

    while stack:
        indent, broken, part = stack.pop()
        match part:
            case Text(text):
                current.append(text)
                column += len(text)
            case Broken(text):
                if broken:
                    current.append(text)
                    column += len(text)
            case Comment(text):
                comments.append(text)
            case Line(flat):
                if broken:
                    end_line()
                    current.append(" " * indent)
                    column = indent
                else:
                    current.append(flat)
                    column += len(flat)
            case Hard():
                end_line()
                current.append(" " * indent)
                column = indent
            case Nest(columns, parts):
                stack.extend((indent + columns, broken, inner) for inner in reversed(parts))
            case Group(parts, forced):
                breaks = forced or not _fits(width - column, parts, stack)
                stack.extend((indent, breaks, inner) for inner in reversed(parts))
            case _:
                assert_never(part)
    end_line()
    return "\n".join(lines)


def _fits(room: int, parts: tuple[Doc, ...], rest: list[tuple[int, bool, Doc]]) -> bool:
    """Whether the parts on one line, and what follows up to the next line end, fit."""
    todo: list[tuple[bool, Doc]] = [(False, part) for part in reversed(parts)]
    following = len(rest)
    while room >= 0:
        if todo:
            broken, part = todo.pop()
        elif following:
            following -= 1
            _, broken, part = rest[following]
        else:
            return True
        match part:
            case Text(text):
                room -= len(text)
            case Line(flat):
                if broken:
                    return True
                room -= len(flat)
            case Hard():
                return True
            case Nest(_, inner):
                todo.extend((broken, each) for each in reversed(inner))
            case Group(inner, forced):
                todo.extend((forced, each) for each in reversed(inner))
            case Broken(text):
                room -= len(text) if broken else 0
            case Comment():
                pass
            case _:
                assert_never(part)
    return False

"""Where derived code goes: one marked region per intent in the target file. Pure text.

    # axiom: begin clamp 3f2a91c04d5e
    def clamp(…): …
    # axiom: end clamp

Everything outside the regions is the person's and is never touched. Offsets are characters of
the target's text as read without newline translation, so CRLF and a byte-order mark survive.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from axiom_server.errors import ConflictError
from axiom_verifiers.contracts.types import RecordType
from axiom_verifiers.sandbox.codec import annotation

_BEGIN = re.compile(r"(?:^|(?<=\ufeff))# axiom: begin (\w+)(?: (\w+))?[ \t]*\r?$", re.MULTILINE)
_END = re.compile(r"(?:^|(?<=\ufeff))# axiom: end (\w+)[ \t]*\r?$", re.MULTILINE)
_FUTURE = re.compile(r"^from __future__ import [^\r\n]*(?:\r?\n|$)", re.MULTILINE)
_DOCSTRING = (
    r"\"\"\"[\s\S]*?\"\"\"",
    r"'''[\s\S]*?'''",
    r"\"[^\"\n]*\"",
    r"'[^'\n]*'",
)
# Comments and blank lines at the head of a module, then its docstring, if any.
_HEAD = re.compile(
    r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
    rf"(?:[rRuU]?(?:{'|'.join(_DOCSTRING)})[ \t]*(?:#[^\n]*)?\r?\n)?"
)
TYPES = "types"


class Region(msgspec.Struct, frozen=True):
    """A marked region: `start` and `end` include the marker lines, without the last newline."""

    name: str
    candidate: str
    start: int
    end: int


class Replacement(msgspec.Struct, frozen=True):
    """Put `text` in place of the characters [start, end)."""

    start: int
    end: int
    text: str


def regions(text: str) -> tuple[Region, ...]:
    """All regions of a target file, in order.

    Raises ConflictError when a marker has lost its partner or a region stands twice: then
    nothing in the file is known to be ours.
    """
    marks = sorted([*_BEGIN.finditer(text), *_END.finditer(text)], key=lambda mark: mark.start())
    found: list[Region] = []
    opened: re.Match[str] | None = None
    for mark in marks:
        line = text.count("\n", 0, mark.start()) + 1
        begins = mark.re is _BEGIN
        if begins == (opened is not None) or (opened and opened[1] != mark[1]):
            raise ConflictError(
                f"line {line}: the marker `{mark[0].strip()}` has no partner. "
                "Restore the region's two marker lines, or remove both."
            )
        if begins:
            if any(region.name == mark[1] for region in found):
                raise ConflictError(f"line {line}: a second region for {mark[1]}. Remove one.")
            opened = mark
        elif opened is not None:
            end = mark.end() - (1 if mark[0].endswith("\r") else 0)
            found.append(Region(opened[1], opened[2] or "", opened.start(), end))
            opened = None
    if opened is not None:
        line = text.count("\n", 0, opened.start()) + 1
        raise ConflictError(
            f"line {line}: the marker `{opened[0].strip()}` has no end. "
            f"Restore `# axiom: end {opened[1]}`, or remove the marker."
        )
    return tuple(found)


def region_of(text: str, name: str) -> Region | None:
    """The region of one intent."""
    return next((region for region in regions(text) if region.name == name), None)


def defined_outside(text: str, name: str) -> int | None:
    """The 1-based line at which the person's own code defines `name` at top level."""
    ours = regions(text)
    own = re.compile(
        rf"^(?:async\s+def|def|class)\s+{name}\b|^{name}\s*(?::[^=\n]*)?=", re.MULTILINE
    )
    for match in own.finditer(text):
        if not any(region.start <= match.start() < region.end for region in ours):
            return text.count("\n", 0, match.start()) + 1
    return None


def record_source(records: Iterable[RecordType]) -> str:
    """The frozen dataclasses of an intent file's records."""
    parts = ["from dataclasses import dataclass"]
    for record in records:
        fields = "\n".join(f"    {name}: {annotation(kind)}" for name, kind in record.fields)
        parts.append(f"@dataclass(frozen=True)\nclass {record.name}:\n{fields or '    pass'}")
    return "\n\n\n".join(parts)


def region_text(name: str, candidate: str, code: str) -> str:
    """The text of a region, marker lines included, with `\\n` line ends."""
    body = _FUTURE.sub("", code.replace("\r\n", "\n")).strip("\n")
    return f"# axiom: begin {name} {candidate}\n{body}\n# axiom: end {name}"


def place(
    text: str, name: str, candidate: str, code: str, records: Sequence[RecordType] = ()
) -> tuple[Replacement, ...]:
    """The replacements that put the code into its region, made at the end if there is none.

    `from __future__` lines go to the head of the file; records that the code does not define
    itself are written once, into the region `types`.

    Raises ConflictError when the person's own code defines the name, or markers are broken.
    """
    line = defined_outside(text, name)
    if line is not None:
        raise ConflictError(
            f"line {line} defines {name} already, outside AXIOM's region. "
            f"Rename or remove it, or verify it against the intent: axiom verify … --code FILE"
        )
    newline = "\r\n" if "\r\n" in text else "\n"
    found: list[Replacement] = []
    head = _HEAD.match(text)
    top = head.end() if head else 0
    future = [one.strip() for one in _FUTURE.findall(code)]
    missing = [one for one in future if one not in text]
    if missing:
        found.append(Replacement(top, top, newline.join(missing) + newline))
    wanted = [one for one in records if not re.search(rf"^class {one.name}\b", code, re.MULTILINE)]
    blocks: list[tuple[str, str, str]] = [(name, candidate, code)]
    if wanted and region_of(text, TYPES) is None:
        blocks.insert(0, (TYPES, "", record_source(wanted)))
    appended = ""
    for block in blocks:
        new = region_text(*block).replace("begin types \n", "begin types\n").replace("\n", newline)
        region = region_of(text, block[0])
        if region is not None:
            found.append(Replacement(region.start, region.end, new))
        else:
            before = text + appended
            gap = "" if not before.strip("\ufeff \t\r\n") else newline * 2
            if before and not before.endswith("\n") and gap:
                gap += newline
            appended += gap + new + newline
    if appended:
        found.append(Replacement(len(text), len(text), appended))
    return tuple(found)


def restore(text: str, name: str, after: str, before: str | None) -> tuple[Replacement, ...]:
    """The replacements that put a region's text `after` back to `before` (None: remove it).

    Raises ConflictError when the region is not what `after` says: a hand edit would be lost.
    """
    region = region_of(text, name)
    shown = text[region.start : region.end].replace("\r\n", "\n") if region else None
    if region is None or shown != after:
        raise ConflictError(
            f"the region of {name} was edited by hand since; undoing would lose that edit. "
            "Keep it as your own code by removing the markers, or force the undo."
        )
    newline = "\r\n" if "\r\n" in text else "\n"
    if before is not None:
        return (Replacement(region.start, region.end, before.replace("\n", newline)),)
    end = region.end + (len(newline) if text.startswith(newline, region.end) else 0)
    start = region.start
    while text.endswith(newline, 0, start) and text.endswith(newline * 2, 0, start):
        start -= len(newline)
    return (Replacement(start, end, ""),)


def drop_types(text: str, last: str) -> tuple[Replacement, ...]:
    """The removal of the region `types` when `last` is the only other region left."""
    found = {region.name: region for region in regions(text)}
    if set(found) != {TYPES, last}:
        return ()
    region = found[TYPES]
    return restore(text, TYPES, text[region.start : region.end].replace("\r\n", "\n"), None)


def apply(text: str, replacements: Sequence[Replacement]) -> str:
    """The text after all replacements, which do not overlap."""
    for one in sorted(replacements, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text

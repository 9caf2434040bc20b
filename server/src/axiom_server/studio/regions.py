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

from axiom_server.domain.units import Placed
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


class Placing(msgspec.Struct, frozen=True):
    """The replacements that put code into its region, and what taking it back exactly needs."""

    replacements: tuple[Replacement, ...]
    placed: Placed


def place(
    text: str, name: str, candidate: str, code: str, records: Sequence[RecordType] = ()
) -> Placing:
    """Put the code into its region, made at the end if there is none.

    `from __future__` lines go to the head of the file; records that the code does not define
    itself are written once, into the region `types`.

    Raises ConflictError when the person's own code defines the name, or markers are broken.
    """
    wanted = [one for one in records if not re.search(rf"^class {one.name}\b", code, re.MULTILINE)]
    types = f"# axiom: begin {TYPES}\n{record_source(wanted)}\n# axiom: end {TYPES}"
    future = tuple(one.strip() for one in _FUTURE.findall(code))
    return _place(text, name, region_text(name, candidate, code), future, types if wanted else "")


def place_again(text: str, name: str, after: str, placed: Placed | None) -> Placing:
    """Put a region that was taken back where it was, with what came with it.

    Raises ConflictError as `place` does.
    """
    if placed is None:  # Accepted before this was recorded.
        return _place(text, name, after, (), "")
    return _place(text, name, after, placed.future, placed.types)


def _place(text: str, name: str, after: str, future: tuple[str, ...], types: str) -> Placing:
    line = defined_outside(text, name)
    if line is not None:
        raise ConflictError(
            f"line {line} defines {name} already, outside AXIOM's region. "
            f"Rename or remove it, or verify it against the intent: axiom verify … --code FILE"
        )
    newline = "\r\n" if "\r\n" in text else "\n"
    found: list[Replacement] = []
    missing = [one for one in future if one not in text]
    head = "".join(one + newline for one in missing)
    if head:
        matched = _HEAD.match(text)
        # A region's first line is a comment, too, but what it begins is no head of the file.
        top = min([matched.end() if matched else 0, *(one.start for one in regions(text))])
        found.append(Replacement(top, top, head))
    appended = ""
    types_lead = None
    if types and region_of(text, TYPES) is None:
        types_lead = _lead(text, newline)
        appended = types_lead + types.replace("\n", newline) + newline
        found.append(Replacement(len(text), len(text), appended))
    region = region_of(text, name)
    lead = None
    new = after.replace("\n", newline)
    if region is None:
        lead = _lead(text + appended, newline)
        found.append(Replacement(len(text), len(text), lead + new + newline))
    else:
        found.append(Replacement(region.start, region.end, new))
    placed = Placed(
        newline=newline,
        before=text[region.start : region.end] if region else None,
        lead=lead,
        types_lead=types_lead,
        types=types,
        head=head,
        future=future,
        others=_others(text, name),
    )
    return Placing(_joined(found), placed)


def _lead(text: str, newline: str) -> str:
    """What goes between a text and a region that is put at its end."""
    own = text.removeprefix("\ufeff")
    unfinished = newline if own and not own.endswith("\n") else ""
    return unfinished + (newline * 2 if own.strip() else "")


def _others(text: str, name: str) -> tuple[str, ...]:
    """The intents other than `name` whose regions stand in the text."""
    return tuple(region.name for region in regions(text) if region.name not in (TYPES, name))


def restore(
    text: str, name: str, after: str, before: str | None, placed: Placed | None
) -> tuple[Replacement, ...]:
    """The replacements that put a region's text `after` back to `before` (None: remove it), and
    take away what came with it, unless code that came later may rely on that.

    Where nothing else was changed since, the text is then what it was, byte for byte. `placed`
    is None for what was accepted before it was recorded.

    Raises ConflictError when the region is not what `after` says: a hand edit would be lost.
    """
    region = region_of(text, name)
    shown = text[region.start : region.end] if region else ""
    if region is None or shown.replace("\r\n", "\n") != after:
        raise ConflictError(
            f"the region of {name} was edited by hand since; undoing would lose that edit. "
            "Keep it as your own code by removing the markers, or force the undo."
        )
    newline = "\r\n" if "\r\n" in text else "\n"
    found: list[Replacement] = []
    others = _others(text, name)
    types = region_of(text, TYPES)
    if types is not None and _drops_types(others, before, placed):
        found.append(_removal(text, types, placed.types_lead if placed else None))
    if before is None:
        found.append(_removal(text, region, placed.lead if placed else None))
    elif placed is not None and placed.before is not None and shown == _written(after, placed):
        found.append(Replacement(region.start, region.end, placed.before))
    else:  # Its line ends were changed since.
        found.append(Replacement(region.start, region.end, before.replace("\n", newline)))
    if placed is not None and placed.head and set(others) <= set(placed.others):
        head = re.compile(rf"(?:^|(?<=\ufeff)){_any_newline(placed.head)}", re.MULTILINE)
        match = head.search(text)
        if match is not None:
            found.append(Replacement(match.start(), match.end(), ""))
    return _kept_apart(text, _joined(found), newline)


def _written(after: str, placed: Placed) -> str:
    return after.replace("\n", placed.newline)


def _any_newline(text: str) -> str:
    """A pattern for a text whose line ends may have been changed since."""
    return r"\r?\n".join(re.escape(line) for line in text.replace("\r\n", "\n").split("\n"))


def _drops_types(others: tuple[str, ...], before: str | None, placed: Placed | None) -> bool:
    """Whether the region `types` goes as well: with the accept that made it, else with the last
    region that may use it.
    """
    if placed is None:
        return before is None and not others
    if placed.types_lead is not None:
        return set(others) <= set(placed.others)
    return before is None and not others and bool(placed.others)


def _removal(text: str, region: Region, lead: str | None) -> Replacement:
    """The removal of a region with its last newline and what was put before it."""
    ended = re.compile(r"\r?\n").match(text, region.end)
    end = ended.end() if ended else region.end
    if lead is not None:
        if text.endswith(lead, 0, region.start):
            return Replacement(region.start - len(lead), end, "")
        led = re.search(rf"{_any_newline(lead)}\Z", text[: region.start])
        if led is not None:
            return Replacement(led.start(), end, "")
    start = region.start
    newline = "\r\n" if "\r\n" in text else "\n"
    while text.endswith(newline, 0, start) and text.endswith(newline * 2, 0, start):
        start -= len(newline)
    return Replacement(start, end, "")


def _joined(found: Iterable[Replacement]) -> tuple[Replacement, ...]:
    """Replacements in order; those that touch are one, so that no editor has to know which of
    two at one place comes first.
    """
    joined: list[Replacement] = []
    for one in sorted(found, key=lambda one: one.start):
        last = joined[-1] if joined else None
        if last is not None and one.start <= last.end:
            end = max(last.end, one.end)
            joined[-1] = Replacement(last.start, end, last.text + one.text)
        else:
            joined.append(one)
    return tuple(joined)


def _kept_apart(text: str, found: Iterable[Replacement], newline: str) -> tuple[Replacement, ...]:
    """Replacements of which no removal joins two lines into one."""
    return tuple(
        msgspec.structs.replace(one, text=newline)
        if not one.text
        and one.end < len(text)
        and text[: one.start].removeprefix("\ufeff")
        and not text.endswith("\n", 0, one.start)
        else one
        for one in found
    )


def differing(written: str, shown: str) -> tuple[int, int]:
    """The first and the last line, from 0, of `shown` that are not as written; for lines that
    are gone, the one that stands in their place.
    """
    old, new = written.split("\n"), shown.split("\n")
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    first = min(same, len(new) - 1)
    return first, max(first, len(new) - 1 - tail)


def apply(text: str, replacements: Sequence[Replacement]) -> str:
    """The text after all replacements, which do not overlap; at one place in their order."""
    for one in sorted(replacements, key=lambda one: one.start)[::-1]:
        text = text[: one.start] + one.text + text[one.end :]
    return text

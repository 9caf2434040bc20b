"""Between the protocol's types and ours."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lsprotocol import types

from axiom_server.documents.positions import Change, Encoding, Position, Range
from axiom_server.features.diagnostics import Diagnostic
from axiom_verifiers.contracts.source import Severity

SEVERITY = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFORMATION: types.DiagnosticSeverity.Information,
    Severity.HINT: types.DiagnosticSeverity.Hint,
}


def path_of(uri: str) -> Path | None:
    """The file of a `file:` or `vscode-remote:` address; None for one that is no file."""
    parts = urlsplit(uri)
    if parts.scheme not in ("file", "vscode-remote"):
        return None
    return Path(unquote(parts.path))


def uri_of(path: Path, like: str) -> str:
    """The address of a file, of the same scheme and host as another."""
    parts = urlsplit(like)
    local = path.as_uri()
    if parts.scheme == "file":
        return local
    return f"{parts.scheme}://{parts.netloc}{urlsplit(local).path}"


def encoding_of(kind: types.PositionEncodingKind | str | None) -> Encoding:
    """The encoding that was agreed on; UTF-16 where nothing was said."""
    match kind:
        case "utf-8" | types.PositionEncodingKind.Utf8:
            return "utf-8"
        case "utf-32" | types.PositionEncodingKind.Utf32:
            return "utf-32"
        case _:
            return "utf-16"


def to_position(position: types.Position) -> Position:
    return Position(position.line, position.character)


def to_range(given: types.Range) -> Range:
    return Range(to_position(given.start), to_position(given.end))


def to_change(change: types.TextDocumentContentChangeEvent) -> Change:
    if isinstance(change, types.TextDocumentContentChangePartial):
        return Change(to_range(change.range), change.text)
    return Change(None, change.text)


def position(given: Position) -> types.Position:
    return types.Position(given.line, given.character)


def range_(given: Range) -> types.Range:
    return types.Range(position(given.start), position(given.end))


def diagnostic(one: Diagnostic, uri: str) -> types.Diagnostic:
    return types.Diagnostic(
        range=range_(one.range),
        severity=SEVERITY[one.severity],
        code=one.code,
        source="axiom",
        message=one.message,
        related_information=[
            types.DiagnosticRelatedInformation(
                location=types.Location(uri, range_(related.range)), message=related.message
            )
            for related in one.related
        ]
        or None,
    )

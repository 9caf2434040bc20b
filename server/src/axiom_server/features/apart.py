"""Features that take long on a long text, as a worker process runs them; see `jobs.child`."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import msgspec

from axiom_server.documents.positions import Encoding, Position
from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.actions import TextEdit
from axiom_server.features.rename import rename
from axiom_verifiers.contracts.formatter import format_text


class RenameAsked(msgspec.Struct, frozen=True, kw_only=True):
    """A rename in a text; `uses` holds the texts of the files that it uses, by their paths."""

    text: str
    path: str
    uses: dict[str, str]
    position: Position
    new: str
    encoding: Encoding


def formatted(payload: Any, emit: Callable[[Any], None], stop: threading.Event) -> str:
    """The text in its one layout."""
    del emit, stop
    return format_text(str(payload))


def renamed(
    payload: Any, emit: Callable[[Any], None], stop: threading.Event
) -> tuple[TextEdit, ...]:
    """The edits of a rename.

    Raises UserError as `features.rename` does.
    """
    del emit, stop
    asked = msgspec.convert(payload, RenameAsked)
    snapshot = Snapshot.open(asked.text, 0, asked.uses.get, asked.path)
    return rename(snapshot, asked.position, asked.new, asked.encoding)

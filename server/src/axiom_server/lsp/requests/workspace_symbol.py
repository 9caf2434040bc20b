"""workspace/symbol: the named items of all intent files of the workspace."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from axiom_server.documents.snapshot import Snapshot
from axiom_server.features.symbols import matching
from axiom_server.lsp.convert import path_of, range_, uri_of
from axiom_server.lsp.requests.document_symbol import KINDS
from axiom_server.lsp.session import Session

MOST_FILES = 2000
PASSED_OVER = {"node_modules", "__pycache__"}


class _Files:
    """The intent files on the disk, each read again when it changed."""

    def __init__(self) -> None:
        self._read: dict[Path, tuple[tuple[int, int], Snapshot]] = {}

    def read(self, roots: list[Path]) -> dict[Path, Snapshot]:
        found: dict[Path, tuple[tuple[int, int], Snapshot]] = {}
        for path in _intent_files(roots):
            try:
                state = path.stat()
                stamp = (state.st_mtime_ns, state.st_size)
                known = self._read.get(path)
                if known is None or known[0] != stamp:
                    known = (stamp, Snapshot.open(path.read_text(encoding="utf-8")))
                found[path] = known
            except (OSError, UnicodeDecodeError):
                continue  # What cannot be read has no names to show.
        self._read = found
        return {path: snapshot for path, (_, snapshot) in found.items()}


def _intent_files(roots: list[Path]) -> Iterator[Path]:
    count = 0
    for root in roots:
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(
                one for one in folders if not one.startswith(".") and one not in PASSED_OVER
            )
            for name in sorted(names):
                if name.endswith(".intent"):
                    yield Path(folder, name)
                    count += 1
                    if count == MOST_FILES:
                        return


def register(session: Session) -> None:
    files = _Files()
    busy = asyncio.Lock()

    @session.server.feature(types.WORKSPACE_SYMBOL)
    async def workspace_symbol(
        params: types.WorkspaceSymbolParams,
    ) -> list[types.SymbolInformation]:
        folders = [folder.uri for folder in session.server.workspace.folders.values()]
        root = session.server.workspace.root_uri
        uris = folders or ([root] if root else [])
        roots = [path for uri in uris if (path := path_of(uri)) is not None]
        async with busy:
            # Reading a large workspace must not keep other messages waiting.
            on_disk = await asyncio.to_thread(files.read, roots)
        like = uris[0] if uris else "file:///"
        # What the editor holds counts, not what the disk has.
        texts = {uri_of(path, like): snapshot for path, snapshot in on_disk.items()}
        texts |= {uri: document.snapshot for uri, document in session.documents.items()}
        return [
            types.SymbolInformation(
                name=one.name,
                kind=KINDS[one.kind],
                location=types.Location(uri, range_(one.selection)),
                container_name=uri.rpartition("/")[2],
            )
            for uri, snapshot in texts.items()
            for one in matching(snapshot, params.query, session.encoding)
        ]

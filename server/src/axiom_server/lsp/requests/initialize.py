"""initialize, initialized: capabilities, position encoding, trust."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from lsprotocol import types

from axiom_server.lsp.convert import encoding_of
from axiom_server.lsp.session import Session

WARM_AFTER = 2.0  # seconds


def register(session: Session) -> None:
    server = session.server

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        options = params.initialization_options
        # pygls makes an object of a JSON object whose shape it does not know.
        if isinstance(options, dict):
            session.trusted = bool(cast("dict[str, Any]", options).get("trusted", True))
        else:
            session.trusted = bool(getattr(options, "trusted", True))
        text = params.capabilities.text_document
        session.pulls = text is not None and text.diagnostic is not None

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        del params
        session.encoding = encoding_of(server.server_capabilities.position_encoding)
        session.status("ok", None)
        watched = server.client_capabilities.workspace
        files = watched.did_change_watched_files if watched else None
        if files is not None and files.dynamic_registration:
            await server.client_register_capability_async(
                types.RegistrationParams(
                    [
                        types.Registration(
                            id="axiom-watch",
                            method=types.WORKSPACE_DID_CHANGE_WATCHED_FILES,
                            register_options=types.DidChangeWatchedFilesRegistrationOptions(
                                watchers=[types.FileSystemWatcher(glob_pattern="**/*.intent")]
                            ),
                        )
                    ]
                )
            )
        if session.trusted:
            # Not at once: the editor itself is starting, and the session may be a short one.
            asyncio.get_running_loop().call_later(WARM_AFTER, session.warm)

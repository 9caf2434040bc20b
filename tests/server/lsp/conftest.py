"""A real server over its real pipes, with the capabilities of our own choosing."""

from __future__ import annotations

import asyncio
import functools
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

LIMIT = 120.0  # seconds that any test here may take, so that none waits for ever


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        here = Path(__file__).parent in item.path.parents
        if here and isinstance(item, pytest.Function) and asyncio.iscoroutinefunction(item.obj):
            item.obj = _limited(item.obj)


def _limited(test: Any) -> Any:
    @functools.wraps(test)
    async def run(*args: Any, **more: Any) -> None:
        await asyncio.wait_for(test(*args, **more), LIMIT)

    return run


CLAMP = """\
intent clamp(x: int, lo: int, hi: int) -> int
  requires ordered: lo <= hi
  ensures in_range: lo <= result <= hi
  ensures inside: result == x when lo <= x <= hi
  example clamp(5, 0, 10) == 5
"""


def capabilities(pull: bool) -> types.ClientCapabilities:
    text = types.TextDocumentClientCapabilities(
        publish_diagnostics=types.PublishDiagnosticsClientCapabilities(
            related_information=True, version_support=True
        ),
        diagnostic=types.DiagnosticClientCapabilities() if pull else None,
        completion=types.CompletionClientCapabilities(
            completion_item=types.ClientCompletionItemOptions(snippet_support=True)
        ),
        rename=types.RenameClientCapabilities(prepare_support=True),
    )
    return types.ClientCapabilities(
        general=types.GeneralClientCapabilities(position_encodings=["utf-16"]),
        text_document=text,
        workspace=types.WorkspaceClientCapabilities(
            diagnostics=types.DiagnosticWorkspaceClientCapabilities(refresh_support=pull),
            code_lens=types.CodeLensWorkspaceClientCapabilities(refresh_support=True),
            workspace_edit=types.WorkspaceEditClientCapabilities(document_changes=True),
        ),
    )


# Set whenever a server asks for its lenses to be read again.
REFRESHED = asyncio.Event()


async def start(
    client: LanguageClient, pull: bool = False, trusted: bool = True, root: Path | None = None
) -> None:
    client.feature("workspace/codeLens/refresh")(lambda *_: REFRESHED.set())
    await client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities(pull),
            process_id=None,
            root_uri=root.as_uri() if root else None,
            initialization_options={"trusted": trusted},
        )
    )


COMMAND = [sys.executable, "-m", "axiom_server.cli", "serve", "--stdio"]


# A server takes a second to start: the tests of a module share it, each with files of its own.
@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND), scope="module")
async def client(
    lsp_client: LanguageClient, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[None]:
    await start(lsp_client, root=tmp_path_factory.getbasetemp())
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND), scope="module")
async def pulling(lsp_client: LanguageClient) -> AsyncIterator[None]:
    await start(lsp_client, pull=True)
    yield
    await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND), scope="module")
async def untrusted(lsp_client: LanguageClient) -> AsyncIterator[None]:
    await start(lsp_client, trusted=False)
    yield
    await lsp_client.shutdown_session()


def open_file(client: LanguageClient, path: Path, text: str, version: int = 1) -> str:
    uri = path.as_uri()
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri=uri, language_id="intent", version=version, text=text)
        )
    )
    return uri


def close_file(client: LanguageClient, uri: str) -> None:
    client.text_document_did_close(
        types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
    )


def replace_all(client: LanguageClient, uri: str, text: str, version: int) -> None:
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            text_document=types.VersionedTextDocumentIdentifier(version=version, uri=uri),
            content_changes=[types.TextDocumentContentChangeWholeDocument(text=text)],
        )
    )

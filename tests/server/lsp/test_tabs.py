"""Tabs that come and go while something runs, and buffers that are no files."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pytest_lsp import LanguageClient

from tests.server.lsp.conftest import CLAMP, close_file, open_file
from tests.server.lsp.test_requests import ask, published

pytestmark = pytest.mark.asyncio(loop_scope="module")

WRONG = "def clamp(x, lo, hi):\n    return lo\n"


async def lens(client: LanguageClient, uri: str) -> str:
    """What the first lens says."""
    params = types.CodeLensParams(types.TextDocumentIdentifier(uri))
    lenses = await client.text_document_code_lens_async(params)
    return lenses[0].command.title


async def begun(client: LanguageClient, method: str, params: dict[str, Any]) -> asyncio.Task[Any]:
    """Ask for something long, and wait until it runs."""
    token = f"{method} of {params['uri']}"
    client.progress_reports[token] = []
    asked = {**params, "workDoneToken": token}
    answer = asyncio.create_task(ask(client, method, asked))
    while not client.progress_reports[token]:
        await asyncio.wait_for(client.wait_for_notification("$/progress"), 30)
    return answer


def refuted(found: list[types.Diagnostic]) -> bool:
    return any(one.code == "refuted" for one in found)


async def test_a_tab_that_is_opened_again_while_it_generates(
    client: LanguageClient, tmp_path: Path
) -> None:
    path = tmp_path / "a.intent"
    uri = open_file(client, path, CLAMP)
    about = {"uri": uri, "intent": "clamp"}
    answer = await begun(client, "axiom/generate", about)
    close_file(client, uri)
    open_file(client, path, CLAMP)
    assert (await lens(client, uri)).startswith("◌")
    with pytest.raises(JsonRpcException, match="generating already"):
        await ask(client, "axiom/verify", about)
    made = await answer
    assert made["candidates"][0]["verdict"] == "proved"
    assert "proved" in await lens(client, uri)


async def test_a_tab_that_is_opened_again_while_it_verifies(
    client: LanguageClient, tmp_path: Path
) -> None:
    path = tmp_path / "a.intent"
    uri = open_file(client, path, CLAMP)
    about = {"uri": uri, "intent": "clamp", "code": WRONG}
    answer = await begun(client, "axiom/verify", about)
    close_file(client, uri)
    changed = CLAMP.replace("lo <= x <= hi", "lo < x <= hi")
    open_file(client, path, changed)
    assert (await answer)["verdict"] == "refuted"
    # The verdict speaks of the clause as it was when the other tab asked.
    assert (await lens(client, uri)).startswith("stale")


async def test_a_tab_that_is_closed_while_it_verifies(
    client: LanguageClient, tmp_path: Path
) -> None:
    path = tmp_path / "a.intent"
    uri = open_file(client, path, CLAMP)
    about = {"uri": uri, "intent": "clamp", "code": WRONG}
    answer = await begun(client, "axiom/verify", about)
    close_file(client, uri)
    assert (await answer)["verdict"] == "refuted"
    assert not client.diagnostics.get(uri)  # What it told of the file it told before the answer.
    open_file(client, path, CLAMP)
    # It runs no more, and given code is no part of the history.
    assert (await lens(client, uri)).startswith("○")
    assert (await ask(client, "axiom/verify", about))["verdict"] == "refuted"
    await published(client, uri, refuted)


@pytest.mark.parametrize("name", ["untitled:Untitled-1", "untitled:{target}", "git:{target}"])
async def test_an_unsaved_buffer_that_is_no_file(
    client: LanguageClient, tmp_path: Path, name: str
) -> None:
    """Such a buffer is not the target, even where it is named like it: neither its text is taken
    for the target's nor is it written to.
    """
    path, target = tmp_path / "a.intent", tmp_path / "a.py"
    path.write_text(CLAMP)
    uri = open_file(client, path, CLAMP)
    about = {"uri": uri, "intent": "clamp"}
    await ask(client, "axiom/generate", about)
    buffer = {"uri": name.format(target=target), "version": 3, "text": "OWN = 1\n"}
    other = {"uri": "untitled:Untitled-2", "version": 1, "text": "OTHER = 1\n"}
    asked = {**about, "unsaved": [buffer, other]}
    change = await ask(client, "axiom/accept", asked)
    create, edit = change["edit"]["documentChanges"]
    assert (create["kind"], create["uri"]) == ("create", target.as_uri())
    assert edit["textDocument"] == {"uri": target.as_uri(), "version": None}
    (written,) = edit["edits"]
    assert written["range"]["end"] == {"line": 0, "character": 0}
    assert written["newText"].startswith("# axiom: begin clamp ")
    await ask(client, "axiom/applied", {"change": change["change"], "applied": False})
    assert not target.exists()

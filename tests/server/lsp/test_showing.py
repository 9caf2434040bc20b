"""What the editor is asked to show anew, and when."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pytest_lsp import LanguageClient

from tests.server.lsp.conftest import CLAMP, REFRESHED, open_file

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_lenses_are_asked_for_again_after_the_last_news(
    client: LanguageClient, tmp_path: Path
) -> None:
    """An editor may drop the request that comes while its text loses the focus."""
    uri = open_file(client, tmp_path / "a.intent", CLAMP)
    code = "def clamp(x, lo, hi):\n    return min(max(x, lo), hi)\n"
    params = {"uri": uri, "intent": "clamp", "code": code}
    await client.protocol.send_request_async("axiom/verify", params)
    assert REFRESHED.is_set()
    REFRESHED.clear()
    await asyncio.wait_for(REFRESHED.wait(), 30)

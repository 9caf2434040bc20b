"""Keystroke to diagnostics on 5,000 lines, beside ruff's server on a Python file as long."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, percentile
from tests.bench.start import HELLO, OURS
from tests.server.lsp.peer import Peer

LINES = 5000
KEYS = 300
INTENT = """\
intent f{0}(x: int, lo: int, hi: int) -> int
  requires ordered: lo <= hi
  ensures  in_range: lo <= result <= hi
  ensures  inside: result == x  when lo <= x <= hi
  example  f{0}({0}, 0, 10000) == {0}

"""
PYTHON = """\
def f{0}(x: int, lo: int, hi: int) -> int:
    if x < lo:
        return lo
    value = min(x, hi)
    return value

"""


async def _serve(command: list[str], uri: str, language: str, text: str, mark: str) -> list[float]:
    """Types a letter behind `mark`; the seconds until each key's diagnostics."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=1 << 26,
    )
    peer = Peer(process)
    capabilities = {"textDocument": {"publishDiagnostics": {"versionSupport": True}}}
    await peer.ask("initialize", {**HELLO, "capabilities": capabilities})
    peer.send({"method": "initialized", "params": {}})
    document = {"uri": uri, "languageId": language, "version": 1, "text": text}
    peer.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
    await _diagnosed(peer, 1)
    await asyncio.sleep(2.5)  # What the servers do when they are left alone has been done.
    line = next(n for n, one in enumerate(text.splitlines()) if n > LINES // 2 and mark in one)
    column = text.splitlines()[line].index(mark) + len(mark)
    found: list[float] = []
    for version in range(2, KEYS + 2):
        # An unknown name appears and goes: each key changes what is wrong.
        typed = version % 2 == 0
        start = {"line": line, "character": column}
        end = {"line": line, "character": column + (0 if typed else 1)}
        change = {"range": {"start": start, "end": end}, "text": "q" if typed else ""}
        began = time.perf_counter()
        peer.send(
            {
                "method": "textDocument/didChange",
                "params": {
                    "textDocument": {"uri": uri, "version": version},
                    "contentChanges": [change],
                },
            }
        )
        await _diagnosed(peer, version)
        found.append(time.perf_counter() - began)
        await asyncio.sleep(0.02)
    process.kill()
    await process.wait()
    return found


async def _diagnosed(peer: Peer, version: int) -> None:
    while True:
        message = await asyncio.wait_for(peer.read(), 60)
        if message.get("method") == "textDocument/publishDiagnostics":
            if message["params"].get("version", version) >= version:
                return
        elif "id" in message and "method" in message:
            peer.send({"id": message["id"], "result": None})


async def measure() -> list[Figure]:
    count = LINES // len(INTENT.splitlines())
    with tempfile.TemporaryDirectory() as folder:
        ours_file = Path(folder) / "long.intent"
        ruff_file = Path(folder) / "long.py"
        intents = "".join(INTENT.format(n) for n in range(count))
        python = "".join(PYTHON.format(n) for n in range(count))
        ours_file.write_text(intents)
        ruff_file.write_text(python)
        ruff = str(Path(sys.executable).with_name("ruff"))
        theirs = await _serve([ruff, "server"], ruff_file.as_uri(), "python", python, "x < lo")
        ours = await _serve(OURS, ours_file.as_uri(), "intent", intents, "result == x")
    figures: list[Figure] = []
    for name, share, limit in (("p50", 0.5, None), ("p99", 0.99, 0.010)):
        peer = ("ruff server", percentile(theirs, share))
        title = f"keystroke to diagnostics, {LINES:,} lines, {name}"
        figures.append(Figure(title, percentile(ours, share), peer, limit))
    return figures

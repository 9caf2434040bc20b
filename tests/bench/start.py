"""Server start to `initialize` answered, beside a bare pygls server in the same run."""

from __future__ import annotations

import asyncio
import sys
import time

from tests.bench.figures import Figure, median
from tests.server.lsp.peer import Peer

ROUNDS = 9
BARE = """
from pygls.lsp.server import LanguageServer
LanguageServer("bare", "1").start_io()
"""
OURS = [sys.executable, "-m", "axiom_server.cli", "serve", "--stdio"]
HELLO = {"capabilities": {}, "processId": None, "rootUri": None}


async def _once(command: list[str]) -> float:
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await Peer(process).ask("initialize", HELLO)
    took = time.perf_counter() - started
    process.kill()
    await process.wait()
    return took


async def measure() -> list[Figure]:
    bare: list[float] = []
    ours: list[float] = []
    for _ in range(ROUNDS):
        bare.append(await _once([sys.executable, "-c", BARE]))
        ours.append(await _once(OURS))
    limit = median(bare) + 0.3
    return [
        Figure("start to initialize, median", median(ours), ("bare pygls", median(bare)), limit)
    ]

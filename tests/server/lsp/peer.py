"""A client of bytes: what a library's own client would forgive is seen here. The benchmarks use
it too, because it adds nothing of its own to what it measures.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any


class Peer:
    """A client that reads bytes: what pygls's own client would forgive is seen here."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.noise: list[Any] = []
        self._number = 0

    def send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def read(self) -> Any:
        assert self.process.stdout is not None
        length = 0
        while (line := await self.process.stdout.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            assert name.lower() in (b"content-length", b"content-type"), line
            if name.lower() == b"content-length":
                length = int(value)
        return json.loads(await self.process.stdout.readexactly(length))

    async def ask(self, method: str, params: Any) -> Any:
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        return await self.answer(self._number)

    async def answer(self, number: int) -> Any:
        while True:
            message = await asyncio.wait_for(self.read(), 20)
            if message.get("id") == number:
                return message
            self.noise.append(message)

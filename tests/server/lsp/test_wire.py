"""The mended pitfalls of pygls, each with the test that fails without its mend."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

import msgspec
import pytest

from axiom_server.jobs.frames import Ready, frame
from tests.server.lsp.peer import Peer

SERVE = """
import asyncio, sys, threading, time
import msgspec
from axiom_server.lsp.wire import Server

class Params(msgspec.Struct):
    files: dict[str, int] = {}

class Big(msgspec.Struct):
    text: str

server = Server("1")

@server.own("axiom/echo", Params)
async def echo(params):
    return params

@server.own("axiom/unencodable", Params)
async def unencodable(params):
    return object()

@server.own("axiom/nan", Params)
async def nan(params):
    return float("nan")

@server.own("axiom/shout", Params)
async def shout(params):
    def send(number):
        for _ in range(20):
            server.tell("axiom/noise", Big(text=str(number) * 50_000))
    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads: thread.start()
    await asyncio.to_thread(lambda: [thread.join() for thread in threads])
    print("a stray print")
    return None

@server.own("axiom/sleep", Params)
async def sleep(params):
    await asyncio.sleep(30)

@server.own("axiom/spin", Params)
async def spin(params):
    def work():
        end = time.monotonic() + 1.0
        while time.monotonic() < end: time.sleep(0.01)
    await asyncio.gather(*(asyncio.to_thread(work) for _ in range(40)))

server.serve()
"""


@pytest.fixture
async def peer() -> Any:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        SERVE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        limit=1 << 24,
    )
    found = Peer(process)
    await found.ask("initialize", {"capabilities": {}, "processId": None, "rootUri": None})
    yield found
    if process.returncode is None:
        process.kill()
    await process.wait()


async def test_threads_that_send_do_not_mix_their_bytes(peer: Peer) -> None:
    assert (await peer.ask("axiom/shout", {}))["result"] is None
    texts = [one["params"]["text"] for one in peer.noise if one.get("method") == "axiom/noise"]
    assert len(texts) == 80
    assert all(len(set(text)) == 1 and len(text) == 50_000 for text in texts)


async def test_keys_of_our_messages_stay_as_they_are(peer: Peer) -> None:
    answer = await peer.ask("axiom/echo", {"files": {"src/a.py": 1, "class": 2, "": 3}})
    assert answer["result"] == {"files": {"src/a.py": 1, "class": 2, "": 3}}


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("axiom/echo", {"files": 3}),
        ("axiom/echo", [1, 2]),
        ("textDocument/hover", {"textDocument": 5}),
        ("textDocument/hover", None),
        ("axiom/none", {}),
    ],
)
async def test_wrong_parameters_are_answered(peer: Peer, method: str, params: Any) -> None:
    answer = await peer.ask(method, params)
    assert answer["error"]["code"] in (-32602, -32601)
    assert (await peer.ask("axiom/echo", {}))["result"] == {"files": {}}


@pytest.mark.parametrize("method", ["axiom/unencodable", "axiom/nan"])
async def test_a_result_that_cannot_be_encoded_is_answered(peer: Peer, method: str) -> None:
    answer = await peer.ask(method, {})
    assert "error" in answer or answer["result"] is None


async def test_cancellation_is_answered_at_once(peer: Peer) -> None:
    peer.send({"id": "slow", "method": "axiom/sleep", "params": {}})
    peer.send({"method": "$/cancelRequest", "params": {"id": "slow"}})
    while True:
        message = await asyncio.wait_for(peer.read(), 5)
        if message.get("id") == "slow":
            break
    assert message["error"]["code"] == -32800


async def test_busy_threads_do_not_keep_messages_waiting(peer: Peer) -> None:
    peer.send({"id": "busy", "method": "axiom/spin", "params": {}})
    # Forty busy threads fill the loop's default pool; reading goes on in its own.
    answer = await peer.ask("axiom/echo", {})
    assert answer["result"] == {"files": {}}
    assert all(message.get("id") != "busy" for message in peer.noise)


async def test_the_end_of_input_ends_the_process(peer: Peer) -> None:
    assert peer.process.stdin is not None
    peer.send({"id": "slow", "method": "axiom/sleep", "params": {}})
    peer.process.stdin.close()
    await asyncio.wait_for(peer.process.wait(), 10)


def test_a_frame_says_its_length() -> None:
    data = frame(Ready(7))
    assert int.from_bytes(data[:4], "big") == len(data) - 4
    assert msgspec.msgpack.decode(data[4:])["pid"] == 7

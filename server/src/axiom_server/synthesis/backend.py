"""The embedded backend: candidates by program synthesis, with no key and no network."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from collections.abc import AsyncGenerator

import msgspec

from axiom_server.errors import UserError
from axiom_server.models.backend import Capabilities, Delta, Event, Failed, Generated, Request
from axiom_server.synthesis.protocol import Done, Found, Message, Progress, Task, Unsolved

_LINE_LIMIT = 2**24
_GRACE = 5.0  # seconds beyond the request's own time for the worker to say what it has


class EmbeddedBackend:
    """Program synthesis in a worker process of its own for each request.

    The worker is niced. Closing the iterator or cancelling the task kills it, and the solver
    processes below it, at once.
    """

    name = "embedded"
    capabilities = Capabilities(sampling=True, several=True, network=False)

    def __init__(self, model: str = "") -> None:
        """Raises UserError for a model's name: there is only one way to search."""
        if model:
            raise UserError(
                f"the embedded generator has no model {model!r}: write `model embedded`"
            )

    async def generate(self, request: Request) -> AsyncGenerator[Event, None]:
        """Stream progress, then the candidates best first, or one `Failed`."""
        if request.language != "python":
            yield Failed(
                kind="unsolved",
                message=(
                    f"the embedded generator writes python; found target {request.language}: "
                    "choose `target python` or a language model"
                ),
            )
            return
        process = await _started()
        try:
            async with asyncio.timeout(request.timeout + _GRACE):
                await _send(process, request)
                async for event in _events(process):
                    yield event
        except TimeoutError:
            yield Failed(
                kind="timeout",
                message=(
                    f"the embedded generator found nothing within {request.timeout:g} s: "
                    "allow more time, or simplify the contract"
                ),
            )
        finally:
            await _stopped(process)


async def _started() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "axiom_server.synthesis.worker",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        start_new_session=True,
        # The order of sets is the same in every run, as the same seed must give the same code.
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )


async def _send(process: asyncio.subprocess.Process, request: Request) -> None:
    task = Task(request.contract, request.candidates, request.seed, request.timeout)
    body = pickle.dumps(task)
    stdin = process.stdin
    if stdin is None:
        return
    stdin.write(len(body).to_bytes(8, "big") + body)
    with contextlib.suppress(ConnectionError):
        await stdin.drain()


async def _events(process: asyncio.subprocess.Process) -> AsyncGenerator[Event, None]:
    decoder = msgspec.json.Decoder(Message)
    index = 0
    ended = False
    stdout = process.stdout
    if stdout is None:
        return
    async for line in stdout:
        message: Message = decoder.decode(line)
        match message:
            case Progress():
                yield Delta(index, message.steps)
            case Found():
                yield Generated(index, message.code, message.origin)
                index += 1
            case Unsolved():
                yield Failed(kind="unsolved", message=f"no candidate: {message.message}")
            case Done():
                ended = True
                break
    if not ended:
        yield Failed(kind="setup", message=await _last_words(process))


async def _last_words(process: asyncio.subprocess.Process) -> str:
    """What a worker that ended without a word left on its standard error, in one line."""
    said = b"" if process.stderr is None else await process.stderr.read(_LINE_LIMIT)
    lines = said.decode(errors="replace").strip().splitlines()
    reason = lines[-1] if lines else "it said nothing"
    return f"the embedded generator's process ended early ({reason}): this is a fault of AXIOM's"


async def _stopped(process: asyncio.subprocess.Process) -> None:
    """Kill the worker's whole process group and reap it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(ConnectionError, BrokenPipeError):
        if process.stdin is not None:
            process.stdin.close()
    await asyncio.shield(process.wait())

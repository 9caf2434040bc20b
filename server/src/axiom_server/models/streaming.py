"""What all language-model backends share: K candidates by K streams, retried, timed, cancelled."""

from __future__ import annotations

import asyncio
import datetime as dt
import email.utils
import random
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from typing import Literal

import msgspec

from axiom_server.models.backend import Delta, Event, Failed, Generated, Request, Usage

Kind = Literal["auth", "rate", "timeout", "network", "protocol", "refused", "unsolved", "setup"]

LONGEST_DELAY = 60.0  # seconds; a server that asks for more is not waited for
_FENCE = re.compile(r"^```[ \t]*(\w*)[ \t]*\r?\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


class Piece(msgspec.Struct, frozen=True):
    """A piece of an answer as it arrives; `usage` once, when the provider tells it."""

    text: str = ""
    usage: Usage | None = None


class StreamError(Exception):
    """A stream that failed. `again`: another attempt may succeed; `delay` is the server's own
    wish, in seconds, None when it has none.
    """

    def __init__(
        self, kind: Kind, message: str, *, again: bool = False, delay: float | None = None
    ) -> None:
        super().__init__(message)
        self.kind: Kind = kind
        self.again = again
        self.delay = delay


Ask = Callable[[Request, int], AsyncGenerator[Piece]]


def code_in(answer: str) -> str | None:
    """The code of an answer: its last fenced Python block, else the whole text when it has no
    fence and looks like a module; None when there is none.
    """
    blocks = [text for word, text in _FENCE.findall(answer) if word in ("", "python", "py")]
    if blocks:
        return blocks[-1]
    if "```" not in answer and re.search(r"^(?:async )?def \w+\(", answer, re.MULTILINE):
        return answer
    return None


def wanted_delay(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait: `retry-after-ms`, or `retry-after` as seconds or
    as a date (RFC 9110, 10.2.3).
    """
    try:
        if "retry-after-ms" in headers:
            return max(0.0, float(headers["retry-after-ms"]) / 1000)
        text = headers.get("retry-after", "")
        if not text:
            return None
        if text.replace(".", "", 1).isdigit():
            return float(text)
        moment = email.utils.parsedate_to_datetime(text)
        return max(0.0, (moment - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def status_error(status: int, headers: Mapping[str, str], detail: str) -> StreamError:
    """What an HTTP status means. `detail` is the provider's own word, shortened by the caller."""
    delay = wanted_delay(headers)
    said = f"the provider answered {status}" + (f": {detail}" if detail else "")
    if status in (401, 403):
        return StreamError("auth", f"{said}. Check the key that models.toml names")
    if status == 429:
        return StreamError("rate", said, again=True, delay=delay)
    if status in (408, 409) or status >= 500:
        return StreamError("network", said, again=True, delay=delay)
    return StreamError("protocol", said)


async def _one(
    ask: Ask, request: Request, index: int, deadline: float, retries: int
) -> AsyncGenerator[Event | StreamError]:
    """One candidate: its deltas, then Generated, or the StreamError that ended it."""
    chance = random.Random(request.seed * 1000 + index)  # noqa: S311 - jitter, not a secret.
    for attempt in range(retries + 1):
        text: list[str] = []
        usage: Usage | None = None
        stream = ask(request, index)
        try:
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise StreamError("timeout", f"no answer within {request.timeout:g} s")
                try:
                    piece = await asyncio.wait_for(anext(stream), left)
                except StopAsyncIteration:
                    break
                except TimeoutError as error:
                    said = f"no whole answer within {request.timeout:g} s"
                    raise StreamError("timeout", said) from error
                usage = piece.usage or usage
                if piece.text:
                    text.append(piece.text)
                    yield Delta(index, 1)
            if usage is not None:
                yield usage
            code = code_in("".join(text))
            if code is None:
                raise StreamError("refused", "the answer holds no Python code")
            yield Generated(index, code, f"attempt {attempt + 1}" if attempt else "")
        except StreamError as error:
            delay = error.delay if error.delay is not None else 0.5 * 2**attempt
            delay += chance.uniform(0, 0.1) * delay
            too_long = delay > LONGEST_DELAY or time.monotonic() + delay >= deadline
            if not error.again or attempt == retries or too_long:
                yield error
                return
            await asyncio.sleep(delay)
        else:
            return
        finally:
            await stream.aclose()


async def candidates(ask: Ask, request: Request, retries: int) -> AsyncIterator[Event]:
    """K candidates one after the other, each by a request of its own.

    A fault that another candidate would meet too (a refused key, a spent time budget) ends the
    stream with Failed; an answer without code only skips its candidate.
    """
    deadline = time.monotonic() + request.timeout
    found = 0
    last: StreamError | None = None
    for index in range(request.candidates):
        stream = _one(ask, request, index, deadline, retries)
        try:
            async for event in stream:
                if isinstance(event, StreamError):
                    last = event
                    break
                found += isinstance(event, Generated)
                yield event
        finally:
            await stream.aclose()
        if last is not None and last.kind != "refused":
            break
    if last is not None and (not found or last.kind != "refused"):
        yield Failed(kind=last.kind, message=str(last))

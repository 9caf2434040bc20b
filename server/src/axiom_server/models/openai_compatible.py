"""The OpenAI-compatible family: OpenAI, vLLM, llama.cpp, LM Studio, Ollama, DeepSeek …

`POST {url}/chat/completions` with `stream`; server-sent events; `stream_options` asks for usage.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx
import msgspec

from axiom_server.models.backend import Capabilities, Event, Failed, Request, Usage
from axiom_server.models.connections import EgressError, check_egress, client
from axiom_server.models.settings import Endpoint, endpoint
from axiom_server.models.streaming import Piece, StreamError, candidates, status_error

DEFAULT = Endpoint(url="https://api.openai.com/v1", key="OPENAI_API_KEY")


class OpenAICompatible:
    """A backend for any server that speaks this protocol; where, says `models.toml`."""

    name = "openai"
    capabilities = Capabilities(continuation="soft", several=True, constraint="schema")

    def __init__(self, model: str = "", settings: Endpoint | None = None) -> None:
        self.settings = settings or endpoint("openai", DEFAULT)
        self.model = model or self.settings.model

    async def generate(self, request: Request) -> AsyncIterator[Event]:
        """Stream K candidates. Closing the iterator closes the connection."""
        if not self.model:
            yield Failed(
                "setup", "no model is named. Write `model = …` under [openai] in models.toml"
            )
            return
        try:
            check_egress(request.contract, self.settings.url)
        except EgressError as error:
            yield Failed("setup", str(error))
            return
        async with client(self.settings, self.settings.url) as connection:

            def ask(request: Request, index: int) -> AsyncGenerator[Piece]:
                return self._ask(connection, request, index)

            async for event in candidates(ask, request, self.settings.retries):
                yield event

    def _body(self, request: Request, index: int) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self.model,
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": request.max_tokens,
            "messages": [{"role": "user", "content": request.prompt}],
            "seed": request.seed + index,
        }
        if request.temperature is not None:
            body["temperature"] = request.temperature
        return body

    async def _ask(
        self, connection: httpx.AsyncClient, request: Request, index: int
    ) -> AsyncGenerator[Piece]:
        secret = self.settings.secret()
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        url = "chat/completions"
        try:
            async with connection.stream(
                "POST", url, json=self._body(request, index), headers=headers
            ) as response:
                if response.status_code != 200:
                    detail = (await response.aread())[:300].decode(errors="replace")
                    if secret:
                        detail = detail.replace(secret, "…")
                    raise status_error(response.status_code, response.headers, detail)
                kind = response.headers.get("content-type", "")
                if not kind.startswith("text/event-stream"):
                    raise StreamError("protocol", f"an event stream was expected, found {kind!r}")
                async for piece in _pieces(response.aiter_lines()):
                    yield piece
        except httpx.TimeoutException as error:
            raise StreamError(
                "timeout", f"{self.settings.url}: no answer in time", again=True
            ) from error
        except httpx.HTTPError as error:
            said = f"{self.settings.url}: {type(error).__name__}: {error}"
            raise StreamError("network", said, again=True) from error


class _Delta(msgspec.Struct, frozen=True):
    content: str | None = None


class _Choice(msgspec.Struct, frozen=True):
    delta: _Delta = _Delta()
    finish_reason: str | None = None


class _Counted(msgspec.Struct, frozen=True):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Chunk(msgspec.Struct, frozen=True):
    """One event of the stream, as far as it is used; `error` is some servers' way to fail."""

    choices: tuple[_Choice, ...] = ()
    usage: _Counted | None = None
    error: msgspec.Raw | None = None


async def _pieces(lines: AsyncIterator[str]) -> AsyncGenerator[Piece]:
    """Pieces from the lines of an event stream; it must end with `[DONE]` or a finish reason."""
    ended = False
    async for line in lines:
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if data == "[DONE]":
            return
        try:
            chunk = msgspec.json.decode(data, type=_Chunk)
        except msgspec.DecodeError as error:
            raise StreamError("protocol", f"an event cannot be read: {data[:80]!r}") from error
        if chunk.error is not None and bytes(chunk.error) != b"null":
            said = bytes(chunk.error)[:200].decode(errors="replace")
            raise StreamError("network", f"the provider broke off: {said}", again=True)
        text = "".join(choice.delta.content or "" for choice in chunk.choices)
        ended = ended or any(choice.finish_reason for choice in chunk.choices)
        usage = chunk.usage
        counted = Usage(usage.prompt_tokens, usage.completion_tokens) if usage else None
        if text or counted:
            yield Piece(text, counted)
    if not ended:
        raise StreamError("network", "the stream was cut off", again=True)

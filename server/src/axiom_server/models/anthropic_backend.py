"""Anthropic's models through the vendor's client, which is imported when first used."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from axiom_server.models.backend import Capabilities, Event, Failed, Request, Usage
from axiom_server.models.connections import EgressError, check_egress
from axiom_server.models.settings import Endpoint, endpoint
from axiom_server.models.streaming import Piece, StreamError, candidates, status_error

DEFAULT = Endpoint(url="https://api.anthropic.com", key="ANTHROPIC_API_KEY")

# Sampling parameters are refused by recent models: candidates differ by their prompts instead.
VARIANTS = (
    "",
    "\nPrefer the most direct program.",
    "\nPrefer guard clauses first, then the plain case.",
    "\nPrefer library functions over loops.",
    "\nPrefer explicit loops over library functions.",
)


class Anthropic:
    """A backend for Anthropic's Messages API; the model is named in `models.toml`."""

    name = "anthropic"
    capabilities = Capabilities(constraint="schema", sampling=False)

    def __init__(self, model: str = "", settings: Endpoint | None = None) -> None:
        self.settings = settings or endpoint("anthropic", DEFAULT)
        self.model = model or self.settings.model

    async def generate(self, request: Request) -> AsyncIterator[Event]:
        """Stream K candidates. Closing the iterator closes the connection."""
        secret = self.settings.secret()
        if not self.model:
            yield Failed(
                "setup", "no model is named. Write `model = …` under [anthropic] in models.toml"
            )
            return
        if secret is None:
            yield Failed("auth", f"no key: set the variable {self.settings.key}")
            return
        try:
            check_egress(request.contract, self.settings.url)
        except EgressError as error:
            yield Failed("setup", str(error))
            return
        import anthropic

        async with anthropic.AsyncAnthropic(
            api_key=secret,
            base_url=self.settings.url,
            timeout=self.settings.idle,
            max_retries=0,  # `streaming` retries, with the server's own delay.
        ) as connection:

            def ask(request: Request, index: int) -> AsyncGenerator[Piece]:
                return self._ask(connection, request, index)

            async for event in candidates(ask, request, self.settings.retries):
                yield event

    async def _ask(self, connection: Any, request: Request, index: int) -> AsyncGenerator[Piece]:
        import anthropic

        prompt = request.prompt + VARIANTS[index % len(VARIANTS)]
        try:
            stream = await connection.messages.create(
                model=self.model,
                max_tokens=request.max_tokens,
                messages=[{"role": "user", "content": prompt}],
                stream=True,
            )
            try:
                async for piece in _pieces(stream):
                    yield piece
            finally:
                await stream.close()
        except anthropic.APITimeoutError as error:
            raise StreamError(
                "timeout", f"{self.settings.url}: no answer in time", again=True
            ) from error
        except anthropic.APIConnectionError as error:
            raise StreamError("network", f"{self.settings.url}: {error}", again=True) from error
        except anthropic.APIStatusError as error:
            detail = str(error.message)[:300].replace(self.settings.secret() or "\0", "…")
            raise status_error(error.status_code, error.response.headers, detail) from error
        except anthropic.APIError as error:
            raise StreamError(
                "network", f"the provider broke off: {error.message}", again=True
            ) from error
        except StreamError:
            raise
        except Exception as error:
            # The client lets errors of its transport and of JSON through as they are.
            said = f"{type(error).__name__}: {error}"
            raise StreamError("network", f"the stream broke: {said}", again=True) from error


async def _pieces(stream: Any) -> AsyncGenerator[Piece]:
    """Pieces from the events of a message; it must end with `message_stop`."""
    given: int | None = None
    ended = False
    async for event in stream:
        match event.type:
            case "message_start":
                given = event.message.usage.input_tokens
            case "content_block_delta" if event.delta.type == "text_delta":
                yield Piece(event.delta.text)
            case "message_delta":
                yield Piece("", Usage(given, event.usage.output_tokens))
            case "message_stop":
                ended = True
            case _:
                pass
    if not ended:
        raise StreamError("network", "the stream was cut off", again=True)

"""What a model backend is: the interface of the entry points `axiom.models`, ours and others'."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol

import msgspec

from axiom_verifiers.contracts.contract import Contract


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a model can do; shown to the person as it is, never assumed."""

    continuation: Literal["hard", "soft", "none"] = "none"
    logprobs: bool = False
    several: bool = False  # n > 1 in one request
    constraint: Literal["grammar", "schema", "object", "none"] = "none"
    sampling: bool = True  # honours temperature and seed
    network: bool = True
    languages: tuple[str, ...] = ("python",)


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a backend is asked: code for one contract.

    `source` is the intent's text (for models that read prose); `prompt` holds the instruction
    and the delimited intent for language models, empty for the embedded backend. `feedback`
    carries witnesses against earlier candidates, in words.
    """

    contract: Contract
    source: str
    prompt: str = ""
    language: str = "python"
    candidates: int = 4
    seed: int = 0
    temperature: float | None = None
    timeout: float = 60.0  # seconds, for the whole request
    max_tokens: int = 2048
    feedback: tuple[str, ...] = ()


class Delta(msgspec.Struct, frozen=True, tag="delta"):
    """Progress: `tokens` more have arrived for candidate `index`; the text stays inside."""

    index: int
    tokens: int


class Generated(msgspec.Struct, frozen=True, tag="generated"):
    """A whole candidate: the source of a module, and how it came about, in words."""

    index: int
    code: str
    origin: str = ""


class Usage(msgspec.Struct, frozen=True, tag="usage"):
    """Tokens as the provider reports them; None when it does not say."""

    input_tokens: int | None
    output_tokens: int | None


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """The backend gave up; `message` says what was found and what to do; no key is in it."""

    kind: Literal["auth", "rate", "timeout", "network", "protocol", "refused", "unsolved", "setup"]
    message: str
    retried: int = 0


Event = Delta | Generated | Usage | Failed


class Backend(Protocol):
    """Streams candidates. Closing the iterator, or cancelling the task, stops all work at once."""

    name: str
    capabilities: Capabilities

    def generate(self, request: Request) -> AsyncIterator[Event]: ...

"""Both network backends against scripted providers: streaming, retries, faults, cancellation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import msgspec
import pytest

from axiom_server.models.anthropic_backend import Anthropic
from axiom_server.models.backend import Backend, Delta, Event, Failed, Generated, Request, Usage
from axiom_server.models.openai_compatible import OpenAICompatible
from axiom_server.models.settings import Endpoint
from axiom_server.models.streaming import code_in, wanted_delay
from axiom_verifiers.contracts.reading import read
from tests.server.models import scripted
from tests.server.models.scripted import Reply, provider

SECRET = "key-that-nobody-may-see"
INTENT = "intent twice(n: int) -> int\n  ensures result == 2 * n\n"
Script = Callable[..., list[str]]
KINDS = [
    pytest.param(OpenAICompatible, scripted.openai, id="openai"),
    pytest.param(Anthropic, scripted.anthropic, id="anthropic"),
]


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_KEY", SECRET)


def request(**changes: object) -> Request:
    contract = read(INTENT).contracts["twice"]
    made = Request(contract=contract, source=INTENT, prompt="write it", candidates=1, timeout=10)
    return msgspec.structs.replace(made, **changes)


def backend(kind: type[Backend], url: str, **changes: object) -> Backend:
    settings = Endpoint(url=url, model="some-model", key="SOME_KEY", idle=2.0, retries=2)
    return kind("", msgspec.structs.replace(settings, **changes))


async def events(made: Backend, asked: Request) -> list[Event]:
    return [event async for event in made.generate(asked)]


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_streams_a_candidate(kind: type[Backend], script: Script) -> None:
    with provider([Reply(parts=script())]) as served:
        found = await events(backend(kind, served.url), request())
    assert sum(isinstance(event, Delta) for event in found) > 3
    assert [event for event in found if isinstance(event, Generated)] == [
        Generated(0, "def twice(n: int) -> int:\n    return 2 * n\n", "")
    ]
    assert Usage(7, 11) in found


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_asks_once_for_each_candidate(kind: type[Backend], script: Script) -> None:
    with provider([Reply(parts=script())]) as served:
        found = await events(backend(kind, served.url), request(candidates=3))
    assert [event.index for event in found if isinstance(event, Generated)] == [0, 1, 2]
    assert len(served.requests) == 3
    bodies = [str(body) for _, _, body in served.requests]
    assert len(set(bodies)) == 3  # By seed or by wording: the three requests differ.


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_waits_as_long_as_the_server_asks(kind: type[Backend], script: Script) -> None:
    busy = Reply(429, "application/json", {"retry-after": "0.6"}, ['{"error": {"message": "x"}}'])
    with provider([busy, Reply(parts=script())]) as served:
        found = await events(backend(kind, served.url), request())
    assert any(isinstance(event, Generated) for event in found)
    assert served.times[1] - served.times[0] >= 0.6


@pytest.mark.parametrize(("kind", "script"), KINDS)
@pytest.mark.parametrize(
    "fault",
    [
        Reply(500, "application/json", {}, ['{"error": {"message": "broken"}}']),
        Reply(529, "text/html", {}, ["<html>"]),
        "cut",
        "short",
    ],
)
async def test_a_passing_fault_is_tried_again(
    kind: type[Backend], script: Script, fault: Reply | str
) -> None:
    if fault == "cut":
        fault = Reply(parts=script()[:4], cut=True)
    if fault == "short":
        fault = Reply(parts=script(done=False))
    assert isinstance(fault, Reply)
    with provider([fault, Reply(parts=script())]) as served:
        found = await events(backend(kind, served.url), request())
    made = [event for event in found if isinstance(event, Generated)]
    assert len(made) == 1
    assert made[0].origin == "attempt 2"
    assert len(served.requests) == 2


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_gives_up_in_the_end(kind: type[Backend], script: Script) -> None:
    with provider([Reply(503, "application/json", {"retry-after": "0"}, ["{}"])]) as served:
        found = await events(backend(kind, served.url), request())
    assert isinstance(found[-1], Failed)
    assert found[-1].kind == "network"
    assert len(served.requests) == 3


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_a_refused_key_is_said_and_never_shown(kind: type[Backend], script: Script) -> None:
    refusal = Reply(401, "application/json", {}, [f'{{"error": {{"message": "no {SECRET}"}}}}'])
    with provider([refusal]) as served:
        found = await events(backend(kind, served.url), request(candidates=3))
    assert isinstance(found[-1], Failed)
    assert found[-1].kind == "auth"
    assert SECRET not in repr(found)
    assert len(served.requests) == 1


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_a_slow_server_runs_into_the_time_limit(kind: type[Backend], script: Script) -> None:
    with provider([Reply(parts=script() * 20, pause=0.2)]) as served:
        start = time.monotonic()
        found = await events(backend(kind, served.url), request(timeout=1.0))
    assert isinstance(found[-1], Failed)
    assert found[-1].kind == "timeout"
    assert time.monotonic() - start < 8


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_cancelling_closes_the_stream(kind: type[Backend], script: Script) -> None:
    with provider([Reply(parts=script() * 200, pause=0.02)]) as served:
        made = backend(kind, served.url)

        async def first() -> None:
            async for _ in made.generate(request(timeout=60)):
                await asyncio.sleep(3600)

        task = asyncio.create_task(first())
        await asyncio.to_thread(served.asked.wait, 5)
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(served.gone.wait, 5)


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_an_answer_without_code_is_refused(kind: type[Backend], script: Script) -> None:
    with provider([Reply(parts=script("I would rather not."))]) as served:
        found = await events(backend(kind, served.url), request())
    assert isinstance(found[-1], Failed)
    assert found[-1].kind == "refused"


async def test_malformed_events_are_a_protocol_fault() -> None:
    with provider([Reply(parts=["data: {not json\n\n"])]) as served:
        found = await events(backend(OpenAICompatible, served.url), request())
    assert isinstance(found[-1], Failed)
    assert found[-1].kind == "protocol"


async def test_a_wrong_content_type_is_a_protocol_fault() -> None:
    with provider([Reply(kind="text/html", parts=["<html>"])]) as served:
        found = await events(backend(OpenAICompatible, served.url), request())
    assert isinstance(found[-1], Failed)
    assert "text/html" in found[-1].message


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_nobody_there(kind: type[Backend], script: Script) -> None:
    with provider([Reply()]) as served:
        url = served.url
    found = await events(backend(kind, url, retries=0), request())
    assert isinstance(found[-1], Failed)
    assert found[-1].kind == "network"


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_a_sovereign_intent_stays_on_this_machine(
    kind: type[Backend], script: Script
) -> None:
    intent = INTENT + "  context sovereign\n"
    contract = read(intent).contracts["twice"]
    found = await events(
        backend(kind, "http://models.example"), request(contract=contract, source=intent)
    )
    assert isinstance(found[-1], Failed)
    assert "sovereign" in found[-1].message


@pytest.mark.parametrize(("kind", "script"), KINDS)
async def test_no_model_named(kind: type[Backend], script: Script) -> None:
    found = await events(backend(kind, "http://127.0.0.1:9", model=""), request())
    assert found == [Failed("setup", found[0].message)]
    assert "models.toml" in found[0].message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("```python\nx = 1\n```", "x = 1\n"),
        ("```\nx = 1\n```", "x = 1\n"),
        ("```python\nx = 1\n```\nbetter:\n```py\nx = 2\n```\n", "x = 2\n"),
        ("```sh\nls\n```", None),
        ("def f():\n    return 1\n", "def f():\n    return 1\n"),
        ("Sorry.", None),
    ],
)
def test_code_in(answer: str, code: str | None) -> None:
    assert code_in(answer) == code


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_wanted_delay(headers: dict[str, str], seconds: float | None) -> None:
    assert wanted_delay(headers) == seconds

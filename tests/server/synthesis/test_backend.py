"""The embedded backend as others use it: a worker process, streamed, cancelled, honest."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from axiom_server.errors import UserError
from axiom_server.models.backend import Delta, Event, Failed, Generated, Request
from axiom_server.models.catalogue import backend_named
from axiom_server.synthesis.backend import EmbeddedBackend
from axiom_verifiers.contracts.contract import Contract

ContractOf = Callable[[str], Contract]

# Nothing short does it: the search goes on until it is stopped.
ENDLESS = """
intent greatest_divisor(a: int, b: int) -> int
  requires a > 0 and b > 0
  ensures  result > 0 and a % result == 0 and b % result == 0
  ensures  forall d in range(1, a + 1): (a % d == 0 and b % d == 0) implies d <= result
"""


def request(contract: Contract, **more: object) -> Request:
    return Request(contract=contract, source="", **{"timeout": 60.0, **more})  # pyright: ignore[reportArgumentType]


async def events_of(asked: Request) -> list[Event]:
    return [event async for event in EmbeddedBackend().generate(asked)]


def children() -> set[int]:
    """Processes below this one, at any depth, that are no zombies."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    while True:
        more = {pid for pid, parent in parents.items() if parent in found | {os.getpid()}}
        if more <= found:
            return found
        found |= more


async def gone(processes: set[int]) -> bool:
    """Whether they all end soon; the wait is generous, a process that is killed ends at once."""
    for _ in range(200):
        if not processes & children():
            return True
        await asyncio.sleep(0.05)
    return False


async def test_it_streams_progress_then_candidates_best_first(
    bundled: dict[str, Contract],
) -> None:
    events = await events_of(request(bundled["clamp"], candidates=4))
    assert isinstance(events[0], Delta)
    generated = [event for event in events if isinstance(event, Generated)]
    assert [event.index for event in generated] == list(range(len(generated)))
    assert generated[0].code == (
        "def clamp(x: int, lo: int, hi: int) -> int:\n"
        '    """Keep x between lo and hi."""\n'
        "    return max(lo, min(x, hi))\n"
    )
    assert all(event.origin for event in generated)
    assert len(generated) == len({event.code for event in generated}) >= 2


async def test_no_more_candidates_than_asked_for(bundled: dict[str, Contract]) -> None:
    events = await events_of(request(bundled["clamp"], candidates=1))
    assert sum(isinstance(event, Generated) for event in events) == 1


@pytest.mark.parametrize("name", ["sign", "first_word", "clock_time", "days_in_month"])
async def test_the_same_seed_gives_the_same_candidates(
    name: str, bundled: dict[str, Contract]
) -> None:
    once, again = await asyncio.gather(
        *(events_of(request(bundled[name], seed=7)) for _ in range(2))
    )
    codes = [event for event in once if isinstance(event, Generated)]
    assert codes
    assert codes == [event for event in again if isinstance(event, Generated)]


async def test_closing_the_stream_kills_the_worker(contract_of: ContractOf) -> None:
    before = children()
    stream = EmbeddedBackend().generate(request(contract_of(ENDLESS)))
    assert isinstance(await anext(stream), Delta)
    started = children() - before
    assert started
    await stream.aclose()
    assert await gone(started)


async def test_cancelling_the_task_kills_the_worker(contract_of: ContractOf) -> None:
    before = children()
    running = asyncio.Event()

    async def consume() -> None:
        async for _ in EmbeddedBackend().generate(request(contract_of(ENDLESS))):
            running.set()

    task = asyncio.create_task(consume())
    await running.wait()
    started = children() - before
    assert started
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await gone(started)


async def test_the_deadline_ends_the_search(contract_of: ContractOf) -> None:
    before = children()
    events = await events_of(request(contract_of(ENDLESS), timeout=1.0))
    (failed,) = (event for event in events if isinstance(event, Failed))
    assert failed.kind == "unsolved"
    assert "the time ran out" in failed.message
    assert await gone(children() - before)


UNSOLVED = {
    "its clauses contradict each other: for x=": """
intent both(x: int) -> int
  ensures result == x + 1
  ensures result == x + 2
""",
    "inputs tried meets its `requires`": """
intent nothing(x: int) -> int
  requires x > 3 and x < 2
  ensures  result == x
""",
    "cvc5 has shown that no function meets all its clauses": """
intent between(x: int) -> int
  ensures result > x and result < x + 1
""",
    "no clause says directly what the result is": """
intent odd_one(text: str, other: str) -> str
  ensures len(result) == len(text) + len(other) + 1
  ensures result[0] == "a" and result[len(result) - 1] == "z"
  ensures result.count("q") == 7
""",
    "changes its parameters in more than one place": """
intent move(source: list[int], target: list[int]) -> None
  requires len(source) > 0
  modifies source, target
  ensures  target == old(target) + [old(source)[0]]
  ensures  source == old(source)[1:]
""",
    "it must import": """
intent same(x: int) -> int
  ensures result == x
  must    import
""",
}


@pytest.mark.parametrize("message", UNSOLVED)
async def test_what_cannot_be_solved_says_why(message: str, contract_of: ContractOf) -> None:
    events = await events_of(request(contract_of(UNSOLVED[message]), timeout=20.0))
    assert not [event for event in events if isinstance(event, Generated)]
    (failed,) = (event for event in events if isinstance(event, Failed))
    assert failed.kind == "unsolved"
    assert message in failed.message


async def test_another_target_is_refused(bundled: dict[str, Contract]) -> None:
    (failed,) = await events_of(request(bundled["clamp"], language="go"))
    assert isinstance(failed, Failed)
    assert failed.kind == "unsolved"
    assert "target python" in failed.message


def test_the_catalogue_has_it_and_it_needs_no_network() -> None:
    backend = backend_named("embedded")
    assert isinstance(backend, EmbeddedBackend)
    assert backend.name == "embedded"
    assert not backend.capabilities.network
    with pytest.raises(UserError, match="no model 'large'"):
        backend_named("embedded:large")

"""The candidate engine: K candidates, deduplicated, verified, best first.

It sees models only through `Backend`, and verification only through a function handed in.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import assert_never

import msgspec

from axiom_server.models.backend import Backend, Delta, Failed, Generated, Request, Usage
from axiom_verifiers.evidence import Verdict
from axiom_verifiers.orchestra import Result

_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate with its verification. `passed` says whether anyone may see its code."""

    id: str
    code: str
    origin: str
    result: Result

    @property
    def passed(self) -> bool:
        return not self.result.gate


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """A candidate that nobody sees: its digest and why, never its code."""

    digest: str
    reason: str


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation came to; `candidates` best first."""

    candidates: tuple[Verified, ...]
    rejected: tuple[Rejected, ...]
    usage: tuple[Usage, ...] = ()
    failure: Failed | None = None


Notice = Delta | Verified | Rejected | Failed


def candidate_digest(code: str) -> str:
    """A digest that layout does not change: two candidates that differ in blank lines,
    trailing blanks or comments alone are one.
    """
    lines = (re.sub(r"\s+#.*$", "", line).rstrip() for line in code.splitlines())
    text = "\n".join(line for line in lines if line and not line.lstrip().startswith("#"))
    return hashlib.sha256(text.encode()).hexdigest()


def quality(candidate: Verified) -> tuple[float, float, int]:
    """Sorts best first: the worst clause, then confidence, then the shorter code."""
    result = candidate.result
    return (-_RANK[result.verdict], -result.confidence, len(candidate.code))


async def generate(
    backend: Backend,
    request: Request,
    verify: Callable[[str], Awaitable[Result]],
    notice: Callable[[Notice], None] = lambda _: None,
    enough: Callable[[Verified], bool] = lambda _: False,
) -> Outcome:
    """Ask for candidates, verify each as it arrives, and rank those that pass the gate.

    Candidates are verified one after the other, in their order of arrival, so that a run with
    a seed can be repeated. `notice` hears of everything as it happens. `enough` may end the
    search early. Cancelling the task closes the backend's stream.
    """
    seen: set[str] = set()
    passed: list[Verified] = []
    rejected: list[Rejected] = []
    usage: list[Usage] = []
    failure: Failed | None = None
    events = backend.generate(request)
    try:
        async for event in events:
            match event:
                case Delta():
                    notice(event)
                case Usage():
                    usage.append(event)
                case Failed():
                    failure = event
                    notice(event)
                case Generated(code=code, origin=origin):
                    digest = candidate_digest(code)
                    if digest in seen:
                        continue
                    seen.add(digest)
                    result = await verify(code)
                    found = Verified(id=digest[:12], code=code, origin=origin, result=result)
                    if found.passed:
                        passed.append(found)
                        notice(found)
                        if enough(found):
                            break
                    else:
                        refused = Rejected(digest=digest[:12], reason="; ".join(result.gate))
                        rejected.append(refused)
                        notice(refused)
                    if len(seen) >= request.candidates:
                        break
                case _:
                    assert_never(event)
    finally:
        close = getattr(events, "aclose", None)
        if close is not None:
            await asyncio.shield(close())
    passed.sort(key=quality)
    return Outcome(
        candidates=tuple(passed), rejected=tuple(rejected), usage=tuple(usage), failure=failure
    )

"""That the contract is met by something: a proof about no input at all proves nothing."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from axiom_verifiers.checks._inputs import InputSource
from axiom_verifiers.checks._prove_answers import Solvers
from axiom_verifiers.checks._refute_replay import Inputs, Replay
from axiom_verifiers.checks._refute_search import NO_PROGRAM, Search
from axiom_verifiers.checks.verifier import Subject
from axiom_verifiers.contracts.outcomes import Raised, Returned
from axiom_verifiers.errors import NotModelledError
from axiom_verifiers.logic import terms
from axiom_verifiers.solvers.answers import Invalid

# How many inputs are run, in the hope that one ends.
_ENOUGH = 4
_LIKELY = 20


class Inhabited(msgspec.Struct, frozen=True):
    """Whether an input that meets `requires` ran to its end in the sandbox, and if not why."""

    ran: bool
    reason: str = ""
    detail: str = ""


def inhabited(subject: Subject, solvers: Solvers) -> Inhabited:
    """Runs examples, likely values and models of `requires`, until one has ended."""
    replay = Replay(subject, solvers.budget)
    broken = replay.loads()
    if broken:
        return Inhabited(ran=False, reason="the code cannot be run", detail=broken)
    for rows in _sources(subject, replay, solvers):
        kept = replay.admissible(rows)[:_ENOUGH]
        for row, outcome in zip(kept, replay.outcomes(kept), strict=True):
            if isinstance(outcome, Returned | Raised):
                return Inhabited(ran=True, detail=f"ran on {row!r:.200}")
    return Inhabited(ran=False, reason="no input ran")


def _sources(subject: Subject, replay: Replay, solvers: Solvers) -> Iterator[list[Inputs]]:
    contract = subject.contract
    source = InputSource(contract, subject.code, replay.judging, salt="prove")
    yield list(source.cases(_LIKELY, 0.5))
    for size in (2, 5):
        try:
            search = Search(NO_PROGRAM, contract, size)
        except NotModelledError:
            return
        problem = search.question(terms.TRUE)
        answer = solvers.ask(problem, longest=3.0).answer
        if isinstance(answer, Invalid):
            found = search.inputs(problem, answer.model)
            if found is not None:
                yield [found]

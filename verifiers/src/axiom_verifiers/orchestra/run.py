"""The orchestra: runs the verifiers by tier, streams their evidence, stops what is settled."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import entry_points

import msgspec

from axiom_verifiers.checks.verifier import Budget, Subject, Verifier
from axiom_verifiers.contracts.contract import Must
from axiom_verifiers.evidence import ClauseEvidence, Evidence, Report, Verdict
from axiom_verifiers.orchestra.merge import merge
from axiom_verifiers.orchestra.results import Progress, Result

GROUP = "axiom.verifiers"
# Seconds after which a thread that computes must let another one in. The prover waits some
# twenty times in a verification for an answer of a few milliseconds, and with Python's own 5 ms
# each answer then waits again for those who search and run cases beside it.
_TURN = 0.001
# Where every clause is settled, but some proof by one solver alone, the others look for a run
# against it as long again as all took so far, and so many seconds at least.
_DOUBT = 1.0


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: verifiers up to `tier`, only those named in `only` when given, for
    `seconds` of wall-clock time in all.
    """

    tier: int = 3
    only: tuple[str, ...] = ()
    seconds: float = 20.0


_known: tuple[Verifier, ...] | None = None
_lock = threading.Lock()


def verifiers() -> tuple[Verifier, ...]:
    """Every registered verifier (ours and plug-ins), one instance a process, by tier and name."""
    global _known  # noqa: PLW0603 - one cache a process; plug-ins load once.
    with _lock:
        if _known is None:
            loaded: list[Verifier] = [point.load()() for point in entry_points(group=GROUP)]
            _known = tuple(sorted(loaded, key=lambda one: (one.tier, one.name)))
        return _known


class _Feed:
    """Runs one verifier in a thread and hands what it yields to a queue."""

    def __init__(
        self, verifier: Verifier, subject: Subject, budget: Budget, out: queue.Queue[object]
    ) -> None:
        self.verifier = verifier
        self.budget = budget
        self._subject = subject
        self._out = out
        self.thread = threading.Thread(target=self._run, name=f"axiom-{verifier.name}", daemon=True)

    def _run(self) -> None:
        start = time.monotonic()
        reported = False
        try:
            for one in self.verifier.verify(self._subject, self.budget):
                reported = reported or isinstance(one, Report)
                self._out.put((self, one))
        except Exception as error:  # A plug-in may raise anything; it becomes `failed`.
            self._out.put((self, self._failed(f"{type(error).__name__}: {error}", start)))
        else:
            if not reported:
                self._out.put((self, self._failed("it ended without a report", start)))
        self._out.put((self, None))

    def _failed(self, reason: str, start: float) -> Report:
        return Report(
            verifier=self.verifier.name,
            tier=self.verifier.tier,
            verdict=Verdict.FAILED,
            seconds=time.monotonic() - start,
            detail=f"the verifier broke: {reason}",
        )


class Verification:
    """One run over one subject. Iterate it for evidence as it comes; then ask `result`.

    Tier 0 goes alone, because nothing can run code that does not parse; the other tiers run
    beside each other, so that proving and refuting start in the first second. `cancel` stops
    it from any thread; verifiers that are still at work then are waited for briefly only.
    """

    def __init__(
        self, subject: Subject, plan: Plan, chosen: Sequence[Verifier] | None = None
    ) -> None:
        self.subject = subject
        self.plan = plan
        self.evidence: list[ClauseEvidence] = []
        self.reports: list[Report] = []
        self._stop = threading.Event()
        self._cancelled = False
        self._stopped: str | None = None
        self._start = time.monotonic()
        self._chosen = [
            one
            for one in (verifiers() if chosen is None else chosen)
            if one.tier <= plan.tier
            and (not plan.only or one.name in plan.only)
            and one.supports(subject)
        ]

    def cancel(self) -> None:
        """Stop all verifiers; what was found so far stays."""
        self._cancelled = True
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    @property
    def result(self) -> Result:
        """What the evidence so far comes to."""
        return merge(
            self.subject.contract,
            self.subject.language,
            self.evidence,
            self.reports,
            time.monotonic() - self._start,
            "cancelled" if self._cancelled else self._stopped,
        )

    def __iter__(self) -> Iterator[Evidence | Progress]:
        self._start = time.monotonic()
        sys.setswitchinterval(min(_TURN, sys.getswitchinterval()))
        first = [one for one in self._chosen if one.tier == 0]
        rest = [one for one in self._chosen if one.tier > 0]
        yield from self._run(first)
        broken = [one for one in self.reports if one.verdict is Verdict.REFUTED and one.tier == 0]
        if any(finding.severity == "error" for one in broken for finding in one.findings):
            self._stopped = "the code is not the function that the intent asks for"
            return
        yield from self._run(rest)

    def _doubted(self) -> float | None:
        """Seconds for which it is worth while to look on: none where all is refuted or proved by
        two; `None` where something is open.
        """
        ran = any(one.cases > 0 or one.method == "executed" for one in self.evidence)
        final: set[str] = set()
        alone: set[str] = set()
        for one in self.evidence:
            replayed = one.witness is not None and one.witness.replayed
            if replayed or (one.verdict is Verdict.PROVED and ran):
                agreed = one.method != "deductive" or len(one.answers) > 1
                (final if replayed or agreed else alone).add(one.clause)
        asked = {
            clause.id
            for clause in self.subject.contract.clauses
            if not (isinstance(clause, Must) and clause.what in (None, "terminate"))
        }
        if asked <= final:
            return 0.0
        return max(_DOUBT, time.monotonic() - self._start) if asked <= final | alone else None

    def _run(self, chosen: Sequence[Verifier]) -> Iterator[Evidence | Progress]:
        out: queue.Queue[tuple[_Feed, Evidence | None]] = queue.Queue()
        feeds: list[_Feed] = []
        remaining = self.plan.seconds - (time.monotonic() - self._start)
        stops: dict[str, threading.Event] = {}
        for verifier in chosen:
            stop = threading.Event()
            stops[verifier.name] = stop
            feeds.append(_Feed(verifier, self.subject, Budget(remaining, stop), out))  # type: ignore[arg-type]  # Queue is invariant
        for feed in feeds:
            yield Progress(verifier=feed.verifier.name, tier=feed.verifier.tier, state="running")
            feed.thread.start()
        running = set(feeds)
        # A verifier that ignores its budget is abandoned this long after the deadline.
        patience = time.monotonic() + max(0.0, remaining) + 5.0
        enough = False
        until: float | None = None
        while running:
            if until is not None and not enough and time.monotonic() >= until:
                enough = True
                for feed in running:
                    # Types and lint still have a say at the gate.
                    if feed.verifier.tier >= 2:
                        stops[feed.verifier.name].set()
            if self._stop.is_set():
                for stop in stops.values():
                    stop.set()
                patience = min(patience, time.monotonic() + 2.0)
            try:
                feed, one = out.get(timeout=0.1)
            except queue.Empty:
                if time.monotonic() > patience:
                    break
                continue
            if one is None:
                running.discard(feed)
                yield Progress(verifier=feed.verifier.name, tier=feed.verifier.tier, state="ended")
                continue
            if isinstance(one, ClauseEvidence):
                self.evidence.append(one)
                if one.witness is not None and one.witness.replayed:
                    for other in feeds:
                        other.budget.refuted.add(one.clause)
                doubted = self._doubted()
                if doubted is not None:
                    until = min(time.monotonic() + doubted, until or patience)
            else:
                self.reports.append(one)
            yield one
        for feed in running:
            detail = "cancelled" if self._cancelled else "it did not end within its time"
            self.reports.append(
                Report(
                    verifier=feed.verifier.name,
                    tier=feed.verifier.tier,
                    verdict=Verdict.UNKNOWN if self._cancelled else Verdict.FAILED,
                    seconds=time.monotonic() - self._start,
                    detail=detail,
                )
            )
        if remaining - (time.monotonic() - self._start) <= 0:
            self._stopped = "timeout"


def verify(subject: Subject, plan: Plan | None = None) -> Result:
    """Run everything to its end and give the result."""
    run = Verification(subject, plan or Plan())
    for _ in run:
        pass
    return run.result

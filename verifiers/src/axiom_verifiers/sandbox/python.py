"""Runs Python candidates: CPython 3.14 inside WebAssembly, judged on the host."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from axiom_verifiers.contracts.contract import Contract
from axiom_verifiers.contracts.outcomes import Discarded, Outcome, OutOfFuel
from axiom_verifiers.contracts.types import Type
from axiom_verifiers.contracts.values import Value
from axiom_verifiers.sandbox import artefact
from axiom_verifiers.sandbox.codec import MalformedReplyError, Reader, annotation, encode, mutable
from axiom_verifiers.sandbox.codec import write as write_request
from axiom_verifiers.sandbox.runtime import Instance, Limits, Runtime, Trapped
from axiom_verifiers.sandbox.watched import Note, Notes, Watched, read_note

__all__ = ["BROKEN", "LIMITS", "TOO_LATE", "Limits", "PythonSandbox", "is_limit", "shared"]

LIMITS = Limits()

# How the reason of a `Discarded` begins when there is no usable reply: a trap of the sandbox, or
# code that interfered with it.
BROKEN = "the sandbox gave no usable answer"
TOO_LATE = "the time for running the code was over"
_STACK = "the interpreter's native stack ran out"
_MARK = "\ufeff"  # the byte-order mark, which Python takes off files but not off texts
_FIRST_CHUNK = 4
_COMPILE_SECONDS = 10.0


class Figures(msgspec.Struct, frozen=True):
    """Seconds: to instantiate, for one whole life, for a thousand inputs in one store."""

    instantiate: float
    whole_life: float
    thousand_inputs: float


class SyntaxFault(msgspec.Struct, frozen=True):
    """1-based line and column, in characters."""

    message: str
    line: int
    column: int


class PythonSandbox:
    """Any number of threads may use one. Each `run` works in a store of its own."""

    def __init__(self, found: artefact.Artefact) -> None:
        self.digest = found.digest
        self._runtime = Runtime(found.path)

    @classmethod
    def open(cls, progress: artefact.Progress | None = None) -> PythonSandbox:
        """The sandbox of this machine, built when needed. Raises `ArtefactError`."""
        return cls(artefact.load(progress))

    def run(
        self,
        code: str,
        contract: Contract,
        calls: Sequence[Mapping[str, Value] | Sequence[Value]],
        *,
        limits: Limits = LIMITS,
        seconds: float = 60.0,
        stop: threading.Event | None = None,
        patience: int | None = None,
    ) -> list[Outcome]:
        """One outcome per call, in order; the module is loaded once, in a fresh store.

        A call is a mapping by parameter name or the arguments in order. All calls share the
        module's state, as in a program that calls the function again and again, up to one that
        ends its store (out of fuel, a trap): those after it go on in a fresh one. Each call has
        `limits.fuel` for itself. When `seconds` are over, `stop` is set, or `patience` calls ran
        out of fuel, the rest is `Discarded` as `TOO_LATE`. What the code printed is not kept.
        """
        work = _Work(self._runtime, code, contract, limits, seconds, stop)
        return work.run([_by_name(contract, call) for call in calls], patience)

    def watch(
        self,
        how: type[Note],
        code: str,
        contract: Contract,
        calls: Sequence[Mapping[str, Value]],
        *,
        limits: Limits = LIMITS,
        seconds: float = 20.0,
        stop: threading.Event | None = None,
        patience: int | None = None,
    ) -> list[Watched[Note]]:
        """As `run`, with what was noted of each call; for guidance and explaining only.

        For `BranchNotes` and `Repeat` the candidate runs with hooks in it, so an outcome is a
        likely one until `run` has given it, too. The notes of a call that ended its store are
        lost.
        """
        work = _Work(self._runtime, code, contract, limits, seconds, stop, how)
        outcomes = work.run([_by_name(contract, call) for call in calls], patience)
        return [
            Watched(outcome=outcome, notes=read_note(how, work.notes.get(at)))
            for at, outcome in enumerate(outcomes)
        ]

    def load(
        self,
        code: str,
        contract: Contract,
        *,
        limits: Limits = LIMITS,
        seconds: float = 20.0,
    ) -> Outcome | None:
        """None when the module loads and has the function, else how loading it ended."""
        work = _Work(self._runtime, code, contract, limits, seconds, None)
        return work.load()

    def syntax_fault(self, code: str) -> SyntaxFault | None:
        """What the pinned interpreter's own compiler objects to; None when the code compiles."""
        try:
            request = write_request({"compile": code.removeprefix(_MARK)})
            reply, _ = self._runtime.start(LIMITS).call(request, LIMITS.fuel, _COMPILE_SECONDS)
        except Trapped:
            return SyntaxFault("too large or nested too deeply for the interpreter", 1, 1)
        found = msgspec.json.decode(reply, type=tuple[str, int, int] | None)
        return None if found is None else SyntaxFault(*found)

    def figures(self) -> Figures:
        """Measures this machine, for the bench."""
        start = time.perf_counter()
        self._runtime.start(LIMITS)
        instantiate = time.perf_counter() - start
        code = "def f(x):\n    return x + 1\n"
        request = _load_request(code, "f", {}, seeded=False)
        request |= {"names": ["x"], "modifies": [], "mutable": []}
        lives: list[float] = []
        for calls in ([[1]], [[n] for n in range(1000)]):
            start = time.perf_counter()
            self._runtime.start(LIMITS).call(
                write_request({**request, "calls": calls}), LIMITS.fuel, 60.0
            )
            lives.append(time.perf_counter() - start)
        return Figures(instantiate, lives[0], lives[1])


def _by_name(contract: Contract, call: Mapping[str, Value] | Sequence[Value]) -> dict[str, Value]:
    names = [parameter.name for parameter in contract.parameters]
    values = [call[name] for name in names] if isinstance(call, Mapping) else list(call)
    return dict(zip(names, values, strict=True))


def _load_request(
    code: str,
    function: str,
    records: dict[str, dict[str, str]],
    *,
    seeded: bool,
    watch: str | None = None,
) -> dict[str, Any]:
    code = code.removeprefix(_MARK)
    load = {"code": code, "function": function, "records": list(records.items()), "seeded": seeded}
    return {"load": {**load, "watch": watch}}


class _Lost(Exception):  # noqa: N818  It is how a store ended, not an error of anyone's.
    """The store ended without a reply for its last request."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class _Work:
    """One `run`: the stores that it goes through, and its clock."""

    def __init__(
        self,
        runtime: Runtime,
        code: str,
        contract: Contract,
        limits: Limits,
        seconds: float,
        stop: threading.Event | None,
        watch: type[Notes] | None = None,
    ) -> None:
        self._runtime = runtime
        self._limits = limits
        self._deadline = time.monotonic() + seconds
        self._stop = stop
        types: dict[str, Type] = {p.name: p.type for p in contract.parameters}
        records = {r.name: {n: annotation(t) for n, t in r.fields} for r in contract.records}
        self._head = {
            "names": list(types),
            "modifies": list(contract.modifies),
            "mutable": [name for name, of in types.items() if mutable(of)],
        }
        self._load = _load_request(
            code,
            contract.name,
            records,
            seeded="random" in code,
            watch=None if watch is None else watch.KIND,
        )
        self._reader = Reader(types, contract.result, contract.records)
        self._instance: Instance | None = None
        self.notes: dict[int, Any] = {}  # of the call with this number, where there are any

    def load(self) -> Outcome | None:
        """Starts a store; None when the module is loaded in it, else how that ended."""
        instance = self._runtime.start(self._limits)
        try:
            ended, _ = self._ask(instance, self._load, [])
        except _Lost as lost:
            return lost.outcome
        if isinstance(ended, list):
            self._instance = instance
            return None
        return ended

    def run(self, calls: list[dict[str, Value]], patience: int | None) -> list[Outcome]:
        """Works in chunks that grow while they are cheap, so that all fuel is per call.

        A chunk has the fuel of one call: when all of it ends within that, so does each call of
        it. The calls of a chunk that does not are made again, one by one, in a fresh store. A
        chunk is sized so that it takes a quarter of the fuel if its calls cost what those of
        the chunk before it did.
        """
        outcomes: list[Outcome] = []
        size = _FIRST_CHUNK
        careful = 0  # up to this call one by one
        stuck = 0
        while (at := len(outcomes)) < len(calls):
            if self._over() or (patience is not None and stuck >= patience):
                return outcomes + [Discarded(TOO_LATE)] * (len(calls) - at)
            if self._instance is None and (failure := self.load()) is not None:
                return outcomes + [failure] * (len(calls) - at)
            assert self._instance is not None
            chunk = calls[at : at + (1 if at < careful else size)]
            try:
                found, spent = self._ask(self._instance, self._calls(chunk), chunk)
                if not isinstance(found, list):
                    raise _Lost(Discarded(f"{BROKEN}: it loaded the module twice"))
            except _Lost as lost:
                self._instance = None
                size = 1
                if len(chunk) == 1:
                    outcomes.append(lost.outcome)
                    stuck += isinstance(lost.outcome, OutOfFuel)
                else:
                    careful = at + len(chunk)
                continue
            self.notes |= {at + n: note for n, note in enumerate(self._reader.notes)}
            outcomes += found
            affordable = self._limits.fuel // 4 // max(1, spent // len(chunk))
            size = max(1, min(8 * size, affordable))
        return outcomes

    def _calls(self, chunk: list[dict[str, Value]]) -> dict[str, Any]:
        return {"calls": [[encode(value) for value in call.values()] for call in chunk]}

    def _over(self) -> bool:
        stopped = self._stop is not None and self._stop.is_set()
        return stopped or time.monotonic() >= self._deadline

    def _ask(
        self, instance: Instance, request: dict[str, Any], chunk: list[dict[str, Value]]
    ) -> tuple[list[Outcome] | Outcome, int]:
        """The outcomes and the fuel spent. Raises `_Lost`; the store is dead then."""
        text = write_request({**self._head, "calls": [], **request})
        seconds = max(0.0, self._deadline - time.monotonic())
        try:
            reply, spent = instance.call(text, self._limits.fuel, seconds)
            return self._reader.read(reply, chunk), spent
        except Trapped as trapped:
            raise _Lost(_ending(trapped)) from None
        except MalformedReplyError as error:
            raise _Lost(Discarded(f"{BROKEN}: {error}")) from None


def _ending(trapped: Trapped) -> Outcome:
    match trapped.kind:
        case "fuel":
            return OutOfFuel()
        case "deadline":
            return Discarded(TOO_LATE)
        case "stack":
            return Discarded(_STACK)
        case "trap":
            return Discarded(f"{BROKEN}: {trapped}")


def is_limit(discarded: Discarded) -> bool:
    """Whether a limit ended the run: stack, memory, digits, the size of a value.

    Otherwise the code asked for what the sandbox does not have, spoilt its own run, or the time
    was over.
    """
    limits = ("RecursionError", "MemoryError", "interpreter limit", "a value is larger", _STACK)
    return discarded.reason.startswith(limits)


_lock = threading.Lock()
_shared: dict[str, PythonSandbox] = {}


def shared(progress: artefact.Progress | None = None) -> PythonSandbox:
    """This process's one sandbox of the current cache folder. Raises `ArtefactError`."""
    folder = str(artefact.cache_folder())
    with _lock:
        if folder not in _shared:
            _shared[folder] = PythonSandbox.open(progress)
        return _shared[folder]

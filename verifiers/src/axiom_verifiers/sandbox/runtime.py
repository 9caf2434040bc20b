"""Wasmtime: the engine's settings, stores with their limits, and how a run may end.

The only module that imports wasmtime.
"""

# wasmtime's bindings are generated and partly untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportPrivateUsage=false
from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
import wasmtime
from wasmtime import _bindings
from wasmtime.component import Component, Linker

from axiom_verifiers.errors import ArtefactError

_STACK = 4 << 20  # bytes of native stack that WebAssembly may use; threads here have 8 MiB
_ASYNC_STACK = 8 << 20
_TICK = 0.02  # seconds between two epochs

# Part of the artefact's recipe: machine code compiled under other settings does not load.
SETTINGS = f"fuel epochs stack={_STACK}"


Kind = Literal["fuel", "deadline", "stack", "trap"]


class Trapped(Exception):  # noqa: N818  It is how a run ended, not an error of anyone's.
    """A run ended without a reply. `kind` says by which limit; a trap ends the instance."""

    def __init__(self, kind: Kind, message: str) -> None:
        super().__init__(message)
        self.kind: Kind = kind


class Limits(msgspec.Struct, frozen=True):
    """`fuel` units per call (a thousand million are about 0.1 s), `memory` in bytes."""

    fuel: int = 2_000_000_000
    memory: int = 256 << 20


def _engine() -> wasmtime.Engine:
    config = wasmtime.Config()
    config.consume_fuel = True
    config.epoch_interruption = True
    # wasmtime-py has no property for it, and an async stack below the other aborts the process.
    _bindings.wasmtime_config_async_stack_size_set(config.ptr(), _ASYNC_STACK)
    config.max_wasm_stack = _STACK
    return wasmtime.Engine(config)


def compile_component(path: Path) -> bytes:
    """Machine code for this machine. Takes seconds and some 450 MB."""
    try:
        return bytes(Component.from_file(_engine(), str(path)).serialize())
    except wasmtime.WasmtimeError as error:
        raise ArtefactError(f"wasmtime could not compile the sandbox: {error}") from error


class Runtime:
    """An engine with one loaded component. Any number of threads may run stores of it."""

    def __init__(self, path: Path) -> None:
        self.engine = _engine()
        try:
            self._component: Any = Component.deserialize_file(self.engine, str(path))
        except wasmtime.WasmtimeError as error:
            raise ArtefactError(f"wasmtime could not load {path}: {error}") from error
        self._linker: Any = Linker(self.engine)
        self._linker.define_unknown_imports_as_traps(self._component)
        self._export: Any = self._component.get_export_index("run")
        self._ticker = _Ticker(self.engine)

    def start(self, limits: Limits) -> Instance:
        """A fresh store with the component in it, about a millisecond."""
        store = wasmtime.Store(self.engine)
        store.set_limits(memory_size=limits.memory)
        store.set_fuel(limits.fuel)
        store.set_epoch_deadline(1 << 40)
        instance: Any = self._linker.instantiate(store, self._component)
        return Instance(store, instance.get_func(store, self._export), self._ticker)


class Instance:
    """One store. After `Trapped` it is dead."""

    def __init__(self, store: wasmtime.Store, function: Any, ticker: _Ticker) -> None:
        self._store = store
        self._function = function
        self._ticker = ticker

    def call(self, request: str, fuel: int, seconds: float) -> tuple[str, int]:
        """The guest's reply and the fuel that it took. Raises `Trapped`."""
        self._store.set_fuel(fuel)
        with self._ticker.ticking():
            self._store.set_epoch_deadline(max(2, int(seconds / _TICK) + 1))
            reply = _on_large_stack(self._enter, request)
        return reply, fuel - self._store.get_fuel()

    def _enter(self, request: str) -> str:
        try:
            return self._function(self._store, request)
        except (wasmtime.WasmtimeError, wasmtime.Trap) as error:
            raise _trapped(error) from None


def _small_stacks() -> bool:
    """Whether this system gives threads less native stack than a run may use."""
    if sys.platform == "win32":
        return True
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_STACK)
    # Without a limit the C library falls back to a small stack of its own for threads.
    return soft == resource.RLIM_INFINITY or soft < 2 * _STACK


_SMALL = _small_stacks()
_stack_lock = threading.Lock()


def _on_large_stack(enter: Callable[[str], str], request: str) -> str:
    """Calls it here when the native stack suffices, else on a thread that has enough."""
    if not _SMALL:
        return enter(request)
    answers: list[str] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            answers.append(enter(request))
        except BaseException as error:  # Carried over to the waiting thread as it is.
            failures.append(error)

    with _stack_lock:
        before = threading.stack_size(4 * _STACK)
        try:
            thread = threading.Thread(target=work, name="sandbox")
            thread.start()
        finally:
            threading.stack_size(before)
    thread.join()
    if failures:
        raise failures[0]
    return answers[0]


def _trapped(error: Exception) -> Trapped:
    text = str(error)
    cause = text.rsplit("Caused by:", 1)[-1]
    if "all fuel consumed" in cause:
        return Trapped("fuel", "out of fuel")
    if "wasm trap: interrupt" in cause:
        return Trapped("deadline", "out of time")
    if "call stack exhausted" in cause:
        return Trapped("stack", "the native stack ran out")
    return Trapped("trap", cause.strip().splitlines()[0][:200] if cause.strip() else "trap")


class _Ticker:
    """Advances the engine's epoch while anything runs; the wall clock's backstop."""

    def __init__(self, engine: wasmtime.Engine) -> None:
        self._engine = engine
        self._lock = threading.Condition()
        self._running = 0
        self._thread: threading.Thread | None = None

    def ticking(self) -> _Ticker:
        return self

    def __enter__(self) -> None:
        with self._lock:
            self._running += 1
            if self._thread is None:
                self._thread = threading.Thread(target=self._tick, name="epochs", daemon=True)
                self._thread.start()
            self._lock.notify()

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._running -= 1

    def _tick(self) -> None:
        while True:
            with self._lock:
                while not self._running:
                    self._lock.wait()
            time.sleep(_TICK)
            self._engine.increment_epoch()

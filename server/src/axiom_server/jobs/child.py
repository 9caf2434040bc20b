"""The worker process: runs calls in threads, at a low priority, until its parent goes away.

A call is `module:name`, a plain function `(payload, emit, stop) -> value`: `emit` sends a
notice, `stop` is set on cancellation. Whatever it prints goes to stderr, never to the pipe.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
import traceback
from typing import Any, BinaryIO

import msgspec

from axiom_server.errors import AxiomError
from axiom_server.jobs.frames import (
    Call,
    Cancel,
    Done,
    FromWorker,
    Notice,
    Ready,
    Refused,
    ToWorker,
    frame,
)

NICENESS = 10


class _Child:
    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink
        self._lock = threading.Lock()
        self._stops: dict[int, threading.Event] = {}

    def send(self, message: FromWorker) -> None:
        with self._lock:
            self._sink.write(frame(message))
            self._sink.flush()

    def _run(self, call: Call, stop: threading.Event) -> None:
        try:
            module, _, name = call.function.partition(":")
            function = getattr(importlib.import_module(module), name)

            def emit(value: Any) -> None:
                self.send(Notice(call.id, msgspec.to_builtins(value)))

            answer: FromWorker = Done(
                call.id, msgspec.to_builtins(function(call.payload, emit, stop))
            )
        except AxiomError as error:
            answer = Refused(call.id, type(error).__name__, str(error), error.exit_code)
        except Exception as error:  # The parent must hear of it, whatever it is.
            traceback.print_exc()
            answer = Refused(call.id, "fault", f"{type(error).__name__}: {error}", 3)
        finally:
            self._stops.pop(call.id, None)
        self.send(answer)

    def serve(self) -> None:
        self.send(Ready(os.getpid()))
        while True:
            head = self._source.read(4)
            if len(head) < 4:
                return
            body = self._source.read(int.from_bytes(head, "big"))
            message: ToWorker = msgspec.msgpack.decode(body, type=ToWorker)
            match message:
                case Call() as call:
                    stop = threading.Event()
                    self._stops[call.id] = stop
                    threading.Thread(target=self._run, args=(call, stop), daemon=True).start()
                case Cancel(id=number):
                    if number in self._stops:
                        self._stops[number].set()

    def stop_all(self) -> None:
        for stop in list(self._stops.values()):
            stop.set()


def main() -> None:
    """Serve stdin and stdout; end when the parent closes them or dies."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # A stray print must not corrupt the messages.
    os.nice(NICENESS)
    sys.set_int_max_str_digits(0)  # Integers are exact, however long.
    child = _Child(sys.stdin.buffer, sink)
    try:
        child.serve()
    except (BrokenPipeError, KeyboardInterrupt):
        pass
    finally:
        child.stop_all()


if __name__ == "__main__":
    main()

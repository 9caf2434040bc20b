"""One worker process, seen from the pool: start, send, receive, kill. Never blocks."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import time
from typing import Any, cast

from axiom_verifiers.errors import WorkerError

Message = dict[str, Any]

# A longer line is garbage: no model is that large.
_LONGEST = 64 * 1024 * 1024


class WorkerProcess:
    """A solver's process. `ready` is false until it has announced itself."""

    def __init__(self, command: tuple[str, ...], megabytes: int) -> None:
        self.command = command
        self.ready = False
        self.version = ""
        self.served = 0
        self.kilobytes = 0
        self.started = time.monotonic()
        theirs, self._lifeline = os.pipe()
        try:
            self._process = subprocess.Popen(
                [*command, str(megabytes), str(theirs)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs,),
                start_new_session=True,  # Ctrl-C is for us to hear.
                bufsize=0,
            )
        except OSError as error:
            os.close(self._lifeline)
            raise WorkerError(f"cannot start {command[0]}: {error}") from error
        finally:
            os.close(theirs)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in = self._process.stdin
        self._out = self._process.stdout
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self._out.fileno(), False)
        self._unsent = b""
        self._unread = bytearray()

    @property
    def pid(self) -> int:
        return self._process.pid

    def register(self, poll: select.poll) -> None:
        """Has `poll` wake when there is something to do here."""
        poll.register(self._out.fileno(), select.POLLIN)
        if self._unsent:
            poll.register(self._in.fileno(), select.POLLOUT)

    def send(self, message: Message) -> None:
        """Begins to send; `receive` goes on with it."""
        self._unsent += json.dumps(message).encode() + b"\n"
        self._flush()

    @property
    def sent(self) -> bool:
        return not self._unsent

    def _flush(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._in.fileno(), self._unsent) :]
        except BlockingIOError:
            pass
        except OSError as error:
            raise WorkerError(self._death()) from error

    def receive(self) -> Message | None:
        """The next message if it is there already. WorkerError when none can come."""
        if self._unsent:
            self._flush()
        while b"\n" not in self._unread:
            try:
                piece = os.read(self._out.fileno(), 1 << 16)
            except BlockingIOError:
                return None
            except OSError as error:
                raise WorkerError(self._death()) from error
            if not piece:
                raise WorkerError(self._death())
            self._unread += piece
            if len(self._unread) > _LONGEST:
                raise WorkerError("the worker printed more than any answer has")
        line, _, rest = bytes(self._unread).partition(b"\n")
        self._unread = bytearray(rest)
        try:
            message: object = json.loads(line)
        except ValueError as error:
            raise WorkerError(f"the worker printed garbage: {line[:80]!r}") from error
        if not isinstance(message, dict):
            raise WorkerError(f"the worker printed garbage: {line[:80]!r}")
        return cast("Message", message)

    def _death(self) -> str:
        """How it ended, as far as that is known right now."""
        try:
            code = self._process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            return "the worker closed its output"
        if code < 0:
            return f"the worker was ended by signal {-code}"
        return f"the worker ended with exit code {code}"

    def alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """Ends it; `reap` removes what is left of it."""
        with contextlib.suppress(OSError):
            self._process.kill()
        self.forget()

    def forget(self) -> None:
        """Closes our ends: what a forked child does with its parent's workers."""
        with contextlib.suppress(OSError):
            self._in.close()
        with contextlib.suppress(OSError):
            self._out.close()
        if self._lifeline >= 0:
            with contextlib.suppress(OSError):
                os.close(self._lifeline)
            self._lifeline = -1

    def reap(self, seconds: float = 0.0) -> bool:
        """Whether the process is gone, after waiting at most that long."""
        try:
            self._process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def disown(self) -> None:
        """Makes the interpreter forget a process that is not this process's child."""
        self._process.returncode = 0

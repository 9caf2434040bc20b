"""A type checker's language server, kept alive between checks: just enough of a client."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from axiom_verifiers.errors import TypeCheckerError

_START_SECONDS = 30.0
_RESTART_AFTER = 300  # documents; a server that lives for ever grows

# What is checked ahead of need: the types that most code needs are read by then.
_FIRST = "def first(xs: list[int]) -> dict[str, int]:\n    return {str(x): x for x in xs}\n"

_CONFIG = {
    "include": ["."],
    "pythonVersion": "3.14",
    "pythonPlatform": "All",
    "typeCheckingMode": "standard",
    "reportMissingImports": "none",
    "reportMissingModuleSource": "none",
    "reportPossiblyUnbound": "warning",
    "reportRedeclaration": "warning",
    "reportSelfClsParameterName": "warning",
    "reportUnsupportedDunderAll": "warning",
    "reportUnusedCoroutine": "warning",
    "reportUnusedExcept": "warning",
    "reportIncompatibleMethodOverride": "warning",
    "reportIncompatibleVariableOverride": "warning",
}


class Position(msgspec.Struct, frozen=True):
    line: int
    character: int


class Range(msgspec.Struct, frozen=True):
    start: Position
    end: Position


class Diagnostic(msgspec.Struct, frozen=True):
    """As the protocol has it: 0-based, columns in UTF-16 units; severity 1 is an error."""

    message: str
    range: Range
    severity: int = 1
    code: str | int | None = None


class _Answer(msgspec.Struct, frozen=True):
    items: list[Diagnostic] = []


class LanguageServer:
    """basedpyright's server on one folder of its own. One check at a time; raises
    `TypeCheckerError` when the server is missing, silent or gone, and starts again next time.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lifeline = -1
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._next = 0
        self._documents = 0
        self._closing = False
        self._warming = False

    def warm(self) -> None:
        """Starts it beside what else goes on, so that the first check need not wait for that.
        When it does not start, the first check says so.
        """

        def start() -> None:
            with self._lock, contextlib.suppress(TypeCheckerError):
                if self._warming and self._process is None:
                    self.diagnose(_FIRST, _START_SECONDS)

        self._warming = True
        threading.Thread(target=start, name="axiom-types-warm", daemon=True).start()

    def diagnose(self, text: str, seconds: float) -> list[Diagnostic]:
        """What the checker says of this text as a Python module on its own."""
        until = time.monotonic() + seconds
        with self._lock:
            # A server that has stopped reading would block our writing, too.
            watch = threading.Timer(_START_SECONDS + seconds, self._kill)
            watch.daemon = True
            watch.start()
            try:
                if self._process is None or self._process.poll() is not None:
                    self._start()
                return self._check(text, max(until, time.monotonic() + 0.5))
            except (OSError, ValueError, msgspec.MsgspecError) as error:
                self._end()
                raise TypeCheckerError(f"basedpyright's server failed: {error}") from error
            except TypeCheckerError:
                self._end()
                raise
            finally:
                watch.cancel()

    def _kill(self) -> None:
        process = self._process
        if process is not None:
            _kill_group(process)

    def close(self) -> None:
        """Ends it, in the middle of a check, too; the next check starts it again."""
        self._closing = True
        self._warming = False  # What has not begun by now would start it after its end.
        self._kill()
        with self._lock:
            self._end()
            self._closing = False

    # ------------------------------------------------------------ one document

    def _check(self, text: str, until: float) -> list[Diagnostic]:
        assert self._folder is not None
        self._documents += 1
        path = Path(self._folder.name) / f"candidate_{self._documents}.py"
        uri = path.as_uri()
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        answer = self._ask("textDocument/diagnostic", {"textDocument": {"uri": uri}}, until)
        self._tell("textDocument/didClose", {"textDocument": {"uri": uri}})
        if self._documents >= _RESTART_AFTER:
            self._end()
        return msgspec.convert(answer, _Answer).items

    # ------------------------------------------------------------ life

    def _start(self) -> None:
        self._end()
        self._folder = tempfile.TemporaryDirectory(prefix="axiom-types-")
        Path(self._folder.name, "pyrightconfig.json").write_text(json.dumps(_CONFIG))
        # The checker must not find the person's own settings, interpreter or packages.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        environment |= {"HOME": self._folder.name, "XDG_CONFIG_HOME": self._folder.name}
        # What it keeps while it runs goes when its folder goes; it is never let end by itself.
        scratch = Path(self._folder.name, ".scratch")
        scratch.mkdir()
        environment["TMPDIR"] = str(scratch)
        environment.pop("VIRTUAL_ENV", None)
        theirs, self._lifeline = os.pipe()
        guard = [sys.executable, "-m", "axiom_verifiers.checks._guard"]
        try:
            self._process = subprocess.Popen(
                [*guard, str(theirs), self._folder.name],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self._folder.name,
                env=environment,
                pass_fds=(theirs,),
                start_new_session=True,  # Ctrl-C is for us to hear; and `_end` ends the group.
            )
        except OSError as error:
            raise TypeCheckerError(f"basedpyright does not start: {error}") from error
        finally:
            os.close(theirs)
        if self._closing:
            raise TypeCheckerError("basedpyright's server was closed while it started")
        assert self._process.stdout is not None
        self._answers = queue.Queue()
        reader = threading.Thread(
            target=_read, args=(self._process.stdout, self._answers), daemon=True
        )
        reader.start()
        until = time.monotonic() + _START_SECONDS
        root = Path(self._folder.name).as_uri()
        capabilities = {
            "textDocument": {"diagnostic": {"dynamicRegistration": False}},
            "workspace": {"configuration": False, "workspaceFolders": True},
        }
        self._ask(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": root,
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": root, "name": "candidate"}],
            },
            until,
        )
        self._tell("initialized", {})
        self._documents = 0

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _kill_group(process)
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            process.wait()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    # ------------------------------------------------------------ messages

    def _send(self, message: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def _tell(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def _ask(self, method: str, params: dict[str, Any], until: float) -> Any:
        """The result of a request. What the server asks meanwhile is answered with null."""
        self._next += 1
        self._send({"id": self._next, "method": method, "params": params})
        while True:
            try:
                message = self._answers.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise TypeCheckerError(f"basedpyright did not answer {method} in time") from None
            if message is None:
                raise TypeCheckerError("basedpyright's server ended unexpectedly")
            if "method" in message:
                if "id" in message:
                    self._send({"id": message["id"], "result": None})
            elif message.get("id") == self._next:
                if "error" in message:
                    raise TypeCheckerError(f"basedpyright refused {method}: {message['error']}")
                return message.get("result")


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Ends the launcher and the server that it started: the launcher's end alone would leave a
    busy server running.
    """
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _read(stream: BinaryIO, answers: queue.Queue[dict[str, Any] | None]) -> None:
    """Puts every message into the queue, then None when the server has gone."""
    with contextlib.suppress(OSError, ValueError):
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b"\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                break
            answers.put(json.loads(stream.read(length)))
    answers.put(None)

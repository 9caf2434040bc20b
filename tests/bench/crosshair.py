"""CrossHair as a peer: installed beside the project, asked in a warm process with a limit."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from axiom_verifiers.contracts.contract import Contract
from tests.bench.asserts import module

VERSION = "0.0.113"
ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".cache" / f"crosshair-{VERSION}"
_DRIVER = Path(__file__).with_name("crosshair_driver.py")
# What a check may take beyond its own limit, in seconds, before its process is ended: CrossHair
# looks at the clock between paths only.
_GRACE = 20.0


class Said(NamedTuple):
    """`outcome` is proved, refuted or unknown, in our words; `message` CrossHair's own."""

    outcome: str
    seconds: float
    message: str


def install() -> Path:
    """The interpreter of an environment with CrossHair alone, made when it is not there.

    Needs the package index the first time.
    """
    python = HOME / "bin" / "python"
    if not (HOME / ".complete").exists():
        uv = str(Path(sys.executable).with_name("uv"))
        subprocess.run(
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(HOME)], check=True
        )
        subprocess.run(
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--python",
                str(python),
                f"crosshair-tool=={VERSION}",
            ],
            check=True,
        )
        (HOME / ".complete").touch()
    return python


class CrossHair:
    """One process that answers check after check; it is replaced when it does not answer."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._python = install()
        self._folder = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[str] | None = None
        self._count = 0

    def check(self, contract: Contract, code: str) -> Said:
        """What it says of the code; `unknown` when it says nothing in time."""
        self._count += 1
        path = Path(self._folder.name) / f"checked_{self._count}.py"
        path.write_text(module(contract, code))
        process = self._process or self._start()
        assert process.stdin is not None
        started = time.monotonic()
        process.stdin.write(json.dumps([str(path), self.seconds]) + "\n")
        process.stdin.flush()
        answer = self._answer(process, self.seconds + _GRACE)
        if answer is None:
            self._end()
            return Said("unknown", time.monotonic() - started, "ended by us after its limit")
        return _said(answer)

    def _start(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(self._python), "-I", str(_DRIVER)],  # Nothing of ours is on its path.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        self._process = process
        assert self._answer(process, 60.0) == {"ready": True}, "CrossHair does not start"
        return process

    @staticmethod
    def _answer(process: subprocess.Popen[str], seconds: float) -> dict[str, object] | None:
        assert process.stdout is not None
        ready, _, _ = select.select([process.stdout], [], [], seconds)
        line = process.stdout.readline() if ready else ""
        return json.loads(line) if line else None

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        self._folder.cleanup()


def _said(answer: dict[str, object]) -> Said:
    state = str(answer["state"])
    outcome = "unknown"
    if state == "CONFIRMED":
        outcome = "proved"
    elif state in ("POST_FAIL", "POST_ERR", "EXEC_ERR"):
        outcome = "refuted"
    return Said(outcome, float(str(answer["seconds"])), f"{state}: {answer['message']}")

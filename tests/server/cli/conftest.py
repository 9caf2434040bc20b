"""A folder that is a workspace, and the command line run in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from axiom_server.cli import main

CLAMP = """\
intent clamp(x: int, lo: int, hi: int) -> int
  requires lo <= hi
  ensures in_range: lo <= result <= hi
  ensures inside: result == x when lo <= x <= hi
  example clamp(5, 0, 10) == 5
"""
GOOD = """\
def clamp(x: int, lo: int, hi: int) -> int:
    return max(lo, min(x, hi))
"""


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Axiom = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace, the current folder."""
    (tmp_path / "axiom.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AXIOM_CONFIG", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def axiom(folder: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> Axiom:
    """Run a command line; no traceback may reach the person, whatever it is."""

    def run(*arguments: str) -> Said:
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsysbinary.readouterr()
        said = Said(code, out.decode(), err.decode())
        assert "Traceback" not in said.err
        assert "a fault of AXIOM" not in said.err, said.err
        return said

    return run

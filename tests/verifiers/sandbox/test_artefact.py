"""The artefact is built once, found damaged when it is, and never half there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from axiom_verifiers.errors import ArtefactError
from axiom_verifiers.sandbox import artefact
from axiom_verifiers.sandbox.python import PythonSandbox

COMMAND = [sys.executable, "-m", "axiom_verifiers.sandbox", "build"]


def build(cache: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "AXIOM_CACHE": str(cache)}
    return subprocess.Popen(
        COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_its_digest_is_that_of_what_runs(sandbox: PythonSandbox) -> None:
    found = artefact.load()
    assert found.digest == sandbox.digest == found.manifest.component
    assert found.path.stat().st_size > 1_000_000


def test_a_damaged_artefact_is_built_again_by_one_process(
    sandbox: PythonSandbox, tmp_path: Path
) -> None:
    whole = artefact.load().path.parent
    copied = tmp_path / "sandbox" / whole.name
    shutil.copytree(whole, copied)
    with (copied / "python.cwasm").open("r+b") as file:
        file.seek(1_000_000)
        byte = file.read(1)
        file.seek(1_000_000)
        file.write(bytes([byte[0] ^ 1]))
    killed = copied / "build-killed" / "guest"  # What a build that was killed has left.
    killed.mkdir(parents=True)
    both = [build(tmp_path), build(tmp_path)]
    said = [process.communicate(timeout=600) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    (first, heard_first), (second, heard_second) = said
    assert first == second
    assert first.startswith(sandbox.digest)  # Only the machine code was damaged.
    told = heard_first + heard_second
    assert told.count("is damaged (the compiled code does not match its digest)") == 1
    assert told.count("the Python sandbox is ready") == 1
    assert "waiting for it" in told
    assert sorted(p.name for p in copied.iterdir()) == [
        "lock",
        "manifest.json",
        "python.cwasm",
        "python.wasm",
    ]


def test_no_place_to_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("AXIOM_CACHE", str(tmp_path / "file"))
    with pytest.raises(ArtefactError, match="set AXIOM_CACHE"):
        artefact.load()


def test_the_recipe_follows_the_sources(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = artefact.recipe()
    shutil.copytree(artefact._GUEST, tmp_path / "guest")
    monkeypatch.setattr(artefact, "_GUEST", tmp_path / "guest")
    assert artefact.recipe() == before
    with (tmp_path / "guest" / "app.py").open("a") as file:
        file.write("# changed\n")
    assert artefact.recipe() != before


def test_wrong_use() -> None:
    done = subprocess.run(COMMAND[:-1], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "usage" in done.stderr

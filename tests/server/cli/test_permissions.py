"""Places that cannot be written: one clear message, exit code 3, everything as it was."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.server.cli.conftest import CLAMP, Axiom, Said

# Root may write anywhere, so that permissions would mean nothing to a test that it runs.
WITHOUT = "--bounding-set=-dac_override,-dac_read_search,-fowner,-chown"
PREFIX = ("setpriv", WITHOUT) if os.geteuid() == 0 else ()


@pytest.fixture
def permitted(folder: Path) -> Callable[..., Said]:
    """Run a command line as somebody whom permissions bind."""

    def run(*arguments: str) -> Said:
        command = (*PREFIX, sys.executable, "-m", "axiom_server.cli", *arguments)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr
        assert "a fault of AXIOM" not in done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@contextmanager
def mode(path: Path, bits: int) -> Generator[None]:
    """A file or folder with other permissions for a while."""
    before = path.stat().st_mode
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.fixture
def accepted(folder: Path, axiom: Axiom) -> str:
    """A workspace with accepted code that an accept made; what the target holds."""
    (folder / "f.intent").write_text(CLAMP)
    assert axiom("generate", "f.intent", "--accept").code == 0
    return (folder / "f.py").read_text()


@pytest.mark.parametrize("older", [None, b"an older bundle"])
def test_export_that_the_history_cannot_hold(
    older: bytes | None,
    accepted: str,
    folder: Path,
    axiom: Axiom,
    permitted: Callable[..., Said],
) -> None:
    del accepted
    bundle = folder / "out" / "x.axb"
    bundle.parent.mkdir()
    if older is not None:
        bundle.write_bytes(older)
    with mode(folder / ".axiom", 0o555), mode(folder / ".axiom" / "history.db", 0o444):
        said = permitted("export", "f.intent", "-o", str(bundle), "--throw-away-key")
    assert said.code == 3, said.err
    assert [one.name for one in bundle.parent.iterdir()] == (["x.axb"] if older else [])
    if older is not None:
        assert bundle.read_bytes() == older
    assert "BundleExported" not in axiom("history").out
    assert axiom("export", "f.intent", "-o", str(bundle), "--throw-away-key").code == 0
    assert "BundleExported" in axiom("history").out


@pytest.mark.parametrize(("place", "bits"), [(".", 0o555), ("f.py", 0o444)])
def test_undo_that_may_not_remove_what_accept_had_made(
    place: str,
    bits: int,
    accepted: str,
    folder: Path,
    axiom: Axiom,
    permitted: Callable[..., Said],
) -> None:
    target = folder / "f.py"
    with mode(folder / place, bits):
        said = permitted("undo")
    assert said.code == 3, said.err
    assert "f.py: cannot be written: " in said.err
    assert "Nothing was changed" in said.err
    assert target.read_text() == accepted
    assert axiom("undo").code == 0  # Nor did the history change.
    assert not target.exists()


def test_export_onto_a_folder(accepted: str, axiom: Axiom) -> None:
    del accepted
    said = axiom("export", "f.intent", "-o", ".", "--throw-away-key")
    assert said.code == 2
    assert "a folder; a file was expected" in said.err


@pytest.mark.parametrize("name", ["f.intent", "f.py"])
def test_export_over_what_is_exported(name: str, accepted: str, folder: Path, axiom: Axiom) -> None:
    before = (folder / name).read_bytes()
    said = axiom("export", "f.intent", "-o", name, "--throw-away-key")
    assert said.code == 2
    assert "name another file" in said.err
    assert (folder / name).read_bytes() == before
    assert (folder / "f.py").read_text() == accepted

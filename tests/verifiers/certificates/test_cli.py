"""`axiom-verify`: exit codes and messages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from axiom_verifiers.certificates.signing import seal
from axiom_verifiers.cli import main
from tests.verifiers.certificates.test_check import CODE, KEY, PUBLIC, statement

PROGRAM = "import sys; from axiom_verifiers.cli import main; sys.exit(main())"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "double.axb"
    path.write_bytes(seal(statement(), KEY))
    return path


def test_a_sound_bundle(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bundle), "--trust", PUBLIC]) == 0
    said = capsys.readouterr().out
    assert "solver-attested" in said
    assert "the certificate is sound" in said


def test_json(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bundle), "--trust", PUBLIC, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["intent"] == "double"


def test_without_trust(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(bundle)]) == 1
    assert "signer unknown" in capsys.readouterr().err
    assert main(["check", str(bundle), "--integrity-only"]) == 0


def test_what_is_no_key(bundle: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["check", str(bundle), "--trust", PUBLIC[:-1]])
    assert ended.value.code == 2
    assert "64 hexadecimal digits" in capsys.readouterr().err


def test_the_code_beside_it(bundle: Path, tmp_path: Path) -> None:
    same = tmp_path / "same.py"
    same.write_text("# before\n" + CODE.replace("\n", "\r\n"))
    assert main(["check", str(bundle), "--trust", PUBLIC, "--code", str(same)]) == 0
    other = tmp_path / "other.py"
    other.write_text(CODE.replace("+", "-"))
    assert main(["check", str(bundle), "--trust", PUBLIC, "--code", str(other)]) == 1


def test_no_such_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path / "none.axb")]) == 2
    assert "No such file" in capsys.readouterr().err


def test_not_a_bundle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "text.axb"
    path.write_text("hello")
    assert main(["check", str(path)]) == 1
    assert "Format" in capsys.readouterr().err


def test_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["prove"])
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize("form", [("--integrity-only",), ("--integrity-only", "--json"), ()])
def test_output_that_nobody_reads(form: tuple[str, ...], bundle: Path) -> None:
    """A pipe that was closed changes nothing about the answer, and leaves no traceback."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "check", str(bundle), *form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    _, err = process.communicate(timeout=60)
    assert process.returncode == (0 if form else 1)  # Without the option the signer is unknown.
    assert (b"signer unknown" in err) == (not form)
    assert b"Traceback" not in err
    assert b"Error" not in err


def test_messages_that_nobody_reads(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "check", str(tmp_path / "none.axb")],
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    process.stderr.close()
    assert process.wait(timeout=60) == 2  # Not 1, which would say that it is not sound.


def test_output_that_cannot_be_written(bundle: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, "check", str(bundle), "--integrity-only"],
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.startswith(b"a fault of axiom-verify: ")

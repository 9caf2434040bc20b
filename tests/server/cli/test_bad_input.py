"""Bad input: one clear message, the documented exit code, nothing half written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.server.cli.conftest import CLAMP, GOOD, Axiom

# name: (the bytes of the file, the exit code of `check`, what the message holds)
FILES: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 0, ""),
    "blank": (b"\n\n  \n", 0, ""),
    "binary": (b"\x7fELF\x00\x01\x02", 2, "Give the path of a text"),
    "not UTF-8": (b"intent f() -> int\n  ensures result == 1 # \xff\n", 2, "not UTF-8"),
    "unclosed string": (b'intent f() -> str\n  ensures result == "abc\n', 1, "2:"),
    "unclosed prose": (b'intent f() -> int\n  """\n  never ends\n', 1, "f.intent:"),
    "unclosed bracket": (b"intent f() -> int\n  ensures result == (1\n", 1, "2:"),
    "unknown clause": (b"intent f() -> int\n  ensure result == 1\n", 1, "ensures"),
    "unknown name": (b"intent f(count: int) -> int\n  ensures result == cuont\n", 1, "count"),
    "wrong type": (b'intent f() -> int\n  ensures result == "a"\n', 1, "2:"),
    "uses itself": (b'use "./f.intent"\n', 1, "Remove one of these `use` lines"),
    "uses nothing": (b'use "./none.intent"\n', 1, "none.intent"),
    "broken example": (
        b"intent f(n: int) -> int\n  ensures result > n\n  example f(1) == 1\n",
        1,
        "3:",
    ),
    "example outside requires": (
        b"intent f(n: int) -> int\n  requires n > 0\n  ensures result > n\n  example f(0) == 1\n",
        1,
        "4:",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files(name: str, folder: Path, axiom: Axiom) -> None:
    data, code, told = FILES[name]
    (folder / "f.intent").write_bytes(data)
    said = axiom("check", "f.intent")
    assert said.code == code, said.err
    assert told in said.err
    assert (folder / "f.intent").read_bytes() == data


def test_cyclic_use(folder: Path, axiom: Axiom) -> None:
    (folder / "a.intent").write_text('use "./b.intent"\n')
    (folder / "b.intent").write_text('use "./a.intent"\n')
    said = axiom("check", "a.intent")
    assert said.code == 1
    assert "circle" in said.err


def test_a_large_file(folder: Path, axiom: Axiom) -> None:
    item = "intent f{0}(n: int) -> int\n  ensures result == n + {0}\n\n"
    text = "".join(item.format(number) for number in range(2000))
    (folder / "f.intent").write_text(text + "# " + "x" * (5 << 20) + "\n")
    assert axiom("check", "f.intent").code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("check", "none.intent"), "no such file"),
        (("check", "."), "a folder"),
        (("verify", "f.intent", "--code", "none.py"), "no such file"),
        (("verify", "f.intent", "--intent", "clamped", "--code", "f.py"), "clamp"),
        (("verify", "f.intent", "--code", "f.py", "--timeout", "-1"), "above 0"),
        (("verify", "f.intent", "--code", "f.py", "--timeout", "nan"), "above 0"),
        (("verify", "f.intent", "--code", "f.py", "--only", "types,lynt"), "properties"),
        (("verify", "f.intent", "--code", "f.py", "--tier", "7"), "tier"),
        (("generate", "f.intent", "--budget", "0"), "above 0"),
        (("generate", "f.intent", "--model", "oracle"), "embedded"),
        (("generate", "f.intent", "--candidates", "-3"), "from 1 to 100"),
        (("accept", "f.intent"), "no candidate yet"),
        (("history", "--at", "yesterday"), "2026-01-31"),
        (("dance",), "invalid choice"),
        ((), "usage"),
    ],
)
def test_wrong_use(arguments: tuple[str, ...], told: str, folder: Path, axiom: Axiom) -> None:
    (folder / "f.intent").write_text(CLAMP)
    (folder / "f.py").write_text(GOOD)
    said = axiom(*arguments)
    assert said.code == 2
    assert told in said.err


# name: (the code, its overall verdict, what the findings or reasons hold)
CODES: dict[str, tuple[str, str, str]] = {
    "no such function": ("def clip(x, lo, hi):\n    return x\n", "unknown", "clamp"),
    "wrong signature": ("def clamp(x, lo):\n    return x\n", "unknown", "hi"),
    "syntax error": ("def clamp(x, lo, hi:\n    return x\n", "unknown", "1"),
    "empty": ("", "unknown", "clamp"),
    "binary": ("\x00\x01", "unknown", ""),
    "endless": ("def clamp(x, lo, hi):\n    while True:\n        pass\n", "refuted", "endless"),
    "system call": (
        "import os\n\ndef clamp(x, lo, hi):\n    os.system('true')\n    return x\n",
        "unknown",
        "no module os",
    ),
}


@pytest.mark.parametrize("name", CODES)
def test_codes(name: str, folder: Path, axiom: Axiom) -> None:
    code, verdict, told = CODES[name]
    (folder / "f.intent").write_text(CLAMP)
    (folder / "f.py").write_bytes(code.encode())
    said = axiom("verify", "f.intent", "--code", "f.py", "--json", "--timeout", "6")
    if name == "binary":
        assert said.code == 2
        assert "binary" in said.err
        return
    assert said.code == 1
    assert said.json["verdict"] == verdict, said.out
    assert told in said.out
    assert not any(clause["verdict"] == "proved" for clause in said.json["clauses"]) or (
        name == "endless"
    )


def test_requires_that_nothing_satisfies(folder: Path, axiom: Axiom) -> None:
    text = "intent f(n: int) -> int\n  requires n > 0\n  requires n < 0\n  ensures result == 7\n"
    (folder / "f.intent").write_text(text)
    (folder / "f.py").write_text("def f(n: int) -> int:\n    return 8\n")
    said = axiom("verify", "f.intent", "--code", "f.py", "--json", "--timeout", "6")
    assert said.code == 1
    assert said.json["verdict"] == "unknown"
    assert "requires" in said.out


def test_a_contract_that_contradicts_itself(folder: Path, axiom: Axiom) -> None:
    text = "intent f(n: int) -> int\n  ensures result > n\n  ensures result < n\n"
    (folder / "f.intent").write_text(text)
    said = axiom("generate", "f.intent", "--budget", "10", "--json")
    assert said.code == 1
    assert said.json["candidates"] == []


def make_candidate(folder: Path, axiom: Axiom) -> None:
    (folder / "f.intent").write_text(CLAMP)
    assert axiom("generate", "f.intent", "--json").code == 0


def test_accept_keeps_what_is_the_persons(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    target = folder / "f.py"
    own = "# mine\ndef clamp():\n    return 0\n"
    target.write_text(own)
    said = axiom("accept", "f.intent")
    assert said.code == 1
    assert "line 2 defines clamp already" in said.err
    assert target.read_text() == own


def test_accept_keeps_line_ends_and_mark(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    target = folder / "f.py"
    before = "\ufeffX = 1\r\n".encode()
    target.write_bytes(before)
    assert axiom("accept", "f.intent").code == 0
    data = target.read_bytes()
    assert data.startswith(before)
    assert data.count(b"\n") == data.count(b"\r\n")
    assert axiom("undo").code == 0
    assert target.read_bytes() == before
    assert axiom("redo").code == 0
    assert target.read_bytes() == data


def test_undo_is_exact(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    target = folder / "f.py"
    before = b"X = 1\r\nY = 2"  # Its last line has no end.
    target.write_bytes(before)
    assert axiom("accept", "f.intent").code == 0
    data = target.read_bytes()
    for _ in range(2):
        assert axiom("undo").code == 0
        assert target.read_bytes() == before
        assert axiom("redo").code == 0
        assert target.read_bytes() == data
    assert axiom("history", "--check").code == 0


@pytest.mark.parametrize("how", [("accept",), ("generate", "--accept")])
def test_accept_over_a_hand_edit(how: tuple[str, ...], folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    assert axiom("accept", "f.intent").code == 0
    target = folder / "f.py"
    written = target.read_text()
    edited = "import os\n" + written.replace("return", "return 0 +")
    target.write_text(edited)
    command, *more = how
    said = axiom(command, "f.intent", *more)
    assert said.code == 1
    assert "f.py: line 4: the region of clamp was edited by hand" in said.err
    assert "--overwrite" in said.err
    assert target.read_text() == edited
    # What the message says can be done as it stands.
    rest = said.err[said.err.index("axiom accept") :].split()[1:]
    assert axiom(*rest).code == 0
    assert target.read_text() == "import os\n" + written
    assert axiom("undo").code == 0
    assert target.read_text() == edited  # The hand edit is not lost even so.


def test_accept_over_code_that_the_history_does_not_know(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    target = folder / "f.py"
    text = "# axiom: begin clamp 0123456789ab\ndef clamp(x, lo, hi):\n    return 0\n"
    target.write_text(text + "# axiom: end clamp\n")
    said = axiom("accept", "f.intent")
    assert said.code == 1
    assert "f.py: lines 1 to 4: the region of clamp holds code that this history" in said.err
    assert axiom("accept", "f.intent", "--overwrite").code == 0


def test_accept_over_what_was_accepted(folder: Path, axiom: Axiom) -> None:
    """Over its own code, in whatever line ends, nothing is asked."""
    make_candidate(folder, axiom)
    assert axiom("accept", "f.intent").code == 0
    target = folder / "f.py"
    target.write_bytes(target.read_bytes().replace(b"\n", b"\r\n"))
    assert axiom("accept", "f.intent").code == 0


def test_accept_without_write_permission(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    (folder / "f.py").mkdir()  # What even root cannot overwrite with a file.
    said = axiom("accept", "f.intent")
    assert said.code == 2
    assert "folder" in said.err


def test_undo_over_a_hand_edit(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    assert axiom("accept", "f.intent").code == 0
    target = folder / "f.py"
    edited = target.read_text().replace("return", "return 0 +")
    target.write_text(edited)
    said = axiom("undo")
    assert said.code == 1
    assert "edited by hand" in said.err
    assert target.read_text() == edited
    assert axiom("undo", "--force").code == 0
    assert not target.exists()  # The accept had made it, and nothing is left in it.


def test_a_changed_contract_makes_candidates_stale(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    (folder / "f.intent").write_text(CLAMP.replace("lo <= hi\n", "lo < hi\n"))
    said = axiom("accept", "f.intent")
    assert said.code == 1
    assert "stale" in said.err
    assert not (folder / "f.py").exists()


def test_nothing_to_undo(axiom: Axiom) -> None:
    assert axiom("undo").code == 1
    assert axiom("redo").code == 1


@pytest.mark.parametrize("text", ["", "# only this\n", "define two: int = 2\n"])
def test_a_file_without_an_intent(text: str, folder: Path, axiom: Axiom) -> None:
    (folder / "f.intent").write_text(text)
    for more in ((), ("--intent", "clamp")):
        said = axiom("generate", "f.intent", *more)
        assert said.code == 2
        assert "f.intent: holds no intent. Write one, for example:" in said.err
    shown = said.err.split("example:\n")[1]
    (folder / "f.intent").write_text(shown)
    assert axiom("check", "f.intent").code == 0  # What it shows can be written so.


def test_a_newer_database(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    connection = sqlite3.connect(folder / ".axiom" / "history.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    said = axiom("history")
    assert said.code == 3
    assert "newer AXIOM" in said.err


def test_a_damaged_database(folder: Path, axiom: Axiom) -> None:
    (folder / ".axiom").mkdir()
    (folder / ".axiom" / "history.db").write_bytes(b"damaged" * 1000)
    said = axiom("history")
    assert said.code == 3
    assert "damaged" in said.err


def test_export_before_accept(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    said = axiom("export", "f.intent", "-o", "f.axb", "--throw-away-key")
    assert said.code == 1
    assert "nothing is accepted" in said.err
    assert not (folder / "f.axb").exists()


def test_export_of_edited_code(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    assert axiom("accept", "f.intent").code == 0
    target = folder / "f.py"
    target.write_text(target.read_text().replace("return", "return 0 +"))
    said = axiom("export", "f.intent", "-o", "f.axb", "--throw-away-key")
    assert said.code == 1
    assert "edited by hand" in said.err


def test_export_without_a_key(folder: Path, axiom: Axiom) -> None:
    make_candidate(folder, axiom)
    assert axiom("accept", "f.intent").code == 0
    said = axiom("export", "f.intent", "-o", "f.axb")
    assert said.code == 1
    assert "axiom key new" in said.err


def test_wrong_settings_are_named(folder: Path, axiom: Axiom) -> None:
    (folder / "axiom.toml").write_text("candidate = 3\n")
    (folder / "f.intent").write_text(CLAMP)
    said = axiom("check", "f.intent")
    assert said.code == 2
    assert "candidates" in said.err


def test_code_with_a_byte_order_mark(folder: Path, axiom: Axiom) -> None:
    """As an editor on another system saves it, and as Python reads it."""
    (folder / "f.intent").write_text(CLAMP)
    (folder / "f.py").write_text("\ufeff" + GOOD)
    said = axiom("verify", "f.intent", "--code", "f.py", "--require", "proved", "--json")
    assert said.code == 0, said.out
    assert said.json["verdict"] == "proved"


def test_requires_that_nothing_meets_are_said_with_what_would_help(
    folder: Path, axiom: Axiom
) -> None:
    text = "intent f(n: int) -> int\n  requires n > 5\n  requires n < 3\n  ensures result == n\n"
    (folder / "f.intent").write_text(text)
    (folder / "f.py").write_text("def f(n: int) -> int:\n    return n\n")
    said = axiom("verify", "f.intent", "--code", "f.py")
    assert said.code == 1
    assert "no input was found that meets `requires`" in said.out
    assert said.out.count("would help: add an example that meets every `requires`") == 1


def test_more_intents_than_anybody_would_wait_for(folder: Path, axiom: Axiom) -> None:
    item = "intent f{0}(n: int) -> int\n  ensures result == n + {0}\n"
    text = "".join(item.format(number) for number in range(93_000))
    (folder / "f.intent").write_text(text)
    said = axiom("check", "f.intent")
    assert said.code == 2
    assert "holds 93,000 intents" in said.err
    assert "Split it" in said.err

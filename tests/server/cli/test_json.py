"""`--json` of the commands that change files: one document, and what it says is so."""

from __future__ import annotations

from pathlib import Path

from tests.server.cli.conftest import CLAMP, Axiom


def test_accept_undo_redo(folder: Path, axiom: Axiom) -> None:
    (folder / "f.intent").write_text(CLAMP)
    made = axiom("generate", "f.intent", "--json").json
    said = axiom("accept", "f.intent", "--json").json
    assert said == {
        "intent": "clamp",
        "file": "f.intent",
        "target": "f.py",
        "event": "CandidateAccepted",
        "candidate": made["candidates"][0]["id"],
    }
    assert axiom("undo", "--json").json["event"] == "Undone"
    assert not (folder / "f.py").exists()
    assert axiom("redo", "--json").json["event"] == "Redone"
    assert (folder / "f.py").exists()


def test_fmt(folder: Path, axiom: Axiom) -> None:
    (folder / "a.intent").write_text("intent  a(n: int) -> int\n  ensures result==n\n")
    (folder / "b.intent").write_text(CLAMP)
    would = axiom("fmt", "--check", "--json", "a.intent", "b.intent")
    assert would.code == 1
    assert would.json[0] == {"file": "a.intent", "changes": True}
    assert axiom("fmt", "--json", "a.intent").json == [{"file": "a.intent", "changes": True}]
    assert axiom("fmt", "--json", "a.intent").json == [{"file": "a.intent", "changes": False}]

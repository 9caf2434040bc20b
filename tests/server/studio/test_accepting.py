"""Two that write to one target: what the first wrote is not lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest

from axiom_server.domain.events import EventName
from axiom_server.domain.units import Candidate
from axiom_server.errors import ConflictError, HistoryError
from axiom_server.studio import remote
from axiom_server.studio.accepting import plan_accept, write
from axiom_server.studio.workspace import Workspace
from axiom_verifiers.contracts.normal import contract_digest

TEXT = """\
intent one(n: int) -> int
  ensures result == n

intent two(n: int) -> int
  ensures result == n
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with a verified candidate for each of two intents of one file."""
    (tmp_path / "axiom.toml").write_text("")
    path = tmp_path / "f.intent"
    path.write_text(TEXT)
    found = Workspace.of(path)
    for name in ("one", "two"):
        contract = found.open(path).contract(name)
        digest = contract_digest(contract)
        unit = found.history.unit_for("f.intent", name, digest)
        candidate = Candidate(
            id={"one": "aaaaaaaaaaaa", "two": "bbbbbbbbbbbb"}[name],
            code=f"def {name}(n: int) -> int:\n    return n\n",
            contract=digest,
            origin="",
            backend="embedded",
            result={},
        )
        payload = {"candidate": msgspec.to_builtins(candidate)}
        found.history.append(unit.id, [(EventName.CANDIDATE_SELECTED, payload)])
    return found


def test_two_intents_of_one_file(workspace: Workspace) -> None:
    file = workspace.open(workspace.root / "f.intent")
    first, second = plan_accept(workspace, file, "one"), plan_accept(workspace, file, "two")
    write(workspace, first)
    after_first = first.target.read_text()
    with pytest.raises(ConflictError, match="changed meanwhile"):
        write(workspace, second)
    assert first.target.read_text() == after_first
    write(workspace, plan_accept(workspace, file, "two"))
    assert first.target.read_text().count("def ") == 2
    workspace.history.check()


def test_a_unit_that_changed_meanwhile(workspace: Workspace) -> None:
    file = workspace.open(workspace.root / "f.intent")
    planned = plan_accept(workspace, file, "one")
    started = {"contract": "abc", "backend": "embedded", "seed": 0}
    workspace.history.append(planned.unit.id, [(EventName.GENERATION_STARTED, started)])
    with pytest.raises(HistoryError, match="changed in another window"):
        write(workspace, planned)
    assert not planned.target.exists()


def _planned(workspace: Workspace, intent: str) -> Any:
    path = workspace.root / "f.intent"
    asked = {"path": str(path), "text": path.read_text(), "intent": intent}
    change = remote.accept(asked, lambda _: None, threading.Event())
    return msgspec.to_builtins(change)


def _record(planned: Any) -> None:
    """As when the editor says that it has written the change."""
    remote.record(planned, lambda _: None, threading.Event())


def test_what_the_editor_has_written_is_recorded_whatever_else_happens(
    workspace: Workspace,
) -> None:
    planned = _planned(workspace, "one")
    started = {"contract": "abc", "backend": "embedded", "seed": 0}
    workspace.history.append(planned["unit"], [(EventName.GENERATION_STARTED, started)])
    _record(planned)
    unit = workspace.history.unit(planned["unit"])
    assert unit is not None
    assert unit.current is not None
    assert unit.current.candidate == "aaaaaaaaaaaa"
    workspace.history.check()


def test_two_editors_that_write_one_accept(workspace: Workspace) -> None:
    first, second = _planned(workspace, "one"), _planned(workspace, "one")
    _record(first)
    with pytest.raises(ConflictError, match="another window has accepted"):
        _record(second)
    workspace.history.check()

"""The store: append-only, chained, whole after any fault, with errors that say what to do."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from axiom_server.domain.events import EventName
from axiom_server.domain.units import Stage
from axiom_server.errors import ChainError, HistoryError
from axiom_server.history import History

CANDIDATE = {
    "id": "c1",
    "code": "def f(): ...",
    "contract": "abc",
    "origin": "",
    "backend": "embedded",
    "result": {},
}
# Permissions do not bind root, unless it lays down these.
_UNPRIVILEGED = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"] if os.getuid() == 0 else []
)
ACCEPT = {"candidate": "c1", "target": "a.py", "before": None, "after": "x"}


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / ".axiom" / "history.db")


def unit_with_accept(history: History) -> str:
    unit = history.unit_for("a.intent", "f", "abc")
    history.append(
        unit.id,
        [
            (EventName.GENERATION_STARTED, {"contract": "abc"}),
            (EventName.CANDIDATE_SELECTED, {"candidate": CANDIDATE}),
            (EventName.CANDIDATE_ACCEPTED, ACCEPT),
        ],
    )
    return unit.id


def test_asking_makes_nothing(history: History) -> None:
    assert history.units() == ()
    assert history.find("a.intent", "f") is None
    assert not history.path.exists()


def test_projection_follows_events(history: History) -> None:
    unit_with_accept(history)
    unit = history.find("a.intent", "f")
    assert unit is not None
    assert unit.stage is Stage.DEPLOYED
    assert unit.current is not None
    assert unit.current.candidate == "c1"
    assert history.check() == 4


def test_undo_and_redo_give_back_what_was(history: History) -> None:
    unit_with_accept(history)
    before = history.find("a.intent", "f")
    assert before is not None
    undone, _ = history.append(before.id, [(EventName.UNDONE, {})])
    assert undone.current is None
    redone, _ = history.append(before.id, [(EventName.REDONE, {})])
    assert redone.accepted == before.accepted
    assert redone.undone == before.undone


def test_state_at_a_time(history: History) -> None:
    unit = unit_with_accept(history)
    moment = history.events()[0].time
    state = history.state_at(unit, moment)
    assert state is not None
    assert state.stage is Stage.DRAFT


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'x'",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events SELECT * FROM events",
    ],
)
def test_events_cannot_be_changed(history: History, statement: str) -> None:
    unit_with_accept(history)
    connection = sqlite3.connect(history.path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE events SET payload = '{}' WHERE seq = 2", "was altered"),
        ("DELETE FROM events WHERE seq = 2", "does not follow"),
        ("UPDATE units SET state = replace(state, 'deployed', 'draft')", "not what replay gives"),
    ],
)
def test_check_finds_what_was_altered(history: History, statement: str, said: str) -> None:
    unit_with_accept(history)
    connection = sqlite3.connect(history.path)
    for name in ("update", "delete", "replace"):
        connection.execute(f"DROP TRIGGER events_no_{name}")
    connection.execute(statement)
    connection.commit()
    connection.close()
    with pytest.raises(ChainError, match=said):
        history.check()


def test_a_newer_format_is_left_alone(history: History) -> None:
    unit_with_accept(history)
    history.close()
    connection = sqlite3.connect(history.path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(HistoryError, match="newer AXIOM"):
        history.units()


def test_a_damaged_file_is_named(history: History) -> None:
    history.path.parent.mkdir()
    history.path.write_bytes(b"no database at all" * 100)
    with pytest.raises(HistoryError, match="damaged"):
        history.units()


def test_a_damaged_payload_is_named(history: History) -> None:
    unit_with_accept(history)
    history.close()
    connection = sqlite3.connect(history.path)
    (place,) = connection.execute("SELECT max(position) FROM events").fetchone()
    for (trigger,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {trigger}")
    damaged = "UPDATE events SET payload = CAST(x'7bff7d' AS TEXT) WHERE position = ?"
    connection.execute(damaged, (place,))
    connection.commit()
    connection.close()
    with pytest.raises(HistoryError, match="damaged"):
        history.events()


def test_a_lock_held_elsewhere_is_named(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = unit_with_accept(history)
    other = sqlite3.connect(history.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    engine = history._open()
    with engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA busy_timeout = 50")
    with pytest.raises(HistoryError, match="another process holds it"):
        history.append(unit, [(EventName.UNDONE, {})])
    assert len(history.events()) == 4  # Readers do not wait for a writer.
    other.execute("ROLLBACK")
    other.close()


def test_read_only_is_named(history: History) -> None:
    unit = unit_with_accept(history)
    engine = history._open()
    with engine.connect() as connection:
        # Permissions do not bind root, so the connection itself is made read-only.
        connection.connection.driver_connection.execute("PRAGMA query_only = 1")
    with pytest.raises(HistoryError, match="read-only"):
        history.append(unit, [(EventName.UNDONE, {})])


def test_who_only_reads_waits_for_nobody(history: History) -> None:
    unit_with_accept(history)
    history.close()
    other = sqlite3.connect(history.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    # Opened while the lock is held; the time limit of a lock is far longer than this takes.
    assert len(History(history.path).events()) == 4
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.parametrize("waiting", [False, True], ids=["closed", "with changes in its journal"])
def test_what_may_not_be_written_can_be_read(history: History, waiting: bool) -> None:
    unit = unit_with_accept(history)
    if not waiting:
        history.close()
    script = f"""
        from pathlib import Path
        from axiom_server.domain.events import EventName
        from axiom_server.errors import HistoryError
        from axiom_server.history import History
        history = History(Path({str(history.path)!r}))
        print(len(history.events()))
        try:
            history.append({unit!r}, [(EventName.UNDONE, {{}})])
        except HistoryError as error:
            print(error)
    """
    folder = history.path.parent
    files = list(folder.iterdir())
    for one in files:
        one.chmod(0o444)
    folder.chmod(0o555)
    try:
        run = subprocess.run(
            [*_UNPRIVILEGED, sys.executable, "-c", textwrap.dedent(script)],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        folder.chmod(0o755)
    count, said = run.stdout.splitlines()
    assert int(count) == 4
    assert "read-only" in said or "permission" in said


def test_a_stale_writer_is_refused(history: History) -> None:
    unit = unit_with_accept(history)
    with pytest.raises(HistoryError, match="another window"):
        history.append(unit, [(EventName.UNDONE, {})], expected=2)
    assert len(history.events()) == 4


def test_several_writers_keep_one_chain(history: History) -> None:
    unit = unit_with_accept(history)

    def write() -> None:
        for _ in range(10):
            history.append(unit, [(EventName.COST_INCURRED, {"cents": 1})])

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert history.check() == 44


def test_several_that_ask_first_get_one_unit(history: History) -> None:
    barrier = threading.Barrier(4)
    found: list[str] = []

    def ask() -> None:
        mine = History(history.path)
        barrier.wait()
        found.append(mine.unit_for("a.intent", "f", "abc").id)
        mine.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert history.check() == 1


def test_nothing_acknowledged_is_lost_by_a_kill(history: History) -> None:
    unit = unit_with_accept(history)
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from axiom_server.domain.events import EventName
        from axiom_server.history import History
        history = History(Path(sys.argv[1]))
        while True:
            events = [(EventName.COST_INCURRED, {"cents": n}) for n in range(3)]
            unit, _ = history.append(sys.argv[2], events)
            print(unit.seq, flush=True)
        """
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(history.path), unit], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    acknowledged = [int(writer.stdout.readline()) for _ in range(5)]
    writer.send_signal(signal.SIGKILL)
    rest = writer.stdout.read().split("\n")
    writer.wait()
    writer.stdout.close()
    last = max([*acknowledged, *(int(line) for line in rest if line.isdigit())])
    found = history.check()
    assert found >= last
    assert (found - 4) % 3 == 0  # A batch is there whole or not at all.

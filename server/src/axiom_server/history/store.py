"""The store: events appended and read back, units projected, in SQLite through SQLAlchemy Core."""

from __future__ import annotations

import datetime as dt
import getpass
import os
import sqlite3
import uuid
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import sqlalchemy as sa
from sqlalchemy import event as sa_event
from sqlalchemy import exc as sa_exc

from axiom_server.domain.events import SCHEMA, Event, EventName
from axiom_server.domain.units import Unit
from axiom_server.errors import ChainError, ChangedMeanwhileError, HistoryError
from axiom_server.history import projection, schema
from axiom_server.history.chain import event_digest
from axiom_verifiers.certificates.chain import GENESIS


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")


class History:
    """The events of one workspace. Safe to use from several threads and processes.

    Every append is one transaction (`BEGIN IMMEDIATE`), flushed to the disk before it returns;
    the projected units are updated in the same transaction.

    Raises HistoryError when the database is locked, read-only, damaged, or from a newer AXIOM.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine: sa.Engine | None = None
        # Whether that can only read: the file or its folder is closed to us.
        self._closed = False

    # -------------------------------------------------------------- opening

    def _open(self) -> sa.Engine:
        if self._engine is not None and not self._closed:
            return self._engine
        self.close()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            ignore = self.path.parent / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
        except OSError as error:
            raise HistoryError(
                f"{self.path.parent}: cannot be made: {error.strerror}. "
                "Give the folder write permission, or open another workspace."
            ) from error
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self.path)), connect_args={"timeout": 5.0}
        )
        sa_event.listen(engine, "connect", _on_connect)
        sa_event.listen(engine, "begin", _on_begin)
        with self._faults():
            self._migrate(engine)
        self._engine, self._closed = engine, False
        return engine

    def _open_to_read(self) -> sa.Engine:
        """One that asks for no lock; for a file that may not be written, one that takes it as it
        stands.
        """
        if self._engine is not None:
            return self._engine
        if os.access(self.path, os.W_OK) and os.access(self.path.parent, os.W_OK):
            return self._open()
        address = f"file:{quote(str(self.path.absolute()))}?mode=ro"
        behind = Path(f"{self.path}-wal")
        if not behind.exists() or not behind.stat().st_size:
            # Without it SQLite would make files beside this one; but what waits there must be seen.
            address += "&immutable=1"
        engine = sa.create_engine(
            "sqlite://",
            creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False),
            poolclass=sa.NullPool,
        )
        sa_event.listen(engine, "begin", _on_begin)
        with self._faults(), engine.connect() as connection:
            known = self._is_known(connection.execution_options(axiom_reads=True))
        if not known:
            raise HistoryError(f"{self.path}: it is read-only and not set up; give it permission.")
        self._engine, self._closed = engine, True
        return engine

    def _is_known(self, connection: sa.Connection) -> bool:
        """Whether it has this format. HistoryError for a newer one."""
        found = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
        if found > schema.VERSION:
            raise HistoryError(
                f"{self.path}: written by a newer AXIOM (format {found}, this one reads up "
                f"to {schema.VERSION}). Update AXIOM; nothing was changed."
            )
        return found == schema.VERSION

    def _migrate(self, engine: sa.Engine) -> None:
        # Looked at without a lock first: who only reads waits for no writer.
        with engine.connect() as connection:
            if self._is_known(connection.execution_options(axiom_reads=True)):
                return
        with engine.begin() as connection:
            if self._is_known(connection):
                return
            schema.metadata.create_all(connection)
            for trigger in schema.TRIGGERS:
                connection.exec_driver_sql(trigger)
            connection.exec_driver_sql(f"PRAGMA user_version = {schema.VERSION}")

    @contextmanager
    def _faults(self) -> Generator[None]:
        """Turns the database's own errors into ones that say what to do."""
        try:
            yield
        except (sa_exc.DBAPIError, sqlite3.Error) as error:
            cause = error.orig if isinstance(error, sa_exc.DBAPIError) else error
            text = str(cause)
            if "locked" in text or "busy" in text:
                advice = "another process holds it; try again, or close the other window"
            elif "readonly" in text or "read-only" in text:
                advice = "it is read-only; give it write permission"
            elif any(word in text for word in ("not a database", "malformed", "decode")):
                advice = "it is damaged; restore a copy, or move it away to begin a new history"
            elif "unable to open" in text:
                advice = "it cannot be opened; check the permissions of its folder"
            elif "full" in text:
                advice = "the disk is full"
            else:
                advice = "nothing was written"
            shown, _, _ = text.partition(" with text ")  # What was damaged may be long.
            raise HistoryError(f"{self.path}: {shown}: {advice}.") from error

    @contextmanager
    def _reading(self) -> Generator[sa.Connection]:
        """A connection that takes no write lock, so that readers never wait for a writer."""
        with self._faults(), self._open_to_read().connect() as connection:
            yield connection.execution_options(axiom_reads=True)

    def close(self) -> None:
        """Close all connections; the next use opens it again."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine, self._closed = None, False

    # -------------------------------------------------------------- writing

    def append(
        self,
        unit: str,
        entries: Sequence[tuple[EventName, dict[str, Any]]],
        *,
        expected: int | None = None,
    ) -> tuple[Unit, tuple[Event, ...]]:
        """Append events to a unit, all or none, and give its new state.

        `expected` is the sequence number that the caller saw last: when another process has
        appended since, ChangedMeanwhileError is raised and nothing written.
        """
        with self._faults(), self._open().begin() as connection:
            return self._append(connection, unit, entries, expected)

    def _append(
        self,
        connection: sa.Connection,
        unit: str,
        entries: Sequence[tuple[EventName, dict[str, Any]]],
        expected: int | None,
    ) -> tuple[Unit, tuple[Event, ...]]:
        state = self._load(connection, unit)
        if expected is not None and (state.seq if state else 0) != expected:
            raise ChangedMeanwhileError(
                "the unit has changed in another window meanwhile; look at it and try again"
            )
        written: list[Event] = []
        for name, payload in entries:
            event = Event(
                id=uuid.uuid4().hex,
                unit=unit,
                seq=(state.seq if state else 0) + 1,
                time=_now(),
                actor=getpass.getuser(),
                schema=SCHEMA,
                name=name,
                payload=payload,
                previous=state.last_event if state else GENESIS,
            )
            event = msgspec.structs.replace(event, digest=event_digest(event))
            row = {field: getattr(event, field) for field in event.__struct_fields__}
            row["payload"] = msgspec.json.encode(payload, order="sorted").decode()
            row["name"] = event.name.value
            connection.execute(schema.events.insert(), row)
            state = projection.apply(state, event)
            written.append(event)
        if state is None:
            raise ValueError("no events to append")
        row = {
            "id": unit,
            "path": state.path,
            "intent": state.intent,
            "seq": state.seq,
            "state": msgspec.json.encode(state).decode(),
        }
        connection.execute(sa.delete(schema.units).where(schema.units.c.id == unit))
        connection.execute(schema.units.insert(), row)
        return state, tuple(written)

    def unit_for(self, path: str, intent: str, contract: str) -> Unit:
        """The unit of an intent, made when there is none yet."""
        found = self.find(path, intent)
        if found is not None:
            return found
        payload = {"path": path, "intent": intent, "contract": contract}
        with self._faults(), self._open().begin() as connection:
            # Looked for again under the lock: another process may have made it meanwhile.
            found = self._find(connection, path, intent)
            if found is not None:
                return found
            entry = (EventName.INTENT_CREATED, payload)
            return self._append(connection, uuid.uuid4().hex, [entry], None)[0]

    # -------------------------------------------------------------- reading

    def _load(self, connection: sa.Connection, unit: str) -> Unit | None:
        query = sa.select(schema.units.c.state).where(schema.units.c.id == unit)
        state = connection.execute(query).scalar_one_or_none()
        return None if state is None else msgspec.json.decode(state, type=Unit)

    def unit(self, unit: str) -> Unit | None:
        """The unit with this id."""
        if not self.exists():
            return None
        with self._reading() as connection:
            return self._load(connection, unit)

    def exists(self) -> bool:
        """Whether anything was ever recorded; asking makes nothing."""
        return self.path.exists()

    def find(self, path: str, intent: str) -> Unit | None:
        """The unit of an intent of a file (path relative to the root)."""
        if not self.exists():
            return None
        with self._reading() as connection:
            return self._find(connection, path, intent)

    def _find(self, connection: sa.Connection, path: str, intent: str) -> Unit | None:
        table = schema.units
        query = sa.select(table.c.state).where(table.c.path == path, table.c.intent == intent)
        state = connection.execute(query).scalars().first()
        return None if state is None else msgspec.json.decode(state, type=Unit)

    def units(self) -> tuple[Unit, ...]:
        """All units, in the order of their files and names."""
        if not self.exists():
            return ()
        table = schema.units
        query = sa.select(table.c.state).order_by(table.c.path, table.c.intent)
        with self._reading() as connection:
            rows = connection.execute(query).scalars().all()
        return tuple(msgspec.json.decode(row, type=Unit) for row in rows)

    def events(self, unit: str | None = None, until: str | None = None) -> tuple[Event, ...]:
        """Events in the order in which they happened, of one unit or of all, up to a time
        (ISO 8601, UTC).
        """
        if not self.exists():
            return ()
        table = schema.events
        query = sa.select(table).order_by(table.c.position)
        if unit is not None:
            query = query.where(table.c.unit == unit)
        if until is not None:
            query = query.where(table.c.time <= until)
        with self._reading() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(
            Event(
                **{
                    field: row[field]
                    for field in Event.__struct_fields__
                    if field not in ("payload", "name")
                },
                name=EventName(row["name"]),
                payload=msgspec.json.decode(row["payload"]),
            )
            for row in rows
        )

    def state_at(self, unit: str, until: str) -> Unit | None:
        """The unit as it was at a time, by replay."""
        return projection.replay(self.events(unit, until))

    def check(self) -> int:
        """Verify every chain and that the projection is what replay gives; the number of events.

        Raises ChainError naming the first event that does not fit.
        """
        last: dict[str, tuple[int, str]] = {}
        states: dict[str, Unit] = {}
        count = 0
        for event in self.events():
            seq, digest = last.get(event.unit, (0, GENESIS))
            if event.seq != seq + 1 or event.previous != digest:
                raise ChainError(f"{self.path}: event {event.id} does not follow the one before it")
            if event_digest(event) != event.digest:
                raise ChainError(f"{self.path}: event {event.id} was altered")
            last[event.unit] = (event.seq, event.digest)
            states[event.unit] = projection.apply(states.get(event.unit), event)
            count += 1
        for unit in self.units():
            if states.get(unit.id) != unit:
                raise ChainError(
                    f"{self.path}: the state of unit {unit.id} is not what replay gives"
                )
        return count


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's `begin` hook opens transactions itself.
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _on_begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("axiom_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

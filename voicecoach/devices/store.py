"""Kept calls in a database: SQLite in the user's data folder, or any that SQLAlchemy speaks to.

Laws
----
* A call and its scorecards are there together or not at all.
* Several processes may keep calls at once; one waits for the other.
* What is deleted is overwritten, in the database file and its journal too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Engine, create_engine, delete, event, inspect, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from voicecoach.conversation import Ending
from voicecoach.devices.places import open_private
from voicecoach.devices.store_tables import SCHEMA_VERSION, CallRow, SchemaRow, ScorecardRow, Tables
from voicecoach.errors import DeviceError, InputError
from voicecoach.kept import Grader, KeptCall, KeptScorecard

DATABASE = "calls.sqlite"

BUSY_S = 30
"""Wait for another process that writes; each write takes milliseconds."""


class SqlStore:
    """Calls in a database (the port is `kept.Store`).

    Parameters
    ----------
    engine : of any database; `sqlite_store` makes the usual one.
    name : what the user knows the database by.

    Raises
    ------
    InputError : it was made by a newer voicecoach, or is damaged.
    DeviceError : it cannot be opened.
    """

    def __init__(self, engine: Engine, name: Path | str) -> None:
        self._engine = engine
        self._name = name
        try:
            with self._told():
                self._prepare()
        except BaseException:
            engine.dispose()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._engine.dispose()

    def add(self, call: KeptCall, scorecards: Sequence[KeptScorecard]) -> None:
        """Keep a call with its scorecards, all or nothing; one that is there already stays as it is."""
        with self._session() as session:
            if session.get(CallRow, call.id) is None:
                session.add(_call_row(call))
                session.flush()  # the call before what names it
                session.add_all(map(_scorecard_row, scorecards))

    def add_scorecard(self, scorecard: KeptScorecard) -> None:
        """Keep another scorecard of a call.

        Raises
        ------
        InputError : there is no such call.
        """
        with self._session() as session:
            if session.get(CallRow, scorecard.call_id) is None:
                raise _unknown(scorecard.call_id)
            session.add(_scorecard_row(scorecard))

    def calls(self) -> list[KeptCall]:
        """All calls, the newest first."""
        newest = select(CallRow).order_by(CallRow.started_at.desc(), CallRow.id.desc())
        with self._session() as session:
            return [_kept_call(row) for row in session.scalars(newest)]

    def find(self, beginning: str) -> KeptCall:
        """The one call whose id is, or begins with, `beginning`.

        Raises
        ------
        InputError : none, or several.
        """
        alike = select(CallRow).where(CallRow.id.startswith(beginning, autoescape=True)).order_by(CallRow.id)
        with self._session() as session:
            found = [_kept_call(row) for row in session.scalars(alike)]
        exact = [call for call in found if call.id == beginning]
        if not found:
            raise _unknown(beginning)
        if len(found) > 1 and not exact:
            some = ", ".join(call.id for call in found[:3])
            raise InputError(
                beginning, f"is the beginning of {len(found)} calls' ids ({some} ...)", "Say more"
            )
        return (exact or found)[0]

    def scorecards(self, call_id: str) -> list[KeptScorecard]:
        """A call's scorecards in the order they were made."""
        of_call = select(ScorecardRow).where(ScorecardRow.call_id == call_id).order_by(ScorecardRow.id)
        with self._session() as session:
            return [_kept_scorecard(row) for row in session.scalars(of_call)]

    def delete(self, call_id: str) -> bool:
        """Remove a call and everything about it; whether it was there.

        Raises
        ------
        DeviceError : it is removed, but its traces cannot be; the message says why.
        """
        with self._session() as session:
            gone = session.execute(delete(CallRow).where(CallRow.id == call_id).returning(CallRow.id)).first()
        if gone is not None and self._engine.dialect.name == "sqlite":
            self._empty_journal()
        return gone is not None

    def _empty_journal(self) -> None:
        """Have nothing that was deleted stay in SQLite's journal."""
        with self._told(), self._engine.connect() as connection:
            busy = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        if busy:
            raise DeviceError(
                f"{self._name}: the call is off the list, but another program reads it, so its journal still "
                "holds what was deleted. Close that program; the journal is emptied with the next deletion."
            )

    def _prepare(self) -> None:
        """Make the tables where there are none; refuse those of a newer version."""
        with Session(self._engine) as session, session.begin():
            known = inspect(self._engine).has_table(SchemaRow.__tablename__)
            version = session.scalar(select(SchemaRow.version)) if known else None
            if version is None:  # new, or its making was cut short
                Tables.metadata.create_all(session.connection())
                session.add(SchemaRow(version=SCHEMA_VERSION))
        if version not in (None, SCHEMA_VERSION):
            problem = f"has schema version {version}; this voicecoach knows {SCHEMA_VERSION}"
            raise InputError(
                self._name, problem, "Use the version of voicecoach that made it, or a newer one"
            )

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with self._told(), Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise DeviceError(f"{self._name}: the calls cannot be reached: {error.orig}.") from error
        except (IntegrityError, ProgrammingError):
            raise  # a mistake of ours
        except DatabaseError as error:
            remedy = "Move it away; the calls themselves lie beside it, untouched"
            raise InputError(self._name, f"is damaged: {error.orig}", remedy) from error


def sqlite_store(folder: Path) -> SqlStore:
    """The store in a user's data folder, made where there is none.

    Hold `CallFiles.locked` meanwhile: two processes must not make the tables at once.

    Raises
    ------
    InputError, DeviceError : as `SqlStore`.
    """
    path = folder / DATABASE
    try:
        os.close(open_private(path, os.O_CREAT))  # SQLite gives its journals the same permissions
    except OSError as error:
        raise DeviceError(
            f"{path}: cannot be opened: {error.strerror}. Mend that, then try again."
        ) from error
    url = URL.create("sqlite", database=str(path))
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_S})
    event.listen(engine, "connect", _set_up_sqlite)
    return SqlStore(engine, path)


def _set_up_sqlite(connection: Any, _: object) -> None:
    """SQLite's own switches: readers beside a writer, no lost commit, keys that bind, nothing left behind."""
    for switch in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {switch}")


def _unknown(call_id: str) -> InputError:
    return InputError(call_id, "there is no such call", "See voicecoach calls")


def _call_row(call: KeptCall) -> CallRow:
    return CallRow(
        id=call.id,
        started_at=call.started_at,
        persona=call.persona,
        title=call.title,
        trainee=call.trainee,
        ending=call.ending.value,
        duration=call.duration,
        percent=call.percent,
        audio=call.audio,
    )


def _kept_call(row: CallRow) -> KeptCall:
    return KeptCall(
        id=row.id,
        started_at=row.started_at,
        persona=row.persona,
        title=row.title,
        trainee=row.trainee,
        ending=Ending(row.ending),
        duration=row.duration,
        percent=row.percent,
        audio=row.audio,
    )


def _scorecard_row(scorecard: KeptScorecard) -> ScorecardRow:
    return ScorecardRow(
        call_id=scorecard.call_id,
        grader=scorecard.grader.value,
        rubric_id=scorecard.rubric_id,
        rubric_version=scorecard.rubric_version,
        percent=scorecard.percent,
        card=dict(scorecard.card),
    )


def _kept_scorecard(row: ScorecardRow) -> KeptScorecard:
    return KeptScorecard(
        row.call_id, Grader(row.grader), row.rubric_id, row.rubric_version, row.percent, row.card
    )

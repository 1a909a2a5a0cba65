"""The store: what is kept is found again, several processes may keep, what is deleted is gone."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from tests.kept_calls import below, call, scorecard
from voicecoach.apps.library import open_library
from voicecoach.conversation import Ending
from voicecoach.devices.store import DATABASE, SqlStore, sqlite_store
from voicecoach.devices.store_tables import SchemaRow
from voicecoach.errors import DeviceError, InputError
from voicecoach.kept import Grader

ROOT = Path(__file__).parent.parent


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    bare = replace(
        call("b", "2026-11-23T09:15:01+00:00"), trainee=None, percent=None, ending=Ending.BROKEN_OFF
    )
    with sqlite_store(tmp_path) as store:
        store.add(call("a"), [scorecard("a")])
        store.add(bare, [])
        store.add_scorecard(scorecard("a", Grader.COACH))
    with sqlite_store(tmp_path) as store:
        assert store.calls() == [call("a"), bare]
        assert store.find("b") == bare
        assert store.scorecards("a") == [scorecard("a"), scorecard("a", Grader.COACH)]
        assert store.scorecards("b") == []


def test_calls_are_kept_once(tmp_path: Path) -> None:
    """Recovery may do again what was done already."""
    with sqlite_store(tmp_path) as store:
        store.add(call("a"), [scorecard("a")])
        store.add(replace(call("a"), percent=1.0), [scorecard("a")])
        assert store.calls() == [call("a")]
        assert len(store.scorecards("a")) == 1


def test_call_is_found_by_its_beginning(tmp_path: Path) -> None:
    with sqlite_store(tmp_path) as store:
        for call_id in ("2026-1", "2026-12", "2026-2", "%"):
            store.add(call(call_id), [])
        assert store.find("2026-2").id == "2026-2"
        assert store.find("2026-1").id == "2026-1"
        assert store.find("%").id == "%"
        with pytest.raises(
            InputError, match=r"2026: is the beginning of 3 calls' ids \(2026-1, 2026-12, 2026-2"
        ):
            store.find("2026")
        with pytest.raises(InputError, match=r"2027: there is no such call\. See voicecoach calls"):
            store.find("2027")
        with pytest.raises(InputError, match=r"there is no such call"):
            store.find("_")
        with pytest.raises(InputError, match=r"there is no such call"):
            store.add_scorecard(scorecard("2027"))


def test_half_a_call_is_never_kept(tmp_path: Path) -> None:
    unwritable = replace(scorecard("a"), card={"marks": object()})
    with sqlite_store(tmp_path) as store:
        with pytest.raises(StatementError, match="not JSON serializable"):
            store.add(call("a"), [scorecard("a"), unwritable])
        assert store.calls() == []
        assert store.scorecards("a") == []


def test_what_is_deleted_is_nowhere_in_the_files(tmp_path: Path) -> None:
    """Not in the journal either, which stays as long as anybody has the database open."""
    secret = replace(call("a"), trainee="Xerxes Quillfeather")
    with sqlite_store(tmp_path) as store, closing(sqlite3.connect(tmp_path / DATABASE)) as somebody:
        store.add(call("b"), [scorecard("b")])
        assert somebody.execute("SELECT count(*) FROM calls").fetchall() == [(1,)]
        store.add(secret, [replace(scorecard("a"), card={"quote": "Zanzibar umbrella"})])
        assert b"Quillfeather" in b"".join(path.read_bytes() for path in below(tmp_path))
        assert store.delete("a") is True
        assert store.delete("a") is False
        everything = b"".join(path.read_bytes() for path in below(tmp_path))
        assert b"Quillfeather" not in everything
        assert b"umbrella" not in everything
        assert store.calls() == [call("b")]
        assert store.scorecards("b") == [scorecard("b")]
        assert store.scorecards("a") == []


def test_traces_that_cannot_be_removed_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("voicecoach.devices.store.BUSY_S", 0.05)
    with sqlite_store(tmp_path) as store, closing(sqlite3.connect(tmp_path / DATABASE)) as reader:
        store.add(call("a"), [])
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM calls").fetchall() == [(1,)]
        with pytest.raises(DeviceError, match="its journal still holds what was deleted"):
            store.delete("a")
        assert store.calls() == []


def test_two_processes_keep_at_once(tmp_path: Path) -> None:
    """Both find no database, and both make it."""
    children = [
        subprocess.Popen([sys.executable, "-m", "tests.storing_child", name, tmp_path, "4"], cwd=ROOT)
        for name in ("left", "right")
    ]
    assert [child.wait() for child in children] == [0, 0]
    with open_library(tmp_path) as library:
        ids = sorted(one.id for one in library.store.calls())
        assert ids == sorted(f"{name}-{number}" for name in ("left", "right") for number in range(4))
        assert all(len(library.store.scorecards(one)) == 2 for one in ids)


def test_files_are_the_users_own(tmp_path: Path) -> None:
    root = tmp_path / "data" / "voicecoach"
    with open_library(root) as library:
        library.store.add(call("a"), [])
        assert {stat.S_IMODE(path.stat().st_mode) for path in below(root)} == {0o600}
        folders = [root.parent, root, *(path for path in root.iterdir() if path.is_dir())]
        assert {stat.S_IMODE(path.stat().st_mode) for path in folders} == {0o700}


def test_newer_database_is_refused(tmp_path: Path) -> None:
    with sqlite_store(tmp_path):
        pass
    engine = create_engine(f"sqlite:///{tmp_path / DATABASE}")
    with Session(engine) as session, session.begin():
        session.execute(update(SchemaRow).values(version=2))
    engine.dispose()
    with pytest.raises(
        InputError, match=r"calls\.sqlite: has schema version 2; this voicecoach knows 1\. Use"
    ):
        sqlite_store(tmp_path)


def test_making_that_was_cut_short_is_finished(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / DATABASE}")
    SchemaRow.metadata.create_all(engine)
    engine.dispose()
    with sqlite_store(tmp_path) as store:
        assert store.calls() == []


def test_damage_is_told(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"no database at all, but long enough to have a header" * 10)
    with pytest.raises(InputError, match=r"calls\.sqlite: is damaged: .*Move it away"):
        sqlite_store(tmp_path)
    with pytest.raises(DeviceError, match=r"cannot be opened: No such file"):
        sqlite_store(tmp_path / "missing")


def test_any_database_will_do() -> None:
    """Nothing in the store is SQLite's alone: it takes whatever engine it is given."""
    engine = create_engine("sqlite://")
    with SqlStore(engine, "memory") as store:
        store.add(call("a"), [scorecard("a")])
        assert store.find("a") == call("a")

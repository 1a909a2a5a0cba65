"""The folder that graded calls are written to, and what is believed of it after a crash.

Per call ``NAME.json`` and ``NAME.html``; for all of a run ``calls.csv`` and ``calls.jsonl``; and in
``.voicecoach/NAME.key``, two sha256: of everything that the result depends on, and of the JSON itself.

Laws
----
* A file is either whole or not there (`whole_file`).
* The key is taken away before a call is written anew and put back last: a call is believed only if
  nothing of it is missing, stale or altered.
* What cannot be written is a :class:`DeviceError`; what was written before stays.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from voicecoach.devices.whole_file import FULL, PARTIAL, why, write_whole
from voicecoach.errors import DeviceError

STATE = ".voicecoach"
"""Folder of the keys: nothing that a reader of the results needs."""


@dataclass(frozen=True, slots=True)
class ResultFolder:
    """Results under one folder; plain data, so that several processes can write to it."""

    path: Path

    def prepare(self) -> None:
        """Make the folder where it is missing, and remove what a killed run left half-written.

        Raises
        ------
        DeviceError : the folder cannot be made or written to.
        """
        with _told(self.path):
            (self.path / STATE).mkdir(parents=True, exist_ok=True)
            for folder in (self.path, self.path / STATE):
                for left in folder.glob(f".*{PARTIAL}"):
                    left.unlink(missing_ok=True)
            write_whole(
                self.path / STATE / "README", b"Lets voicecoach grade --resume skip finished calls.\n"
            )

    def record_path(self, name: str) -> Path:
        """Where the JSON of a call lies."""
        return self.path / f"{name}.json"

    def page_path(self, name: str) -> Path:
        """Where the report of a call lies."""
        return self.path / f"{name}.html"

    def believed(self, name: str, key: str) -> bytes | None:
        """The JSON of a call that was written with the same `key` and is whole, or None."""
        try:
            told = self._key_path(name).read_text("ascii").split()
            content = self.record_path(name).read_bytes()
        except (OSError, ValueError):
            return None  # no such result, or not one of ours: it is graded again
        whole = told == [key, hashlib.sha256(content).hexdigest()] and self.page_path(name).is_file()
        return content if whole else None

    def save(self, name: str, key: str, record: bytes, page: bytes) -> None:
        """Write a call's JSON and report, then the key that vouches for them.

        Raises
        ------
        DeviceError : the disk is full or refuses.
        """
        self.doubt(name)
        with _told(self.path):
            write_whole(self.record_path(name), record)
            write_whole(self.page_path(name), page)
            vouched = f"{key} {hashlib.sha256(record).hexdigest()}\n"
            write_whole(self._key_path(name), vouched.encode("ascii"))

    def doubt(self, name: str) -> bool:
        """Believe a call's files no more; whether they were believed until now."""
        with _told(self.path):
            known = self._key_path(name).exists()
            self._key_path(name).unlink(missing_ok=True)
        return known

    def discard(self, name: str) -> None:
        """Remove the files of a call that was graded before and can be graded no more."""
        if self.doubt(name):
            with _told(self.path):
                self.record_path(name).unlink(missing_ok=True)
                self.page_path(name).unlink(missing_ok=True)

    def save_tables(self, columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
        """Write ``calls.csv`` and ``calls.jsonl``: one row a call, in order.

        Raises
        ------
        DeviceError : the disk is full or refuses.
        """
        table = io.StringIO(newline="")
        writer = csv.DictWriter(table, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        lines = "".join(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n" for row in rows)
        with _told(self.path):
            write_whole(self.path / "calls.csv", table.getvalue().encode())
            write_whole(self.path / "calls.jsonl", lines.encode())

    def _key_path(self, name: str) -> Path:
        return self.path / STATE / f"{name}.key"


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the system says about a folder into what the user can do."""
    try:
        yield
    except OSError as error:
        remedy = "Make room" if error.errno in FULL else "Mend that or choose another folder with --out"
        raise DeviceError(
            f"{folder}: cannot write results: {why(error)}. {remedy}, then run the same command with "
            "--resume: what is finished is kept."
        ) from error

"""The folders that calls lie in: one for each call that runs, one for each that is kept, and the sound.

::

    running/ID/   lock  sound.pcm  log.jsonl          while the call runs, or after a crash
    calls/ID/     log.jsonl  call.json  report.html   once it is kept
    audio/SHA256.flac                                 the sound of kept calls, named by what it holds

Laws
----
* A call's folder is moved from ``running`` to ``calls`` in one step, the last of all: until then, whatever
  happens, it can be kept again from the start, and nothing of that is done twice.
* While a call runs its folder is locked by its process, and the lock dies with the process.
* One process at a time puts calls away or deletes them.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from voicecoach.devices.places import PRIVATE_FOLDER, close_to_others, make_private_folder, open_private
from voicecoach.devices.whole_file import flush_folder, why
from voicecoach.errors import DeviceError, InputError

SOUND, LOG = "sound.pcm", "log.jsonl"
"""What is written of a call while it runs."""

FLAC = "sound.flac"
"""The recording in its final form, until it gets its final name."""

RECORD, PAGE = "call.json", "report.html"
"""What was computed of a kept call, beside its log."""

LOCK = "lock"


@dataclass(frozen=True, slots=True)
class CallFiles:
    """All calls of a user, below one folder."""

    root: Path

    def prepare(self) -> None:
        """Make the folders.

        Raises
        ------
        DeviceError : the disk is full or refuses.
        """
        with _told(self.root):
            for name in ("running", "calls", "audio"):
                make_private_folder(self.root / name)
            close_to_others(self.root)

    def running(self, call_id: str) -> Path:
        """Where a call lies until it is kept."""
        return self.root / "running" / call_id

    def kept(self, call_id: str) -> Path:
        """Where a kept call lies."""
        return self.root / "calls" / call_id

    def audio(self, digest: str) -> Path:
        """Where the sound with this sha256 lies."""
        return self.root / "audio" / f"{digest}.flac"

    @contextmanager
    def begin(self, call_id: str) -> Iterator[Path]:
        """A new call's folder, locked until the block ends; what then still is there can be recovered.

        Raises
        ------
        DeviceError : it cannot be made.
        """
        self.prepare()
        folder = self.running(call_id)
        with self.locked():
            folder.mkdir(PRIVATE_FOLDER)
            flush_folder(folder.parent)
            descriptor = _lock(folder)
        assert descriptor is not None, "a new call's id is nobody else's"
        try:
            yield folder
        finally:
            os.close(descriptor)

    @contextmanager
    def hold(self, call_id: str) -> Iterator[Path | None]:
        """The locked folder of a call that runs no more; None: it does run, or was kept meanwhile."""
        folder = self.running(call_id)
        with self.locked():
            descriptor = _lock(folder) if folder.is_dir() else None
        try:
            yield None if descriptor is None else folder
        finally:
            if descriptor is not None:
                os.close(descriptor)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else puts calls away, or deletes them, meanwhile; waits for whoever does.

        Raises
        ------
        DeviceError : the disk refuses, here or in the block.
        """
        with _told(self.root):
            descriptor = open_private(self.root / LOCK, os.O_CREAT)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                yield
            finally:
                os.close(descriptor)

    def kept_ids(self) -> list[str]:
        """Ids of the calls whose folders are kept, listed or not."""
        return sorted(path.name for path in (self.root / "calls").glob("*"))

    def sounds(self) -> list[str]:
        """The sha256 of every recording."""
        return sorted(path.stem for path in (self.root / "audio").glob("*.flac"))

    def may_use(self, call_id: str, digest: str) -> bool:
        """Whether a kept call's record names a sound; one whose record is lost may have."""
        record = self.kept(call_id) / RECORD
        return not record.is_file() or digest.encode() in record.read_bytes()

    def left_behind(self) -> list[str]:
        """Ids of calls that were not kept and run no more, the oldest first."""
        running = self.root / "running"
        names = sorted(path.name for path in running.iterdir() if path.is_dir()) if running.is_dir() else []
        return [name for name in names if not self.is_running(name)]

    def is_running(self, call_id: str) -> bool:
        """Whether a process records this call right now."""
        with self.hold(call_id) as folder:
            return folder is None and self.running(call_id).is_dir()

    def discard(self, call_id: str) -> None:
        """Remove the folder of a call that had not begun.

        Raises
        ------
        DeviceError : the system refuses.
        """
        with _told(self.root):
            shutil.rmtree(self.running(call_id))
            flush_folder(self.root / "running")

    def put_away(self, call_id: str) -> None:
        """Move a call from ``running`` to ``calls``, without what only a running call needs."""
        folder = self.running(call_id)
        with _told(folder):
            for name in (SOUND, LOCK):
                (folder / name).unlink(missing_ok=True)
            flush_folder(folder)
            folder.rename(self.kept(call_id))
            flush_folder(folder.parent)
            flush_folder(self.root / "calls")

    def remove(self, call_id: str, audio_in_use: set[str]) -> list[Path]:
        """Remove a call's folder, and all sound that no call uses; what was removed.

        Raises
        ------
        DeviceError : something refuses to be removed.
        """
        folders = [path for path in (self.running(call_id), self.kept(call_id)) if path.is_dir()]
        unused = [path for path in sorted((self.root / "audio").glob("*")) if path.stem not in audio_in_use]
        with _told(self.root):
            for folder in folders:
                shutil.rmtree(folder)
                flush_folder(folder.parent)
            for path in unused:
                path.unlink()
            flush_folder(self.root / "audio")
        return [*folders, *unused]


def new_call_id(now: datetime) -> str:
    """An id that sorts by time, is safe as a file's name, and is nobody else's: ``20261123-091502-3f2a``."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def checked_id(text: str) -> str:
    """An id as a user gave it, or the beginning of one: never a path.

    Raises
    ------
    InputError : it is none.
    """
    if text and all(letter in "0123456789abcdef-" for letter in text):
        return text
    raise InputError(text or "(nothing)", "is no call's id", "See voicecoach calls")


def _lock(folder: Path) -> int | None:
    """Take the lock of a call's folder: a descriptor that holds it until it is closed; None: it is taken."""
    descriptor = open_private(folder / LOCK, os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def _told(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DeviceError(
            f"{place}: {why(error)}. Mend that, then try again: nothing kept is lost."
        ) from error

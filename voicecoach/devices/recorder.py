"""Records a call while it runs: sound and log go to the disk in a thread of their own.

Laws
----
* The loop never waits for the disk: what it hands over is put into memory, and the thread writes it. (Only
  where sound comes much faster than life does it wait, for the thread to keep up: `LONGEST_WAIT`.)
* After a crash at any moment less than a second is missing: what waits is written each `CHUNK`, and told
  to the disk to keep (fsync) each `SYNC`. `most_at_risk` is what a power cut would really have cost.
* The record is a beginning of the call, never one with holes: once something cannot be written (disk full;
  a disk that hangs for `LONGEST_WAIT`) recording stops for good, says so once, and keeps what it has.

Units: samples.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Self

import numpy as np

from voicecoach.devices.call_files import LOG, SOUND
from voicecoach.devices.event_log import entry_line, header_line
from voicecoach.devices.places import open_private
from voicecoach.devices.sound_file import FIRST_LINE, Pairs, chunk
from voicecoach.devices.whole_file import flush_folder, why
from voicecoach.errors import DeviceError
from voicecoach.events import Exchanged, RehearsalEvent, RehearsalNotice
from voicecoach.kept import FULL_SCALE, CallHeader, LogEntry, Way, as_logged
from voicecoach.timeline import RATE, seconds

CHUNK = RATE // 10
"""Written at a time: five blocks, 6.4 kB."""

SYNC = RATE // 5
"""Flushed to the disk at a time, or all that came while it was busy. With flushes that last T, as much as
max(0.3 s, T) + T is at risk: less than a second up to T = 0.5 s (measured: ``docs/recordings.md``)."""

LONGEST_WAIT = 60 * RATE
"""Sound kept in memory (3.8 MB) while the disk stands still; disks that sleep wake up within 15 s."""

HANG_S = 1.0
"""With so much waiting and nothing written for as long as this, the disk hangs."""

LAST_WAIT_S = 60.0
"""How long the disk may take at the end of the call."""

IDLE_S = 0.25
"""Without any sound (device lost) the thread looks this often for something to write."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sound:
    start: int
    pairs: Pairs


class _End:
    """The last thing in the queue."""


class Recorder:
    """Records one call into its folder; its methods are called from the loop's thread alone.

    Parameters
    ----------
    folder : exists, and holds no recording.
    header : the first line of the log.
    tell : called once, in the loop's thread, if recording has to stop: with a message for the trainee.

    Raises
    ------
    DeviceError : the files cannot be made.
    """

    def __init__(self, folder: Path, header: CallHeader, tell: Callable[[str], None]) -> None:
        self.taken = 0
        """Samples that were handed over."""
        self.most_at_risk = 0
        """The most samples, at any moment, that the disk had not yet promised to keep."""
        self._tell = tell
        self._told = False
        self._queue: SimpleQueue[_Sound | bytes | _End] = SimpleQueue()
        self._writer = _Writer(folder, header_line(header))
        # A daemon: a loop that broke must not leave a process that hangs.
        self._thread = Thread(target=self._writer.run, args=(self._queue,), name="recorder", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.finish()

    @property
    def whole(self) -> bool:
        """Whether all that was handed over is on the disk; known for good after `finish`."""
        return self._writer.problem is None and self._writer.written == self.taken and not self._told

    @property
    def at_risk(self) -> int:
        """Samples handed over that the disk has not yet promised to keep."""
        return self.taken - self._writer.safe

    def sounded(self, exchanged: Exchanged) -> None:
        """Record one block of both tracks; they are as `kept.as_recorded` gives them, and without gaps."""
        assert exchanged.played is not None, "a rehearsed call has two tracks"
        assert exchanged.heard.start == self.taken, "blocks come one after the other"
        pairs = _steps(np.stack([exchanged.heard.samples, exchanged.played.samples], axis=1))
        if self._recording():
            self._queue.put(_Sound(self.taken, pairs))
        self.taken += len(pairs)
        self.most_at_risk = max(self.most_at_risk, self.at_risk)

    def happened(self, event: RehearsalEvent, now: int) -> None:
        """Log what was pushed into the rehearsal when the call was `now` samples old."""
        self._log(now, Way.PUSHED, event)

    def told(self, notice: RehearsalNotice, now: int) -> None:
        """Log what the rehearsal told when the call was `now` samples old."""
        self._log(now, Way.TOLD, notice)

    def finish(self) -> None:
        """Write what still waits, and stop; waits for the disk, up to `LAST_WAIT_S`."""
        if self._thread.is_alive():
            self._queue.put(_End())
            self._thread.join(LAST_WAIT_S)
        self._recording(given_up=self._thread.is_alive())

    def _log(self, at: int, way: Way, thing: RehearsalEvent | RehearsalNotice) -> None:
        what = as_logged(thing)
        if what is not None and self._recording():
            self._queue.put(entry_line(LogEntry(at, way, what)))

    def _recording(self, *, given_up: bool = False) -> bool:
        """Whether recording goes on; tells, once, if it does not."""
        stuck = given_up or self._is_stuck()
        problem = self._writer.problem or ("the disk does not answer" if stuck else None)
        if problem is not None and not self._told:
            self._told = True
            kept_s = seconds(self._writer.written)
            self._tell(f"Recording stopped: {problem}. The first {kept_s:.0f} s of the call are kept.")
        return not self._told

    def _is_stuck(self) -> bool:
        """Whether far too much waits, and nothing becomes of it."""
        if self._told or self._waiting <= LONGEST_WAIT:
            return False
        self._writer.moved.clear()
        return not self._writer.moved.wait(HANG_S) and self._waiting > LONGEST_WAIT

    @property
    def _waiting(self) -> int:
        return self.taken - self._writer.written


class _Writer:
    """What happens in the thread. The loop reads `safe`, `written` and `problem`, each set in one step."""

    def __init__(self, folder: Path, header: bytes) -> None:
        self.safe = 0
        """Samples that the disk promised to keep."""
        self.written = 0
        """Samples that the system was given, and keeps if this process dies."""
        self.problem: str | None = None
        self.moved = Event()
        """Set whenever something was written."""
        self._waiting: list[Pairs] = []
        self._waiting_count = 0
        self._unsafe = {SOUND, LOG}
        opened: list[int] = []
        try:
            for name, first in ((SOUND, FIRST_LINE), (LOG, header)):
                opened.append(open_private(folder / name, os.O_CREAT | os.O_EXCL))
                _write(opened[-1], first)
            flush_folder(folder)
        except OSError as error:
            _close(opened)
            raise DeviceError(f"{folder}: the call cannot be recorded: {why(error)}.") from error
        self._sound, self._log = opened

    def run(self, queue: SimpleQueue[_Sound | bytes | _End]) -> None:
        """Write what comes until the end comes, whatever happens to the disk."""
        try:
            self._write_all(queue)
        except OSError as error:
            self.problem = why(error)
        finally:
            _close([self._sound, self._log])

    def _write_all(self, queue: SimpleQueue[_Sound | bytes | _End]) -> None:
        while True:
            try:
                item = queue.get(timeout=IDLE_S)
            except Empty:
                self._keep()
                continue
            if isinstance(item, _End):
                self._keep()
                return
            self._accept(item)
            if self.written - self.safe >= SYNC and queue.empty():
                self._keep()

    def _accept(self, item: _Sound | bytes) -> None:
        if isinstance(item, bytes):
            _write(self._log, item)
            self._unsafe.add(LOG)
            return
        self._waiting.append(item.pairs)
        self._waiting_count += len(item.pairs)
        if self._waiting_count >= CHUNK:
            self._write_chunk()

    def _write_chunk(self) -> None:
        if self._waiting_count:
            _write(self._sound, chunk(self.written, np.concatenate(self._waiting)))
            self.written += self._waiting_count
            self._waiting, self._waiting_count = [], 0
            self.moved.set()
            self._unsafe.add(SOUND)

    def _keep(self) -> None:
        self._write_chunk()
        for name, descriptor in ((SOUND, self._sound), (LOG, self._log)):
            if name in self._unsafe:
                os.fsync(descriptor)
        self._unsafe.clear()
        self.safe = self.written


def _steps(samples: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> Pairs:
    """Samples as 16-bit steps; exactly those that `kept.as_recorded` gives have some."""
    steps = (samples * np.float32(FULL_SCALE)).astype(np.int16)
    assert np.array_equal(steps / np.float32(FULL_SCALE), samples), "listen to the sound as it is recorded"
    return steps


def _write(descriptor: int, content: bytes) -> None:
    """All of it: the system may take less at a time."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)

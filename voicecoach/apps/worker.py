"""One process of a batch: takes recordings one at a time, grades them, writes their results.

Laws
----
* What loads slowly is loaded once, when the first recording needs it.
* A recording that cannot be graded is an answer; a machine that cannot (disk full, no model) ends the batch.
* Nothing of the process itself (its number, its order, the time) reaches a result.
"""

from __future__ import annotations

import hashlib
import json
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

from tqdm import tqdm  # type: ignore[import-untyped]

from voicecoach.apps.call_page import call_page
from voicecoach.apps.jobs import Job, Outcome
from voicecoach.apps.record import to_json
from voicecoach.apps.rows import csv_row
from voicecoach.devices.media import digest
from voicecoach.devices.results import ResultFolder
from voicecoach.errors import DeviceError, InputError, ModelError
from voicecoach.graded import GradedCall

STEP = 0.005
"""Progress is told in steps of this share of a call."""

GradeOne = Callable[[Path, Callable[[float], None]], GradedCall]
"""Grades the recording at a path; calls back with the share done, 0 to 1."""


class Grading(Protocol):
    """How calls are graded: plain data that a process loads (`voicecoach.apps.options.Preparation`)."""

    @property
    def identity(self) -> str:
        """Everything but the recording that a result depends on, as one string."""
        ...

    def load(self) -> GradeOne:
        """Load models and weights (slow)."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """A job has come this far, 0 to 1."""

    job: Job
    share: float


@dataclass(frozen=True, slots=True)
class Stopped:
    """The batch cannot go on, and why, for the user."""

    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """What all jobs of a batch have in common."""

    grading: Grading
    folder: ResultFolder | None
    """None: nothing is written."""
    resume: bool = False


def work(connection: Connection[Any, Any], task: Task) -> None:
    """Answer each job that comes over `connection` until None comes, or nobody listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that the user started
    # faster-whisper's progress bar would share a semaphore with other processes; one that a killed worker
    # leaves behind is complained about on the user's terminal.
    tqdm.set_lock(RLock())
    worker = Worker(task, connection.send)
    try:
        while (job := connection.recv()) is not None:
            connection.send(worker.answer(job))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


class Worker:
    """Grades jobs of one task; `tell` is told of progress."""

    def __init__(self, task: Task, tell: Callable[[Progress], None]) -> None:
        self._task = task
        self._tell = tell

    def answer(self, job: Job) -> Outcome | Stopped:
        """What became of a job, or why no job can be done."""
        try:
            return self._outcome(job)
        except InputError as error:
            return self._failed(job, str(error))
        except (DeviceError, ModelError) as error:
            return Stopped(str(error))
        except (BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:  # noqa: BLE001 - a mistake of ours may cost one call, not ten thousand
            at = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(at.filename).name}:{at.lineno}"
            problem = f"{job.path}: voicecoach made a mistake ({type(error).__name__}: {error}; {where})"
            return self._failed(job, " ".join(f"{problem}. Please report it.".split()))

    @cached_property
    def _grade(self) -> GradeOne:
        return self._task.grading.load()

    def _outcome(self, job: Job) -> Outcome:
        folder = self._task.folder
        key = self._key(job)
        if folder and self._task.resume and (content := folder.believed(job.name, key)) is not None:
            return _outcome(job, content, resumed=True)
        content, page = self._graded(job)
        if folder:
            folder.save(job.name, key, content, page)
        return _outcome(job, content, resumed=False)

    def _graded(self, job: Job) -> tuple[bytes, bytes]:
        """The call's JSON and, where it is to be written, its page."""
        graded = self._grade(job.path, _Steps(job, self._tell))
        content = to_json(graded).encode("utf-8")
        folder = self._task.folder
        page = call_page(job.path, graded.roles, json.loads(content), folder.path) if folder else ""
        return content, page.encode("utf-8", "replace")

    def _key(self, job: Job) -> str:
        told = (self._task.grading.identity, job.path.name, digest(job.path))
        return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()

    def _failed(self, job: Job, problem: str) -> Outcome | Stopped:
        try:
            if self._task.folder:
                self._task.folder.discard(job.name)
        except DeviceError as error:
            return Stopped(str(error))
        return Outcome(job, problem, None, None)


class _Steps:
    """Tells of progress in steps that are worth telling."""

    def __init__(self, job: Job, tell: Callable[[Progress], None]) -> None:
        self._job = job
        self._tell = tell
        self._told = 0.0

    def __call__(self, share: float) -> None:
        if share - self._told >= STEP:
            self._told = share
            self._tell(Progress(self._job, share))


def _outcome(job: Job, content: bytes, *, resumed: bool) -> Outcome:
    record = json.loads(content)
    row = csv_row(record)
    brief = {key: value for key, value in record.items() if key != "call"}
    return Outcome(job, None, row, brief, resumed)

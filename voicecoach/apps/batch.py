"""Grades many recordings in worker processes; one that fails costs one row.

Laws
----
* Outcomes are in the order of the jobs, and the same for any number of workers.
* A worker that dies (killed, out of memory) costs the recording it had in hand; another takes its place.
* Whatever ends a batch early, what was finished is returned and lies on the disk.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Protocol

from voicecoach.apps.jobs import Job, Outcome
from voicecoach.apps.worker import Progress, Stopped, Task, work

INTERRUPTED = "Interrupted"
"""Why a batch stopped when the user pressed Ctrl-C."""


class Screen(AbstractContextManager["Screen"], Protocol):
    """Where a batch shows how far it is; used inside a ``with``."""

    def began(self, jobs: Sequence[Job]) -> None:
        """All there is to do."""
        ...

    def moved(self, progress: Progress) -> None:
        """A recording in hand has come further."""
        ...

    def ended(self, outcome: Outcome) -> None:
        """A recording is done with."""
        ...


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of all jobs."""

    outcomes: tuple[Outcome, ...]
    """Of the jobs that were finished, in the order of the jobs."""
    stopped: str | None
    """Why the batch ended before all jobs were done; None when it did not."""


def run_batch(jobs: Sequence[Job], task: Task, workers: int, screen: Screen) -> Batch:
    """Grade all jobs with so many processes.

    The processes are started afresh (*spawn*): a forked copy of a process with threads may hang.
    """
    crew = _Crew(jobs, task, screen)
    stopped = None
    try:
        with screen:
            screen.began(jobs)
            crew.hire(min(workers, len(jobs)))
            while crew.busy and stopped is None:
                stopped = crew.listen()
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    finally:
        crew.dismiss()
    outcomes = sorted(crew.outcomes, key=lambda outcome: outcome.job.number)
    return Batch(tuple(outcomes), stopped)


@dataclass(slots=True)
class _Seat:
    """A worker process, the line to it, and what it has in hand."""

    process: SpawnProcess
    line: Connection[Any, Any]
    job: Job


class _Crew:
    """The workers of one batch, and what is left for them."""

    def __init__(self, jobs: Iterable[Job], task: Task, screen: Screen) -> None:
        self.outcomes: list[Outcome] = []
        self.busy: list[_Seat] = []
        self._left = deque(jobs)
        self._task = task
        self._screen = screen
        self._context = get_context("spawn")

    def hire(self, count: int) -> None:
        """Start so many workers, as far as there is something left for them."""
        for _ in range(min(count, len(self._left))):
            ours, theirs = self._context.Pipe()
            process = self._context.Process(target=work, args=(theirs, self._task), daemon=True)
            process.start()
            theirs.close()
            job = self._left.popleft()
            ours.send(job)
            self.busy.append(_Seat(process, ours, job))

    def listen(self) -> str | None:
        """Take what any worker has to say; why the batch must stop, if it must."""
        ready = wait([seat.line for seat in self.busy])
        for seat in [seat for seat in self.busy if seat.line in ready]:
            try:
                message = seat.line.recv()
            except (EOFError, ConnectionResetError):
                self._bury(seat)
                continue
            match message:
                case Progress():
                    self._screen.moved(message)
                case Outcome():
                    self._take(message)
                    self._next(seat)
                case Stopped():
                    return message.reason
        return None

    def dismiss(self) -> None:
        """End every worker, at once where it has work in hand."""
        for seat in self.busy:
            seat.process.terminate()
            seat.process.join()
            seat.line.close()
        self.busy.clear()

    def _next(self, seat: _Seat) -> None:
        if self._left:
            seat.job = self._left.popleft()
            seat.line.send(seat.job)
            return
        seat.line.send(None)
        seat.process.join()
        seat.line.close()
        self.busy.remove(seat)

    def _take(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)
        self._screen.ended(outcome)

    def _bury(self, seat: _Seat) -> None:
        seat.process.join()
        seat.line.close()
        self.busy.remove(seat)
        problem = (
            f"{seat.job.path}: the process that graded it {_ending(seat.process.exitcode)}. "
            "If memory ran out, use fewer --workers or a smaller --model, then run again with --resume."
        )
        self._take(Outcome(seat.job, problem, None, None))
        self.hire(1)


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended by itself (status {code})"

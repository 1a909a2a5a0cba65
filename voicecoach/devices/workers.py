"""Who answers the questions of a call: at once, after a set delay, or from a thread while the call goes on.

Laws
----
* Every `Recognize` is answered, unless it was withdrawn. Of a speaker's drafts only the newest is.
* One job at a time: the trainee's certain finals first, in order, then their early ones, then what the
  caller said, then drafts: an answer waits for the trainee's words only. A busy machine delays partials;
  it never drops a final, and it never drops audio.
* An error of the recognizer is raised where the answers are collected, never lost in a thread.
Units: samples at 16 kHz of the call's own clock.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from voicecoach.events import Answer, Command, Draft, Drafted, Recognize, Recognized, Withdraw
from voicecoach.ports import Recognizer
from voicecoach.speech import Speaker
from voicecoach.timeline import samples

Job = Recognize | Draft


class InlineWorkers:
    """Answers before the next block is heard: for recordings."""

    def __init__(self, recognizer: Recognizer, language: str) -> None:
        self._recognizer = recognizer
        self._language = language
        self._answers: list[Answer] = []

    def submit(self, command: Command, now: int) -> None:
        """Do what `command` asks; `now` is the end of what was heard."""
        del now
        if not isinstance(command, Withdraw):
            self._answers.append(answer(self._recognizer, command, self._language))

    def collect(self, now: int) -> list[Answer]:
        """Answers that are there by `now`."""
        del now
        answers, self._answers = self._answers, []
        return answers

    def finish(self) -> list[Answer]:
        """All answers still owed."""
        return self.collect(0)


class DelayedWorkers:
    """Answers exactly `delay` samples after it was asked: a slow machine, without waiting for one."""

    def __init__(self, recognizer: Recognizer, language: str, delay: int) -> None:
        self._recognizer = recognizer
        self._language = language
        self._delay = delay
        self._waiting: list[tuple[int, Job]] = []

    def submit(self, command: Command, now: int) -> None:
        """Take a job, or forget one that was withdrawn; `now` is the end of what was heard."""
        if isinstance(command, Withdraw):
            self._waiting = [due for due in self._waiting if not _concerns(due[1], command)]
        else:
            self._waiting.append((now + self._delay, command))

    def collect(self, now: int) -> list[Answer]:
        """Answers whose time has come by `now`."""
        due = [job for at, job in self._waiting if at <= now]
        self._waiting = [(at, job) for at, job in self._waiting if at > now]
        return [answer(self._recognizer, job, self._language, took=self._delay) for job in due]

    def finish(self) -> list[Answer]:
        """All answers still owed."""
        return self.collect(max((at for at, _ in self._waiting), default=0))


@dataclass(order=True, slots=True)
class _Queued:
    """A job and its place in the line."""

    rank: tuple[bool, bool, int]
    job: Job = field(compare=False)


class ThreadedWorkers:
    """Answers from one thread of its own while the call goes on.

    Use as a context manager: leaving it ends the thread.
    """

    def __init__(self, recognizer: Recognizer, language: str) -> None:
        self._recognizer = recognizer
        self._language = language
        self._changed = threading.Condition()
        self._queue: list[_Queued] = []
        self._drafts: dict[Speaker, Draft] = {}
        self._answers: list[Answer] = []
        self._busy = False
        self._closed = False
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._work, name="recognizer", daemon=True)
        self._thread.start()

    def submit(self, command: Command, now: int) -> None:
        """Take a job, or forget one that was withdrawn and not begun; never waits."""
        del now
        with self._changed:
            match command:
                case Withdraw():
                    self._queue = [queued for queued in self._queue if not _concerns(queued.job, command)]
                    heapq.heapify(self._queue)
                case Recognize():
                    theirs = command.segment.speaker is Speaker.CALLER
                    rank = (theirs, command.speculative, command.segment.id)
                    heapq.heappush(self._queue, _Queued(rank, command))
                case Draft():
                    self._drafts[command.speaker] = command
            self._changed.notify_all()

    def collect(self, now: int) -> list[Answer]:
        """Answers that have come; never waits.

        Raises
        ------
        VoicecoachError : the recognizer failed.
        """
        del now
        with self._changed:
            return self._taken()

    def finish(self) -> list[Answer]:
        """Wait until every final is answered; drafts that nobody needs any more are dropped."""
        with self._changed:
            self._drafts.clear()
            self._changed.wait_for(lambda: self._failure or not (self._queue or self._busy))
            return self._taken()

    def close(self) -> None:
        """End the thread, once its present job is done; what waits is dropped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _taken(self) -> list[Answer]:
        if self._failure is not None:
            raise self._failure
        answers, self._answers = self._answers, []
        return answers

    def _work(self) -> None:
        while (job := self._next()) is not None:
            with self._reporting():
                began = time.monotonic()
                words = answer(self._recognizer, job, self._language)
                if isinstance(words, Drafted):
                    words = Drafted(words.draft_id, words.words, samples(time.monotonic() - began))
                with self._changed:
                    self._answers.append(words)

    def _next(self) -> Job | None:
        """The next job, once there is one; None when closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._queue or self._drafts)
            if self._closed:
                return None
            self._busy = True
            if self._queue:
                return heapq.heappop(self._queue).job
            oldest = min(self._drafts.values(), key=lambda draft: draft.draft_id)
            return self._drafts.pop(oldest.speaker)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Whatever happens to a job, whoever waits for it gets to know."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  # raised again in the thread that collects
            with self._changed:
                self._failure = error
                self._closed = True
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


def answer(recognizer: Recognizer, job: Job, language: str, took: int = 0) -> Answer:
    """Have one job done."""
    if isinstance(job, Draft):
        return Drafted(job.draft_id, recognizer.draft(job.audio.samples, language), took)
    return Recognized(job.segment.id, recognizer.recognize(job.audio.samples, language))


def _concerns(job: Job, withdrawn: Withdraw) -> bool:
    return isinstance(job, Recognize) and job.segment.id == withdrawn.segment_id

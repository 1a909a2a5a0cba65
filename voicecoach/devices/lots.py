"""Answers for recordings: questions are gathered into lots; one is recognized while the next is gathered.

Laws: every final is answered, with the words that it would get alone; which lot it falls into depends on
the audio alone; no more than two lots are in memory. How soon a lot is done cannot matter: a late answer is
still the answer.
Units: samples at 16 kHz.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from voicecoach.events import Answer, Command, Recognize, Recognized
from voicecoach.ports import Recognizer
from voicecoach.timeline import samples

LOT_S = 120.0
"""Sound in a lot: some forty segments, enough to fill batches of like length; 8 MB, and half a minute's work
for base on one core."""


class LotWorkers:
    """Answers finals in lots, from one thread of its own; for calls that were recorded, where nobody waits.

    Use as a context manager: leaving it ends the thread.
    """

    def __init__(self, recognizer: Recognizer, language: str, lot_s: float = LOT_S) -> None:
        self._recognizer = recognizer
        self._language = language
        self._lot = samples(lot_s)
        self._gathered: list[Recognize] = []
        self._working: list[Recognize] = []
        self._answers: Future[list[Answer]] | None = None
        self._pool = ThreadPoolExecutor(1, "recognizer")

    @property
    def oldest(self) -> int | None:
        """Where the earliest segment begins that is not answered; None: none is owed."""
        owed = (command.audio.start for command in (*self._working, *self._gathered))
        return min(owed, default=None)

    def submit(self, command: Command, now: int) -> None:
        """Take a question; `now` is the end of what was heard. Of a recording only finals are asked."""
        del now
        assert isinstance(command, Recognize), "nobody reads the partials of a recording"
        self._gathered.append(command)

    def collect(self, now: int) -> list[Answer]:
        """Answers that are there by `now`; waits only where a full lot would have to wait for another."""
        del now
        if sum(len(command.audio.samples) for command in self._gathered) < self._lot:
            return self._taken() if self._answers is not None and self._answers.done() else []
        answers = self._taken()
        self._begin()
        return answers

    def finish(self) -> list[Answer]:
        """All answers still owed."""
        answers = self._taken()
        self._begin()
        return answers + self._taken()

    def close(self) -> None:
        """End the thread, once its present lot is done."""
        self._pool.shutdown(cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _begin(self) -> None:
        self._working, self._gathered = self._gathered, []
        self._answers = self._pool.submit(self._answered, self._working)

    def _taken(self) -> list[Answer]:
        """The answers of the lot in work, waiting for them; an error of the recognizer is raised here."""
        answers = self._answers.result() if self._answers is not None else []
        self._working, self._answers = [], None
        return answers

    def _answered(self, lot: Sequence[Recognize]) -> list[Answer]:
        words = self._recognizer.recognize_all([command.audio.samples for command in lot], self._language)
        return [Recognized(command.segment.id, its) for command, its in zip(lot, words, strict=True)]

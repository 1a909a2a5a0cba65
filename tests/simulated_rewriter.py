"""A language model without a server, whose answers come after so many blocks (``ports.Rewriter``)."""

from __future__ import annotations

from collections.abc import Callable

from tests.language_models import other_words
from voicecoach.events import Discard
from voicecoach.rewording import Reword, Reworded, RewordingBegan, RewordingEvent


class DelayedRewords:
    """Answers in the call's own time: a call asks once a block what came.

    Parameters
    ----------
    blocks : after which an answer comes.
    words : of a line.
    """

    def __init__(self, model: str, blocks: int, words: Callable[[str], str] = other_words) -> None:
        self._events: list[RewordingEvent] = [RewordingBegan(model)]
        self._blocks, self._words = blocks, words
        self._waiting: list[tuple[int, Reworded]] = []
        self._now = 0
        self.asked: list[Reword] = []

    def submit(self, command: Reword | Discard) -> None:
        match command:
            case Discard():
                self._waiting = [due for due in self._waiting if due[1].line_id != command.line_id]
            case _:
                self.asked.append(command)
                line = command.line
                self._waiting.append((self._now + self._blocks, Reworded(line.id, self._words(line.text))))

    def collect(self) -> list[RewordingEvent]:
        self._now += 1
        events = self._events + [event for at, event in self._waiting if at <= self._now]
        self._events, self._waiting = [], [due for due in self._waiting if due[0] > self._now]
        return events

"""What a call tells its screen, handed from the thread of the call to the thread of the screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from voicecoach.events import RehearsalNotice, Sounded

MOST_WAITING = 6000
"""A terminal that takes nothing for a minute (a hundred notices a second) loses meter readings from then
on, but no word and no key: memory stays bounded whatever the line does."""

Told = tuple[RehearsalNotice, int] | str
"""A notice with its time, or a plain message."""


class Inbox:
    """Never blocks and never raises, on either side."""

    def __init__(self) -> None:
        self._told: deque[Told] = deque()

    def put(self, notice: RehearsalNotice, now: int) -> None:
        """Leave a notice."""
        if len(self._told) < MOST_WAITING or not isinstance(notice, Sounded):
            self._told.append((notice, now))

    def say(self, text: str) -> None:
        """Leave a message."""
        self._told.append(text)

    def take(self) -> Iterator[Told]:
        """Take everything out, in order."""
        while self._told:
            yield self._told.popleft()

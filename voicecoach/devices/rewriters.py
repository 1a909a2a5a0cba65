"""Who has the caller's lines put into other words: a thread beside the call, or a call that waits.

Laws
----
* The first event is what is so from now on: who words the lines, or that nobody does.
* Every `Reword` is answered, in order, unless it was discarded; too late is an answer, too.
* `RewordThread` waits for nothing, but for leaving it, which breaks off a question in progress.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Self

from voicecoach.converse.briefing import messages
from voicecoach.devices.chat_server import ChatServer, ServerError
from voicecoach.events import Discard
from voicecoach.rewording import (
    Reword,
    Reworded,
    RewordFailed,
    RewordingBegan,
    RewordingEnded,
    RewordingEvent,
)
from voicecoach.timeline import seconds


class NobodyRewords:
    """For a call that is taken up again without its language model (``ports.Rewriter``)."""

    def __init__(self, reason: str) -> None:
        self._events: list[RewordingEvent] = [RewordingEnded(reason)]

    def submit(self, command: Reword | Discard) -> None:
        """Answer at once that there are no other words; the call asks nobody any more."""
        if isinstance(command, Reword):
            self._events.append(RewordFailed(command.line.id, "nobody words lines"))

    def collect(self) -> list[RewordingEvent]:
        """What came by now."""
        events, self._events = self._events, []
        return events


class InlineRewords:
    """Waits for each answer (``ports.Rewriter``): for calls faster than real time.

    Parameters
    ----------
    server, model : who answers.
    """

    def __init__(self, server: ChatServer, model: str) -> None:
        self._server, self._model = server, model
        self._events: list[RewordingEvent] = [RewordingBegan(model)]

    def submit(self, command: Reword | Discard) -> None:
        """Have a line worded, or forget one."""
        match command:
            case Discard():
                self._events = [kept for kept in self._events if not _concerns(kept, command)]
            case _:
                self._events.append(answer(self._server, self._model, command, seconds(command.within)))

    def collect(self) -> list[RewordingEvent]:
        """What came since the last time."""
        events, self._events = self._events, []
        return events


@dataclass(frozen=True, slots=True)
class _Due:
    """A question and when its answer is worth nothing any more, by the machine's clock."""

    reword: Reword
    by_s: float


class RewordThread:
    """Asks from a thread of its own (``ports.Rewriter``); a context manager: leaving it ends it.

    Parameters
    ----------
    server, model : who answers.
    """

    def __init__(self, server: ChatServer, model: str) -> None:
        self._server, self._model = server, model
        self._changed = threading.Condition()
        self._waiting: deque[_Due] = deque()
        self._current: _Due | None = None
        self._events: list[RewordingEvent] = [RewordingBegan(model)]
        self._failure: Exception | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="rewording", daemon=True)
        self._thread.start()

    def submit(self, command: Reword | Discard) -> None:
        """Take a line to word, or forget one."""
        with self._changed:
            match command:
                case Discard():
                    self._forget(command)
                case _:
                    self._waiting.append(_Due(command, time.monotonic() + seconds(command.within)))
                    self._changed.notify()

    def collect(self) -> list[RewordingEvent]:
        """What came by now.

        Raises
        ------
        Exception : whatever went wrong in the thread that was no fault of the server's.
        """
        with self._changed:
            if self._failure is not None:
                raise self._failure
            events, self._events = self._events, []
            return events

    def close(self) -> None:
        """Break off, and end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._server.stop()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _forget(self, discard: Discard) -> None:
        self._waiting = deque(due for due in self._waiting if due.reword.line.id != discard.line_id)
        self._events = [kept for kept in self._events if not _concerns(kept, discard)]
        if self._current is not None and self._current.reword.line.id == discard.line_id:
            self._current = None

    def _work(self) -> None:
        try:
            while (due := self._next()) is not None:
                event = answer(self._server, self._model, due.reword, due.by_s - time.monotonic())
                with self._changed:
                    if self._current is due:  # nobody discarded it meanwhile
                        self._events.append(event)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that collects
            with self._changed:
                self._failure = error

    def _next(self) -> _Due | None:
        """The next question, once there is one; None when closed."""
        with self._changed:
            self._current = None
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            self._current = self._waiting.popleft()
            return self._current


def answer(server: ChatServer, model: str, reword: Reword, within_s: float) -> RewordingEvent:
    """Have one line worded; a server that does not do it is an answer, too."""
    if within_s <= 0:
        return RewordFailed(reword.line.id, "the lines before it took too long")
    try:
        return Reworded(reword.line.id, server.complete(model, messages(reword), within_s))
    except ServerError as error:
        return RewordFailed(reword.line.id, str(error))


def _concerns(event: RewordingEvent, discard: Discard) -> bool:
    return isinstance(event, Reworded | RewordFailed) and event.line_id == discard.line_id

"""A thread that answers questions about lines of the caller's, one after the other, while the call goes on.

Laws
----
* Every question is answered, in order, unless its line was forgotten.
* Nothing here waits, but for `LineThread.close`.
* Whatever goes wrong in the thread that is no answer is raised where answers are collected.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Question = TypeVar("Question")
Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class _Asked(Generic[Question]):
    line_id: int
    question: Question


class LineThread(Generic[Question, Told]):
    """Answers from a thread of its own.

    Parameters
    ----------
    name : of the thread.
    answer : called in the thread; a question that cannot be answered has an answer that says so.
    concerns : whether something told is about the line of an id.
    first : told before everything else.
    """

    def __init__(
        self,
        name: str,
        answer: Callable[[Question], Told],
        concerns: Callable[[Told, int], bool],
        first: Iterable[Told] = (),
    ) -> None:
        self._answer, self._concerns = answer, concerns
        self._changed = threading.Condition()
        self._waiting: deque[_Asked[Question]] = deque()
        self._current: _Asked[Question] | None = None
        self._told = list(first)
        self._failure: Exception | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def ask(self, line_id: int, question: Question) -> None:
        """Have a question answered that is about a line."""
        with self._changed:
            self._waiting.append(_Asked(line_id, question))
            self._changed.notify()

    def tell(self, told: Told) -> None:
        """Tell what is known without asking; it does not wait for the others."""
        with self._changed:
            self._told.append(told)

    def forget(self, line_id: int) -> None:
        """Nobody wants to know about a line any more."""
        with self._changed:
            self._waiting = deque(asked for asked in self._waiting if asked.line_id != line_id)
            self._told = [told for told in self._told if not self._concerns(told, line_id)]
            if self._current is not None and self._current.line_id == line_id:
                self._current = None

    def collect(self) -> list[Told]:
        """What came by now.

        Raises
        ------
        Exception : whatever went wrong in the thread.
        """
        with self._changed:
            if self._failure is not None:
                raise self._failure
            told, self._told = self._told, []
            return told

    def close(self, break_off: Callable[[], None] = lambda: None) -> None:
        """Forget what waits, and end the thread once the question in progress is answered or broken off."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        break_off()
        self._thread.join()

    def _work(self) -> None:
        try:
            while (asked := self._next()) is not None:
                told = self._answer(asked.question)
                with self._changed:
                    if self._current is asked:  # nobody forgot it meanwhile
                        self._told.append(told)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that collects
            with self._changed:
                self._failure = error

    def _next(self) -> _Asked[Question] | None:
        """The next question, once there is one; None when closed."""
        with self._changed:
            self._current = None
            self._changed.wait_for(lambda: self._closed or self._waiting)
            if self._closed:
                return None
            self._current = self._waiting.popleft()
            return self._current

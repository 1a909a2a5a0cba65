"""Runs the call in a thread beside the screen, and hands back its result or its error."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class Beside(Generic[T]):
    """One piece of work in a thread of its own.

    The thread does not outlive the program: after a second Ctrl-C nobody waits for it, and what was
    recorded by then is on the disk.
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work = work
        self._thread = Thread(target=self._run, name="call", daemon=True)
        self._results: list[T] = []
        self._error: BaseException | None = None
        self.started = False

    def start(self) -> None:
        """Begin."""
        self.started = True
        self._thread.start()

    @property
    def running(self) -> bool:
        """Begun, and not yet ended."""
        return self._thread.is_alive()

    def outcome(self) -> T:
        """Wait for the end; return the result or raise the error."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 -- raised again where the result is awaited
            self._error = error

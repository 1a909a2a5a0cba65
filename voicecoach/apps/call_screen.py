"""The screen of a rehearsed call, as the call sees it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, Self, TypeVar

from voicecoach.events import Control, RehearsalNotice

T = TypeVar("T")


class CallScreen(Protocol):
    """Shows a call while it happens and hands on what the trainee presses."""

    def run(self, call: Callable[[Self], T]) -> T:
        """Run `call` in a thread beside the screen; return its result or raise its error.

        To be called in the main thread, which keeps the terminal. A screen that ends before the call
        (Ctrl-C, a terminal that went away) presses *hang up* and waits for the call to end.
        """
        ...

    def tell(self, notice: RehearsalNotice, now: int) -> None:
        """Show what became known when the call was `now` samples old; from the call's thread, never waits."""
        ...

    def say(self, text: str) -> None:
        """Show a plain message; from any thread, never waits."""
        ...

    def pressed(self) -> list[Control]:
        """What was pressed, noted or done at the desk since last asked; from the call's thread."""
        ...

    def wrapping_up(self) -> bool:
        """Whether the trainee still works on the case of the call, which is over; the first time begins it.

        From the call's thread, again and again; waits a moment (`WrapUp`).
        """
        ...

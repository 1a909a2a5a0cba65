"""The full screen of a rehearsal: a terminal of 80 columns and 24 rows or more, SSH included.

Textual is imported when a call begins, not before: nothing else needs it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self, TypeVar

from rich.console import Console

from voicecoach.apps.call_screen import CallScreen
from voicecoach.apps.call_state import card
from voicecoach.apps.plain_screen import PlainScreen
from voicecoach.apps.screen.beside import Beside
from voicecoach.apps.screen.farewell import on_farewell
from voicecoach.apps.screen.inbox import Inbox
from voicecoach.apps.screen.presses import Presses
from voicecoach.apps.screen.stray import stray_output_dropped
from voicecoach.apps.screen.wrap_up import WrapUp
from voicecoach.desk import Desk
from voicecoach.errors import DeviceError
from voicecoach.events import CallOver, Control, Key, RehearsalNotice
from voicecoach.persona import Persona

if TYPE_CHECKING:
    from voicecoach.apps.screen.app import CallApp

T = TypeVar("T")


class RehearsalScreen:
    """A `CallScreen` that fills the terminal.

    Parameters
    ----------
    persona : who calls; its name, its title and the number in its record are shown, its story is not.
    desk : what the trainee can look up; None: only notes.
    hints : whether short hints are given during the call.
    """

    def __init__(self, persona: Persona, desk: Desk | None, *, hints: bool) -> None:
        self._card, self._desk, self._hints = card(persona), desk, hints
        self._inbox, self._presses = Inbox(), Presses()
        self._wrap_up = WrapUp(wanted=desk is not None and bool(desk.case))

    def run(self, call: Callable[[Self], T]) -> T:
        """Run `call` beside the screen; return its result or raise its error.

        Raises
        ------
        DeviceError : the terminal cannot be drawn on.
        """
        work = Beside(lambda: call(self))
        app = self.app(work)
        with _environment_kept(), stray_output_dropped(), on_farewell(app.leave):
            app.run()
        if not work.started:
            raise DeviceError(
                "this terminal cannot show the screen of a call. Add --plain for lines of text."
            )
        if work.running:
            self._presses.press(Key.HANG_UP)
            self._wrap_up.end()
        return work.outcome()

    def app(self, work: Beside[T] | None = None) -> CallApp:
        """The application that draws this screen, told by `tell`; it runs `work`, where given."""
        from voicecoach.apps.screen.app import CallApp

        line = (self._inbox, self._presses, self._wrap_up)
        return CallApp(self._card, self._desk, line, work=work, hints=self._hints)

    def tell(self, notice: RehearsalNotice, now: int) -> None:
        """Show what became known when the call was `now` samples old."""
        self._inbox.put(notice, now)
        if isinstance(notice, CallOver):
            self._presses.settle()  # what was written in the last second is taken with the next `pressed`

    def say(self, text: str) -> None:
        """Show a plain message."""
        self._inbox.say(text)

    def pressed(self) -> list[Control]:
        """What was pressed, noted or done at the desk since last asked."""
        return self._presses.take()

    def wrapping_up(self) -> bool:
        """Whether the trainee still works on the case of the call, which is over; waits a moment."""
        return self._wrap_up.going_on()


def new_call_screen(console: Console, persona: Persona, *, plain: bool, hints: bool = False) -> CallScreen:
    """The form that fits: a full screen on a terminal, else lines."""
    if plain or console.is_dumb_terminal or not console.is_terminal:
        return PlainScreen(persona, persona.desk, hints=hints)
    return RehearsalScreen(persona, persona.desk, hints=hints)


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Textual takes NO_COLOR out of the environment; what is printed after the call must obey it, too."""
    no_color = os.environ.get("NO_COLOR")
    try:
        yield
    finally:
        if no_color is not None:
            os.environ["NO_COLOR"] = no_color

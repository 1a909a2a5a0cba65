"""A rehearsal in lines of text: for pipes, logs, screen readers and terminals that can do no more.

Laws
----
* A line stands once it is printed; nothing is printed twice, nothing is overwritten.
* What the program itself says is plain ASCII; what others say cannot command the terminal.
* When nobody can read the lines any more, the call is hung up.
* Without an input that can be read the call goes on: it ends when the caller ends it, or with Ctrl-C.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from typing import Self, TextIO, TypeVar

from voicecoach.apps.call_state import CallState, card
from voicecoach.apps.outcome_text import printable
from voicecoach.apps.screen.beside import Beside
from voicecoach.apps.screen.desk_words import HELP as DESK_HELP
from voicecoach.apps.screen.desk_words import DeskWords
from voicecoach.apps.screen.farewell import on_farewell
from voicecoach.apps.screen.inbox import Inbox
from voicecoach.apps.screen.presses import Presses
from voicecoach.apps.screen.spoken_lines import HELP, SpokenLines
from voicecoach.apps.screen.stray import stray_output_dropped
from voicecoach.apps.screen.typed import TypedKeys
from voicecoach.apps.screen.wrap_up import WrapUp
from voicecoach.desk import Desk
from voicecoach.events import Control, Key, Noted, RehearsalNotice
from voicecoach.persona import Persona

T = TypeVar("T")

POLL_S = 0.1
"""How long a line that was told or typed may wait."""

MOST_READ = 4096
"""Bytes of input taken at a time."""


class PlainScreen:
    """A `CallScreen` that prints lines and takes words typed with Enter.

    Parameters
    ----------
    persona, desk, hints : as of `RehearsalScreen`.
    out : where lines go.
    keys : file descriptor of the input; None: the standard input, where there is one.
    """

    def __init__(
        self,
        persona: Persona,
        desk: Desk | None,
        *,
        hints: bool,
        out: TextIO | None = None,
        keys: int | None = None,
    ) -> None:
        self._card = card(persona)
        self._out = out or sys.stdout
        self._keys = standard_input() if keys is None else keys
        self._inbox, self._presses = Inbox(), Presses()
        self._state = CallState(desk)
        self._wrap_up = WrapUp(wanted=desk is not None and bool(desk.case))
        self._words = DeskWords(self._state, self._presses.work)
        self._told_to_finish = False
        self._lines = SpokenLines(self._state, self._card.caller, hints=hints)
        self._typed = TypedKeys()
        self._unread = False

    def run(self, call: Callable[[Self], T]) -> T:
        """Run `call` beside the screen; return its result or raise its error."""
        work = Beside(lambda: call(self))
        with stray_output_dropped(), on_farewell(self._leave):
            try:
                work.start()
                self._print(self._opening)
                self._attend(work)
            except KeyboardInterrupt:
                self._leave()
                self._attend(work)
        return work.outcome()

    def _leave(self) -> None:
        self._presses.press(Key.HANG_UP)
        self._wrap_up.end()

    @property
    def _opening(self) -> str:
        who = f"{self._card.caller} {self._card.number}".rstrip()
        return f"{who}: {self._card.title}. Type help and Enter for the keys, bye to hang up."

    def tell(self, notice: RehearsalNotice, now: int) -> None:
        """Show what became known when the call was `now` samples old."""
        self._inbox.put(notice, now)

    def say(self, text: str) -> None:
        """Show a plain message."""
        self._inbox.say(text)

    def pressed(self) -> list[Control]:
        """What was typed since last asked."""
        return self._presses.take()

    def wrapping_up(self) -> bool:
        """Whether the trainee still works on the case of the call, which is over; waits a moment."""
        return self._wrap_up.going_on()

    def _attend(self, work: Beside[T]) -> None:
        """Print and read until the call has ended and everything it told is printed."""
        while work.running:
            self._read()
            self._show()
            if self._wrap_up.running:
                self._work_on()
        self._show()

    def _show(self) -> None:
        for told in self._inbox.take():
            lines = [f"-- {told}"] if isinstance(told, str) else self._lines.tell(*told)
            for line in lines:
                self._print(line)
        for line in self._lines.hint():
            self._print(line)

    def _work_on(self) -> None:
        """The call is over, and the case is finished: by saving all of it, by a word, or by time."""
        desk = self._state.desk
        saved = not desk.unsaved and not desk.case.empty
        if saved or self._keys is None or self._wrap_up.count_down():
            self._wrap_up.end()
        elif not self._told_to_finish:
            self._told_to_finish = True
            fields = "; ".join(f"{one.id}=..." for one in desk.case.empty)
            self._print(f"-- Finish the case: case {fields}")
            self._print(f"-- or type done. After {self._wrap_up.left_s} s it is left as it stands.")

    def _read(self) -> None:
        """Wait a moment for input, and take what is there."""
        ready, _, _ = select.select([] if self._keys is None else [self._keys], [], [], POLL_S)
        if not ready or self._keys is None:
            return
        try:
            found = os.read(self._keys, MOST_READ)
        except OSError:  # the terminal went away
            found = b""
        if not found:
            self._keys = None
        self._show()  # a word is understood as the call stands now
        for control in self._typed.push(found, ringing=self._state.ringing):
            self._obey(control)

    def _obey(self, typed: Key | Noted | str) -> None:
        if isinstance(typed, Key):
            self._press(typed)
        elif isinstance(typed, Noted):
            self._presses.write(typed.text)
            self._presses.settle()
        elif typed.lower() == "help":
            self._print(HELP)
            if self._state.desk.desk != Desk():
                self._print(DESK_HELP)
        elif typed.lower() == "done":
            self._finish()
        elif (answer := self._words.obey(typed)) is not None:
            for line in answer:
                self._print(line)
        else:
            self._print(f"-- {typed!r} is no key. Type help and Enter for the keys.")

    def _press(self, key: Key) -> None:
        """Press a key; after the call there is nothing but to finish."""
        if not self._wrap_up.running:
            self._presses.press(key)
        elif key is Key.HANG_UP:
            self._wrap_up.end()
        else:
            self._print("-- The call is over. Type done when the case is finished.")

    def _finish(self) -> None:
        if self._wrap_up.running:
            self._wrap_up.end()
        else:
            self._print("-- The call goes on. Type bye to hang up.")

    def _print(self, text: str) -> None:
        if self._unread:
            return
        shown = "\n".join(map(printable, text.splitlines()))
        encoding = self._out.encoding or "utf-8"
        try:
            self._out.write(shown.encode(encoding, "replace").decode(encoding) + "\n")
            self._out.flush()
        except OSError:  # nobody reads any more: a closed pipe, a lost connection
            self._unread = True
            self._leave()


def standard_input() -> int | None:
    """The descriptor of the standard input, where there is one."""
    try:
        return sys.stdin.fileno()
    except (AttributeError, ValueError, OSError):  # closed, or replaced by something that is no file
        return None

"""After-call work: the call is over, and the trainee finishes what is to be entered.

Between two threads: that of the call waits for it, that of the screen ends it.
"""

from __future__ import annotations

from threading import Event

WRAP_UP_DRAWS = 1200
"""It ends by itself after so many draws of the screen (120 s): contact centers allow one or two minutes."""

DRAWS_A_SECOND = 10

POLL_S = 0.05
"""How long the call's thread waits before it looks again for what was done."""


class WrapUp:
    """The time between the end of a call and its scorecard.

    Parameters
    ----------
    wanted : whether there is anything to finish; False: it is over before it begins.

    Attributes
    ----------
    left : draws until it ends by itself.
    """

    def __init__(self, *, wanted: bool) -> None:
        self._begun, self._ended = Event(), Event()
        self.left = WRAP_UP_DRAWS
        if not wanted:
            self.end()

    @property
    def running(self) -> bool:
        """Begun, and not ended."""
        return self._begun.is_set() and not self._ended.is_set()

    @property
    def left_s(self) -> int:
        """Seconds until it ends by itself."""
        return -(-self.left // DRAWS_A_SECOND)

    def count_down(self) -> bool:
        """A draw has passed; whether the time is up."""
        self.left -= 1
        return self.left <= 0

    def going_on(self) -> bool:
        """Begin, and say whether it goes on; from the call's thread, waits a moment."""
        self._begun.set()
        return not self._ended.wait(POLL_S)

    def end(self) -> None:
        """It is over, or will be as soon as it begins."""
        self._ended.set()

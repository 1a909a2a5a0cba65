"""What the trainee pressed and wrote, handed from the thread of the screen to the thread of the call."""

from __future__ import annotations

from threading import RLock

from voicecoach.desk_log import DeskAct
from voicecoach.events import Control, Key, Noted, Pressed


class Presses:
    """Collects controls; safe to use from two threads."""

    def __init__(self) -> None:
        self._lock = RLock()  # a signal may come while it is held, and press a key
        self._controls: list[Control] = []
        self._draft: str | None = None

    def press(self, key: Key) -> None:
        """The trainee pressed a key; what they had written until then comes before it."""
        with self._lock:
            self._settle()
            self._controls.append(Pressed(key))

    def work(self, act: DeskAct) -> None:
        """The trainee did something at the desk."""
        with self._lock:
            self._controls.append(act)

    def write(self, text: str) -> None:
        """The notes read so by now; said once they are settled."""
        with self._lock:
            self._draft = text

    def settle(self) -> None:
        """Let what was written be known, if it changed."""
        with self._lock:
            self._settle()

    def take(self) -> list[Control]:
        """Everything since the last call, in order."""
        with self._lock:
            taken, self._controls = self._controls, []
            return taken

    def _settle(self) -> None:
        if self._draft is not None:
            self._controls.append(Noted(self._draft))
            self._draft = None

"""A voice that cannot take the call down with it: any engine, in a process of its own.

An engine that hangs is killed when its time is up; one that died is started again. The line is tried once
more; if that fails, too, the line is given up and the next finds a fresh engine that has started meanwhile.

Laws
----
* :meth:`VoiceProcess.render` returns or raises within two starts and twice the line's limit, whatever the
  engine does.
* What comes back is speech (see ``voice_wire.unpack_rendering``) or a :class:`DeviceError`.
* One line at a time, from whichever thread.

Units: seconds.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Self

from voicecoach.devices.voice_pipe import LostError, VoicePipe
from voicecoach.devices.voice_wire import (
    LONGEST_TEXT,
    FrameError,
    pack_question,
    unpack_rendering,
)
from voicecoach.devices.voices import MEASURED
from voicecoach.errors import DeviceError
from voicecoach.spoken import Delivery, Rendering

_REMEDY = "Reword the line, or choose another engine."


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an engine may take before it counts as hung."""

    start_s: float = 10.0
    """To start; espeak-ng and flite take 0.3 s."""
    line_s: float = 1.0
    """For a line, however short: a hundred times what espeak-ng and flite need."""
    letter_s: float = 0.005
    """More for each character: five times what flite needs. A line of 100 characters that hangs is noticed
    and the engine started again within 2 s."""

    def limit_s(self, text: str) -> float:
        """How long `text` may take."""
        return self.line_s + self.letter_s * len(text)


SLOW = Patience(start_s=30.0, line_s=10.0, letter_s=0.1)
"""For engines whose speed nobody here has measured: they load a voice at the first line, and neural
ones may take as long as the speech lasts."""


def voice_process(engine: str) -> VoiceProcess:
    """`engine` in a process of its own, with the patience it needs."""
    return VoiceProcess(engine, Patience() if engine in MEASURED else SLOW)


class VoiceProcess:
    """An engine in a process of its own (``ports.Voice``); a context manager: leaving it ends the process.

    Parameters
    ----------
    engine : a name that ``voices.voice`` knows.
    patience : how long it may take.

    Raises
    ------
    DeviceError : the engine cannot be started.
    """

    def __init__(self, engine: str, patience: Patience | None = None) -> None:
        self.restarts = 0
        """How often the engine hung or died so far."""
        self._engine = engine
        self._patience = patience or Patience()
        self._turn = threading.Lock()
        self._closed = False
        self._pipe = VoicePipe(engine)
        try:
            self._await_start()
        except LostError as lost:
            self._pipe.end()
            raise DeviceError(self._cannot_start(lost)) from lost
        except BaseException:
            self._pipe.end()
            raise

    @property
    def pid(self) -> int:
        """Number of the engine's process, as long as it lives."""
        return self._pipe.pid

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text` into memory.

        Raises
        ------
        DeviceError : the engine refuses the line, or failed at it twice; it is being started again.
        """
        if len(text) > LONGEST_TEXT:
            raise DeviceError(f"a line of {len(text)} characters is too long. Split it into sentences.")
        with self._turn:
            if self._pipe.lost:
                self._restart()
            try:
                return self._rendered(text, delivery)
            except LostError:
                self._restart()
            try:
                return self._rendered(text, delivery)
            except LostError as lost:
                self._restart()
                raise DeviceError(self._gave_up(text, lost)) from lost

    def close(self) -> None:
        """End the process at once; a line in progress fails with a DeviceError. From any thread."""
        self._closed = True
        self._pipe.end()
        with self._turn:
            self._pipe.end()  # one that `render` had just started

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rendered(self, text: str, delivery: Delivery) -> Rendering:
        self._await_start()
        limit_s = self._patience.limit_s(text)
        self._pipe.ask(pack_question(text, delivery, limit_s))
        frame = self._pipe.answer(limit_s)
        if "error" in frame[0]:
            raise DeviceError(str(frame[0]["error"]))
        try:
            if "fault" in frame[0]:
                raise FrameError(str(frame[0]["fault"]))
            return unpack_rendering(frame, text)
        except FrameError as fault:
            raise DeviceError(
                f"the voice engine {self._engine!r} failed at {_quoted(text)}: {fault}. {_REMEDY}"
            ) from fault

    def _await_start(self) -> None:
        """Wait until the engine has started, if it has not."""
        if self._pipe.ready:
            return
        passed_s = time.monotonic() - self._pipe.started
        message, _ = self._pipe.answer(self._patience.start_s - passed_s)
        if "error" in message:
            raise DeviceError(str(message["error"]))
        self._pipe.ready = True

    def _restart(self) -> None:
        """Replace the process; the new one's start is waited for when it is needed."""
        self._pipe.end()
        if self._closed:
            raise DeviceError(f"the voice engine {self._engine!r} was closed. Open it again.")
        self.restarts += 1
        self._pipe = VoicePipe(self._engine)

    def _cannot_start(self, lost: LostError) -> str:
        return (
            f"the voice engine {self._engine!r} cannot be started: it {lost}. "
            f"`python -m voicecoach.devices.voice_worker {self._engine}` shows why."
        )

    def _gave_up(self, text: str, lost: LostError) -> str:
        return f"the voice engine {self._engine!r} failed twice at {_quoted(text)}: it {lost}. {_REMEDY}"


def _quoted(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")

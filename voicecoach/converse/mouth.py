"""The caller's mouth: rendered lines become the samples that the trainee hears, one by one.

Laws
----
* However many samples are asked for at a time, the same come out, and the same is said about them.
* Lines sound in the order they were given. One that is not rendered yet is waited for, and those behind it
  with it; its pause runs meanwhile.
* Every line ends exactly once: said to its end, or cut. A rendering for a line that is over is ignored.
* While ducked or hushed no line begins; on hold, none sounds.

Units: samples. Times are those of the call, counted in the samples handed out; what the trainee hears is
later by the device's delay.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voicecoach.audio import Samples
from voicecoach.conversation import Line, LineEnded
from voicecoach.converse.beep import HoldBeep
from voicecoach.converse.gain import Gain
from voicecoach.converse.scene import Playout
from voicecoach.converse.sounding import Sounding
from voicecoach.events import CallerBegan
from voicecoach.spoken import Rendering
from voicecoach.timeline import samples


@dataclass(frozen=True, slots=True)
class MouthSettings:
    """How a line is softened and stopped."""

    duck_db: float = -15.0
    """Clearly softer, still understood: the trainee hears that they were heard."""
    duck_s: float = 0.02
    """Shorter ramps click."""
    fade_s: float = 0.025
    """20 to 30 ms end a word without a click; longer is heard as going on."""
    between_s: float = 0.25
    """Between two sentences: half of the 0.5 s after which a listener takes the turn for over."""


@dataclass(slots=True)
class _Waiting:
    """A line in the queue."""

    line: Line
    pause: int
    rendering: Rendering | None = None
    not_before: int | None = None
    """Set once it is the next to sound: where its pause is over."""


MouthNotice = CallerBegan | LineEnded


class Mouth:
    """Plays lines.

    Parameters
    ----------
    settings : levels and ramps.

    Attributes
    ----------
    now : samples handed out so far.
    """

    def __init__(self, settings: MouthSettings | None = None) -> None:
        self._settings = settings or MouthSettings()
        self.now = 0
        self._queue: deque[_Waiting] = deque()
        self._current: Sounding | None = None
        self._began: int | None = None
        self._fading = np.zeros(0, np.float32)
        self._gain = Gain(samples(self._settings.duck_s))
        self._ducked = False
        self._beep = HoldBeep()
        self._held_since: int | None = None
        self._notices: list[MouthNotice] = []

    @property
    def playout(self) -> Playout:
        """How far it is."""
        line = None if self._current is None else self._current.line
        return Playout(line, self._began, self._remaining())

    def say(self, line: Line, pause: int | None = None) -> None:
        """Add a line; it sounds once all before it are said, its pause is over and it is rendered.

        Parameters
        ----------
        pause : samples of silence before it; None: what lies between two sentences, nothing before the first.
        """
        usual = samples(self._settings.between_s) if self._queue or self._current else 0
        self._queue.append(_Waiting(line, usual if pause is None else pause))
        self._call_next()

    def reword(self, line: Line) -> None:
        """Take other words for a line that has not begun; for one that is over: ignored."""
        for waiting in self._queue:
            if waiting.line.id == line.id:
                waiting.line = line

    def rendered(self, line_id: int, rendering: Rendering) -> None:
        """Take what a line sounds like; of a line that is over: ignored."""
        for waiting in self._queue:
            if waiting.line.id == line_id:
                waiting.rendering = rendering

    def failed(self, line_id: int) -> list[LineEnded]:
        """Give up a line that cannot be spoken."""
        lost = [waiting for waiting in self._queue if waiting.line.id == line_id]
        self._queue = deque(waiting for waiting in self._queue if waiting.line.id != line_id)
        self._settle()
        return [_unsaid(waiting.line) for waiting in lost]

    def next_block(self, count: int) -> tuple[Samples, list[MouthNotice]]:
        """The next `count` samples, shape (count,), and what happened to lines within them."""
        pieces = []
        end = self.now + count
        while self.now < end:
            piece = self._next_piece(end - self.now)
            pieces.append(piece)
            self.now += len(piece)
            self._finish_line()
        notices, self._notices = self._notices, []
        return np.concatenate([np.zeros(0, np.float32), *pieces]), notices

    def duck(self) -> None:
        """Go on more softly, and begin nothing new."""
        if not self._ducked:
            self._ducked = True
            self._gain.move(10 ** (self._settings.duck_db / 20), self.now)

    def hush(self) -> None:
        """Break off, starting with the next sample, but keep the place; begin nothing new."""
        self._ducked = True
        if self._current is not None and not self._current.broken_off:
            self._fade_out(self._current.break_off(samples(self._settings.fade_s), self._free_from))
            self._gain.set(0.0)

    def restore(self) -> None:
        """Go on as before; after a hush with the word that was cut."""
        if self._current is not None:
            self._current.broken_off = False
        if self._ducked:
            self._ducked = False
            self._gain.move(1.0, self._free_from)

    def stop(self) -> list[LineEnded]:
        """Fade out, starting with the next sample, and forget the rest.

        Returns
        -------
        list of LineEnded
            The line that sounded, up to where it will have faded; then those that never began.
        """
        ended = []
        if self._current is not None:
            rest, line = self._current.cut(samples(self._settings.fade_s), self._free_from)
            self._fade_out(rest)
            ended.append(line)
        ended += [_unsaid(waiting.line) for waiting in self._queue]
        self._current = None
        self._queue.clear()
        self._settle()
        return ended

    def hold(self, *, on: bool) -> list[LineEnded]:
        """The trainee puts the caller on hold, which cuts what is being said, or takes the call back."""
        if on == (self._held_since is not None):
            return []
        ended = self.stop() if on else []
        self._held_since = self._free_from if on else None
        self._call_next()
        return ended

    @property
    def _free_from(self) -> int:
        """Where the last fade is over."""
        return self.now + len(self._fading)

    def _next_piece(self, most: int) -> Samples:
        """At least one sample, at most `most`, of whatever is to sound now."""
        if len(self._fading):
            piece, self._fading = self._fading[:most], self._fading[most:]
            return piece
        if self._held_since is not None:
            return self._beep.between(self.now - self._held_since, self.now - self._held_since + most)
        if (silence := self._silence(most)) > 0:
            return np.zeros(silence, np.float32)
        if self._current is None:
            self._begin()
        assert self._current is not None
        return self._gain.apply(self._current.take(most, self.now), self.now)

    def _silence(self, most: int) -> int:
        """Samples, at most `most`, until there is something to say."""
        if self._current is not None:
            return most if self._current.broken_off else 0
        waiting = self._queue[0] if self._queue else None
        if waiting is None or waiting.rendering is None or waiting.not_before is None or self._ducked:
            return most
        return min(most, max(0, waiting.not_before - self.now))

    def _begin(self) -> None:
        waiting = self._queue.popleft()
        assert waiting.rendering is not None
        self._current = Sounding(waiting.line, waiting.rendering, self.now)
        if self._began is None:
            self._began = self.now
        self._notices.append(CallerBegan(waiting.line, self.now))

    def _finish_line(self) -> None:
        """Note the end of a line whose last sample was handed out."""
        if self._current is not None and not self._current.remaining:
            self._notices.append(self._current.ended(self.now))
            self._current = None
            self._settle()

    def _fade_out(self, rest: Samples) -> None:
        """Hand out `rest` next, down to nothing."""
        fall = 1 - np.arange(1, len(rest) + 1) / (len(rest) + 1)
        faded = np.asarray(self._gain.apply(rest, self._free_from) * fall, np.float32)
        self._fading = np.concatenate([self._fading, faded])

    def _settle(self) -> None:
        """After a line is over: the next one's pause begins, or all has been said."""
        if self._current is None and not self._queue:
            self._began = None
            self.restore()
        self._call_next()

    def _call_next(self) -> None:
        if self._current is None and self._queue and self._queue[0].not_before is None:
            self._queue[0].not_before = self.now + self._queue[0].pause

    def _remaining(self) -> int | None:
        left = 0
        if self._current is not None:
            left += self._current.remaining
        for waiting in self._queue:
            if waiting.rendering is None:
                return None
            pause = waiting.pause if waiting.not_before is None else max(0, waiting.not_before - self.now)
            left += pause + len(waiting.rendering.samples)
        return left


def _unsaid(line: Line) -> LineEnded:
    return LineEnded(line, None, (), cut=True)

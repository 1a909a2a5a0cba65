"""The microphone's side: frames as they come become blocks of 320 samples on one clock without holes.

Laws
----
* Every frame that was captured is delivered once, in order.
* Sound that the device lost is replaced by as much silence as soon as that is certain (0.3 s): the clock
  stays true, the silence is told.

Units: samples at 16 kHz from the beginning; frames at the device's rate.
"""

from __future__ import annotations

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.interpolator import Interpolator
from voicecoach.devices.sound_stream import Capture
from voicecoach.devices.stream_clock import StreamClock
from voicecoach.timeline import BLOCK, RATE, Span

MOST_HELD_S = 0.03
"""A driver's own delay of the microphone: several times that of a USB sound card."""


class Capturing:
    """From the capture callback to blocks.

    Parameters
    ----------
    capture : running.
    """

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        self._rate_hz = capture.rate_hz
        self.clock = StreamClock(self._rate_hz)
        self._interpolator = Interpolator(self._rate_hz, RATE)
        self._waiting = np.zeros(0, np.float32)
        self._first = 0
        self._origin_s = 0.0
        self._frames = 0
        self.delivered = 0
        """Samples handed out."""
        self.filled = 0
        """Samples of silence among them, or soon to be, in place of sound that was lost."""

    @property
    def captured(self) -> int:
        """What came from the device since the beginning."""
        return round((self._capture.frames.written - self._first) * RATE / self._rate_hz)

    @property
    def beats(self) -> int:
        """Callbacks so far: a device that lives has ever more."""
        return self._capture.log.count

    @property
    def waiting(self) -> int:
        """Samples that were gathered and not handed out."""
        return len(self._waiting)

    def learn(self) -> int:
        """Look at the callbacks that came; frames that are missing."""
        return self.clock.push(self._capture.log.news())

    def begin(self) -> None:
        """What comes from now on counts."""
        self.learn()
        self.clock.watch()
        self._capture.frames.take()
        self._first = self._capture.frames.read
        self._origin_s = (self._first + self.clock.filled) / self._rate_hz

    @property
    def delivered_s(self) -> float:
        """End of what was handed out, in the count of `clock`."""
        return self._origin_s + self.delivered / RATE

    @property
    def mouth_lead_s(self) -> float:
        """How far the count at the trainee's mouth is ahead of the host's clock.

        The driver's word, if it can be true: captured before the callback came, and not longer before than
        a driver holds back. PulseAudio's is wrong by up to 0.4 s at times; when callbacks come tells more,
        and their mean was right within 4 ms there.
        """
        clock = self.clock
        held_s = clock.edge_lead_s - clock.earliest_lead_s
        return clock.edge_lead_s if 0 <= held_s <= MOST_HELD_S else clock.lead_s

    def gather(self) -> Span | None:
        """Take in what came; where silence now stands for lost sound."""
        missing = self.learn()
        self._add(self._capture.frames.take())
        if not missing:
            return None
        start = round(self._frames * RATE / self._rate_hz)
        self._add(np.zeros(missing, np.float32))
        hole = Span(start, max(start + 1, round(self._frames * RATE / self._rate_hz)))
        self.filled += hole.duration
        return hole

    def next_block(self) -> Samples | None:
        """The next 320 samples, if they are there."""
        if len(self._waiting) < BLOCK:
            return None
        block, self._waiting = self._waiting[:BLOCK], self._waiting[BLOCK:]
        self.delivered += BLOCK
        return np.clip(block, -1.0, 1.0)

    def flush(self) -> Span | None:
        """The device is gone: fill what it left up to whole blocks, with silence; where that is."""
        self._add(self._capture.frames.take())
        known = round(self._frames * RATE / self._rate_hz)
        missing = (self.delivered - known) % BLOCK
        enough = self._interpolator.reach + round((missing + 1) * self._rate_hz / RATE)
        silence = np.zeros(enough, np.float32)
        self._waiting = np.concatenate([self._waiting, self._interpolator.push(silence)])
        self._waiting = self._waiting[: known + missing - self.delivered]
        self.filled += missing
        return Span(known, known + missing) if missing else None

    def _add(self, frames: Samples) -> None:
        if not len(frames):
            return
        self._frames += len(frames)
        self._waiting = np.concatenate([self._waiting, self._interpolator.push(frames)])

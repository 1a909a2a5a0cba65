"""The loudspeaker's side: each block has its place in what the device plays.

Laws
----
* A block sounds at its place or not at all. When the loop was late, the loudspeaker was silent meanwhile,
  and what should have sounded then is dropped: sound never slides behind the call.
* Only a short lateness (jitter, not a stall) moves the places that follow, by a little and seldom, so that
  it does not come again.
* No click: sound that begins in the middle is faded in.

Units: samples at 16 kHz given; frames at the device's rate.
"""

from __future__ import annotations

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.interpolator import Interpolator
from voicecoach.devices.sound_stream import Playback
from voicecoach.devices.stream_clock import StreamClock
from voicecoach.timeline import RATE

JITTER_S = 0.02
"""Silence up to here asks for more sound in reserve; longer, the loop stalled, which no reserve cures."""

MOST_GROWN_S = 0.04
"""The reserve grows no further: every millisecond of it is one that the caller answers later."""

FADE_S = 0.005
"""Long enough to be no click, short enough not to swallow a plosive."""


class Playing:
    """From blocks to the playback callback.

    Parameters
    ----------
    playback : running.
    """

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._rate_hz = playback.rate_hz
        self.clock = StreamClock(self._rate_hz)
        self._interpolator = Interpolator(RATE, self._rate_hz)
        self._late = 0
        """Frames to come that should have sounded by now."""
        self._starved = 0
        self._fading = 0
        self.grown = 0
        """Frames by which places were moved."""

    @property
    def beats(self) -> int:
        """Callbacks so far: a device that lives has ever more."""
        return self._playback.log.count

    @property
    def place_s(self) -> float:
        """When what is given next will sound, in the count of `clock`."""
        place = self._playback.frames.written + self._starved - self._late + self.clock.filled
        return place / self._rate_hz

    def learn(self) -> int:
        """Look at the callbacks that came; frames that the device swallowed without playing."""
        return self.clock.push(self._playback.log.news())

    def begin(self, place_s: float) -> None:
        """Have what is given first sound at `place_s`, or as soon as possible."""
        self.learn()
        self.clock.watch()
        self._starved = self._playback.starved
        ahead = round((place_s - self.place_s) * self._rate_hz)
        self._playback.frames.write(np.zeros(max(0, ahead), np.float32))

    def give(self, block: Samples, stretch: float) -> int:
        """Put a block where it belongs; how many of its samples come too late to be heard.

        Parameters
        ----------
        stretch : by how much it is made longer, to follow the other clock.
        """
        self._account()
        frames = self._interpolator.push(block, stretch)
        late = min(self._late, len(frames))
        self._late -= late
        self._playback.frames.write(self._faded(frames[late:]))
        return min(len(block), round(late * RATE / self._rate_hz))

    def shorten(self, excess_s: float) -> None:
        """Drop sound to come: more waits than ever should."""
        self._drop(round(excess_s * self._rate_hz))

    def _account(self) -> None:
        """Learn what was silent or swallowed since the last block."""
        starved = self._playback.starved - self._starved
        self._starved += starved
        catching_up = self._late > 0
        if 0 < starved <= JITTER_S * self._rate_hz and not catching_up:
            grown = min(starved, round(MOST_GROWN_S * self._rate_hz) - self.grown)
            self.grown += grown
            self._drop(starved - grown)
        elif starved:
            self._drop(starved)
        if swallowed := self.learn():
            self._drop(swallowed)

    def _drop(self, frames: int) -> None:
        self._late += frames
        self._fading = round(FADE_S * self._rate_hz)

    def _faded(self, frames: Samples) -> Samples:
        if not self._fading or not len(frames):
            return frames
        count = min(self._fading, len(frames))
        self._fading = 0
        faded = frames.copy()
        faded[:count] *= np.linspace(0, 1, count, endpoint=False, dtype=np.float32)
        return faded

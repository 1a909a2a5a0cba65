"""Sound that arrives late, and sound that was counted by another clock.

Laws
----
* A `DelayLine` changes no sample.
* A `DriftingClock` reads its input at places computed from the number of the sample, so that the drift is
  exact over any time. Its store runs empty or full in the end; a block is then silent, and the store has
  room for 20 ms more.

Units: samples; parts per million.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voicecoach.audio import Samples

REACH = 16
"""Samples on each side that a value between samples is made of: a sinc under a Hann window; its error on
speech (below 6 kHz) is under -60 dB."""


class DelayLine:
    """What goes in comes out `delay` samples later; silence before it."""

    def __init__(self, delay: int) -> None:
        self._inside = np.zeros(delay, np.float32)

    def push(self, block: Samples) -> Samples:
        """As many samples as go in."""
        known = np.concatenate([self._inside, block])
        self._inside = known[len(block) :]
        return known[: len(block)]


class DriftingClock:
    """A microphone whose clock runs `drift_ppm` faster than the one of the call.

    Parameters
    ----------
    drift_ppm : a positive drift fills the store, until it holds `2 * delay`; a negative one empties it.
    delay : samples in the store at the start.
    """

    def __init__(self, drift_ppm: float, delay: int) -> None:
        if delay <= 2 * REACH:
            raise ValueError(f"a clock that drifts needs a store of more than {2 * REACH} samples")
        self._speed = 1 / (1 + drift_ppm * 1e-6)
        self._most = 2 * delay
        self._origin = -delay
        """Where the first sample is read, in the input's own count; moved when a block is lost."""
        self._given = 0
        self._first = self._origin - REACH
        self._stored = np.zeros(-self._first, np.float32)

    def push(self, block: Samples) -> Samples | None:
        """As many samples as go in; None for a block that did not come in time, or that was lost."""
        self._stored = np.concatenate([self._stored, block])
        counts = (self._given + np.arange(len(block))).astype(np.float64)
        places = self._origin + counts * self._speed
        waiting = self._first + len(self._stored) - places[-1]
        if waiting > self._most:
            self._origin += 2 * len(block)
        if not REACH < waiting <= self._most:
            return None
        self._given += len(block)
        found = self._between(places)
        self._forget(int(places[-1]) - 2 * REACH)
        return found

    def _between(self, places: NDArray[np.float64]) -> Samples:
        """Values at `places`, between the stored samples."""
        whole = np.floor(places).astype(np.int64)
        offsets = np.arange(1 - REACH, REACH + 1)
        distance = (places - whole)[:, None] - offsets
        weights = np.sinc(distance) * (0.5 + 0.5 * np.cos(np.pi * distance / REACH))
        around = sliding_window_view(self._stored, 2 * REACH)[whole - self._first + 1 - REACH]
        found: Samples = (around * weights).sum(axis=1).astype(np.float32)
        return found

    def _forget(self, before: int) -> None:
        gone = max(0, before - self._first)
        self._stored, self._first = self._stored[gone:], self._first + gone

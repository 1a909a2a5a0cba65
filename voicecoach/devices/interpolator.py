"""A stream at one rate becomes a stream at another, whatever the two rates, and may be stretched on the way.

A windowed sinc, read between its samples: Smith and Gossett, "A flexible sampling-rate conversion method",
ICASSP 1984; Kaiser's window and its formula for the length.

Laws
----
* No delay in the count: output sample 0 is the input's time 0. What costs time is only that an output
  waits for `reach` input samples after it (2 ms at 16 kHz; a general resampler holds 10 to 36 ms back).
* How the input was chopped does not matter, and a stretch changes the pitch at once but never the wave:
  no click.

Units: samples of the side named; a stretch of 100e-6 makes the output 100 ppm longer.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voicecoach.audio import Samples

REACH = 32
"""Samples of the slower rate on each side of an output. With `CUT` and `BETA`, at 16 kHz: flat up to 6.9 kHz,
-80 dB from 8.1 kHz on."""

CUT = 0.9375
"""Middle of the slope, as a share of the slower rate's Nyquist frequency: half a slope below it."""

BETA = 7.857
"""Kaiser's window for -80 dB: 0.1102 (80 - 8.7)."""

PHASES = 512
"""Places between two samples whose weights are kept; linear between them, an error below -110 dB."""


class Interpolator:
    """One direction of one stream.

    Parameters
    ----------
    rate_in_hz, rate_out_hz : of the two sides.
    """

    def __init__(self, rate_in_hz: float, rate_out_hz: float) -> None:
        self._step = rate_in_hz / rate_out_hz
        self.reach = int(np.ceil(REACH * max(1.0, self._step)))
        """Input samples that an output waits for."""
        self._weights = _weights(self.reach, CUT * min(1.0, 1 / self._step))
        self._kept = np.zeros(self.reach - 1, np.float32)
        self._next = float(self.reach - 1)
        """Where the next output lies, counted from the first sample kept."""

    def push(self, samples: Samples, stretch: float = 0.0) -> Samples:
        """The outputs that can be known now, shape (about n times the ratio,)."""
        known = np.concatenate([self._kept, samples])
        step = self._step / (1 + stretch)
        room = len(known) - self.reach - self._next
        at = self._next + step * np.arange(max(0, int(np.ceil(room / step))))
        at = at[at < len(known) - self.reach]  # rounding may put the last one on the edge
        made = self._read(known, np.asarray(at, np.float64))
        following = self._next + step * len(at)
        spent = min(int(following) - (self.reach - 1), len(known))
        self._kept, self._next = known[spent:], following - spent
        return made

    def _read(self, known: Samples, at: NDArray[np.float64]) -> Samples:
        if not len(at):
            return np.zeros(0, np.float32)
        whole = at.astype(np.int64)
        place = (at - whole) * PHASES
        phase = place.astype(np.int64)
        part = (place - phase).astype(np.float32)[:, None]
        weights = self._weights[phase] * (1 - part) + self._weights[phase + 1] * part
        around = sliding_window_view(known, 2 * self.reach)[whole - (self.reach - 1)]
        return np.asarray(np.einsum("ij,ij->i", around, weights), np.float32)


def _weights(reach: int, cut: float) -> NDArray[np.float32]:
    """Weights of the samples around an output at each place between two, shape (PHASES + 1, 2 reach)."""
    offset = np.arange(1 - reach, reach + 1)[None, :] - np.arange(PHASES + 1)[:, None] / PHASES
    inside = np.clip(1 - (offset / reach) ** 2, 0, 1)
    weights = cut * np.sinc(cut * offset) * np.i0(BETA * np.sqrt(inside)) / np.i0(BETA)
    weights /= weights.sum(axis=1, keepdims=True)  # silence stays silent, and a constant stays constant
    return np.asarray(weights, np.float32)

"""A gain that moves without clicks: from where it is to where it is wanted, in a straight line.

Laws: the gain of a sample depends on its index alone, not on how many are asked for at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples


class Gain:
    """Starts at 1 and stays there until moved.

    Parameters
    ----------
    ramp : samples that a change takes.
    """

    def __init__(self, ramp: int) -> None:
        self._ramp = ramp
        self._from, self._to, self._moved_at = 1.0, 1.0, 0

    def move(self, to: float, at: int) -> None:
        """From sample `at` on, go to `to`; where it is on its way already, it turns around."""
        self._from, self._to, self._moved_at = float(self._at(np.array([at]))[0]), to, at

    def set(self, to: float) -> None:
        """Be `to` from now on, and ever before."""
        self._from, self._to, self._moved_at = to, to, 0

    def apply(self, piece: Samples, at: int) -> Samples:
        """`piece`, whose first sample is the call's sample `at`, as loud as it is to be."""
        if self._to == 1.0 and at >= self._moved_at + self._ramp:
            return piece
        gain = self._at(np.arange(at, at + len(piece)))
        return np.asarray(piece * gain, np.float32)

    def _at(self, index: NDArray[np.int_]) -> NDArray[np.float64]:
        way = np.clip((index - self._moved_at) / self._ramp, 0.0, 1.0)
        return self._from + (self._to - self._from) * way

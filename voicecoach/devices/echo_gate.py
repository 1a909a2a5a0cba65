"""Mutes a microphone where it can hold nothing but echo.

The probe says how much of the caller comes back; what the caller says is known; so is, therefore, how loud
the echo can be at any moment. A block that is no louder holds no trainee worth hearing, and is muted.

Laws
----
* A block is passed on as it is, or faded to or from silence within 5 ms; nothing is ever added.
* While the caller is silent, and their echo has died away, the microphone is never touched.

Units: dBFS (RMS per block of 20 ms); dB of what was played.
"""

from __future__ import annotations

import math

import numpy as np

from voicecoach.audio import Samples
from voicecoach.timeline import RATE

DECAY_DB = 2.0
"""Fall of the echo a block once the caller is silent: 60 dB in 0.6 s, an office with bare walls."""

FADE = RATE // 200
"""5 ms: as short as is not heard as a click."""


class EchoGate:
    """Decides block by block.

    Parameters
    ----------
    gain_db : power of the echo over that of what was played.
    noise_dbfs : of the microphone; echo below it is none.
    """

    def __init__(self, gain_db: float, noise_dbfs: float) -> None:
        self._gain_db, self._noise_dbfs = gain_db, noise_dbfs
        self._echo_dbfs = -math.inf
        self._open = True

    def push(self, heard: Samples, arriving: Samples, margin_db: float) -> Samples:
        """`heard`, or silence.

        Parameters
        ----------
        arriving : what was played, at the time of its echo or a block earlier; same length.
        margin_db : the trainee has to be louder than the expected echo by this.
        """
        self._echo_dbfs = max(level_dbfs(arriving) + self._gain_db, self._echo_dbfs - DECAY_DB)
        is_open = self._echo_dbfs < self._noise_dbfs or level_dbfs(heard) > self._echo_dbfs + margin_db
        was_open, self._open = self._open, is_open
        if is_open and was_open:
            return heard
        shape = np.full(len(heard), float(is_open), np.float32)
        shape[:FADE] = np.linspace(was_open, is_open, FADE, dtype=np.float32)
        return heard * shape


def level_dbfs(block: Samples) -> float:
    """RMS level; -120 for digital silence."""
    return float(10 * np.log10(np.mean(np.square(block, dtype=np.float64)) + 1e-12))

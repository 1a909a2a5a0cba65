"""How loud a track is, frame by frame, in the band where speech has its energy.

Laws: one level every 10 ms (`timeline.FRAME`), whatever the chopping of the input; causal.
Units: dB re full scale (dBFS), floored at -100.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from voicecoach.audio import Samples
from voicecoach.timeline import FRAME, RATE

FLOOR_DBFS = -100.0
"""Digital silence; a 16-bit recording's quietest step is -90 dBFS."""

BAND_HZ = (100.0, 3800.0)
"""Below lie hum and handling noise, above lies nothing that a telephone carries."""


class SpeechBandMeter:
    """Streaming RMS level of the speech band, one value per 10 ms frame.

    A frame's level is that of the 20 ms that end with it, so a pause between two words shows.
    """

    def __init__(self) -> None:
        self._sos = butter(2, BAND_HZ, "bandpass", fs=RATE, output="sos")
        self._state = np.zeros((self._sos.shape[0], 2))
        self._pending = np.zeros(0)
        self._previous_power = 0.0

    def push(self, samples: Samples) -> NDArray[np.float32]:
        """Levels of the frames that `samples` completes, shape (frames,), in dBFS."""
        filtered, self._state = sosfilt(self._sos, samples.astype(np.float64), zi=self._state)
        self._pending = np.concatenate([self._pending, filtered])
        count = len(self._pending) // FRAME
        frames = self._pending[: count * FRAME].reshape(count, FRAME)
        self._pending = self._pending[count * FRAME :]
        power = np.einsum("ij,ij->i", frames, frames) / FRAME
        pairs = (power + np.concatenate([[self._previous_power], power[:-1]])[:count]) / 2
        if count:
            self._previous_power = float(power[-1])
        levels: NDArray[np.float32] = np.maximum(10 * np.log10(pairs + 1e-12), FLOOR_DBFS).astype(np.float32)
        return levels

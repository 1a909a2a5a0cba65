"""How loud a track is: plain level for each frame.

Laws: frame ``i`` is centered on sample ``i * FRAME``; the track is preceded by silence; chopping does not
matter. Units: dB re full scale (a constant of 1.0 is 0 dBFS), floored at -100.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.framing import Framer
from voicecoach.timeline import FRAME

LEVEL_WINDOW = 400
"""25 ms: at least one period of any voice, short enough for a stop consonant to show."""

FLOOR_DBFS = -100.0
"""Digital silence: below the quietest step of 16 bits (-90)."""


class LevelTracker:
    """RMS level of one track, one value every 10 ms."""

    def __init__(self) -> None:
        self._framer = Framer(LEVEL_WINDOW, FRAME)

    def push(self, samples: Samples) -> NDArray[np.float32]:
        """Levels in dBFS of the frames that `samples` completes, shape (frames,)."""
        frames = self._framer.frames(self._framer.push(samples))
        power = np.square(frames, dtype=np.float64).mean(axis=1)
        levels: NDArray[np.float32] = np.maximum(10 * np.log10(np.maximum(power, 1e-20)), FLOOR_DBFS).astype(
            np.float32
        )
        return levels

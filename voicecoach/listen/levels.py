"""How loud a track is, frame by frame, in the band where speech has its energy.

Laws: one level every 10 ms (`timeline.FRAME`), whatever the chopping of the input; causal.
Units: dB re full scale (dBFS), floored at -100.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.compiled import compiled
from voicecoach.timeline import FRAME

FLOOR_DBFS = -100.0
"""Digital silence; a 16-bit recording's quietest step is -90 dBFS."""

SECTIONS = np.array(
    [
        [0.259211544551509, 0.518423089103018, 0.259211544551509, -0.11734481562484544, 0.18491731326926633],
        [1.0, -2.0, 1.0, -1.9445147174807078, 0.9460785823386555],
    ]
)
"""Butterworth band-pass of order 2, 100 to 3800 Hz at 16 kHz, as second-order sections (b0, b1, b2, a1, a2):
``scipy.signal.butter(2, (100, 3800), "bandpass", fs=16000, output="sos")``, written out because loading
scipy.signal takes a second. Below lie hum and handling noise, above lies nothing that a telephone carries."""


@compiled
def _filter(sections: NDArray[np.float64], state: NDArray[np.float64], sound: NDArray[np.float64]) -> None:
    """Filter `sound` in place, section after section (transposed direct form II); `state` goes on."""
    for section in range(len(sections)):
        b0, b1, b2, a1, a2 = sections[section]
        z0, z1 = state[section]
        for i in range(len(sound)):
            x = sound[i]
            y = b0 * x + z0
            z0 = b1 * x - a1 * y + z1
            z1 = b2 * x - a2 * y
            sound[i] = y
        state[section] = z0, z1


class SpeechBandMeter:
    """Streaming RMS level of the speech band, one value per 10 ms frame.

    A frame's level is that of the 20 ms that end with it, so a pause between two words shows.
    """

    def __init__(self) -> None:
        self._state = np.zeros((len(SECTIONS), 2))
        self._pending = np.zeros(0)
        self._previous_power = 0.0

    def push(self, samples: Samples) -> NDArray[np.float32]:
        """Levels of the frames that `samples` completes, shape (frames,), in dBFS."""
        filtered = samples.astype(np.float64)
        _filter(SECTIONS, self._state, filtered)
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


@compiled
def _slide(
    recent: NDArray[np.float32], ordered: NDArray[np.float32], seen: int, fresh: NDArray[np.float32]
) -> None:
    """Take `fresh` into a window of values that is kept twice: as a ring, and in ascending order."""
    memory = len(recent)
    for i in range(len(fresh)):
        slot = (seen + i) % memory
        at = min(seen + i, memory)
        if at == memory:  # the oldest value leaves
            at = 0
            while ordered[at] != recent[slot]:
                at += 1
            for later in range(at, memory - 1):
                ordered[later] = ordered[later + 1]
            at = memory - 1
        while at > 0 and ordered[at - 1] > fresh[i]:
            ordered[at] = ordered[at - 1]
            at -= 1
        ordered[at] = recent[slot] = fresh[i]


class LevelRange:
    """Noise floor and speech peak of the recent past, as percentiles of its levels.

    Parameters
    ----------
    memory_frames : how far back is looked.
    """

    def __init__(self, memory_frames: int) -> None:
        self._recent = np.zeros(memory_frames, np.float32)
        self._ordered = np.zeros(memory_frames, np.float32)
        self._seen = 0

    def push(self, levels: NDArray[np.float32]) -> None:
        """Take the next frames' levels in dBFS, shape (frames,)."""
        _slide(self._recent, self._ordered, self._seen, levels)
        self._seen += len(levels)

    def percentile(self, percent: float) -> float:
        """The level that `percent` of the recent frames do not exceed (linear between two frames)."""
        last = min(self._seen, len(self._ordered)) - 1
        place = percent / 100 * last
        below = int(place)
        low, high = float(self._ordered[below]), float(self._ordered[min(below + 1, last)])
        return low + (place - below) * (high - low)

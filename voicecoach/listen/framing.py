"""Cuts a stream into overlapping frames; what is left over waits for the next push.

Law: frame ``i`` is centered on sample ``i * hop`` of the stream, which is preceded by silence.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.compiled import compiled

_DECIMATOR_TAPS = 63
"""Half-band filter: -6 dB at 3.7 kHz, better than -50 dB from 4.4 kHz, 2 ms of delay."""


class Framer:
    """Overlapping frames of a stream.

    Parameters
    ----------
    window : samples in a frame, even.
    hop : samples from one frame to the next.
    """

    def __init__(self, window: int, hop: int) -> None:
        self._window, self._hop = window, hop
        self._held: Samples = np.zeros(window // 2, np.float32)

    def push(self, samples: Samples) -> Samples:
        """The stretch that holds all frames completed by `samples`, contiguous, shape (stretch,).

        Frame ``k`` of the stretch starts at ``k * hop``; the stretch is empty when no frame is complete.
        """
        held = np.concatenate([self._held, samples])
        count = max(0, (len(held) - self._window) // self._hop + 1)
        self._held = held[count * self._hop :].copy()
        return held[: (count - 1) * self._hop + self._window] if count else held[:0]

    def frames(self, stretch: Samples) -> NDArray[np.float32]:
        """The frames of a stretch as a view, shape (frames, window)."""
        if len(stretch) == 0:
            return np.zeros((0, self._window), np.float32)
        return sliding_window_view(stretch, self._window)[:: self._hop]


class Decimator:
    """16 kHz to 8 kHz by a linear-phase low-pass; output sample ``m`` is at input sample ``2 * m``."""

    def __init__(self) -> None:
        self._taps = _half_band(_DECIMATOR_TAPS)
        self._held: Samples = np.zeros(_DECIMATOR_TAPS // 2, np.float32)

    def push(self, samples: Samples) -> Samples:
        """The 8 kHz samples that `samples` settles."""
        held = np.concatenate([self._held, samples])
        count = max(0, (len(held) - _DECIMATOR_TAPS) // 2 + 1)
        settled = np.empty(count, np.float32)
        _decimate(held, self._taps, settled)
        self._held = held[2 * count :].copy()
        return settled


def _half_band(taps: int) -> NDArray[np.float32]:
    """Hamming-windowed sinc that cuts at 3.7 kHz for a rate of 16 kHz, with unit gain at 0 Hz."""
    at = np.arange(taps) - taps // 2
    response = np.sinc(at * 2 * 3700 / 16000) * np.hamming(taps)
    return np.asarray(response / response.sum(), np.float32)


@compiled
def _decimate(held: Samples, taps: NDArray[np.float32], settled: Samples) -> None:
    for m in range(len(settled)):
        total = np.float32(0)
        for j in range(len(taps)):
            total += taps[j] * held[2 * m + j]
        settled[m] = total

"""How strongly a frame repeats itself after each lag: three views that fail in different noises.

* *wide*: autocorrelation from the spectrum's magnitude to the power 1.5. Compression flattens formants,
  which otherwise pull the peak to a harmonic; a plain autocorrelation (power 2) makes five times more octave errors.
* *low*: magnitude to the power 0.75 below 2 kHz; strongest where the upper band is noise.
* *short*: normalized cross-correlation of 20 ms of waveform (Talkin 1995); follows fast pitch and resists white noise.

Units: lags in samples at 8 kHz; all three are 1 for a perfect repetition.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.compiled import compiled
from voicecoach.listen.spectrum import (
    WINDOW_SHAPE,
    BINS,
    HOP,
    SPECTRAL_RATE,
    TRANSFORM,
    WINDOW,
    SpectralFrames,
    bin_of,
)

LONGEST_LAG = SPECTRAL_RATE // 60 + 1
"""60 Hz: the low end of creaky male voices."""

SHORTEST_LAG = SPECTRAL_RATE // 500
"""500 Hz: above what adults reach in speech."""

LAGS = LONGEST_LAG + 3
"""Lags computed, from 0; one beyond the longest so that a peak there has neighbors."""

_SHORT_WINDOW = 160
"""20 ms: the shortest that holds one period of 60 Hz."""

_SHORT_START = (WINDOW - _SHORT_WINDOW - LAGS) // 2
"""Centers the longest comparison in the frame."""

_LOW_BINS = bin_of(2000)
_FIRST_BIN = bin_of(50)


def _cosines() -> NDArray[np.float32]:
    """Rows of the inverse transform of a real, even spectrum: shape (LAGS, BINS)."""
    weight = np.where((np.arange(BINS) == 0) | (np.arange(BINS) == BINS - 1), 1.0, 2.0)
    return (weight * np.cos(2 * np.pi * np.outer(np.arange(LAGS), np.arange(BINS)) / TRANSFORM)).astype(
        np.float32
    )


def _taper() -> NDArray[np.float32]:
    """What the window itself takes from each lag, to be given back (Boersma 1993)."""
    own = np.fft.irfft(np.abs(np.fft.rfft(WINDOW_SHAPE, TRANSFORM)) ** 2, TRANSFORM)[:LAGS]
    return (own[0] / own).astype(np.float32)


_COSINES = _cosines()
_TAPER = _taper()


class Periodicity(NamedTuple):
    """The three views, each of shape (frames, LAGS), and the energy of the short window in dB."""

    wide: NDArray[np.float32]
    low: NDArray[np.float32]
    short: NDArray[np.float32]
    short_db: NDArray[np.float32]


def periodicity(frames: SpectralFrames) -> Periodicity:
    """The lag functions of a run of frames."""
    count = len(frames.power)
    wide, low, short = (np.empty((count, LAGS), np.float32) for _ in range(3))
    short_db = np.empty(count, np.float32)
    _autocorrelate(frames.power, _COSINES, _TAPER, wide, low)
    _cross_correlate(frames.stretch, short, short_db)
    return Periodicity(wide, low, short, short_db)


@compiled
def _autocorrelate(
    power: NDArray[np.float32],
    cosines: NDArray[np.float32],
    taper: NDArray[np.float32],
    wide: NDArray[np.float32],
    low: NDArray[np.float32],
) -> None:
    gentle = np.zeros(power.shape[1], np.float32)
    strong = np.zeros(power.shape[1], np.float32)
    for i in range(power.shape[0]):
        for k in range(_FIRST_BIN, power.shape[1]):
            root = np.sqrt(np.sqrt(power[i, k] + np.float32(1e-20)))
            gentle[k] = root * root * root
            strong[k] = root * np.sqrt(root)
        for lag in range(wide.shape[1]):
            total = np.float32(0)
            for k in range(_FIRST_BIN, power.shape[1]):
                total += cosines[lag, k] * gentle[k]
            wide[i, lag] = total * taper[lag]
            total = np.float32(0)
            for k in range(_FIRST_BIN, _LOW_BINS):
                total += cosines[lag, k] * strong[k]
            low[i, lag] = total * taper[lag]
        wide[i] *= 1 / wide[i, 0]
        low[i] *= 1 / low[i, 0]


@compiled
def _cross_correlate(stretch: Samples, short: NDArray[np.float32], short_db: NDArray[np.float32]) -> None:
    """Normalized cross-correlation of a 20 ms window with itself `lag` samples later, mean removed."""
    span = _SHORT_WINDOW + short.shape[1]
    piece = np.empty(span, np.float32)
    for i in range(short.shape[0]):
        start = i * HOP + _SHORT_START
        mean = np.float32(0)
        for k in range(span):
            mean += stretch[start + k]
        mean /= span
        for k in range(span):
            piece[k] = stretch[start + k] - mean
        energy = np.float32(0)
        for k in range(_SHORT_WINDOW):
            energy += piece[k] * piece[k]
        short_db[i] = 10 * np.log10(energy / _SHORT_WINDOW + 1e-14)
        later = energy
        for lag in range(short.shape[1]):
            product = np.float32(0)
            for k in range(_SHORT_WINDOW):
                product += piece[k] * piece[k + lag]
            short[i, lag] = product / np.sqrt(energy * max(later, np.float32(0)) + np.float32(1e-18))
            later += piece[_SHORT_WINDOW + lag] ** 2 - piece[lag] ** 2

"""How strongly a frame repeats itself after each lag: four views that fail in different noises.

* *wide*: autocorrelation from the spectrum's magnitude to the power 1.5. Compression flattens formants,
  which otherwise pull the peak to a harmonic; a plain autocorrelation (power 2) makes five times more
  octave errors.
* *low*: magnitude to the power 0.75 below 2 kHz; strongest where the upper band is noise.
* *comb*: teeth at the harmonics less the gaps between them (Camacho and Harris 2008); immune to stray peaks.
* *short*: normalized cross-correlation of 20 ms of waveform (Talkin 1995); follows fast pitch and resists
  white noise.

Units: lags in samples at 8 kHz; wide, low and short are 1 for a perfect repetition, comb for teeth alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.compiled import compiled
from voicecoach.listen.spectrum import (
    BINS,
    HOP,
    SPECTRAL_RATE,
    TRANSFORM,
    WINDOW,
    WINDOW_SHAPE,
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

_CORE = 80
"""10 ms: the very middle of a frame, whose level shows where a voice begins and ends."""

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
    return np.asarray(own[0] / own, np.float32)


def _combs() -> NDArray[np.float32]:
    """Teeth at the first and the prime harmonics of each lag, gaps halfway between: shape (LAGS, BINS).

    Camacho and Harris (2008), SWIPE': a lag of two periods finds no teeth for every second harmonic.
    """
    frequency = np.arange(BINS) * SPECTRAL_RATE / TRANSFORM
    combs = np.zeros((LAGS, BINS))
    for lag in range(SHORTEST_LAG // 3, LAGS):
        ratio = frequency * lag / SPECTRAL_RATE
        for harmonic in (1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43):
            away = np.abs(ratio - harmonic)
            combs[lag] += np.where(away < 0.25, 1, np.where(away < 0.75, 0.5, 0)) * np.cos(2 * np.pi * ratio)
        combs[lag] *= np.sqrt(1 / np.maximum(frequency, 20))
        combs[lag] /= np.sqrt((np.maximum(combs[lag], 0) ** 2 * _HEARING).sum())
    return (combs * _HEARING).astype(np.float32)


_HEARING = 1 / (np.arange(BINS) * SPECTRAL_RATE / TRANSFORM + 229)
"""Auditory bandwidths per Hz, up to a constant (Glasberg and Moore 1990): low frequencies count more."""

_COMBS = _combs()
_COSINES = _cosines()
_TAPER = _taper()


class Periodicity(NamedTuple):
    """The four views, each of shape (frames, LAGS), and the level of the middle 10 ms in dB."""

    wide: NDArray[np.float32]
    low: NDArray[np.float32]
    comb: NDArray[np.float32]
    short: NDArray[np.float32]
    short_db: NDArray[np.float32]


def periodicity(frames: SpectralFrames) -> Periodicity:
    """The lag functions of a run of frames."""
    count = len(frames.power)
    wide, low, comb, short = (np.empty((count, LAGS), np.float32) for _ in range(4))
    short_db = np.empty(count, np.float32)
    _autocorrelate(frames.power, _COSINES, _TAPER, wide, low)
    _comb(frames.power, _COMBS, _HEARING.astype(np.float32), comb)
    _cross_correlate(frames.stretch, short, short_db)
    return Periodicity(wide, low, comb, short, short_db)


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
            root = np.sqrt(np.sqrt(power[i, k] + np.float32(1e-24)))
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
def _comb(
    power: NDArray[np.float32],
    combs: NDArray[np.float32],
    hearing: NDArray[np.float32],
    comb: NDArray[np.float32],
) -> None:
    root = np.zeros(power.shape[1], np.float32)
    for i in range(power.shape[0]):
        norm = np.float32(0)
        for k in range(_FIRST_BIN, power.shape[1]):
            root[k] = np.sqrt(np.sqrt(power[i, k] + np.float32(1e-24)))
            norm += root[k] * root[k] * hearing[k]
        scale = 1 / np.sqrt(norm)
        for lag in range(comb.shape[1]):
            total = np.float32(0)
            for k in range(_FIRST_BIN, power.shape[1]):
                total += combs[lag, k] * root[k]
            comb[i, lag] = total * scale


@compiled
def _cross_correlate(stretch: Samples, short: NDArray[np.float32], short_db: NDArray[np.float32]) -> None:
    """Normalized cross-correlation of two 20 ms windows, `lag` apart and centered together on the frame."""
    piece = np.empty(WINDOW, np.float32)
    energy = np.empty(WINDOW + 1, np.float32)
    for i in range(short.shape[0]):
        start = i * HOP
        mean = np.float32(0)
        for k in range(WINDOW):
            mean += stretch[start + k]
        mean /= WINDOW
        total = np.float32(0)
        energy[0] = total
        for k in range(WINDOW):
            piece[k] = stretch[start + k] - mean
            total += piece[k] * piece[k]
            energy[k + 1] = total
        middle = (WINDOW - _CORE) // 2
        short_db[i] = 10 * np.log10((energy[middle + _CORE] - energy[middle]) / _CORE + np.float32(1e-16))
        for lag in range(short.shape[1]):
            first = (WINDOW - _SHORT_WINDOW - lag) // 2
            one, other = (
                piece[first : first + _SHORT_WINDOW],
                piece[first + lag : first + lag + _SHORT_WINDOW],
            )
            product = np.float32(0)
            for k in range(_SHORT_WINDOW):
                product += one[k] * other[k]
            earlier = max(energy[first + _SHORT_WINDOW] - energy[first], np.float32(0))
            later = max(energy[first + lag + _SHORT_WINDOW] - energy[first + lag], np.float32(0))
            short[i, lag] = product / np.sqrt(earlier * later + np.float32(1e-30))

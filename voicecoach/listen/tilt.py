"""How bright a voice is: the balance of its spectrum above and below 1 and 2 kHz, for each voiced frame.

A voice under effort closes the glottis faster, which lifts the high harmonics more than the low ones. Alpha
ratio: energy of 1-5 kHz over 50 Hz-1 kHz (Sundberg and Nordenberg 2006). Hammarberg index: highest bin of
0-2 kHz over that of 2-5 kHz (Hammarberg et al. 1980). Both as in eGeMAPS (Eyben et al. 2016). A telephone
passes 300-3400 Hz alone, so it has limits of its own; values of the two bands must never be compared.

Laws: a frame's numbers depend on its own samples alone; gain does not matter.
Units: dB; a brighter voice has a higher alpha ratio and a lower Hammarberg index.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.compiled import compiled
from voicecoach.prosody import Band
from voicecoach.timeline import RATE, samples

WINDOW = samples(0.025)
"""At least one period of any voice, short enough to stay inside a vowel."""

TRANSFORM = 512
"""Bins of 31 Hz."""

BANDS = tuple(Band)
"""The order of columns in `Tilt`."""

_SHAPE = np.hanning(WINDOW + 2)[1:-1].astype(np.float32)

_LIMITS_HZ = {
    Band.WIDE: ((50, 1000), (1000, 5000), (0, 2000), (2000, 5000)),
    Band.TELEPHONE: ((300, 1000), (1000, 3400), (300, 2000), (2000, 3400)),
}
"""Low and high band of the alpha ratio, then of the Hammarberg index."""

_TREBLE_HZ = ((1000, 3400), (4200, 7000))
"""What a telephone passes, and what it cannot: narrow-band sound ends at 4 kHz."""

_TINY = np.float32(1e-20)


class Tilt(NamedTuple):
    """Brightness of a run of frames."""

    alpha_db: NDArray[np.float32]
    """Shape (frames, 2): one column for each of `BANDS`."""
    hammarberg_db: NDArray[np.float32]
    """Shape (frames, 2)."""
    treble_db: NDArray[np.float32]
    """Energy above a telephone's band over that in it, shape (frames,)."""


def tilt(frames: NDArray[np.float32]) -> Tilt:
    """Brightness of frames of `WINDOW` samples at 16 kHz, shape (frames, WINDOW)."""
    spectra = np.fft.rfft(frames * _SHAPE, TRANSFORM, axis=1).astype(np.complex64, copy=False)
    count = len(frames)
    found = Tilt(
        np.empty((count, len(BANDS)), np.float32),
        np.empty((count, len(BANDS)), np.float32),
        np.empty(count, np.float32),
    )
    _weigh(spectra, _LIMITS, _TREBLE, found)
    return found


def _bins(limits_hz: object) -> NDArray[np.int64]:
    """First bins at or above frequencies."""
    return np.ceil(np.asarray(limits_hz) * TRANSFORM / RATE).astype(np.int64)


_LIMITS = _bins([_LIMITS_HZ[band] for band in BANDS])
_TREBLE = _bins(_TREBLE_HZ)


@compiled
def _weigh(
    spectra: NDArray[np.complex64], limits: NDArray[np.int64], treble: NDArray[np.int64], found: Tilt
) -> None:
    power = np.empty(spectra.shape[1], np.float32)
    for i in range(spectra.shape[0]):
        for k in range(len(power)):
            power[k] = spectra[i, k].real ** 2 + spectra[i, k].imag ** 2 + _TINY
        for band in range(limits.shape[0]):
            low, high = _sum(power, limits[band, 0]), _sum(power, limits[band, 1])
            found.alpha_db[i, band] = 10 * np.log10(high / low)
            low, high = _highest(power, limits[band, 2]), _highest(power, limits[band, 3])
            found.hammarberg_db[i, band] = 10 * np.log10(low / high)
        found.treble_db[i] = 10 * np.log10(_sum(power, treble[1]) / _sum(power, treble[0]))


@compiled
def _sum(power: NDArray[np.float32], bounds: NDArray[np.int64]) -> np.float32:
    total = np.float32(0)
    for k in range(bounds[0], bounds[1]):
        total += power[k]
    return total


@compiled
def _highest(power: NDArray[np.float32], bounds: NDArray[np.int64]) -> np.float32:
    highest = np.float32(0)
    for k in range(bounds[0], bounds[1]):
        highest = max(highest, power[k])
    return highest

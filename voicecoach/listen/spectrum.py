"""Short-time power spectra of one track: computed once, used by pitch, voicing and syllables.

Works at 8 kHz: a telephone carries no more, and neither pitch nor syllable nuclei need more.
Laws: frame ``i`` is centered on sample ``i * FRAME`` of the 16 kHz track; frames do not depend on chopping.
Units: power re a full-scale sine; band levels in dB.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.compiled import compiled
from voicecoach.listen.framing import Decimator, Framer
from voicecoach.timeline import FRAME, RATE

SPECTRAL_RATE = RATE // 2
"""Samples per second after decimation."""

HOP = FRAME // 2
"""Samples per frame at `SPECTRAL_RATE`."""

WINDOW = 400
"""50 ms: three periods of the lowest pitch (60 Hz)."""

TRANSFORM = 576
"""Transform length: WINDOW plus the longest lag, rounded up to 2^6 * 3^2, so that lags do not wrap."""

BINS = TRANSFORM // 2 + 1

BANDS = 16
"""Bands of equal width in mel from 80 to 3800 Hz."""

SILENCE_DB = -120.0
"""A frame below this is digital silence: no microphone is that quiet, whatever the gain after it."""

_TINY = np.float32(1e-16)

WINDOW_SHAPE = np.hanning(WINDOW + 2)[1:-1].astype(np.float32)


def bin_of(hz: float) -> int:
    """The first bin at or above a frequency."""
    return int(np.ceil(hz * TRANSFORM / SPECTRAL_RATE))


def _band_edges() -> NDArray[np.int64]:
    lowest, highest = (2595 * np.log10(1 + hz / 700) for hz in (80.0, 3800.0))
    mel = np.linspace(lowest, highest, BANDS + 1)
    return np.array([bin_of(hz) for hz in 700 * (10 ** (mel / 2595) - 1)])


BAND_EDGES = _band_edges()
"""First bin of each band, and the end of the last: shape (BANDS + 1,)."""

_HUM_GUARD = np.clip((np.arange(BINS) * SPECTRAL_RATE / TRANSFORM - 35) / 30, 0, 1).astype(np.float32)
"""Rumble and handling noise below 35 Hz leave, 65 Hz and more stay."""

_POWER_SCALE = (_HUM_GUARD / (WINDOW_SHAPE.sum() / 2) ** 2).astype(np.float32)


class SpectralFrames(NamedTuple):
    """A run of frames: the waveform stretch they were cut from and what their spectra say."""

    stretch: Samples
    """8 kHz samples; frame ``k`` is ``stretch[k * HOP : k * HOP + WINDOW]``."""
    power: NDArray[np.float32]
    """Shape (frames, BINS)."""
    bands_db: NDArray[np.float32]
    """Mean power per bin of each band, shape (frames, BANDS)."""


class SpectralAnalyzer:
    """16 kHz samples to spectral frames."""

    def __init__(self) -> None:
        self._decimator = Decimator()
        self._framer = Framer(WINDOW, HOP)

    def push(self, samples: Samples) -> SpectralFrames:
        """The frames that `samples` completes."""
        stretch = self._framer.push(self._decimator.push(samples))
        frames = self._framer.frames(stretch)
        spectra = np.fft.rfft(frames * WINDOW_SHAPE, TRANSFORM, axis=1).astype(np.complex64, copy=False)
        power = np.empty(spectra.shape, np.float32)
        bands_db = np.empty((len(frames), BANDS), np.float32)
        _powers(spectra, _POWER_SCALE, BAND_EDGES, power, bands_db)
        return SpectralFrames(stretch, power, bands_db)


@compiled
def _powers(
    spectra: NDArray[np.complex64],
    scale: NDArray[np.float32],
    edges: NDArray[np.int64],
    power: NDArray[np.float32],
    bands_db: NDArray[np.float32],
) -> None:
    for i in range(spectra.shape[0]):
        for k in range(spectra.shape[1]):
            power[i, k] = scale[k] * (spectra[i, k].real ** 2 + spectra[i, k].imag ** 2)
        for band in range(len(edges) - 1):
            total = np.float32(0)
            for k in range(edges[band], edges[band + 1]):
                total += power[i, k]
            bands_db[i, band] = 10 * np.log10(total / (edges[band + 1] - edges[band]) + _TINY)

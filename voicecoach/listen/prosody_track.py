"""Pitch, level and syllables of one track together: from samples to `ProsodyTrack`.

Laws
----
* The same track, bit for bit, however the samples were chopped; live and recorded sound go the same way.
* Nothing that was reported is revised. Memory does not grow with the call, the contours themselves apart.
"""

from __future__ import annotations

from array import array

import numpy as np

from voicecoach.audio import Samples
from voicecoach.listen.loudness import LevelTracker
from voicecoach.listen.pitch import DELAY, PitchTracker, Weights
from voicecoach.listen.spectrum import SpectralAnalyzer
from voicecoach.listen.syllables import SyllableTracker
from voicecoach.prosody import ProsodyFrames, ProsodyTrack
from voicecoach.timeline import FRAME

_PIECE = 256 * FRAME
"""Samples taken at a time: keeps the arrays between stages in the processor's cache."""

_TAIL = (DELAY + 60) * FRAME
"""Silence after the end that settles all that waits: the pitch's delay and a drawn-out nucleus."""


class ProsodyTracker:
    """The prosody of one track.

    Parameters
    ----------
    weights : the arrays of ``models/pitch.npz``.

    Examples
    --------
    ::

        tracker = ProsodyTracker(weights("pitch"))
        for block in blocks:
            settled = tracker.push(block)
        track = tracker.finish()
    """

    def __init__(self, weights: Weights) -> None:
        self._analyzer = SpectralAnalyzer()
        self._pitch = PitchTracker(weights)
        self._syllables = SyllableTracker()
        self._levels = LevelTracker()
        self._heard = 0
        self._f0_hz, self._level_dbfs, self._nuclei = array("f"), array("f"), array("q")

    def push(self, samples: Samples) -> ProsodyFrames:
        """Take the next samples (16 kHz, any number), give what they settle."""
        first, nucleus = len(self._f0_hz), len(self._nuclei)
        self._heard += len(samples)
        for start in range(0, len(samples), _PIECE):
            self._take(samples[start : start + _PIECE])
        end = len(self._f0_hz)
        return ProsodyFrames(
            first,
            np.array(self._f0_hz[first:end], np.float32),
            np.array(self._level_dbfs[first:end], np.float32),
            self._nuclei[nucleus:].tolist(),
        )

    def finish(self) -> ProsodyTrack:
        """The whole track: ``samples // FRAME + 1`` frames, or none if there were no samples.

        The tracker cannot be used any more.
        """
        frames = self._heard // FRAME + 1 if self._heard else 0
        self._take(np.zeros(_TAIL, np.float32))
        nuclei = np.array(self._nuclei, np.int64)
        return ProsodyTrack(
            f0_hz=np.array(self._f0_hz[:frames], np.float32),
            level_dbfs=np.array(self._level_dbfs[:frames], np.float32),
            nuclei=nuclei[nuclei < self._heard],
        )

    def _take(self, samples: Samples) -> None:
        spectra = self._analyzer.push(samples)
        f0_hz, _ = self._pitch.push(spectra)
        self._f0_hz.frombytes(f0_hz.tobytes())
        self._level_dbfs.frombytes(self._levels.push(samples).tobytes())
        self._nuclei.extend(self._syllables.push(spectra.bands_db, f0_hz))

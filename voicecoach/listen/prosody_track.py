"""Pitch, loudness, syllables and voice of one track together: from samples to `ProsodyTrack`.

Laws
----
* The same track, bit for bit, however the samples were chopped; live and recorded sound go the same way.
* Nothing that was reported is revised. Memory does not grow with the call, the contours themselves apart.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.loudness import LevelTracker
from voicecoach.listen.loudness_k import MOMENTARY_STEPS, SHORT_TERM_STEPS, KMeter, block_powers, lufs
from voicecoach.listen.pitch import DELAY, PitchTracker, Weights
from voicecoach.listen.spectrum import SpectralAnalyzer
from voicecoach.listen.syllables import SyllableTracker
from voicecoach.listen.tilt import BANDS
from voicecoach.listen.voiced import COLUMNS, Rows, VoicedAnalyzer, voiced_frames
from voicecoach.prosody import ProsodyFrames, ProsodyTrack
from voicecoach.timeline import FRAME, Span

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
        self._loudness = KMeter()
        self._voiced = VoicedAnalyzer()
        self._heard = 0
        self._f0_hz, self._level_dbfs, self._nuclei = array("f"), array("f"), array("q")
        self._voicing, self._rows, self._k_power = bytearray(), bytearray(), array("f")

    def push(self, samples: Samples) -> ProsodyFrames:
        """Take the next samples (16 kHz, any number), give what they settle."""
        first, nucleus, step = len(self._f0_hz), len(self._nuclei), len(self._k_power)
        self._heard += len(samples)
        pieces = [self._take(samples[at : at + _PIECE]) for at in range(0, max(len(samples), 1), _PIECE)]
        voicing, rows, bands = (np.concatenate(each) for each in zip(*pieces, strict=True))
        end = len(self._f0_hz)
        return ProsodyFrames(
            first=first,
            f0_hz=np.array(self._f0_hz[first:end], np.float32),
            level_dbfs=np.array(self._level_dbfs[first:end], np.float32),
            nuclei=self._nuclei[nucleus:].tolist(),
            voicing=voicing,
            voiced=voiced_frames(rows, bands),
            momentary_lufs=self._loudness_since(step, MOMENTARY_STEPS),
            short_term_lufs=self._loudness_since(step, SHORT_TERM_STEPS),
        )

    def voiced_in(self, span: Span) -> int:
        """Frames with pitch in `span`: all there will be, once `DELAY` frames have followed it."""
        return int(np.count_nonzero(self._f0_hz[span.start // FRAME : span.end // FRAME]))

    def finish(self) -> ProsodyTrack:
        """The whole track: ``samples // FRAME + 1`` frames, or none if there were no samples.

        The tracker cannot be used any more.
        """
        frames = self._heard // FRAME + 1 if self._heard else 0
        steps = len(self._k_power)
        self._take(np.zeros(_TAIL, np.float32))
        nuclei = np.array(self._nuclei, np.int64)
        f0_hz = np.array(self._f0_hz[:frames], np.float32)
        rows = np.frombuffer(bytes(self._rows), np.float16).reshape(-1, COLUMNS)[: np.count_nonzero(f0_hz)]
        return ProsodyTrack(
            f0_hz=f0_hz,
            level_dbfs=np.array(self._level_dbfs[:frames], np.float32),
            voicing=np.frombuffer(bytes(self._voicing), np.float16)[:frames],
            nuclei=nuclei[nuclei < self._heard],
            k_power=np.array(self._k_power[:steps], np.float32),
            band=self._voiced.band,
            voiced=voiced_frames(rows, BANDS.index(self._voiced.band)),
        )

    def _take(self, samples: Samples) -> tuple[NDArray[np.float32], Rows, NDArray[np.int64]]:
        """Take a piece; voicing of the frames it settles, rows and bands of the voiced ones."""
        spectra = self._analyzer.push(samples)
        f0_hz, voicing = self._pitch.push(spectra)
        voiced = self._voiced.push(samples, f0_hz)
        self._f0_hz.frombytes(f0_hz.tobytes())
        self._level_dbfs.frombytes(self._levels.push(samples).tobytes())
        self._nuclei.extend(self._syllables.push(spectra.bands_db, f0_hz))
        self._k_power.frombytes(self._loudness.push(samples).tobytes())
        self._voicing.extend(voicing.astype(np.float16).tobytes())
        self._rows.extend(voiced.rows.tobytes())
        return voicing, voiced.rows, voiced.bands

    def _loudness_since(self, step: int, steps: int) -> NDArray[np.float32]:
        """Loudness of the `steps` steps that end with each step from `step` on."""
        if step == len(self._k_power):
            return _NOTHING
        powers = np.array(self._k_power[max(0, step + 1 - steps) :], np.float32)
        return lufs(block_powers(powers, steps)).astype(np.float32)


_NOTHING = np.zeros(0, np.float32)

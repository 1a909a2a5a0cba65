"""How the voice itself sounds, in voiced frames alone: waits for the pitch, then looks at the samples again.

Laws: a frame is looked at once, when its pitch is settled; chopping does not matter; memory holds less than a
second of sound beyond what was pushed last.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.cycles import REACH, CycleWalker
from voicecoach.listen.tilt import BANDS, WINDOW, tilt
from voicecoach.prosody import Band, VoicedFrames
from voicecoach.timeline import FRAME

Rows = NDArray[np.float16]
"""One row for each voiced frame: alpha ratio and Hammarberg index, each in every one of `BANDS`, then what
`Cycles` holds. Half floats: one hour with a voice in half of it takes 3 MB, and 0.03 dB are finer than any of
it can be measured."""

COLUMNS = 2 * len(BANDS) + 3

_WITHIN = np.arange(WINDOW) - WINDOW // 2

_TELEPHONE_DB = -36.0
"""Treble of a typical voiced frame below which the track is narrow-band. Measured medians: -34 to -3 dB over
recordings at 16 kHz and more, -54 for calls kept at 16 kHz, below -90 for calls at 8 kHz."""


class Voiced(NamedTuple):
    """What one push settled."""

    rows: Rows
    """Shape (voiced, COLUMNS)."""
    bands: NDArray[np.int64]
    """Index in `BANDS` of the band that the track seemed to have at each frame, shape (voiced,)."""


class VoicedAnalyzer:
    """Samples and their settled pitch to the sound of each voiced frame."""

    def __init__(self) -> None:
        self._frames = self._narrow = 0
        self._walker = CycleWalker()
        self._held: Samples = np.zeros(REACH, np.float32)
        self._start = -REACH
        self._frame = 0

    @property
    def band(self) -> Band:
        """The band of the track: wide until most of its voiced frames say otherwise."""
        return Band.TELEPHONE if 2 * self._narrow > self._frames else Band.WIDE

    def push(self, heard: Samples, f0_hz: NDArray[np.float32]) -> Voiced:
        """The voiced ones among the next settled frames.

        Parameters
        ----------
        heard : the next samples of the track.
        f0_hz : pitch of the next frames, 0 where unvoiced, shape (settled,); what these frames need of the
            track must have been heard.
        """
        held = np.concatenate([self._held, heard])
        voiced = np.flatnonzero(f0_hz)
        centers = (self._frame + voiced) * FRAME - self._start
        found = tilt(held[centers[:, None] + _WITHIN])
        cycles = self._walker.push(held, self._start, f0_hz, self._frame)
        self._frame += len(f0_hz)
        start = self._frame * FRAME - REACH
        self._held, self._start = held[start - self._start :].copy(), start
        columns = (found.alpha_db, found.hammarberg_db, np.stack(cycles, axis=1)[voiced])
        return Voiced(np.concatenate(columns, axis=1).astype(np.float16), self._bands_at(found.treble_db))

    def _bands_at(self, treble_db: NDArray[np.float32]) -> NDArray[np.int64]:
        """The band as it seemed at each of the next voiced frames."""
        narrow = self._narrow + np.cumsum(treble_db < _TELEPHONE_DB)
        frames = self._frames + 1 + np.arange(len(narrow))
        self._frames += len(narrow)
        self._narrow = int(narrow[-1]) if len(narrow) else self._narrow
        return np.where(2 * narrow > frames, _TELEPHONE, _WIDE)


def voiced_frames(rows: Rows, bands: NDArray[np.int64] | int) -> VoicedFrames:
    """Rows as named arrays, brightness in the band wanted, one for all or one for each row."""
    each, count = np.arange(len(rows)), len(BANDS)
    alpha_db, hammarberg_db = rows[each, bands], rows[each, count + np.asarray(bands)]
    return VoicedFrames(alpha_db, hammarberg_db, *(column.copy() for column in rows[:, 2 * count :].T))


_WIDE, _TELEPHONE = BANDS.index(Band.WIDE), BANDS.index(Band.TELEPHONE)

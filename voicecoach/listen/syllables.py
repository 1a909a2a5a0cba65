"""Where the syllables are: one time for each nucleus, found without knowing a word.

A nucleus is a voiced peak of loudness between 250 and 3400 Hz, where vowels stand out and a telephone still
carries. After Mermelstein (1975) and Pfitzinger et al. (1996): compressed band energies, smoothed, peaks
that stand out.

Laws: a nucleus is never revised; it is reported at most 0.7 s after it was heard; chopping does not matter.
Units: sample indices at 16 kHz; loudness in arbitrary units, relative to the speaker's own recent range.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.compiled import compiled
from voicecoach.listen.spectrum import BAND_EDGES, SPECTRAL_RATE, TRANSFORM
from voicecoach.timeline import FRAME


@dataclass(frozen=True, slots=True)
class SyllableSettings:
    """What counts as a nucleus; chosen on read speech (LibriSpeech excerpts), wide band and telephone."""

    prominence: float = 0.03
    """A peak rises, and falls, by this share of the recent range."""
    height: float = 0.05
    """A peak lies at least this share of the recent range above its floor."""
    spacing: int = 7
    """Frames between nuclei: 14 syllables a second is beyond anybody."""
    smoothing: float = 1.3
    """Standard deviation of the smoothing in frames (13 ms), on top of the spectral window's own."""
    memory: float = 0.005
    """Share by which the recent range shrinks each frame: halved in 1.4 s."""


SYLLABLES_PER_NUCLEUS = 1.10
"""Unstressed syllables now and then leave no peak of their own: the ratio on LibriSpeech excerpts (CC BY
4.0), the same within 2 % for wide band and telephone. A rate is the number of nuclei times this."""

_REACH = 5
"""Frames that smoothing sees on either side."""

_PATIENCE = 40
"""A peak that has not fallen after this many frames (a drawn-out vowel) counts as it is."""

_NUCLEUS_BANDS = slice(
    int(np.searchsorted(BAND_EDGES * SPECTRAL_RATE / TRANSFORM, 250)),
    int(np.searchsorted(BAND_EDGES * SPECTRAL_RATE / TRANSFORM, 3400)),
)


class SyllableTracker:
    """Syllable nuclei of one track."""

    def __init__(self, settings: SyllableSettings | None = None) -> None:
        self._settings = settings or SyllableSettings()
        at = np.arange(-_REACH, _REACH + 1)
        taps = np.exp(-0.5 * (at / self._settings.smoothing) ** 2)
        self._taps = (taps / taps.sum()).astype(np.float32)
        self._loudness = np.zeros(_REACH, np.float32)
        self._f0_hz = np.zeros(0, np.float32)
        self._picker = _PeakPicker(self._settings)

    def push(self, bands_db: NDArray[np.float32], f0_hz: NDArray[np.float32]) -> list[int]:
        """Nuclei that are settled now.

        Parameters
        ----------
        bands_db : band levels of the next frames, shape (frames, BANDS).
        f0_hz : pitch of the next frames, shape (settled,); it may lag behind the bands.

        Returns
        -------
        Sample indices, ascending.
        """
        loudness = np.empty(len(bands_db), np.float32)
        _compress(bands_db[:, _NUCLEUS_BANDS], loudness)
        self._loudness = np.concatenate([self._loudness, loudness])
        self._f0_hz = np.concatenate([self._f0_hz, f0_hz])
        count = max(0, min(len(self._f0_hz), len(self._loudness) - 2 * _REACH))
        smooth = np.empty(count, np.float32)
        _smooth(self._loudness, self._taps, smooth)
        voiced = self._f0_hz[:count] > 0
        self._loudness, self._f0_hz = self._loudness[count:].copy(), self._f0_hz[count:].copy()
        found = [
            self._picker.push(value, voice)
            for value, voice in zip(smooth.tolist(), voiced.tolist(), strict=True)
        ]
        return [frame * FRAME for frame in found if frame is not None]


class _PeakPicker:
    """Follows one curve up and down; what falls far enough after a rise was a peak."""

    def __init__(self, settings: SyllableSettings) -> None:
        self._settings = settings
        self._now = -1
        self._top = self._floor = 0.0
        self._rising = True
        self._extreme, self._extreme_at = 0.0, 0
        self._voiced: deque[bool] = deque(maxlen=_PATIENCE + 3)
        self._waiting: tuple[int, float] | None = None

    def push(self, loudness: float, voiced: bool) -> int | None:  # noqa: FBT001 - a sample of a track of flags
        """Take the next frame; the frame of a nucleus that is settled by it, if one is."""
        self._now += 1
        self._voiced.append(voiced)
        self._follow_range(loudness, voiced)
        step = self._settings.prominence * (self._top - self._floor)
        if self._rising:
            if loudness > self._extreme:
                self._extreme, self._extreme_at = loudness, self._now
            elif loudness < self._extreme - step or self._now - self._extreme_at >= _PATIENCE:
                settled = self._consider()
                self._rising, self._extreme = False, loudness
                return settled
        else:
            self._extreme = min(self._extreme, loudness)
            if loudness > self._extreme + step:
                self._rising, self._extreme, self._extreme_at = True, loudness, self._now
        return self._release()

    def _follow_range(self, loudness: float, voiced: bool) -> None:  # noqa: FBT001 - as above
        """The top fades only while there is voice: a pause says nothing about how loud the speaker is."""
        if self._now == 0:
            self._top = self._floor = loudness
        fade = self._settings.memory * (self._top - self._floor)
        self._top = max(loudness, self._top - fade * voiced)
        self._floor = min(loudness, self._floor + fade)

    def _consider(self) -> int | None:
        """A peak has ended: a nucleus if it is high and voiced; of two too close the higher stays."""
        at, height = self._extreme_at, self._extreme
        around = [self._voiced[k - self._now - 1] for k in range(max(at - 2, 0), min(at + 2, self._now) + 1)]
        if height < self._floor + self._settings.height * (self._top - self._floor) or sum(around) < 2:
            return None
        before, self._waiting = self._waiting, (at, height)
        if before is None:
            return None
        if at - before[0] >= self._settings.spacing:
            return before[0]
        if before[1] >= height:
            self._waiting = before
        return None

    def _release(self) -> int | None:
        """Let the waiting nucleus go once no later peak can be too close to it."""
        if self._waiting is None:
            return None
        next_at = self._extreme_at if self._rising else self._now
        if next_at - self._waiting[0] < self._settings.spacing:
            return None
        settled, self._waiting = self._waiting[0], None
        return settled


@compiled
def _compress(bands_db: NDArray[np.float32], loudness: NDArray[np.float32]) -> None:
    """Sum over bands of power to the 1/4, between the cube root (Stevens) and the logarithm."""
    for i in range(bands_db.shape[0]):
        total = np.float32(0)
        for band in range(bands_db.shape[1]):
            total += np.float32(10) ** (bands_db[i, band] * np.float32(1 / 40))
        loudness[i] = total


@compiled
def _smooth(held: NDArray[np.float32], taps: NDArray[np.float32], smooth: NDArray[np.float32]) -> None:
    for i in range(len(smooth)):
        total = np.float32(0)
        for j in range(len(taps)):
            total += taps[j] * held[i + j]
        smooth[i] = total

"""How somebody sounds right now against how they usually do: what a meter shows while they speak.

Everything is relative to the speaker's own medians so far, for a deep voice is no sad one and a close
microphone no loud one. The figures that are scored are derived at the end of the call (`turn_prosody`).

Laws: constant memory; the same readings however the sound was chopped into pushes of whole frames.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.prosody import ProsodyFrames
from voicecoach.timeline import FRAME, RATE, samples


@dataclass(frozen=True, slots=True)
class MeterSettings:
    """What the needles follow."""

    needle_frames: int = 30
    """Pitch and level are medians of the last 0.3 s of voice: a syllable or two."""
    known_frames: int = 200
    """A baseline needs 2 s of voice."""
    pace_window_s: float = 6.0
    """Pace is taken over so much of the call: a sentence or two."""
    longest_step_s: float = 0.4
    """A longer gap between two syllables is a pause, not pace."""
    pace_steps: int = 5
    """Fewer gaps say nothing about pace."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meters show; None: nothing to show yet, or nobody speaks."""

    pitch_st: float | None
    """Semitones above (+) or below (-) the speaker's own median so far."""
    level_db: float | None
    """Decibels above (+) or below (-) the same."""
    pace_sps: float | None
    """Syllables a second while speaking, of the last few seconds."""


class VoiceMeter:
    """The meters of one speaker."""

    def __init__(self, settings: MeterSettings | None = None) -> None:
        self._settings = settings or MeterSettings()
        self._pitches_st = _Median(low=0.0, step=0.1, bins=480)
        self._levels_db = _Median(low=-100.0, step=0.25, bins=440)
        self._recent: deque[tuple[float, float]] = deque(maxlen=self._settings.needle_frames)
        self._nuclei: deque[int] = deque()
        self._unvoiced = 0
        self._now = 0

    def push(self, frames: ProsodyFrames) -> Reading:
        """Take what sounded; return what the meters show after it."""
        self._now = (frames.first + len(frames.f0_hz)) * FRAME
        self._nuclei.extend(frames.nuclei)
        while self._nuclei and self._nuclei[0] < self._now - samples(self._settings.pace_window_s):
            self._nuclei.popleft()
        self._listen(frames.f0_hz, frames.level_dbfs)
        return Reading(*self._needles(), self._pace())

    def _listen(self, f0_hz: NDArray[np.float32], level_dbfs: NDArray[np.float32]) -> None:
        voiced = f0_hz > 0
        pitches_st = 12 * np.log2(f0_hz[voiced] / LOWEST_HZ)
        levels = level_dbfs[: len(f0_hz)][voiced]
        self._pitches_st.push(pitches_st)
        self._levels_db.push(levels)
        self._recent.extend(zip(pitches_st.tolist(), levels.tolist(), strict=True))
        last = np.flatnonzero(voiced)
        self._unvoiced = len(f0_hz) - 1 - int(last[-1]) if len(last) else self._unvoiced + len(f0_hz)

    def _needles(self) -> tuple[float | None, float | None]:
        known = self._pitches_st.count >= self._settings.known_frames
        if not known or not self._recent or self._unvoiced > self._settings.needle_frames:
            return None, None
        pitch_st, level_db = np.median(np.array(self._recent), axis=0)
        return float(pitch_st - self._pitches_st.value), float(level_db - self._levels_db.value)

    def _pace(self) -> float | None:
        s = self._settings
        steps = np.diff(np.array(self._nuclei))
        steps = steps[steps <= samples(s.longest_step_s)]
        return None if len(steps) < s.pace_steps else float(len(steps) * RATE / steps.sum())


LOWEST_HZ = 50.0
"""Semitones are counted from here: below every pitch that is tracked."""


class _Median:
    """The median of everything so far, to within one step, in constant memory."""

    def __init__(self, low: float, step: float, bins: int) -> None:
        self._low, self._step = low, step
        self._counts = np.zeros(bins, np.int64)
        self.count = 0

    def push(self, values: NDArray[np.float32]) -> None:
        places = ((values - self._low) / self._step).astype(np.int64)
        np.add.at(self._counts, np.clip(places, 0, len(self._counts) - 1), 1)
        self.count += len(values)

    @property
    def value(self) -> float:
        middle = int(np.searchsorted(np.cumsum(self._counts), (self.count + 1) // 2))
        return self._low + (middle + 0.5) * self._step

"""How something was said: pitch, loudness and pace, as numbers with units.

Nothing here is an emotion. Numbers are absolute, or relative to the speaker's own baseline;
``None`` means *could not be measured* (too little voice), never zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.timeline import Span, samples

BREATH = samples(1.0)
"""A silence up to here is part of speaking: the norms for words per minute (120-160) were counted with
short pauses in, and without them ordinary talk is a quarter faster. Longer ones are thinking, a hold."""


@dataclass(frozen=True, slots=True, eq=False)
class ProsodyTrack:
    """One speaker's contours over the whole call, one value every 10 ms (`timeline.FRAME`).

    Frame ``i`` is centered on sample ``i * FRAME``. All three arrays have the same length.
    """

    f0_hz: NDArray[np.float32]
    """Fundamental frequency in Hz; 0 where unvoiced."""
    level_dbfs: NDArray[np.float32]
    """RMS level of a 25 ms window in dB re full scale, floored at -100."""
    nuclei: NDArray[np.int64]
    """Sample indices of the syllable nuclei, ascending; shape (syllables,)."""


@dataclass(frozen=True, slots=True, eq=False)
class ProsodyFrames:
    """What a piece of live sound settled of one speaker's contours."""

    first: int
    """The frame that the contours begin with; it lies about 0.2 s back."""
    f0_hz: NDArray[np.float32]
    level_dbfs: NDArray[np.float32]
    nuclei: list[int]
    """Sample indices of syllable nuclei settled now; they may lie before `first`."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A speaker's own normal: medians over all their speech in this call."""

    f0_hz: float | None
    level_dbfs: float | None
    pace_wpm: float | None
    articulation_sps: float | None
    """Syllables per second of speech, pauses left out."""


@dataclass(frozen=True, slots=True)
class Prosody:
    """How one turn sounded."""

    speech_s: float
    """Seconds of voice, pauses left out."""
    f0_hz: float | None
    """Median pitch."""
    f0_st: float | None
    """Median pitch in semitones above (+) or below (-) the speaker's baseline."""
    f0_sd_st: float | None
    """Standard deviation of pitch in semitones: monotone is below 1.5."""
    level_dbfs: float | None
    level_db: float | None
    """Median level in dB above (+) or below (-) the speaker's baseline."""
    pace_wpm: float | None
    """Words per minute while speaking, pauses up to 1 s included; needs words."""
    articulation_sps: float | None
    """Syllables per second while speaking, from syllable nuclei; needs no words."""
    pauses: tuple[Span, ...]
    """Silences of at least 200 ms inside the turn."""

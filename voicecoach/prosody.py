"""How something was said: pitch, loudness and pace, as numbers with units.

Nothing here is an emotion. Numbers are absolute, or relative to the speaker's own baseline;
``None`` means *could not be measured* (too little voice), never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from voicecoach.timeline import Span, samples

BREATH = samples(1.0)
"""A silence up to here is part of speaking: the norms for words per minute (120-160) were counted with
short pauses in, and without them ordinary talk is a quarter faster. Longer ones are thinking, a hold."""


LEAST_VOICED = 5
"""Frames with pitch (50 ms) that anything said aloud has. Of 254 stretches of real and synthetic speech
(734 s, telephone calls among them) all had as many, of 15 that noise was taken for 14 had fewer
(``bench.silence``). What is whispered from end to end is lost."""


class Band(StrEnum):
    """What of a voice a track can carry; brightness is only comparable within one band."""

    WIDE = "wide"
    """Up to 5 kHz at least."""
    TELEPHONE = "telephone"
    """300 to 3400 Hz."""


@dataclass(frozen=True, slots=True, eq=False)
class VoicedFrames:
    """How the voice sounded in each voiced frame, in order; all arrays have one value for each."""

    alpha_db: NDArray[np.float16]
    """Alpha ratio: energy above 1 kHz over energy below, in the track's band."""
    hammarberg_db: NDArray[np.float16]
    """Hammarberg index: highest level below 2 kHz over highest above, in the track's band."""
    period_step: NDArray[np.float16]
    """Difference of a period to the one before, share of their mean; NaN where no period begins."""
    amplitude_step: NDArray[np.float16]
    """Difference of a period's amplitude to the next, as a logarithm; NaN as above."""
    hnr_db: NDArray[np.float16]
    """Energy that recurs with the next period over energy that does not; NaN as above."""


@dataclass(frozen=True, slots=True, eq=False)
class ProsodyTrack:
    """One speaker's contours over the whole call, one value every 10 ms (`timeline.FRAME`).

    Frame ``i`` is centered on sample ``i * FRAME``. Pitch, level and voicing have the same length. Half
    floats where a finer number would say nothing (dB to 0.03) and an hour must stay small.
    """

    f0_hz: NDArray[np.float32]
    """Fundamental frequency in Hz; 0 where unvoiced."""
    level_dbfs: NDArray[np.float32]
    """RMS level of a 25 ms window in dB re full scale, floored at -100."""
    voicing: NDArray[np.float16]
    """Probability of voice in each frame by itself; `f0_hz` also weighs what surrounds it."""
    nuclei: NDArray[np.int64]
    """Sample indices of the syllable nuclei, ascending; shape (syllables,)."""
    k_power: NDArray[np.float32]
    """K-weighted mean square (ITU-R BS.1770) of each whole 100 ms, shape (samples // 1600,)."""
    band: Band
    voiced: VoicedFrames
    """The frames with a pitch, and only those: shape (count of ``f0_hz > 0``,)."""


@dataclass(frozen=True, slots=True, eq=False)
class ProsodyFrames:
    """What a piece of live sound settled of one speaker's contours."""

    first: int
    """The frame that the contours begin with; it lies about 0.2 s back."""
    f0_hz: NDArray[np.float32]
    level_dbfs: NDArray[np.float32]
    nuclei: list[int]
    """Sample indices of syllable nuclei settled now; they may lie before `first`."""
    voicing: NDArray[np.float32]
    """Probability of voice in each frame by itself, in the order of `f0_hz`."""
    voiced: VoicedFrames
    """Of the voiced ones among these frames, in the band that the track seemed to have at each."""
    momentary_lufs: NDArray[np.float32]
    """Loudness of the last 0.4 s at each whole 0.1 s that passed now."""
    short_term_lufs: NDArray[np.float32]
    """The same of the last 3 s."""


@dataclass(frozen=True, slots=True)
class VoiceQuality:
    """What a voice sounds like, pitch and loudness apart: of a stretch, or as a difference of two."""

    alpha_db: float | None = None
    """Alpha ratio, median over voiced frames: higher is brighter, pressed, tense."""
    hammarberg_db: float | None = None
    """Hammarberg index, median over voiced frames: lower is brighter."""
    jitter_percent: float | None = None
    """How much neighboring periods differ, share of a period: a rough or creaky voice has more."""
    shimmer_percent: float | None = None
    """How much the amplitudes of neighboring periods differ, share of the amplitude."""
    hnr_db: float | None = None
    """Harmonics-to-noise ratio, median over voiced frames: a breathy or hoarse voice has less."""


UNKNOWN_QUALITY = VoiceQuality()
"""Nothing could be measured."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """A speaker's own normal: medians over all their speech in this call."""

    f0_hz: float | None
    level_dbfs: float | None
    pace_wpm: float | None
    articulation_sps: float | None
    """Syllables per second of speech, pauses left out."""
    loudness_lufs: float | None = None
    """K-weighted, gated (ITU-R BS.1770-5): median of the runs of voice, by length."""
    band: Band | None = None
    """What the speaker's track carries: brightness is comparable within one band only."""
    quality: VoiceQuality = UNKNOWN_QUALITY


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
    loudness_lufs: float | None = None
    """K-weighted, gated (ITU-R BS.1770-5); needs 0.4 s."""
    loudness_lu: float | None = None
    """Loudness above (+) or below (-) the speaker's baseline."""
    quality: VoiceQuality = UNKNOWN_QUALITY
    quality_change: VoiceQuality = UNKNOWN_QUALITY
    """The same above (+) or below (-) the speaker's baseline."""
    tension: float | None = None
    """Effort in the voice: louder, higher, brighter and rougher than the speaker's baseline (above 0) or less
    so. Calm speech stays below 1.2 in 99 of 100 stretches. An acoustic fact, not a feeling."""

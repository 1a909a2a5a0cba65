"""From voiced frames to numbers: how bright, rough or breathy a stretch of voice was, and how it changed.

Laws: pure functions; ``None`` where there is too little voice to say; differences are to the same speaker in
the same call, and so in the same band.
Units: dB; percent of a period or of an amplitude.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from voicecoach.prosody import ProsodyTrack, VoiceQuality

BRIGHT_FRAMES = 10
"""Voiced frames (0.1 s) for a median brightness."""

CYCLE_FRAMES = 50
"""Voiced frames (0.5 s, some 50 to 150 periods) for jitter, shimmer and HNR: in fewer, one onset or one
change of vowel outweighs the voice."""

KEPT = 0.8
"""Share of the frames that count for jitter and shimmer, the steadiest: the rest are onsets, endings and
changes of vowel, which no sustained vowel of a voice clinic has."""

JITTER_SCALE = 3.9
"""What `KEPT` and matching two periods at once take away: on synthetic vowels whose pulses vary by 0.1 to
3 %, jitter is then the mean difference of neighboring periods that was put in (``bench.voice_quality``)."""

SHIMMER_SCALE = 2.2
"""The same for amplitudes that vary by 1 to 12 %."""


def measure_quality(track: ProsodyTrack, inside: NDArray[np.bool_]) -> VoiceQuality:
    """The voice in some frames of a track, shape (frames,)."""
    chosen = inside[track.f0_hz > 0]
    voiced = track.voiced
    return VoiceQuality(
        alpha_db=_median(voiced.alpha_db[chosen], BRIGHT_FRAMES),
        hammarberg_db=_median(voiced.hammarberg_db[chosen], BRIGHT_FRAMES),
        jitter_percent=_perturbation(voiced.period_step[chosen], JITTER_SCALE),
        shimmer_percent=_perturbation(voiced.amplitude_step[chosen], SHIMMER_SCALE),
        hnr_db=_median(voiced.hnr_db[chosen], CYCLE_FRAMES),
    )


def quality_change(quality: VoiceQuality, normal: VoiceQuality) -> VoiceQuality:
    """Each number of a quality above (+) or below (-) its normal."""
    names = [field.name for field in fields(VoiceQuality)]
    return VoiceQuality(**{name: above(getattr(quality, name), getattr(normal, name)) for name in names})


def above(value: float | None, normal: float | None) -> float | None:
    """A difference, or None where either could not be measured."""
    return None if value is None or normal is None else value - normal


def _median(values: NDArray[np.float16], least: int) -> float | None:
    known = values[~np.isnan(values)]
    return float(np.median(known.astype(np.float64))) if len(known) >= least else None


def _perturbation(steps: NDArray[np.float16], scale: float) -> float | None:
    """Mean of the steadiest frames in percent."""
    known = np.sort(steps[~np.isnan(steps)].astype(np.float64))
    return 100 * scale * float(known[: int(KEPT * len(known))].mean()) if len(known) >= CYCLE_FRAMES else None

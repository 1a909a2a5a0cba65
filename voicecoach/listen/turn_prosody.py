"""From contours to numbers: how one turn sounded, and what is normal for its speaker.

Laws
----
* Pure functions of a track and of spans; nothing here listens to samples.
* ``None`` where there is too little voice to say: never zero, never a guess.
* Differences are to the speaker's own baseline in the same call.

Units: Hz, semitones (st), dB, words per minute (wpm), syllables per second (sps), seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.loudness_k import loudness_in, usual_loudness
from voicecoach.listen.syllables import SYLLABLES_PER_NUCLEUS
from voicecoach.listen.tension import tension
from voicecoach.listen.turn_quality import above, measure_quality, quality_change
from voicecoach.prosody import BREATH, Baseline, Prosody, ProsodyTrack
from voicecoach.speech import Turn, Word
from voicecoach.timeline import FRAME, Span, merge, samples, seconds, total

MEDIAN_FRAMES = 10
"""Voiced frames (0.1 s) for a median pitch."""

SPREAD_FRAMES = 30
"""Voiced frames (0.3 s, about two syllables) for a spread of pitch."""

PACE_WORDS = 3
"""Words for a pace: fewer are an interjection."""

PACE_SPEECH_S = 1.0
"""Seconds of speech for a pace or an articulation rate."""

PAUSE = samples(0.2)
"""A silence inside a turn from here on is a pause: shorter ones are the closures of stops."""

_REACH_ST = 7.0
"""Semitones from the median beyond which a frame says nothing of the spread. Half an octave is more than a
lively speaker uses but less than an octave slip (12): a slip cannot make a monotone voice look lively."""


def measure_baseline(track: ProsodyTrack, speech: Sequence[Span], words: Sequence[Word]) -> Baseline:
    """A speaker's normal over the whole call.

    Parameters
    ----------
    track : the speaker's contours.
    speech : all runs of the speaker's voice, sorted and disjoint.
    words : all the speaker's words; empty where none were recognized.
    """
    return Baseline(
        f0_hz=_median(_pitch_in(track, speech), MEDIAN_FRAMES),
        level_dbfs=_median(_level_in(track, speech), MEDIAN_FRAMES),
        pace_wpm=_pace_wpm(speech, words),
        articulation_sps=_articulation_sps(track, speech),
        loudness_lufs=usual_loudness(track.k_power, speech),
        band=track.band,
        quality=measure_quality(track, _frames_in(track, speech)),
    )


def measure_turn(track: ProsodyTrack, turn: Turn, baseline: Baseline) -> Prosody:
    """How one turn sounded.

    Parameters
    ----------
    track : the speaker's contours.
    turn : its `speech` says where there was voice, its `words` what was said.
    baseline : the speaker's normal.
    """
    pitch_hz = _pitch_in(track, turn.speech)
    f0_hz = _median(pitch_hz, MEDIAN_FRAMES)
    level_dbfs = _median(_level_in(track, turn.speech), MEDIAN_FRAMES)
    loudness_lufs = loudness_in(track.k_power, turn.speech)
    loudness_lu = above(loudness_lufs, baseline.loudness_lufs)
    quality = measure_quality(track, _frames_in(track, turn.speech))
    change = quality_change(quality, baseline.quality)
    f0_st = _semitones_above(f0_hz, baseline.f0_hz)
    return Prosody(
        speech_s=seconds(total(turn.speech)),
        f0_hz=f0_hz,
        f0_st=f0_st,
        f0_sd_st=_spread_st(pitch_hz),
        level_dbfs=level_dbfs,
        level_db=above(level_dbfs, baseline.level_dbfs),
        pace_wpm=_pace_wpm(turn.speech, turn.words),
        articulation_sps=_articulation_sps(track, turn.speech),
        pauses=_pauses(turn.speech),
        loudness_lufs=loudness_lufs,
        loudness_lu=loudness_lu,
        quality=quality,
        quality_change=change,
        tension=tension(loudness_lu, f0_st, change),
    )


def _frames_in(track: ProsodyTrack, speech: Sequence[Span]) -> NDArray[np.bool_]:
    """Which frames have their center inside the spans."""
    inside = np.zeros(len(track.f0_hz), np.bool_)
    for span in speech:
        inside[-(-span.start // FRAME) : -(-span.end // FRAME)] = True
    return inside


def _pitch_in(track: ProsodyTrack, speech: Sequence[Span]) -> NDArray[np.float64]:
    return track.f0_hz[_frames_in(track, speech) & (track.f0_hz > 0)].astype(np.float64)


def _level_in(track: ProsodyTrack, speech: Sequence[Span]) -> NDArray[np.float64]:
    """Levels of the voiced frames: a hiss or a gap inside a run of voice is not how loud the voice is."""
    return track.level_dbfs[_frames_in(track, speech) & (track.f0_hz > 0)].astype(np.float64)


def _semitones_above(f0_hz: float | None, normal_hz: float | None) -> float | None:
    return None if f0_hz is None or normal_hz is None else float(12 * np.log2(f0_hz / normal_hz))


def _median(values: NDArray[np.float64], least: int) -> float | None:
    return float(np.median(values)) if len(values) >= least else None


def _spread_st(pitch_hz: NDArray[np.float64]) -> float | None:
    """Standard deviation in semitones, octave slips left out."""
    if len(pitch_hz) < SPREAD_FRAMES:
        return None
    semitones = 12 * np.log2(pitch_hz / np.median(pitch_hz))
    return float(np.std(semitones[np.abs(semitones) <= _REACH_ST]))


def _pace_wpm(speech: Sequence[Span], words: Sequence[Word]) -> float | None:
    speech_s = seconds(total(merge(speech, BREATH)))
    if len(words) < PACE_WORDS or speech_s < PACE_SPEECH_S:
        return None
    return 60 * len(words) / speech_s


def _articulation_sps(track: ProsodyTrack, speech: Sequence[Span]) -> float | None:
    speech_s = seconds(total(speech))
    if speech_s < PACE_SPEECH_S:
        return None
    bounds = np.array([[span.start, span.end] for span in speech])
    first, end = np.searchsorted(track.nuclei, bounds[:, 0]), np.searchsorted(track.nuclei, bounds[:, 1])
    return SYLLABLES_PER_NUCLEUS * float((end - first).sum()) / speech_s


def _pauses(speech: Sequence[Span]) -> tuple[Span, ...]:
    gaps = (Span(a.end, b.start) for a, b in pairwise(speech) if a.end < b.start)
    return tuple(gap for gap in gaps if gap.duration >= PAUSE)

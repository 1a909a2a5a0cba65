"""How the last moments of speech before a pause sounded: finished, or not.

A finished turn ends in a movement of pitch, down or (a question) up, at a low level and on a short last
sound. A speaker who means to go on keeps pitch and level up and draws the last sound out ("and um"). After
Duncan (1972) and Gravano and Hirschberg (2011), "Turn-taking cues in task-oriented dialogue".

Laws
----
* A pure function of the contours so far and of the runs of voice so far.
* ``None`` where there is too little voice to say: never zero, never a guess.
* Gain does not matter, nor how high a voice is: level and pitch are relative to the speaker's own.

Units: samples, seconds, semitones per second (st/s), dB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.timeline import FRAME, RATE, Span, merge, samples, seconds, total

MEMORY = samples(60.0)
"""A speaker's usual level and pitch are those of the last minute: long enough for a steady median, short
enough to follow one who turns away from the microphone."""

USUAL_FRAMES = 30
"""Voiced frames (0.3 s, about two syllables) for something to be usual."""

TAIL = samples(0.3)
"""Final level, pitch and voicing are looked for in the last 0.3 s: a syllable and a half."""

GLIDE_FRAMES = 6
"""Voiced frames in the tail for a movement of pitch."""

LEVEL_FRAMES = 4
"""Voiced frames in the tail for a level."""

LONGEST_GAP = samples(0.2)
"""A shorter silence does not end a stretch of voice: it is the closure of a stop."""

_REACH_ST = 12.0
"""Semitones from the usual pitch beyond which a frame of the tail is an octave slip or creak, no melody."""


@dataclass(frozen=True, slots=True)
class PauseCues:
    """How the speech before a pause sounded. ``None``: could not be measured."""

    start: int
    """Sample at which the voice stopped."""
    stretch_s: float
    """Length of the last stretch of voice, since the pause before this one."""
    glide_st_s: float | None
    """Final movement of pitch: positive rises, negative falls."""
    level_db: float | None
    """Final level of voiced sound above (+) or below (-) the speaker's usual."""
    held_s: float | None
    """Length of the last unbroken voicing: a last syllable that is drawn out is long."""


def pause_cues(
    f0_hz: NDArray[np.float32], level_dbfs: NDArray[np.float32], turn: Sequence[Span]
) -> PauseCues:
    """How the speech before a pause sounded.

    Parameters
    ----------
    f0_hz, level_dbfs : the speaker's contours so far, as in `ProsodyTrack`, shape (frames,). They should
    reach the
        end of the voice, as they do 0.2 s later; level may be known further than pitch, and its array longer.
    turn : the runs of voice of the turn so far, in order, at least one; the pause begins where the last one
    ends.
    """
    stretch = merge(turn, LONGEST_GAP - 1)[-1]
    known = min(len(f0_hz), len(level_dbfs))
    recent = slice(max(0, stretch.end - MEMORY) // FRAME, known)
    voiced = f0_hz[recent] > 0
    usual_hz, usual_dbfs = _usual(f0_hz[recent][voiced]), _usual(level_dbfs[recent][voiced])
    tail = slice(max(0, stretch.end - TAIL) // FRAME, min(stretch.end // FRAME + 1, known))
    tail_hz = f0_hz[tail]
    return PauseCues(
        start=stretch.end,
        stretch_s=seconds(total(run for run in turn if stretch.covers(run))),
        glide_st_s=_glide_st_s(tail_hz, usual_hz),
        level_db=_level_db(level_dbfs[tail][tail_hz > 0], usual_dbfs),
        held_s=_held_s(f0_hz[recent.start : tail.stop], tail.start - recent.start),
    )


def _usual(values: NDArray[np.float32]) -> float | None:
    return float(np.median(values)) if len(values) >= USUAL_FRAMES else None


def _glide_st_s(tail_hz: NDArray[np.float32], usual_hz: float | None) -> float | None:
    """Slope of the straight line through the tail's pitch."""
    if usual_hz is None:
        return None
    at = np.flatnonzero(tail_hz)
    pitch_st = 12 * np.log2(tail_hz[at].astype(np.float64) / usual_hz)
    sane = np.abs(pitch_st) <= _REACH_ST
    if sane.sum() < GLIDE_FRAMES:
        return None
    at_s = at[sane] * FRAME / RATE
    at_s -= at_s.mean()
    return float(at_s @ pitch_st[sane] / (at_s @ at_s))


def _level_db(tail_dbfs: NDArray[np.float32], usual_dbfs: float | None) -> float | None:
    if usual_dbfs is None or len(tail_dbfs) < LEVEL_FRAMES:
        return None
    return float(np.median(tail_dbfs)) - usual_dbfs


def _held_s(f0_hz: NDArray[np.float32], since: int) -> float | None:
    """How long the voicing that ends last has lasted; None where nothing is voiced from frame `since` on."""
    voiced = np.flatnonzero(f0_hz > 0)
    if not len(voiced) or voiced[-1] < since:
        return None
    breaks = np.flatnonzero(np.diff(voiced) > 1)
    first = voiced[breaks[-1] + 1] if len(breaks) else voiced[0]
    return float((voiced[-1] - first + 1) * FRAME / RATE)

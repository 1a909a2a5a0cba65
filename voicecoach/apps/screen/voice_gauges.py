"""How the trainee sounds right now, as three gauges with a green band each: pace, level, pitch.

Laws
----
* What a gauge says, the debrief says too: the definitions are those of `listen.turn_prosody`.
* A gauge holds its last value while the trainee is silent; it never jumps to zero.

Units: words per minute, dB against the trainee's own median, semitones (standard deviation).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voicecoach.events import FinalHeard
from voicecoach.listen.meters import LOWEST_HZ, VoiceMeter
from voicecoach.prosody import BREATH, ProsodyFrames
from voicecoach.timeline import FRAME, RATE, Span, merge, samples, seconds, total

LEVEL_WINDOW = 50
"""Readings (1 s at 50 a second) whose median is the level: a raised word shows, a syllable does not."""

PITCH_FRAMES = 600
"""Voiced frames (6 s, about two sentences) whose spread is shown."""

LEAST_PITCH_FRAMES = 200
"""Fewer (2 s) say little about how lively somebody speaks."""

REACH_ST = 7.0
"""Semitones from the median beyond which a frame is an octave slip (as in `listen.turn_prosody`)."""

PACE_WINDOW = samples(15.0)
"""Pace is taken over the segments of the last 15 s before the newest word: two or three sentences."""

PACE_WORDS, PACE_SPEECH = 8, samples(2.0)
"""Words and speech for a pace: one short answer is no pace."""

VOICE_GAP = samples(0.3)
"""A longer silence is a new stretch of voice: longer than the closure of a stop."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a gauge can show, and which part of it is meant to be held (``docs/rubric.md``)."""

    low: float
    high: float
    green: tuple[float, float]
    amber: tuple[float, float]
    """Outside the green band but inside this one: a little off. Beyond it: off."""
    verdicts: tuple[str, str, str, str, str]
    """Words from far too low to far too high."""

    def verdict(self, value: float) -> str:
        """In a word."""
        return self.verdicts[2 + self.off(value)]

    def off(self, value: float) -> int:
        """0 in the green band, 1 (or -1) a little above (below) it, 2 (or -2) far."""
        if value > self.green[1]:
            return 2 if value > self.amber[1] else 1
        if value < self.green[0]:
            return -2 if value < self.amber[0] else -1
        return 0

    def share(self, value: float) -> float:
        """Where on the scale, 0 to 1."""
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


PACE = Scale(60, 220, (120, 160), (100, 180), ("very slow", "slow", "steady", "fast", "very fast"))
"""Words a minute while speaking: 120 to 160 is what trainers ask for on the telephone."""

LEVEL = Scale(-12, 12, (-4, 4), (-6, 6), ("very soft", "soft", "as usual", "raised", "very loud"))
"""dB against the trainee's own median; own default bands."""

PITCH = Scale(0, 6.5, (2, 4.5), (1.5, 6.5), ("flat", "rather flat", "lively", "very lively", "very lively"))
"""Standard deviation in semitones: it rises with liveliness, equally for all voices; own default bands."""


@dataclass(frozen=True, slots=True)
class Gauges:
    """What the gauges show; None: not measurable yet."""

    pace_wpm: float | None = None
    pace_usual_wpm: float | None = None
    """The same over the whole call: the trainee's own normal."""
    level_db: float | None = None
    pitch_sd_st: float | None = None


NO_GAUGES = Gauges()
"""Nothing could be measured yet."""


class VoiceGauges:
    """Follows the trainee's voice and words."""

    def __init__(self) -> None:
        self._meter = VoiceMeter()
        self._levels_db: deque[float] = deque(maxlen=LEVEL_WINDOW)
        self._pitches_st: deque[float] = deque(maxlen=PITCH_FRAMES)
        self._segments: deque[tuple[Span, int]] = deque()
        self._words, self._speech, self._until = 0, 0, 0
        self.voice_since: int | None = None
        """Start of the latest stretch of voice."""
        self.voice_until = 0

    def sound(self, frames: ProsodyFrames) -> None:
        """Take what sounded."""
        level_db = self._meter.push(frames).level_db
        if level_db is not None:
            self._levels_db.append(level_db)
        voiced = np.flatnonzero(frames.f0_hz > 0)
        if len(voiced):
            self._pitches_st.extend((12 * np.log2(frames.f0_hz[voiced] / LOWEST_HZ)).tolist())
            self._follow(
                (frames.first + int(voiced[0])) * FRAME, (frames.first + int(voiced[-1]) + 1) * FRAME
            )

    def words(self, final: FinalHeard) -> None:
        """Take the words of a segment."""
        span = final.segment.span
        self._segments.append((span, len(final.words)))
        while self._segments[0][0].end < span.end - PACE_WINDOW:
            self._segments.popleft()
        gap = span.start - self._until
        self._words += len(final.words)
        self._speech += span.duration + (gap if 0 < gap <= BREATH else 0)
        self._until = span.end

    def read(self) -> Gauges:
        """What the gauges show."""
        speech = total(merge((span for span, _ in self._segments), BREATH))
        return Gauges(
            pace_wpm=_wpm(sum(count for _, count in self._segments), speech),
            pace_usual_wpm=_wpm(self._words, self._speech),
            level_db=float(np.median(self._levels_db)) if self._levels_db else None,
            pitch_sd_st=_spread_st(self._pitches_st),
        )

    def _follow(self, start: int, end: int) -> None:
        if self.voice_since is None or start - self.voice_until > VOICE_GAP:
            self.voice_since = start
        self.voice_until = end


def _wpm(words: int, speech: int) -> float | None:
    return 60 * words / seconds(speech) if words >= PACE_WORDS and speech >= PACE_SPEECH else None


def _spread_st(pitches_st: deque[float]) -> float | None:
    if len(pitches_st) < LEAST_PITCH_FRAMES:
        return None
    around = np.array(pitches_st)
    around = around - np.median(around)
    return float(np.std(around[np.abs(around) <= REACH_ST]))


def clock(count: int) -> str:
    """A time or a duration for people: ``1:02``."""
    return f"{count // RATE // 60}:{count // RATE % 60:02}"

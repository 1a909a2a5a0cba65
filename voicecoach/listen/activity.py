"""When is there a voice on a track? Silero VAD decides that it is speech; energy finds the edges.

Silero alone smears its edges by 30-160 ms and misses soft telephone speech; energy alone takes every
noise for a voice. So a frame is voice where Silero says so, or where it is as loud as speech
and Silero does not exclude it; then each run's ends are moved to where the level rises and falls.

Laws: decisions are taken frame by frame (10 ms), in order, 20 to 50 ms late, and never revised; a run is
reported once it can no longer change. Thresholds follow the level block by block, so everything depends
on sample index alone. Memory grows by one level a frame, and by nothing else.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.listen.framelog import FrameLog
from voicecoach.listen.levels import LevelRange, SpeechBandMeter
from voicecoach.ports import SpeechDetector
from voicecoach.timeline import FRAME, Span

BLOCK = 512
"""Samples handled at a time: what the detector judges at a time (32 ms). A frame that a block leaves
incomplete waits for the next."""

QUIET_DBFS = -75.0
"""The noise floor is never taken to be lower: digital silence would make a whisper of dither loud."""


SOUNDING_FRAMES = 3
"""Frames without sound (30 ms, one block) after which nothing is sounding."""


@dataclass(frozen=True, slots=True)
class ActivitySettings:
    """Thresholds of voice activity; chosen on hand-labeled speech, wide band and telephone."""

    on: float = 0.5
    """Silero's probability at which speech starts: its authors' default."""
    off: float = 0.35
    """... and under which it ends: their default, `on` - 0.15."""
    lag_frames: int = 2
    """Silero's answer concerns the middle of its 32 ms block: it is shifted back by this."""
    rescue: float = 0.02
    """A frame as loud as speech counts at this probability already (telephone speech)."""
    rescue_share: float = 0.5
    """As loud as speech: this share of the way from noise floor to peak ..."""
    rescue_db: float = 10.0
    """... and at least this far above the floor."""
    edge_share: float = 0.15
    """A run's edge lies where the level passes this share of the way from floor to peak ..."""
    edge_db: tuple[float, float] = (3.0, 12.0)
    """... but never less or more than this above the floor."""
    edge_in_frames: int = 16
    """An edge moves inward at most this far: Silero hears speech end late, up to 160 ms;"""
    edge_out_frames: int = 3
    """and outward at most this far."""
    memory_frames: int = 300
    """Floor and peak are percentiles of the last 3 s of levels,"""
    floor_percent: float = 10.0
    """the floor this one,"""
    peak_percent: float = 95.0
    """and the peak this one."""
    shortest_gap_frames: int = 8
    """Shorter gaps are stop consonants, not pauses."""
    shortest_run_frames: int = 6
    """Shorter runs are clicks."""
    shortest_loud_frames: int = 20
    """So are runs shorter than this that are merely loud, with no frame that Silero takes for speech."""
    longest_run_frames: int = 2000
    """A run is cut at its quietest frame after 20 s: Whisper takes 30 s at most."""


class VoiceActivity:
    """Runs of voice on one track.

    Parameters
    ----------
    detector : a fresh detector of this track's own; it keeps state.
    settings : thresholds.

    Attributes
    ----------
    levels : dBFS per frame of the speech band, from the start of the track.
    """

    def __init__(self, detector: SpeechDetector, settings: ActivitySettings | None = None) -> None:
        self._detector = detector
        self._settings = settings or ActivitySettings()
        self._meter = SpeechBandMeter()
        self.levels = FrameLog()
        self._range = LevelRange(self._settings.memory_frames)
        self._loud_dbfs = self._edge_dbfs = self._rise_dbfs = 0.0
        self._probabilities: deque[float] = deque(maxlen=2)
        self._blocks = 0
        self._decided = 0
        self._speaking = False
        self._is_speech = False
        self._run_start: int | None = None
        self._last_voice = -1
        self._quiet_since = 0

    @property
    def quiet_since(self) -> int | None:
        """Sample from which the track has been quiet, or None while a run may still go on."""
        return self._quiet_since if self._run_start is None else None

    @property
    def speech_since(self) -> int | None:
        """Sample at which the run that may still go on began, or None while the track is quiet.

        It may yet turn out to be a click; once reported, it starts up to 30 ms earlier or 160 ms later.
        """
        return None if self._run_start is None else self._run_start * FRAME

    @property
    def is_sounding(self) -> bool:
        """Whether the open run is being spoken this very moment: its end is noticed 0.1 to 0.2 s late."""
        now = self.levels.values[-SOUNDING_FRAMES:]
        return self._run_start is not None and bool((now > self._edge_dbfs).any())

    def push(self, block: Samples) -> list[Span]:
        """Take exactly `BLOCK` samples; return the runs that they complete."""
        self._measure(block)
        self._probabilities.extend(self._detector.probabilities(block))
        self._blocks += 1
        return self._decide(self._blocks * BLOCK // FRAME - self._settings.lag_frames)

    def finish(self) -> list[Span]:
        """No more audio: return what is still open."""
        runs = self._decide(len(self.levels))
        return runs + self._close()

    def _measure(self, block: Samples) -> None:
        """Levels of the frames that the block completes, and the two thresholds that hold after it."""
        s = self._settings
        fresh = self._meter.push(block)
        self.levels.append(fresh)
        self._range.push(fresh)
        floor = max(self._range.percentile(s.floor_percent), QUIET_DBFS)
        reach = max(self._range.percentile(s.peak_percent) - floor, 0.0)
        self._edge_dbfs = floor + min(max(s.edge_share * reach, s.edge_db[0]), s.edge_db[1])
        self._loud_dbfs = floor + max(s.rescue_share * reach, s.rescue_db)

    def _decide(self, until: int) -> list[Span]:
        s = self._settings
        runs = []
        for frame in range(self._decided, until):
            if self._is_voice(frame):
                self._last_voice = frame
                if self._run_start is None:
                    self._run_start, self._is_speech = frame, False
                    self._rise_dbfs = self._edge_dbfs
                self._is_speech |= self._speaking
                if frame - self._run_start >= s.longest_run_frames:
                    runs.append(self._cut())
            elif self._run_start is not None and frame - self._last_voice >= s.shortest_gap_frames:
                runs.extend(self._close())
        self._decided = max(until, self._decided)
        return runs

    def _is_voice(self, frame: int) -> bool:
        s = self._settings
        block = min((frame + s.lag_frames) * FRAME // BLOCK, self._blocks - 1)
        probability = self._probabilities[block - self._blocks]
        self._speaking = probability >= (s.off if self._speaking else s.on)
        return self._speaking or bool(probability > s.rescue and self.levels.values[frame] > self._loud_dbfs)

    def _close(self) -> list[Span]:
        """The open run, if it is more than a click, its ends moved to where the level passes the edge."""
        s = self._settings
        start, end = self._run_start, self._last_voice + 1
        self._run_start = None
        shortest = s.shortest_run_frames if self._is_speech else s.shortest_loud_frames
        if start is None or end - start < shortest:
            return []
        run = self._trimmed(start, end, s.edge_in_frames, s.edge_out_frames)
        self._quiet_since = run.end
        return [run]

    def _trimmed(self, start: int, end: int, inward: int, outward: int) -> Span:
        first = max(0, start - outward)
        rise = self._above(first, min(start + inward, end), self._rise_dbfs)
        if len(rise):
            start = first + int(rise[0])
        last = max(start, end - inward)
        fall = self._above(last, end + outward, self._edge_dbfs)
        if len(fall):
            end = last + int(fall[-1]) + 1
        return Span(start * FRAME, max(end, start + 1) * FRAME)

    def _above(self, start: int, end: int, edge_dbfs: float) -> NDArray[np.intp]:
        return np.flatnonzero(self.levels.values[start:end] > edge_dbfs)

    def _cut(self) -> Span:
        """End the open run at its quietest frame of the last 3 s; the rest stays open."""
        assert self._run_start is not None
        recent = max(self._run_start + 1, self._last_voice - self._settings.memory_frames)
        at = recent + int(np.argmin(self.levels.values[recent : self._last_voice]))
        run = Span(self._run_start * FRAME, at * FRAME)
        self._run_start = at
        return run

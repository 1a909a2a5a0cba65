"""Which stretch of a track goes to the recognizer as one piece.

Runs of voice are gathered into a segment until the speaker has been silent for `hard_end_s`,
or until the segment would be longer than Whisper's window. The recognizer gets a little more than
the speech (pre-roll, post-pad): without it first and last sounds are lost.

At the *soft end*, `soft_end_s` into a silence, the segment can be had as it will be if nobody speaks again:
sample for sample what closes at the hard end, so that its words can be sought in the meantime.

Laws: segments of a track never overlap and come in order; what is cut depends on sample indices alone.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from voicecoach.audio import AudioChunk, Samples
from voicecoach.timeline import RATE, Span, samples


@dataclass(frozen=True, slots=True)
class SegmentSettings:
    """Where segments end."""

    soft_end_s: float = 0.2
    """Silence at which a segment may be over: longer than a stop consonant. Not less than the post-pad."""
    hard_end_s: float = 0.5
    """Silence that closes a segment: longer than the pauses inside a phrase."""
    longest_s: float = 25.0
    """With pads this fits Whisper's 30 s window."""
    pre_roll_s: float = 0.5
    post_pad_s: float = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class SegmentAudio:
    """One closed segment: its runs of voice, and the audio around them."""

    runs: tuple[Span, ...]
    audio: AudioChunk

    @property
    def span(self) -> Span:
        """From the first run's start to the last run's end."""
        return self.runs[0] | self.runs[-1]


class Segmenter:
    """Gathers one track's runs and audio into segments."""

    def __init__(self, settings: SegmentSettings | None = None) -> None:
        s = settings or SegmentSettings()
        self._soft_end = samples(s.soft_end_s)
        self._hard_end = samples(s.hard_end_s)
        self._longest = samples(s.longest_s)
        self._pre_roll = samples(s.pre_roll_s)
        self._post_pad = samples(s.post_pad_s)
        self._audio: deque[AudioChunk] = deque()
        self._heard = 0
        self._runs: list[Span] = []
        self._previous_end = 0
        self._quiet = True
        self._pause_told = 0

    def push(self, block: Samples, runs: list[Span], quiet_since: int | None) -> list[SegmentAudio]:
        """Take a block, the runs it completed, and since when the track is quiet (None: it is not)."""
        self._audio.append(AudioChunk(self._heard, block))
        self._heard += len(block)
        self._quiet = quiet_since is not None
        closed = self._gather(runs)
        if self._runs and self._quiet and self._heard - self._runs[-1].end >= self._hard_end:
            closed.append(self._close())
        self._forget()
        return closed

    def finish(self, runs: list[Span]) -> list[SegmentAudio]:
        """No more audio: close what is open."""
        closed = self._gather(runs)
        if self._runs:
            closed.append(self._close())
        return closed

    def pausing(self) -> SegmentAudio | None:
        """The open segment as it will close if nobody speaks again; told once, at its soft end."""
        if not self._runs or not self._quiet:
            return None
        end = self._runs[-1].end
        if end == self._pause_told or self._heard - end < self._soft_end:
            return None
        self._pause_told = end
        return self._cut()

    def unfinished(self, speech_since: int, after: int) -> AudioChunk:
        """The open segment up to now, for a draft, without what was said before `after`.

        Parameters
        ----------
        speech_since : where the run of voice begins that goes on right now.
        """
        first = min([run.start for run in self._runs if run.start >= after], default=speech_since)
        start = max(first - self._pre_roll, self._previous_end, after)
        return AudioChunk(start, self._between(start, self._heard))

    def _gather(self, runs: list[Span]) -> list[SegmentAudio]:
        closed = []
        for run in runs:
            if self._runs and not self._fits(run):
                closed.append(self._close(before=run.start))
            self._runs.append(run)
        return closed

    def _fits(self, run: Span) -> bool:
        gap = self._runs[-1].gap_to(run)
        return gap < self._hard_end and run.end - self._runs[0].start <= self._longest

    def _close(self, before: int | None = None) -> SegmentAudio:
        segment = self._cut(before)
        self._previous_end = self._runs[-1].end
        self._runs = []
        return segment

    def _cut(self, before: int | None = None) -> SegmentAudio:
        start = max(self._runs[0].start - self._pre_roll, self._previous_end)
        end = min(self._runs[-1].end + self._post_pad, self._heard)
        if before is not None:
            end = max(self._runs[-1].end, min(end, before))
        return SegmentAudio(tuple(self._runs), AudioChunk(start, self._between(start, end)))

    def _between(self, start: int, end: int) -> Samples:
        wanted = Span(start, end)
        return np.concatenate([chunk.cut(wanted) for chunk in self._audio if chunk.end > start])

    def _forget(self) -> None:
        """Drop audio that no segment can still want."""
        if self._runs:
            oldest = self._runs[0].start - self._pre_roll
        else:
            oldest = self._heard - self._longest - self._pre_roll - RATE
        while self._audio and self._audio[0].end <= oldest:
            self._audio.popleft()

"""One track: samples in, segments out, and the contours that its turns are measured on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import AudioChunk, Samples
from voicecoach.listen.activity import BLOCK, VoiceActivity
from voicecoach.listen.leak import Levels
from voicecoach.listen.prosody_track import ProsodyTracker
from voicecoach.listen.recent import RecentContours
from voicecoach.listen.segment import SegmentAudio, Segmenter
from voicecoach.ports import SpeechDetector
from voicecoach.prosody import LEAST_VOICED, ProsodyFrames, ProsodyTrack
from voicecoach.timeline import Span, samples

CERTAIN_S = 0.2
"""A voice that has gone on for so long is no click (`activity.ActivitySettings.shortest_loud_frames`)."""


@dataclass(frozen=True, slots=True)
class Ears:
    """What the pure listener needs from outside: a maker of speech detectors, and fitted weights."""

    new_detector: Callable[[], SpeechDetector]
    pitch_weights: Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A voice that goes on right now."""

    since: int
    is_sounding: bool
    """Not in one of the short gaps inside words, nor at an end that is noticed 0.1 to 0.2 s late."""
    has_pitch: bool
    """As all that people say aloud has; known some 0.1 s after the beginning. A cough has none."""


class TrackListener:
    """Listens to one track, in blocks of `activity.BLOCK` samples.

    Attributes
    ----------
    runs : runs of voice found so far, sorted and disjoint.
    heard : samples taken so far by `push`.
    recent : contours of the last minute or two.
    """

    def __init__(self, ears: Ears) -> None:
        self._activity = VoiceActivity(ears.new_detector())
        self._segmenter = Segmenter()
        self._prosody = ProsodyTracker(ears.pitch_weights)
        self.runs: list[Span] = []
        self.heard = 0
        self.recent = RecentContours()
        self.prosody: ProsodyTrack | None = None

    @property
    def levels(self) -> Levels:
        """Speech-band level so far, dBFS per 10 ms frame."""
        return self._activity.levels.values

    @property
    def speech_since(self) -> int | None:
        """Where the voice began that goes on right now; None while nobody speaks."""
        return self._activity.speech_since

    @property
    def is_sounding(self) -> bool:
        """Whether a voice sounds this very moment: the end of `speech_since` is noticed 0.1 to 0.2 s late."""
        return self._activity.is_sounding

    @property
    def certain_speech_since(self) -> int | None:
        """The same once it has gone on for so long that it is no click."""
        since = self.speech_since
        return since if since is not None and self.heard - since >= samples(CERTAIN_S) else None

    def is_voice(self, runs: Sequence[Span]) -> bool:
        """Whether there is pitch in the runs, as in all that people say aloud."""
        return sum(self._prosody.voiced_in(run) for run in runs) >= LEAST_VOICED

    def sound(self, piece: Samples) -> ProsodyFrames:
        """Take the next samples, any number, for prosody alone; it does not wait for whole blocks."""
        frames = self._prosody.push(piece)
        self.recent.push(frames)
        return frames

    def pausing(self) -> SegmentAudio | None:
        """The open segment as it will close if nobody speaks again; told once, at its soft end."""
        return self._segmenter.pausing()

    def unfinished(self, after: int) -> AudioChunk:
        """The open segment up to now, without what was said before `after`; somebody is speaking."""
        assert self.speech_since is not None
        return self._segmenter.unfinished(self.speech_since, after)

    def push(self, block: Samples) -> list[SegmentAudio]:
        """Take exactly `BLOCK` samples; return the segments that they close."""
        return self._segment(block, self._activity.push(block))

    def finish(self, rest: Samples) -> list[SegmentAudio]:
        """Take the last samples (fewer than `BLOCK`); return the segments still open."""
        self.prosody = self._prosody.finish()
        block = np.zeros(BLOCK, np.float32)
        block[: len(rest)] = rest
        closed = self._segment(block, self._activity.push(block))
        last = self._activity.finish()
        self.runs.extend(last)
        return closed + self._segmenter.finish(last)

    def _segment(self, block: Samples, runs: list[Span]) -> list[SegmentAudio]:
        self.heard += len(block)
        self.runs.extend(runs)
        return self._segmenter.push(block, runs, self._activity.quiet_since)

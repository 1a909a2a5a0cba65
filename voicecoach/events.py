"""What happens in a call (past tense) and what a machine asks of a device (imperative).

Both carry the id and the span they concern, so that a late answer to an old question
is recognized and dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.audio import AudioChunk
from voicecoach.speech import SpeechSegment, Word
from voicecoach.timeline import Span


@dataclass(frozen=True, slots=True, eq=False)
class Exchanged:
    """One block was heard from the trainee while one was played by (or heard from) the caller.

    Both chunks start and end at the same samples. `played` is None when there is no second track.
    """

    heard: AudioChunk
    played: AudioChunk | None


@dataclass(frozen=True, slots=True)
class CallEnded:
    """No more audio: the call lasted `duration` samples."""

    duration: int


@dataclass(frozen=True, slots=True)
class Recognized:
    """The final words of one segment, in the call's own time."""

    segment_id: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Recognize:
    """Recognize the words of one segment, once and for all (a *final*)."""

    segment: SpeechSegment
    audio: AudioChunk
    """The segment with its pre-roll and post-pad."""
    speech: tuple[Span, ...]
    """The runs of voice inside the segment; words outside them are not believed."""


Event = Exchanged | CallEnded | Recognized
Command = Recognize

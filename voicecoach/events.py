"""What happens in a call (past tense) and what a machine asks of a device (imperative).

Both carry the id and the span they concern, so that a late answer to an old question
is recognized and dropped. *Partials are for reacting; finals are for scoring.*
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.audio import AudioChunk
from voicecoach.conversation import Ending, Line, LineEnded, MoodChange
from voicecoach.desk_log import DeskAct
from voicecoach.prosody import ProsodyFrames
from voicecoach.rewording import Reword, RewordingEvent, RewordingNotice
from voicecoach.speech import EndOfTurn, Speaker, SpeechSegment, Word
from voicecoach.spoken import Rendering
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
    """The words of one segment, in the call's own time: the answer to a `Recognize`."""

    segment_id: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Drafted:
    """The words of speech that still goes on: the answer to a `Draft`."""

    draft_id: int
    words: tuple[str, ...]
    took: int
    """Samples that went by while the recognizer worked on it."""


@dataclass(frozen=True, slots=True, eq=False)
class Recognize:
    """Recognize the words of one segment, with all care (a *final*)."""

    segment: SpeechSegment
    audio: AudioChunk
    """The segment with its pre-roll and post-pad."""
    speech: tuple[Span, ...]
    """The runs of voice inside the segment; words outside them are not believed."""
    speculative: bool = False
    """Asked at a pause that may end the segment or not; anything that is certain goes first."""


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """Recognize, quickly, what was said so far of speech that goes on (a *partial*).

    Only the newest draft of a speaker is worth an answer.
    """

    draft_id: int
    speaker: Speaker
    audio: AudioChunk


@dataclass(frozen=True, slots=True)
class Withdraw:
    """The segment turned out to be longer: what was asked about it need not be answered any more."""

    segment_id: int


@dataclass(frozen=True, slots=True)
class PartialHeard:
    """What somebody has said so far, as far as is known, in the segment that is still open."""

    speaker: Speaker
    committed: tuple[str, ...]
    """Words that will not change while the segment is open."""
    tentative: tuple[str, ...]
    """Words after them that may."""
    heard_until: int
    """The words cover the call up to this sample."""


@dataclass(frozen=True, slots=True)
class FinalHeard:
    """A segment ended, and these are its words, once and for all."""

    segment: SpeechSegment
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """Somebody seems to have finished: it is time to answer."""

    speaker: Speaker
    end: EndOfTurn


@dataclass(frozen=True, slots=True, eq=False)
class Sounded:
    """How somebody sounded just now."""

    speaker: Speaker
    frames: ProsodyFrames


# --- a rehearsal: the caller is played ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Render:
    """Speak a line into memory."""

    line: Line


@dataclass(frozen=True, slots=True)
class Discard:
    """A line will not be said: what was asked about it need not be answered any more."""

    line_id: int


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """A spoken line: the answer to a `Render`."""

    line_id: int
    rendering: Rendering


@dataclass(frozen=True, slots=True)
class RenderFailed:
    """A line could not be spoken: the engine hung or broke, and is being started again."""

    line_id: int
    reason: str


class Key(StrEnum):
    """What a trainee can press during a call."""

    ANSWER = "answer"
    """Picks up while it rings."""
    HANG_UP = "hang up"
    HOLD = "hold"
    """Puts the caller on hold, or takes the call back."""
    MUTE = "mute"
    """Silences the trainee's microphone, or opens it again."""
    TRANSFER = "transfer"
    REPEAT = "repeat"
    """Have the caller say the last line again."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The trainee pressed a key."""

    key: Key


@dataclass(frozen=True, slots=True)
class Noted:
    """The trainee wrote into the case: the whole text as it stands now."""

    text: str


@dataclass(frozen=True, slots=True)
class Glitched:
    """Sound was lost by the device; silence stands in its place."""

    span: Span
    """Where a track has silence instead of sound, in the call's own time; `reason` says whose."""
    reason: str


@dataclass(frozen=True, slots=True)
class DeviceLost:
    """The sound device stopped delivering; the call stands still."""

    reason: str


@dataclass(frozen=True, slots=True)
class DeviceBack:
    """Sound flows again; the call goes on where it stood."""

    device: str
    away_s: float


@dataclass(frozen=True, slots=True)
class CallerBegan:
    """The first sample of a line goes to the speaker."""

    line: Line
    at: int


@dataclass(frozen=True, slots=True)
class FloorTaken:
    """Somebody has the floor now, or nobody; and why."""

    holder: Speaker | None
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class MoodMoved:
    """The caller's mood changed; hidden from the trainee until the call is over."""

    change: MoodChange


@dataclass(frozen=True, slots=True)
class CallOver:
    """Nobody will say anything more."""

    ending: Ending
    at: int
    reason: str


Answer = Recognized | Drafted
Event = Exchanged | CallEnded | Answer
Command = Recognize | Draft | Withdraw
Notice = PartialHeard | FinalHeard | TurnEnded | Sounded

Trouble = Glitched | DeviceLost | DeviceBack
Control = Pressed | Noted | DeskAct
VoiceAnswer = Rendered | RenderFailed
RehearsalEvent = Event | VoiceAnswer | Control | Trouble | RewordingEvent
VoiceCommand = Render | Discard
RehearsalCommand = Command | VoiceCommand | Reword
RehearsalNotice = (
    Notice | CallerBegan | LineEnded | FloorTaken | MoodMoved | CallOver | Trouble | Control | RewordingNotice
)

"""What turn-taking goes by, and what it decides: one snapshot of the call a block, and acts.

Units: samples of the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.conversation import Line
from voicecoach.speech import EndOfTurn


@dataclass(frozen=True, slots=True)
class Playout:
    """How far the caller's mouth is with what it has to say."""

    line: Line | None = None
    """Sounds right now; None: the caller is silent, if only between two lines."""
    began: int | None = None
    """First sample of all that it has had to say since it was last done; None: nothing sounded yet."""
    remaining: int | None = 0
    """Samples to the end of the last line, pauses included; None: not all lines are rendered yet."""

    @property
    def busy(self) -> bool:
        """Whether the caller has anything left to say."""
        return self.remaining != 0

    def within_last(self, count: int) -> bool:
        """Whether the caller is about to finish: `count` samples or fewer are left."""
        return self.remaining is not None and self.remaining <= count


SILENT = Playout()
"""A mouth with nothing to say."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is known at one sample of the call."""

    now: int
    """The call was heard up to here."""
    voice_since: int | None = None
    """Where the trainee's own voice began that goes on now; None: they are silent."""
    sounding: bool = False
    """Whether it sounds this very moment; `voice_since` notices an end 0.1 to 0.2 s late."""
    has_pitch: bool = True
    """Whether it has pitch, as all that is said aloud has and a cough has not."""
    words: tuple[str, ...] = ()
    """What is known of the trainee's newest words, wrong and incomplete as it may be. Whoever fills it in
    empties it when a voice begins after the segment before was closed."""
    turn_end: EndOfTurn | None = None
    """The trainee was declared to have finished, just now."""
    playout: Playout = SILENT
    on_hold: bool = False
    muted: bool = False


class YieldKind(StrEnum):
    """Why a caller gives way."""

    INTERRUPTED = "interrupted"
    """The trainee took the floor."""
    REOPENED = "reopened"
    """The trainee had not finished: a false cut-off."""
    WENT_ON = "went on"
    """The caller had not begun yet, and the trainee spoke again."""
    OUTTALKED = "outtalked"
    """The caller cut in, and the trainee would not stop."""


@dataclass(frozen=True, slots=True)
class Duck:
    """Speak more softly, and begin nothing new: the trainee may want the floor."""


@dataclass(frozen=True, slots=True)
class Hush:
    """Fall silent, but keep the place: the trainee probably wants the floor."""


@dataclass(frozen=True, slots=True)
class Restore:
    """Speak on as before, after a hush with the word that was cut."""

    reason: str


@dataclass(frozen=True, slots=True)
class Yield:
    """Stop, and forget what was still to be said."""

    kind: YieldKind
    since: int
    """Where the trainee's voice began."""
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """Say again what the last `Yield` cut off: nothing came of it."""

    reason: str


@dataclass(frozen=True, slots=True)
class TakeTurn:
    """Answer: the trainee has finished."""

    end: EndOfTurn


@dataclass(frozen=True, slots=True)
class CutIn:
    """Speak although the trainee has not finished."""

    reason: str


@dataclass(frozen=True, slots=True)
class AskAnyoneThere:
    """Nobody has said anything for too long."""

    waited: int
    """Samples since anybody last spoke, or since the trainee put the call on hold."""
    count: int
    """1: for the first time since the trainee last spoke."""
    gives_up: bool
    """The caller has asked often enough, and hangs up."""


FloorAct = Duck | Hush | Restore | Yield | Resume | TakeTurn | CutIn | AskAnyoneThere

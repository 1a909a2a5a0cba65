"""Who spoke when, and what: segments, words, turns, overlaps, silences. All times are samples."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.timeline import Span


class Speaker(StrEnum):
    """The parties of a call."""

    TRAINEE = "trainee"
    """The person who answers the phone and is being trained."""
    CALLER = "caller"
    """The customer, real or played by a persona."""
    UNSEPARATED = "unseparated"
    """Somebody, in a recording whose speakers share one channel."""

    @property
    def other(self) -> Speaker:
        """The other party."""
        match self:
            case Speaker.TRAINEE:
                return Speaker.CALLER
            case Speaker.CALLER:
                return Speaker.TRAINEE
            case Speaker.UNSEPARATED:
                return Speaker.UNSEPARATED


@dataclass(frozen=True, slots=True)
class SpeechSegment:
    """A stretch of one track that was sent to the recognizer as one piece.

    `span` is the speech itself; the audio that was sent is a little wider (pre-roll, post-pad).
    """

    id: int
    speaker: Speaker
    span: Span


@dataclass(frozen=True, slots=True)
class Word:
    """One recognized word as the model wrote it, punctuation included."""

    text: str
    span: Span
    probability: float
    """The recognizer's own, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said until the other took the floor.

    `speech` holds the runs of actual voice (no pauses) in order; `words` is empty
    when nothing was recognized or words were not asked for.
    """

    id: int
    speaker: Speaker
    span: Span
    speech: tuple[Span, ...]
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class EndOfTurn:
    """A speaker is taken to have finished, while the call runs: what a caller who waits to answer goes by."""

    speech_end: int
    """Sample at which their voice stopped."""
    decided: int
    """Sample at which the wait was over."""
    probability: float
    """That the turn was complete, as far as was known then."""
    reason: str
    """In plain words: what it sounded like, what the words said, how long the wait was."""


class OverlapKind(StrEnum):
    """Why two people spoke at once (``docs/rubric.md``)."""

    TERMINAL = "terminal"
    """Came in on the last syllables of the other's turn: ordinary turn-taking."""
    BACKCHANNEL = "backchannel"
    """'Mm-hm': a sign of listening, no claim to the floor."""
    COOPERATIVE = "cooperative"
    """Spoke along or completed, without taking the floor away."""
    COMPETITIVE = "competitive"
    """Took, or tried to take, the floor: an interruption."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both spoke during `span`; `by` came in while the other was speaking."""

    span: Span
    by: Speaker
    kind: OverlapKind
    confidence: float
    """0 to 1: how clear the kind is, not whether the overlap happened."""
    reason: str
    """The facts that decided the kind, in plain words."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody spoke during `span`; `after` spoke last (None: before the first word)."""

    span: Span
    after: Speaker | None


def plain(text: str) -> str:
    """Letters and digits only, in lower case: 'Thank you.' and 'thank you' are the same words."""
    return "".join(sign for sign in text.casefold() if sign.isalnum() or sign == "'")

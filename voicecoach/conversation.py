"""A conversation with a caller as plain data: what they say, how upset they are and why, how calls end.

Laws
----
* Every change of mood names its cause, and the words or the moment that caused it.
* A line has an id; whatever is rendered, said, cut or dropped is named by it.

Units: anger and trust 0 to 100; times in samples of the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.acts import Act
from voicecoach.speech import Word
from voicecoach.spoken import Delivery
from voicecoach.timeline import Span


class Move(StrEnum):
    """What a caller's line does; the value is its name in persona files."""

    OPENS = "opens"
    COMPLAINS = "complains"
    ADDS_DETAIL = "adds_detail"
    ANSWERS = "answers"
    REPEATS = "repeats"
    CHALLENGES = "challenges"
    ACCUSES = "accuses"
    INTERRUPTS = "interrupts"
    TESTS_SINCERITY = "tests_sincerity"
    SOFTENS = "softens"
    BARGAINS = "bargains"
    ACCEPTS = "accepts"
    REFUSES = "refuses"
    THANKS = "thanks"
    HINTS = "hints"
    """Lets on that something else lies behind it."""
    CONFIDES = "confides"
    """Tells what lies behind it."""
    HOLDS_TO = "holds_to"
    """Says back what was promised, to be sure of it."""
    CATCHES = "catches"
    """Was promised one thing and hears another now."""
    THREATENS = "threatens"
    ASKS_FOR_SUPERVISOR = "asks_for_supervisor"
    WAITS = "waits"
    """Agrees to hold, grudgingly or not."""
    PROMPTS = "prompts"
    """'Hello? Are you there?'"""
    SAYS_AGAIN = "says_again"
    """Repeats the last line, because the trainee asked or pressed *repeat*."""
    HANGS_UP = "hangs_up"


class Band(StrEnum):
    """How upset, in a word; the value is its name in persona files."""

    SETTLED = "settled"
    IRRITATED = "irritated"
    UPSET = "upset"
    ANGRY = "angry"
    FURIOUS = "furious"
    ABUSIVE = "abusive"


BAND_FROM = {
    Band.SETTLED: 0.0,
    Band.IRRITATED: 20.0,
    Band.UPSET: 40.0,
    Band.ANGRY: 60.0,
    Band.FURIOUS: 80.0,
    Band.ABUSIVE: 95.0,
}
"""The anger from which each band holds (``docs/mood.md``)."""


class Ending(StrEnum):
    """How a rehearsed call ended."""

    SATISFIED = "satisfied"
    GRUDGING = "grudging"
    SUPERVISOR = "supervisor"
    CALLER_HUNG_UP = "caller hung up"
    ENDED_AFTER_WARNING = "ended after due warnings"
    TRAINEE_HUNG_UP = "trainee hung up"
    TRANSFERRED = "transferred"
    BROKEN_OFF = "broken off"
    """The device or the machine gave up; everything up to then is kept."""


@dataclass(frozen=True, slots=True)
class Mood:
    """A caller's state of mind."""

    anger: float
    trust: float
    heard: bool = False
    """They feel that their account was understood."""
    need_met: bool = False
    """What they need was granted, or an alternative that they accept."""


@dataclass(frozen=True, slots=True)
class MoodChange:
    """Why a caller's mood moved."""

    at: int
    anger: float
    """The change, after gains and caps; may be 0 for a change of `heard` or `need_met`."""
    trust: float
    cause: str
    """In plain words: ``names the feeling and the fact``."""
    quote: str
    """The sentence or the moment: ``"came in 1.2 s before you had finished"``."""
    after: Mood


@dataclass(frozen=True, slots=True)
class Manner:
    """How a turn of the trainee's sounded against their own normal; None: not measurable yet."""

    pace_wpm: float | None = None
    """Faster than usual by so many words a minute."""
    level_db: float | None = None
    pitch_sd_st: float | None = None
    """Standard deviation of the pitch: under 1.5 is flat (``docs/rubric.md``)."""


@dataclass(frozen=True, slots=True)
class TraineeTurn:
    """A turn of the trainee's, as far as it was known when the caller had to react to it."""

    span: Span
    text: str
    acts: tuple[Act, ...]
    manner: Manner
    cut_in: bool
    """Took the floor from the caller, who had not finished."""
    silence_before: int
    """Samples since the caller had finished; negative where they overlapped."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of the caller's, chosen and worded."""

    id: int
    move: Move
    text: str
    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller does next: lines in order, and whether the call is over after them."""

    lines: tuple[Line, ...]
    pause: int = 0
    """Samples to think before the first line."""
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class LineEnded:
    """A line is over: said to its end, or cut."""

    line: Line
    span: Span | None
    """When it sounded; None if it never did."""
    heard: tuple[Word, ...]
    """The words that were heard, in the call's own time."""
    cut: bool

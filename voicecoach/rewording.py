"""A caller's line in other words, as plain data: what is asked of a language model, and what came of it.

Laws
----
* What the caller does, and the written line for it, are chosen before anybody is asked; only words change.
* Only text is asked about: no sound, and nothing of the recording.
* Every answer names the line that it is for.

Units: `within` in samples.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.conversation import Band, Line
from voicecoach.speech import Speaker


@dataclass(frozen=True, slots=True)
class Utterance:
    """What somebody said just before, as it was recognized or spoken."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Brief:
    """All that whoever words a line is told."""

    caller: str
    """The persona's name."""
    situation: str
    wants: str
    band: Band
    said: tuple[Utterance, ...]
    """The end of the talk so far, in order."""
    most_words: int
    """More are refused."""


@dataclass(frozen=True, slots=True)
class Reword:
    """Put a line into other words (command)."""

    line: Line
    brief: Brief
    within: int
    """Samples from now after which the line is said as it is written."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """Other words for a line, as they came, unchecked: the answer to a `Reword`."""

    line_id: int
    text: str


@dataclass(frozen=True, slots=True)
class RewordFailed:
    """No other words came: the answer to a `Reword`."""

    line_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class RewordingBegan:
    """From now on a language model words the lines."""

    model: str


@dataclass(frozen=True, slots=True)
class RewordingEnded:
    """From now on every line is said as it is written."""

    reason: str


@dataclass(frozen=True, slots=True)
class LineWorded:
    """In which words a line will be said (notice)."""

    line_id: int
    written: str
    spoken: str
    refused: str | None
    """Why it is said as it is written; None: in other words."""


RewordingEvent = Reworded | RewordFailed | RewordingBegan | RewordingEnded
RewordingNotice = LineWorded | RewordingEnded

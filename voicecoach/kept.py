"""What is kept of a rehearsed call: two tracks of sound, a log of everything else, scorecards.

Laws
----
* Kept is what happened; turns, prosody and marks are computed again from it, to the last bit. Therefore
  what is listened to during a call is the sound *as recorded* (`as_recorded`), never finer.
* The log and the sound together replay a rehearsal: everything that was pushed into it is there, in order.
  The caller's own samples are not: what of them sounded is in the caller's track.

Units: times and durations in samples; dates are ISO 8601 with an offset from UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from voicecoach.audio import Samples
from voicecoach.conversation import Ending, LineEnded
from voicecoach.desk_log import DeskAct, DeskEntry
from voicecoach.events import (
    CallEnded,
    CallerBegan,
    CallOver,
    DeviceBack,
    DeviceLost,
    Drafted,
    Exchanged,
    FinalHeard,
    FloorTaken,
    Glitched,
    MoodMoved,
    Noted,
    PartialHeard,
    Pressed,
    Recognized,
    RehearsalEvent,
    RehearsalNotice,
    Rendered,
    RenderFailed,
    Sounded,
    TurnEnded,
)
from voicecoach.ports import RecognizerInfo
from voicecoach.rewording import LineWorded, RewordingEvent
from voicecoach.speech import Word
from voicecoach.spoken import Rendering

FULL_SCALE = 2**15
"""16-bit steps in 1.0: FFmpeg's scale, by which a recording is decoded."""

Document = Mapping[str, Any]
"""A file's content as JSON values, as it was when the call ran."""


def as_recorded(samples: Samples) -> Samples:
    """`samples` as a 16-bit recording gives them back: rounded to its steps and clipped.

    Applied to both tracks before anything listens to them. What is not a number becomes silence.
    """
    within = np.clip(np.nan_to_num(samples, nan=0.0), -1.0, 1.0)
    steps = np.minimum(np.rint(within * np.float32(FULL_SCALE)), np.float32(FULL_SCALE - 1))
    recorded: Samples = steps / np.float32(FULL_SCALE)
    return recorded


# --- the log -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallHeader:
    """Under which conditions a rehearsed call ran: the first line of its log."""

    call_id: str
    started_at: str
    voicecoach: str
    """The version that ran it."""
    persona: Document
    """The whole persona file: it may change after the call."""
    rubric: Document
    """The whole rubric."""
    seed: int
    recognizer: RecognizerInfo | None
    """None: no words were recognized."""
    language: str
    echo: str
    """What the headset lets through, and what was done about it."""
    settings: Document
    """Whatever else the rehearsal was started with."""
    trainee: str | None = None
    """Who rehearsed, if they said so."""


@dataclass(frozen=True, slots=True)
class LineRendered:
    """A `Rendered` without its samples."""

    line_id: int
    duration: int
    words: tuple[Word, ...]

    def silent(self) -> Rendered:
        """The event again, with silence for sound: as long, and as good for a replay."""
        return Rendered(self.line_id, Rendering(np.zeros(self.duration, np.float32), self.words))


_Trouble = Glitched | DeviceLost | DeviceBack
_Control = Pressed | Noted | DeskAct
LoggedEvent = (
    CallEnded | Recognized | Drafted | LineRendered | RenderFailed | _Control | _Trouble | RewordingEvent
)
LoggedNotice = (
    FinalHeard | TurnEnded | CallerBegan | LineEnded | FloorTaken | MoodMoved | CallOver | LineWorded
)
Logged = LoggedEvent | LoggedNotice

UNLOGGED = (Exchanged, PartialHeard, Sounded)
"""The first is in the sound itself; the others are computed again from it."""


class Way(StrEnum):
    """Which way something went."""

    PUSHED = "pushed"
    """Into the rehearsal: a replay pushes it again."""
    TOLD = "told"
    """By the rehearsal: a replay comes to the same."""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Something that happened when the call was `at` samples old."""

    at: int
    way: Way
    what: Logged


@dataclass(frozen=True, slots=True)
class CallLog:
    """All that was logged of a call, in order."""

    header: CallHeader
    entries: tuple[LogEntry, ...]

    @property
    def ending(self) -> Ending | None:
        """How the call ended; None where it was broken off before that was decided."""
        endings = [entry.what.ending for entry in self.entries if isinstance(entry.what, CallOver)]
        return endings[-1] if endings else None

    @property
    def desk(self) -> tuple[DeskEntry, ...]:
        """What the trainee did at the desk."""
        return tuple(
            DeskEntry(entry.at, entry.what)
            for entry in self.entries
            if entry.way is Way.PUSHED and isinstance(entry.what, DeskAct)
        )

    def pushed(self, end: int) -> list[LogEntry]:
        """What a replay of the first `end` samples pushes, beside the sound itself, in order.

        At each sample count: first the block of sound that ends there, then these.
        """
        return [entry for entry in self.entries if entry.way is Way.PUSHED and entry.at <= end]


def as_logged(thing: RehearsalEvent | RehearsalNotice) -> Logged | None:
    """What the log holds of an event or a notice; None: nothing (`UNLOGGED`)."""
    if isinstance(thing, Rendered):
        return LineRendered(thing.line_id, len(thing.rendering.samples), thing.rendering.words)
    return None if isinstance(thing, UNLOGGED) else thing


# --- the store -----------------------------------------------------------------------------------------


class Grader(StrEnum):
    """Who or what made a scorecard."""

    LIVE = "live"
    """The rehearsal, as the call ended."""
    GRADE = "grade"
    """The same, from the recording."""
    COACH = "coach"


@dataclass(frozen=True, slots=True)
class KeptCall:
    """A call in the store."""

    id: str
    started_at: str
    persona: str
    """Id of the persona."""
    title: str
    """The persona's title."""
    trainee: str | None
    ending: Ending
    duration: int
    percent: float | None
    """The score that the trainee saw; None where nothing could be judged."""
    audio: str
    """sha256 of the recording's bytes, which is its name."""


@dataclass(frozen=True, slots=True)
class KeptScorecard:
    """One scorecard of a call; a call may have many."""

    call_id: str
    grader: Grader
    rubric_id: str
    rubric_version: str
    percent: float | None
    card: Document
    """The scorecard as in the call's JSON (``docs/json.md``)."""


class Store(Protocol):
    """Where calls and their scorecards are found again."""

    def add(self, call: KeptCall, scorecards: Sequence[KeptScorecard]) -> None:
        """Keep a call with its scorecards, all or nothing; one that is there already stays as it is."""
        ...

    def add_scorecard(self, scorecard: KeptScorecard) -> None:
        """Keep another scorecard of a call.

        Raises
        ------
        InputError : there is no such call.
        """
        ...

    def calls(self) -> list[KeptCall]:
        """All calls, the newest first."""
        ...

    def find(self, beginning: str) -> KeptCall:
        """The one call whose id is, or begins with, `beginning`.

        Raises
        ------
        InputError : none, or several.
        """
        ...

    def scorecards(self, call_id: str) -> list[KeptScorecard]:
        """A call's scorecards in the order they were made."""
        ...

    def delete(self, call_id: str) -> bool:
        """Remove a call and everything about it; whether it was there."""
        ...

"""What a call's log tells of a rehearsal beyond its grading: the caller's mood, the trainee's turns, the end.

A trainee sees it after the call, on the terminal and in the report; live, recovered and graded again alike.

Laws: everything comes from the log. Units: anger and trust 0 to 100; times in samples of the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from voicecoach.apps.retrying import turn_starts
from voicecoach.conversation import BAND_FROM, Band, Ending, Mood, MoodChange
from voicecoach.desk import Desk
from voicecoach.desk_log import DeskAct
from voicecoach.desk_review import DeskFinding, review
from voicecoach.devices.call_files import LOG, checked_id
from voicecoach.devices.event_log import read_log
from voicecoach.errors import InputError
from voicecoach.events import CallOver, FloorTaken, MoodMoved
from voicecoach.kept import CallHeader, CallLog, LogEntry

Landmark = FloorTaken | MoodMoved | CallOver | DeskAct
"""What is read of a log here."""

RETRIES = "retries"
"""Key in a header's settings: which call is tried again, and from where."""


@dataclass(frozen=True, slots=True)
class Retried:
    """Which call is tried again, and from where."""

    call_id: str
    turn: int
    """From 1; the trainee's."""
    at: int
    """Up to here both calls are one."""


@dataclass(frozen=True, slots=True)
class MoodTrace:
    """A caller's mood over a call."""

    start: Mood
    changes: tuple[MoodChange, ...]

    def anger_at(self, at: int) -> float:
        """Anger after all that happened up to `at`."""
        moods = [self.start, *(change.after for change in self.changes if change.at <= at)]
        return moods[-1].anger


@dataclass(frozen=True, slots=True)
class RehearsalFacts:
    """A rehearsed call, as its log tells of it."""

    call_id: str
    title: str
    """The persona's."""
    caller: str
    seed: int
    ending: Ending
    reason: str
    """Why it ended."""
    trace: MoodTrace
    turns: tuple[int, ...]
    """Where the trainee's turns began, as the caller heard them."""
    retried: Retried | None = None
    earlier: MoodTrace | None = None
    """The mood of the call that is tried again; None: it is none, or was deleted."""
    earlier_turns: tuple[int, ...] = ()
    desk: tuple[DeskFinding, ...] = ()
    """What was done at the desk, what is missing, and whether it was right."""


def facts_of(log: CallLog, earlier: CallLog | None = None) -> RehearsalFacts:
    """What the log of a call tells.

    Parameters
    ----------
    earlier : the log of the call that this one tries again, if it is still there.
    """
    header = log.header
    over = next((entry.what for entry in log.entries if isinstance(entry.what, CallOver)), None)
    retried = retried_of(header)
    compared = earlier if retried is not None else None
    return RehearsalFacts(
        call_id=header.call_id,
        title=str(header.persona.get("title", "A call")),
        caller=str(_within(header.persona, "caller", "name") or "the caller"),
        seed=header.seed,
        ending=over.ending if over else Ending.BROKEN_OFF,
        reason=over.reason if over else "the call was broken off",
        trace=_trace(log),
        turns=tuple(turn_starts(log)),
        retried=retried,
        earlier=_trace(compared) if compared else None,
        earlier_turns=tuple(turn_starts(compared)) if compared else (),
        desk=_desk(log),
    )


def landmarks(log: CallLog, until: int) -> list[LogEntry]:
    """What is read of the first `until` samples of a call: by it a replay is known to be right."""
    return [entry for entry in log.entries if isinstance(entry.what, Landmark) and entry.at <= until]


def read_facts(folder: Path, calls: Path) -> RehearsalFacts | None:
    """What the log in a call's folder tells; None where it is lost or damaged.

    Parameters
    ----------
    folder : of the call, wherever it lies at present.
    calls : where kept calls lie: the call that it tries again may be there.
    """
    log = _log(folder)
    if log is None:
        return None
    retried = retried_of(log.header)
    return facts_of(log, _log(calls / retried.call_id) if retried else None)


def band_of(anger: float) -> Band:
    """The band that anger lies in."""
    return [band for band, least in BAND_FROM.items() if anger >= least][-1]


def retried_of(header: CallHeader) -> Retried | None:
    """Which call a call tries again; None: none.

    Raises
    ------
    InputError : the header names something that is no call.
    """
    said = header.settings.get(RETRIES)
    if said is None:
        return None
    return Retried(checked_id(str(said["call"])), int(said["turn"]), int(said["at"]))


def _log(folder: Path) -> CallLog | None:
    try:
        return read_log(folder / LOG)
    except InputError:
        return None  # deleted, or damaged: what was graded stands without it


def _desk(log: CallLog) -> tuple[DeskFinding, ...]:
    try:
        desk = Desk.model_validate(log.header.persona.get("desk") or {})
    except ValidationError:
        return ()  # of another version: what was graded stands without it
    return tuple(review(desk, log.desk))


def _trace(log: CallLog) -> MoodTrace:
    changes = tuple(entry.what.change for entry in log.entries if isinstance(entry.what, MoodMoved))
    temper = _within(log.header.persona, "role", "temper") or {}
    start = Mood(float(temper.get("anger", 0.0)), float(temper.get("trust", 0.0)))
    return MoodTrace(start, changes)


def _within(document: Any, *names: str) -> Any:
    """A value inside a document; None where something on the way is missing."""
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document

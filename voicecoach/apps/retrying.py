"""A call once more, from a turn of the trainee's: the same caller, the same chances, up to that moment.

The recording and the log of a kept call are pushed through a fresh rehearsal; what they leave it in is
where the trainee takes over.

Laws
----
* Nothing is asked again that was answered before: the log holds the answers, and when they came.
* What is kept of the new call is all of it, the part that was replayed included.

Units: samples of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from voicecoach.audio import AudioChunk
from voicecoach.devices.media import read_blocks
from voicecoach.errors import InputError
from voicecoach.events import (
    CallEnded,
    Discard,
    Draft,
    Exchanged,
    FloorTaken,
    Recognize,
    Recognized,
    RehearsalCommand,
    RehearsalEvent,
    RehearsalNotice,
    Render,
    Rendered,
    RenderFailed,
    Withdraw,
)
from voicecoach.kept import CallLog, LineRendered, Way
from voicecoach.speech import Speaker
from voicecoach.timeline import samples

BLOCK = 320
"""What a headset exchanged at a time, and the rehearsal was asked for."""

LEAD = samples(0.3)
"""The trainee takes over so long before they spoke the last time: long enough to draw breath."""


@dataclass(frozen=True, slots=True)
class Past:
    """A call up to the moment from which it is tried again."""

    log: CallLog
    recording: Path
    until: int

    def events(self) -> Iterator[RehearsalEvent]:
        """All that was pushed, in order: each block of sound, then what else came with it."""
        logged = [entry for entry in self.log.pushed(self.until) if not isinstance(entry.what, CallEnded)]
        place = 0
        for block in self._blocks():
            yield block
            while place < len(logged) and logged[place].at <= block.heard.end:
                what = logged[place].what
                yield what.silent() if isinstance(what, LineRendered) else what  # type: ignore[misc]
                place += 1

    def _blocks(self) -> Iterator[Exchanged]:
        at = 0
        for sound in read_blocks(self.recording, BLOCK):
            if at + BLOCK > self.until:
                return
            yield Exchanged(AudioChunk(at, sound[0]), AudioChunk(at, sound[1]))
            at += BLOCK


def past_of(log: CallLog, recording: Path, turn: int) -> Past:
    """A kept call up to a turn of the trainee's.

    Parameters
    ----------
    turn : from 1; the times that they took the floor are counted.

    Raises
    ------
    InputError : they did not speak so often.
    """
    starts = turn_starts(log)
    if not 1 <= turn <= len(starts):
        problem = f"has {len(starts)} turns of the trainee's, so there is no turn {turn}"
        raise InputError(log.header.call_id, problem, "See voicecoach replay for the turns")
    return Past(log, recording, max(0, starts[turn - 1] - LEAD) // BLOCK * BLOCK)


def turn_starts(log: CallLog) -> list[int]:
    """Where the trainee's turns began, as the caller heard them."""
    starts: list[int] = []
    holder = None
    for entry in log.entries:
        if entry.way is Way.TOLD and isinstance(entry.what, FloorTaken):
            if entry.what.holder is Speaker.TRAINEE and holder is not Speaker.TRAINEE:
                starts.append(entry.what.at)
            holder = entry.what.holder
    return starts


class Unanswered:
    """What a replayed rehearsal asked and the log did not answer any more: it is asked live."""

    def __init__(self) -> None:
        self._finals: dict[int, Recognize] = {}
        self._lines: dict[int, Render] = {}

    def asked(self, found: Iterable[RehearsalCommand | RehearsalNotice]) -> None:
        """Look at what the rehearsal asks."""
        for thing in found:
            match thing:
                case Recognize():
                    self._finals[thing.segment.id] = thing
                case Withdraw():
                    self._finals.pop(thing.segment_id, None)
                case Render():
                    self._lines[thing.line.id] = thing
                case Discard():
                    self._lines.pop(thing.line_id, None)
                case Draft() | _:
                    pass  # a draft is out of date by now

    def answered(self, event: RehearsalEvent) -> None:
        """Look at what was pushed."""
        match event:
            case Recognized():
                self._finals.pop(event.segment_id, None)
            case Rendered() | RenderFailed():
                self._lines.pop(event.line_id, None)
            case _:
                pass

    def rest(self) -> list[Recognize | Render]:
        """What is still to be answered, in order."""
        return [*self._finals.values(), *self._lines.values()]

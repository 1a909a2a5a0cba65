"""A call once more, from a turn of the trainee's: the same caller, the same chances, up to that moment.

The recording and the log of a kept call are pushed through a fresh rehearsal; what they leave it in is
where the trainee takes over.

Laws
----
* Nothing is asked again that was answered before: the log holds the answers, and when they came.
* What is kept of the new call is all of it, the part that was replayed included.
* A line of the caller's that goes on beyond that moment is spoken anew; it keeps the length and the words
  that it had, so that nothing before the moment changes.

Units: samples of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import numpy as np

from voicecoach.audio import AudioChunk
from voicecoach.conversation import Line, LineEnded
from voicecoach.devices.media import read_blocks
from voicecoach.errors import InputError
from voicecoach.events import (
    CallEnded,
    CallerBegan,
    Discard,
    Draft,
    Exchanged,
    FloorTaken,
    Recognize,
    Recognized,
    RehearsalCommand,
    RehearsalEvent,
    Render,
    Rendered,
    RenderFailed,
    Withdraw,
)
from voicecoach.kept import CallLog, LineRendered, Way
from voicecoach.ports import Voice
from voicecoach.rewording import Reword
from voicecoach.speech import Speaker
from voicecoach.spoken import Rendering
from voicecoach.timeline import BLOCK, samples

LEAD = samples(0.3)
"""The trainee takes over so long before they spoke the last time: long enough to draw breath."""


@dataclass(frozen=True, slots=True)
class Past:
    """A call up to the moment from which it is tried again."""

    log: CallLog
    recording: Path
    until: int
    turn: int
    """The trainee's, from 1, that is tried again."""
    voice: Voice | None = None
    """Speaks again what the caller goes on to say; None: they finish such a line in silence."""

    def events(self) -> Iterator[RehearsalEvent]:
        """All that was pushed, in order: each block of sound, then what else came with it."""
        running = takewhile(lambda entry: not isinstance(entry.what, CallEnded), self.log.pushed(self.until))
        logged = list(running)
        going_on = self._going_on()
        place = 0
        for block in self.blocks():
            yield block
            while place < len(logged) and logged[place].at <= block.heard.end:
                what = logged[place].what
                yield self._rendered(what, going_on) if isinstance(what, LineRendered) else what  # type: ignore[misc]
                place += 1

    def _rendered(self, logged: LineRendered, going_on: Mapping[int, Line]) -> Rendered:
        """The event again; with its sound where somebody will hear more of it."""
        line = going_on.get(logged.line_id)
        if line is None or self.voice is None:
            return logged.silent()
        spoken = self.voice.render(line.text, line.delivery).samples[: logged.duration]
        sound = np.zeros(logged.duration, np.float32)
        sound[: len(spoken)] = spoken
        return Rendered(logged.line_id, Rendering(sound, logged.words))

    def _going_on(self) -> dict[int, Line]:
        """The lines that were not over when the trainee takes over, by id."""
        told = [entry for entry in self.log.entries if isinstance(entry.what, CallerBegan | LineEnded)]
        over = {
            entry.what.line.id
            for entry in told
            if isinstance(entry.what, LineEnded) and entry.at <= self.until
        }
        lines = [entry.what.line for entry in told if isinstance(entry.what, CallerBegan | LineEnded)]
        return {line.id: line for line in lines if line.id not in over}

    def blocks(self) -> Iterator[Exchanged]:
        """All sound up to where the trainee takes over."""
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
    return Past(log, recording, max(0, starts[turn - 1] - LEAD) // BLOCK * BLOCK, turn)


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
        self._wordings: dict[int, Reword] = {}

    def asked(self, commands: Iterable[RehearsalCommand]) -> None:
        """Look at what the rehearsal asks."""
        for command in commands:
            match command:
                case Recognize():
                    self._finals[command.segment.id] = command
                case Withdraw():
                    self._finals.pop(command.segment_id, None)
                case Render():
                    self._wordings.pop(command.line.id, None)
                    self._lines[command.line.id] = command
                case Reword():
                    self._wordings[command.line.id] = command
                case Discard():
                    self._lines.pop(command.line_id, None)
                    self._wordings.pop(command.line_id, None)
                case Draft():
                    pass  # out of date by now

    def answered(self, event: RehearsalEvent) -> None:
        """Look at what was pushed."""
        match event:
            case Recognized():
                self._finals.pop(event.segment_id, None)
            case Rendered() | RenderFailed():
                self._lines.pop(event.line_id, None)
            case _:
                pass

    def rest(self) -> list[Recognize | Render | Reword]:
        """What is still to be answered, in order."""
        return [*self._finals.values(), *self._lines.values(), *self._wordings.values()]

"""The loop of a rehearsed call: audio is the clock, answers come when they come, everything is witnessed.

Laws
----
* What is recorded is what is listened to, to the bit; so the recording is graded as the call was.
* Events reach the rehearsal in an order that the log keeps: log and recording replay the call.
* The call's time starts with the first block, or goes on where a replay ended, wherever the device's
  clock stood then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from voicecoach.apps.retrying import Past, Unanswered
from voicecoach.audio import AudioChunk
from voicecoach.converse.rehearsal import Rehearsal
from voicecoach.errors import DeviceError
from voicecoach.events import (
    CallEnded,
    Control,
    Discard,
    Exchanged,
    Glitched,
    Pressed,
    RehearsalCommand,
    RehearsalEvent,
    RehearsalNotice,
    Render,
    Trouble,
)
from voicecoach.kept import as_recorded
from voicecoach.ports import Headset, Rewriter, VoiceWorkers, Workers
from voicecoach.rewording import Reword

Controls = Callable[[], list[Control]]
"""What the trainee pressed, noted or did at the desk since it was last asked."""


class Witness(Protocol):
    """Sees everything that happens in a call: recorder, event log, screen."""

    def sounded(self, exchanged: Exchanged) -> None:
        """A block, as it was listened to."""
        ...

    def happened(self, event: RehearsalEvent, now: int) -> None:
        """An event other than sound, before the rehearsal reacts to it; a trouble was told already."""
        ...

    def told(self, notice: RehearsalNotice, now: int) -> None:
        """What the rehearsal makes known."""
        ...


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works for a call while it runs."""

    recognizers: Workers
    voices: VoiceWorkers
    controls: Controls
    witness: Witness
    rewriter: Rewriter | None = None
    """Puts the caller's lines into other words; None: nobody does."""


class CallLoop:
    """Runs one call.

    Parameters
    ----------
    rehearsal : the machine that listens and talks.
    crew : answers its questions, records, shows.

    Attributes
    ----------
    now : samples of the call so far.
    lost : why the device is gone for good, if it is.
    """

    def __init__(self, rehearsal: Rehearsal, crew: Crew) -> None:
        self._rehearsal = rehearsal
        self._crew = crew
        self._troubles: list[Trouble] = []
        self._origin: int | None = None
        self.now = 0
        self.lost: DeviceError | None = None

    def replay(self, past: Past) -> None:
        """Bring the rehearsal, and all witnesses, to where an earlier call was; before `run`."""
        unanswered = Unanswered()
        for event in past.events():
            if isinstance(event, Exchanged):
                self._rehearsal.next_block(len(event.heard.samples))
            unanswered.answered(event)
            unanswered.asked(self._take(event))
        for command in unanswered.rest():
            self._ask(command)

    def trouble(self, trouble: Trouble) -> None:
        """Take what the device tells from inside `exchange`; shown at once, pushed with the next block."""
        self._crew.witness.told(trouble, self.now)
        self._troubles.append(trouble)

    def run(self, headset: Headset, wrapping_up: Callable[[], bool] = lambda: False) -> None:
        """Talk until the call is over or the device is gone; every question is answered in the end.

        Parameters
        ----------
        wrapping_up : whether the trainee still works at the desk now that the call is over; asked again and
            again, and takes its time. What they do is part of the call, at its last sample.

        Raises
        ------
        VoicecoachError : the recognizer failed for good, or the device at the first block; what was recorded
            stays.
        """
        while self._rehearsal.over is None and (exchanged := self._exchanged(headset)) is not None:
            self._hear(exchanged)
        self._push_troubles()  # of a device that is gone
        while wrapping_up():
            self._push_work()
            for answer in self._crew.recognizers.collect(self.now):
                self._push(answer)
        self._push_work()
        self._push(CallEnded(self.now))
        while self._rehearsal.awaited:
            answers = self._crew.recognizers.finish()
            assert answers, "a recognizer that has finished owes nothing"
            for answer in answers:
                self._push(answer)

    def _push_work(self) -> None:
        """What was written or done at the desk since the last block; no key does anything any more."""
        for control in self._crew.controls():
            if not isinstance(control, Pressed):
                self._push(control)

    def _exchanged(self, headset: Headset) -> Exchanged | None:
        """The next block; None once the device is closed, or gone for good."""
        try:
            return headset.exchange(self._rehearsal.next_block(headset.block))
        except DeviceError as lost:
            if self._origin is None:  # nobody has said anything yet
                raise
            self.lost = lost
            return None

    def _hear(self, exchanged: Exchanged) -> None:
        self._push(self._as_recorded(exchanged))
        self._push_troubles()
        crew = self._crew
        for event in [*crew.controls(), *crew.recognizers.collect(self.now), *crew.voices.collect()]:
            self._push(event)
        for reworded in crew.rewriter.collect() if crew.rewriter is not None else ():
            self._push(reworded)

    def _push_troubles(self) -> None:
        troubles, self._troubles = self._troubles, []
        for trouble in troubles:
            if (told := self._rebased(trouble)) is not None:
                self._push(told)

    def _push(self, event: RehearsalEvent) -> None:
        for command in self._take(event):
            self._ask(command)

    def _take(self, event: RehearsalEvent) -> list[RehearsalCommand]:
        """Push an event before all witnesses; what the rehearsal asks because of it."""
        witness = self._crew.witness
        if isinstance(event, Exchanged):
            self.now = event.heard.end
            witness.sounded(event)
        else:
            witness.happened(event, self.now)
        commands: list[RehearsalCommand] = []
        for thing in self._rehearsal.push(event):
            if isinstance(thing, RehearsalNotice):
                witness.told(thing, self.now)
            else:
                commands.append(thing)
        return commands

    def _ask(self, command: RehearsalCommand) -> None:
        if isinstance(command, Reword | Discard) and self._crew.rewriter is not None:
            self._crew.rewriter.submit(command)
        match command:
            case Render() | Discard():
                self._crew.voices.submit(command)
            case Reword():
                pass  # where nobody takes it, the line is said as written when it has waited
            case _:
                self._crew.recognizers.submit(command, self.now)

    def _as_recorded(self, exchanged: Exchanged) -> Exchanged:
        """The block in the call's own time; silent where nobody on the line can hear the trainee."""
        assert exchanged.played is not None
        if self._origin is None:
            self._origin = exchanged.heard.start - self.now
        start = exchanged.heard.start - self._origin
        heard = exchanged.heard.samples
        if not self._rehearsal.microphone_open:
            heard = np.zeros_like(heard)
        played = AudioChunk(start, as_recorded(exchanged.played.samples))
        return Exchanged(AudioChunk(start, as_recorded(heard)), played)

    def _rebased(self, trouble: Trouble) -> Trouble | None:
        """A trouble in the call's own time; None if it was before the call."""
        if not isinstance(trouble, Glitched) or self._origin is None:
            return trouble
        if trouble.span.start < self._origin:
            return None
        return replace(trouble, span=trouble.span.shifted(-self._origin))

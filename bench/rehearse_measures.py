"""What one call of ``bench rehearse`` shows: who fell silent when, from the sound alone where sound can tell.

Times are read from the two tracks: what the trainee said (known to the sample) and what they heard. From the
log comes only what no sound tells: which line it was, and whether it was cut.

Units: seconds from the trainee's audible onset or end.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.rehearse_call import Heard, Took
from bench.rehearse_script import MARK, Kind, audible
from voicecoach.conversation import BAND_FROM, Band, LineEnded, Move
from voicecoach.devices.simulated_headset import Wiring
from voicecoach.devices.simulated_trainee import Say
from voicecoach.events import (
    CallerBegan,
    FinalHeard,
    FloorTaken,
    MoodMoved,
    RehearsalEvent,
    RehearsalNotice,
    Rendered,
    TurnEnded,
)
from voicecoach.role import Role
from voicecoach.timeline import FRAME, samples, seconds

ROUND_TRIP = samples(Wiring().round_trip_ms / 1000)
SILENT_DBFS = -60.0
AUDIBLE_DBFS = -45.0
SOFTER = 0.5
"""-6 dB: on the way to a duck's -15 dB."""

ENOUGH_LEFT_S = 0.8
"""A caller with less to say may finish: that is no test of giving way (`BargeInSettings.finishing_s`)."""

SOON_S = 2.0
"""What cuts a line does it sooner: 1.2 s of voice at most (`BargeInSettings.listening_s`), and a fade."""

TURNS = (Kind.ORDINARY, Kind.HESITANT, Kind.HALTING)


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn of the trainee's and the caller's answer to it."""

    kind: Kind
    text: str
    reply_s: float | None
    """From the trainee's last audible sample to the caller's first; None: no answer, or before the end."""
    thinking_s: float
    """Of that, the persona's own pause."""
    decided_s: float | None
    """Of that, until the turn was declared over,"""
    worded_s: float | None
    """... until its last words were certain,"""
    rendered_s: float | None
    """... and until the answer's first line was spoken into memory."""
    why: str
    """The turn was declared over because of this."""
    pause_s: float | None
    cut_off: bool
    """The caller came in at the pause inside the turn."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Something the trainee said, or did, over the caller."""

    kind: Kind
    text: str
    softer_s: float | None
    silent_s: float | None
    stopped: bool
    """The line, or the next one, was cut for good."""
    paused_s: float
    """How long the caller was silent within it before going on."""
    why: str
    """The caller stopped because of this."""


class CallFigures:
    """Reads one call.

    Parameters
    ----------
    heard : the call.
    role : the caller's.
    """

    def __init__(self, heard: Heard, role: Role) -> None:
        self._heard, self._role = heard, role
        self._dbfs = _levels_dbfs(heard.played)
        self._begun = [(at, e) for at, e in heard.log if isinstance(e, CallerBegan)]
        self._length = {e.line_id: len(e.rendering.samples) for _, e in heard.log if isinstance(e, Rendered)}
        self._sounds = {e.line_id: e.rendering.samples for _, e in heard.log if isinstance(e, Rendered)}
        self.collided = 0
        """Turns that the caller was still speaking into."""

    def answers(self) -> list[Answered]:
        """Every turn of the trainee's that began in silence."""
        found = []
        for took, after in pairwise([*self._heard.took, None]):
            if took is None or took.deed.kind not in TURNS:
                continue
            sounding = audible(took.sound)
            start, end = took.at + sounding.start, took.at + sounding.stop
            if self._first_sound(start - samples(0.1), start + samples(0.2)) is not None:
                self.collided += 1
                continue
            until = len(self._heard.played) if after is None else after.at
            found.append(self._answered(took, start, end, until))
        return found

    def interruptions(self) -> list[Interrupted]:
        """Everything that came over a line with enough left to say."""
        found = []
        for took in self._heard.took:
            if took.deed.kind not in (Kind.BARGE_IN, Kind.BACKCHANNEL, Kind.COUGH):
                continue
            sounding = audible(took.sound) if len(took.sound) else slice(0, samples(0.3))
            start, end = took.at + sounding.start, took.at + sounding.stop
            over = self._line_at(start)
            if over is not None:
                found.append(self._interrupted(took, start, end, over))
        return found

    def _answered(self, took: Took, start: int, end: int, until: int) -> Answered:
        came = self._first_sound(start, until)
        text = _text(took)
        pause = MARK.search(text)
        reply_s = None if came is None or came < end else seconds(came - end)
        return Answered(
            took.deed.kind,
            text,
            reply_s,
            0.0 if reply_s is None else self._thinking_s(came),
            *(self._after(end, until, kind) for kind in (TurnEnded, FinalHeard, Rendered)),
            self._why(end, until),
            float(pause[1]) if pause else None,
            pause is not None and came is not None and came < end and not self._cut_in(came),
        )

    def _why(self, end: int, until: int) -> str:
        ends = [e.end for at, e in self._heard.log if isinstance(e, TurnEnded) and end <= at < until]
        return f"{ends[0].probability:.2f}: {ends[0].reason}" if ends else ""

    def _after(self, end: int, until: int, kind: type[RehearsalEvent | RehearsalNotice]) -> float | None:
        """When something was first known after the trainee's end."""
        times = (at for at, e in self._heard.log if isinstance(e, kind) and end <= at < until)
        return next((seconds(at - end) for at in times), None)

    def _interrupted(self, took: Took, start: int, end: int, over: CallerBegan) -> Interrupted:
        frames = self._dbfs[start // FRAME : (end + samples(0.2)) // FRAME]
        loud = np.flatnonzero(frames > SILENT_DBFS)
        silent_s = seconds((int(loud[-1]) + 1) * FRAME) if len(loud) else 0.0
        stopped = self._was_cut(start, over)
        return Interrupted(
            took.deed.kind,
            _text(took),
            self._softer_s(start, over),
            silent_s if stopped and took.deed.kind is Kind.BARGE_IN else None,
            stopped,
            0.0 if stopped else self._longest_silence_s(start, over),
            self._taken_because(start) if stopped else "",
        )

    def _was_cut(self, start: int, over: CallerBegan) -> bool:
        """Whether the line, or one that waited behind it, was given up soon after."""
        soon = range(start, start + samples(SOON_S))
        cut = (e.line.id for at, e in self._heard.log if isinstance(e, LineEnded) and e.cut and at in soon)
        return any(line >= over.line.id for line in cut)

    def _taken_because(self, start: int) -> str:
        taken = [e for at, e in self._heard.log if isinstance(e, FloorTaken) and at >= start]
        return taken[0].reason if taken else ""

    def _line_at(self, at: int) -> CallerBegan | None:
        """The line that sounds in the trainee's ears at `at`, if much is left of it."""
        begun = [e for _, e in self._begun if e.at + ROUND_TRIP <= at]
        if not begun or self._first_sound(at - samples(0.15), at + samples(0.1)) is None:
            return None
        left = begun[-1].at + ROUND_TRIP + self._length[begun[-1].line.id] - at + self._waiting(at, begun[-1])
        return begun[-1] if left >= samples(ENOUGH_LEFT_S) else None

    def _waiting(self, now: int, after: CallerBegan) -> int:
        """Samples of the lines that wait behind the one that sounds."""
        over = {e.line.id for at, e in self._heard.log if isinstance(e, LineEnded) and at < now}
        ready = {e.line_id for at, e in self._heard.log if isinstance(e, Rendered) and at < now}
        return sum(self._length[line] for line in ready - over if line > after.line.id)

    def _first_sound(self, start: int, until: int) -> int | None:
        """First sample of the caller's that is audible in [start, until), to a frame."""
        frames = np.flatnonzero(self._dbfs[max(0, start) // FRAME : until // FRAME] > AUDIBLE_DBFS)
        return max(0, start) // FRAME * FRAME + int(frames[0]) * FRAME if len(frames) else None

    def _softer_s(self, start: int, over: CallerBegan) -> float | None:
        """When the line got softer than it was rendered."""
        whole = self._sounds[over.line.id]
        began = over.at + ROUND_TRIP
        place = start - began
        rendered = _levels_dbfs(whole[place:])
        played = _levels_dbfs(self._heard.played[start : start + len(whole) - place])
        count = min(len(rendered), len(played))
        gain_db = played[:count] - rendered[:count]
        there = (rendered[:count] > AUDIBLE_DBFS) & (gain_db < 20 * np.log10(SOFTER))
        return seconds(int(np.argmax(there)) * FRAME) if there.any() else None

    def _longest_silence_s(self, start: int, over: CallerBegan) -> float:
        until = over.at + ROUND_TRIP + self._length[over.line.id] + samples(2.0)
        silent = self._dbfs[start // FRAME : until // FRAME] <= SILENT_DBFS
        ends = [e.span for _, e in self._heard.log if isinstance(e, LineEnded) and e.line == over.line]
        if ends and ends[0] is not None:
            silent = silent[: (ends[0].end + ROUND_TRIP - start) // FRAME]
        edges = np.flatnonzero(np.diff(np.concatenate([[0], silent, [0]])))
        return seconds(int(max(edges[1::2] - edges[::2], default=0)) * FRAME)

    def _thinking_s(self, came: int) -> float:
        """The persona's own pause before the line that sounded at `came`, by how upset they were then."""
        temper = self._role.temper
        moods = [
            e.change.after.anger
            for at, e in self._heard.log
            if isinstance(e, MoodMoved) and at <= (came or 0)
        ]
        anger = moods[-1] if moods else temper.anger
        return temper.thinking_s / 2 if anger >= BAND_FROM[Band.ANGRY] else temper.thinking_s

    def _cut_in(self, came: int) -> bool:
        """Whether the caller meant to interrupt."""
        begun = [e.line for _, e in self._begun if e.at + ROUND_TRIP <= came + FRAME]
        return bool(begun) and begun[-1].move is Move.INTERRUPTS


def _text(took: Took) -> str:
    action = took.deed.step.action
    return action.text if isinstance(action, Say) else ""


def _levels_dbfs(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """RMS level of each frame of 10 ms."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.square(frames, dtype=np.float64).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-12))

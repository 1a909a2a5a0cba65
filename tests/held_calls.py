"""A short call through the real stack, held by a scripted trainee and kept: to be tried again."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.stories.stage import TRAINEE, espeak, studio
from voicecoach.apps.plain_screen import PlainScreen
from voicecoach.apps.rehearse import Connected, Rehearsed, Setting, Tell, hold_call, shelf
from voicecoach.apps.retrying import Past
from voicecoach.devices.call_files import LOG
from voicecoach.devices.event_log import read_log
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.simulated_headset import SimulatedHeadset
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_trainee import (
    AfterCaller,
    At,
    IntoCaller,
    Press,
    Say,
    ScriptedTrainee,
    Step,
)
from voicecoach.devices.workers import DelayedWorkers
from voicecoach.events import Exchanged, Key, RehearsalEvent, RehearsalNotice
from voicecoach.kept import CallLog, LogEntry, Way, as_logged
from voicecoach.ports import Rewriter
from voicecoach.timeline import samples

SEED = 3
HANG_UP = Step(AfterCaller(0.5), Press(Key.HANG_UP))
CALL = (
    Step(At(0.3), Say("Good morning this is Anna how can I help you today?")),
    Step(AfterCaller(0.8), Say("I'm sorry to hear that. What time was your flight?")),
    Step(IntoCaller(1.2), Say("No no please wait a moment and let me look at your order.")),
    HANG_UP,
)
OTHERWISE = (Step(At(0.5), Say("I'm sorry your suitcase is missing.")), HANG_UP)


@dataclass(frozen=True)
class Kept:
    """A call that was kept."""

    root: Path
    rehearsed: Rehearsed
    said: str
    """What the screen printed."""

    @property
    def id(self) -> str:
        assert self.rehearsed.kept is not None
        return self.rehearsed.kept.id

    @property
    def folder(self) -> Path:
        return self.root / "voicecoach" / "calls" / self.id

    @property
    def log(self) -> CallLog:
        return read_log(self.folder / LOG)

    @property
    def recording(self) -> Path:
        assert self.rehearsed.kept is not None
        return self.root / "voicecoach" / "audio" / f"{self.rehearsed.kept.audio}.flac"


def hold(
    root: Path, steps: Sequence[Step], past: Past | None = None, rewriter: Rewriter | None = None
) -> Kept:
    """Hold a call with a simulated trainee, and keep it below `root`."""
    stage = studio()
    recognizer = stage.grader.recognizer
    assert recognizer is not None

    @contextmanager
    def connect(tell: Tell) -> Iterator[Connected]:
        trainee = ScriptedTrainee(steps, Speech(espeak(), TRAINEE))
        with closing(SimulatedHeadset(trainee, tell, seed=SEED)) as headset:
            yield Connected(headset, "simulated", headset.controls)

    out = io.StringIO()
    screen = PlainScreen(stage.persona, None, hints=False, out=out)
    with shelf(kept=True) as kept:
        setting = Setting(
            seed=SEED,
            connect=connect,
            recognizers=DelayedWorkers(recognizer, "en", samples(0.3)),
            voices=InlineVoice(espeak()),
            rings=False,
            shelf=kept,
            past=past,
            rewriter=rewriter,
        )
        rehearsed = screen.run(lambda shown: hold_call(stage, setting, shown))
    assert rehearsed is not None
    return Kept(root, rehearsed, out.getvalue())


class Listener:
    """A witness that keeps what a log would hold."""

    def __init__(self) -> None:
        self.entries: list[LogEntry] = []

    def sounded(self, exchanged: Exchanged) -> None:
        pass

    def happened(self, event: RehearsalEvent, now: int) -> None:
        self._note(Way.PUSHED, event, now)

    def told(self, notice: RehearsalNotice, now: int) -> None:
        self._note(Way.TOLD, notice, now)

    def _note(self, way: Way, thing: RehearsalEvent | RehearsalNotice, now: int) -> None:
        if (what := as_logged(thing)) is not None:
            self.entries.append(LogEntry(now, way, what))

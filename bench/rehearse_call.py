"""Plays one call for ``bench rehearse``, at the speed of life or faster, and keeps all that happened in it.

Everything is as in a user's call (`apps.demo_command`): recognizer and voice in threads and processes of
their own, the loop, the headset's round trip of 60 ms. Only mouth and ear are simulated.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

import numpy as np

from bench.rehearse_script import Deed, Hesitating
from voicecoach.apps.call_loop import CallLoop, Crew
from voicecoach.apps.studio import Studio
from voicecoach.audio import Samples
from voicecoach.devices.paced_headset import PacedHeadset
from voicecoach.devices.simulated_headset import SimulatedHeadset
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_trainee import Say, ScriptedTrainee
from voicecoach.devices.voices import voice
from voicecoach.devices.workers import DelayedWorkers, ThreadedWorkers
from voicecoach.events import (
    Answer,
    CallOver,
    Command,
    Control,
    Drafted,
    Exchanged,
    Recognize,
    Recognized,
    RehearsalEvent,
    RehearsalNotice,
)
from voicecoach.ports import VoiceWorkers, Workers
from voicecoach.speech import Speaker
from voicecoach.spoken import Delivery
from voicecoach.timeline import samples, seconds

TRAINEE = Delivery("en-us+f3", rate_wpm=130, pitch_range=65)
"""A voice that the demo model knows."""


@dataclass(frozen=True, slots=True, eq=False)
class Took:
    """A deed that was done."""

    deed: Deed
    at: int
    """Sample of the call at which its sound began."""
    sound: Samples
    """What was said; empty where nothing was."""


@dataclass(slots=True)
class Load:
    """How hard the machine worked."""

    call_s: float = 0.0
    processor_s: float = 0.0
    lag_s: list[float] = field(default_factory=list)
    """Of each block, how late its 20 ms were over."""
    final_s: list[float] = field(default_factory=list)
    """From asking for a final of the trainee's words to its answer."""
    draft_s: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """A call that happened."""

    log: list[tuple[int, RehearsalEvent | RehearsalNotice]]
    played: Samples
    """What the trainee heard, on the clock of what they said."""
    took: list[Took]
    ending: str


class _Witness:
    """Remembers everything, and looks at the clock."""

    def __init__(self, load: Load) -> None:
        self.log: list[tuple[int, RehearsalEvent | RehearsalNotice]] = []
        self.played: list[Samples] = []
        self._load = load
        self._began_s: float | None = None

    def sounded(self, exchanged: Exchanged) -> None:
        assert exchanged.played is not None
        self.played.append(exchanged.played.samples)
        now_s = time.monotonic() - seconds(exchanged.heard.end)
        self._began_s = now_s if self._began_s is None else self._began_s
        self._load.lag_s.append(now_s - self._began_s)

    def happened(self, event: RehearsalEvent, now: int) -> None:
        self.log.append((now, event))

    def told(self, notice: RehearsalNotice, now: int) -> None:
        self.log.append((now, notice))


class _Timed:
    """`ports.Workers` whose answers are timed from the question."""

    def __init__(self, inner: Workers, load: Load) -> None:
        self._inner, self._load = inner, load
        self._asked_s: dict[int, float] = {}

    def submit(self, command: Command, now: int) -> None:
        if isinstance(command, Recognize) and command.segment.speaker is Speaker.TRAINEE:
            self._asked_s[command.segment.id] = time.monotonic()
        self._inner.submit(command, now)

    def collect(self, now: int) -> list[Answer]:
        return [self._noted(answer) for answer in self._inner.collect(now)]

    def finish(self) -> list[Answer]:
        return self._inner.finish()

    def _noted(self, answer: Answer) -> Answer:
        match answer:
            case Recognized(segment_id) if segment_id in self._asked_s:
                self._load.final_s.append(time.monotonic() - self._asked_s.pop(segment_id))
            case Drafted():
                self._load.draft_s.append(seconds(answer.took))
        return answer


@contextmanager
def _recognizers(studio: Studio, took_s: float | None) -> Iterator[Workers]:
    """A thread of its own, or, in simulated time, answers after exactly so long."""
    recognizer, language = studio.grader.recognizer, studio.grader.settings.language
    assert recognizer is not None
    if took_s is not None:
        yield DelayedWorkers(recognizer, language, samples(took_s))
        return
    with ThreadedWorkers(recognizer, language) as workers:
        yield workers


def play(
    studio: Studio, voices: VoiceWorkers, deeds: Sequence[Deed], seed: int, load: Load, took_s: float | None
) -> Heard:
    """Play one call to its end.

    Parameters
    ----------
    took_s : in simulated time, where every answer of the recognizer's takes so long; None: in real time.
    """
    speech = Speech(Hesitating(voice("espeak")), TRAINEE)
    trainee = ScriptedTrainee([deed.step for deed in deeds], speech, seed)
    witness = _Witness(load)
    rehearsal = studio.rehearsal(seed)
    pressed: list[SimulatedHeadset] = []

    def controls() -> list[Control]:
        return [control for headset in pressed for control in headset.controls()]

    began_s, processor_s = time.monotonic(), time.process_time()
    with _recognizers(studio, took_s) as workers:
        loop = CallLoop(rehearsal, Crew(_Timed(workers, load), voices, controls, witness))
        headset = SimulatedHeadset(trainee, loop.trouble, seed=seed)
        pressed.append(headset)
        with closing(headset):
            loop.run(PacedHeadset(headset) if took_s is None else headset)
    load.call_s += time.monotonic() - began_s
    load.processor_s += time.process_time() - processor_s
    over = next((thing for _, thing in witness.log if isinstance(thing, CallOver)), None)
    took = [Took(deed, at, _sound(deed, speech)) for deed, at in zip(deeds, trainee.began, strict=False)]
    return Heard(witness.log, np.concatenate(witness.played), took, str(over.ending) if over else "")


def _sound(deed: Deed, speech: Speech) -> Samples:
    """What the deed sounds like: espeak-ng says the same thing the same way."""
    action = deed.step.action
    return speech.line(action.text) if isinstance(action, Say) else np.zeros(0, np.float32)

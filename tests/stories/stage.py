"""Puts a scripted trainee, a persona and a room on the stage, and plays the call faster than real time.

Everything is real but the sound device and the clock: espeak-ng speaks for both, the demo model recognizes,
prosody and turn-taking run as in any call. The recognizer takes exactly as long as the story says.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from voicecoach.apps.call_loop import CallLoop, Crew
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.studio import Studio, open_studio
from voicecoach.audio import Samples
from voicecoach.conversation import LineEnded
from voicecoach.devices.documents import read_persona
from voicecoach.devices.line_bank import InlineVoice
from voicecoach.devices.simulated_headset import SimulatedHeadset, Wiring
from voicecoach.devices.simulated_mouth import Speech
from voicecoach.devices.simulated_room import Room
from voicecoach.devices.simulated_trainee import ScriptedTrainee, Step
from voicecoach.devices.voices import voice
from voicecoach.devices.workers import DelayedWorkers
from voicecoach.events import (
    CallerBegan,
    Control,
    Exchanged,
    RehearsalEvent,
    RehearsalNotice,
)
from voicecoach.graded import GradedCall
from voicecoach.ports import Recognizer, RecognizerInfo, Rewriter, Voice, VoiceWorkers
from voicecoach.speech import Word
from voicecoach.spoken import Delivery
from voicecoach.timeline import samples

TRAINEE = Delivery("en-us+f3", rate_wpm=130, pitch_range=65)


@dataclass(frozen=True)
class Story:
    """A call, before it happened."""

    steps: Sequence[Step]
    seed: int = 1
    room: Room = field(default_factory=Room)
    wiring: Wiring = field(default_factory=Wiring)
    recognizer_s: float = 0.3
    """How long it takes for an answer."""
    drafts: bool = False
    """Whether there are partials: they cost a story most of its time."""
    voices: VoiceWorkers | None = None
    """None: espeak-ng, at once."""
    rewriter: Rewriter | None = None
    """Who words the caller's lines; None: nobody."""
    ends_s: float = 60.0
    """The headset is put down then, whatever happens."""


@dataclass
class Played:
    """A call that happened."""

    log: list[tuple[int, RehearsalEvent | RehearsalNotice]]
    heard: Samples
    played: Samples
    began: list[int]
    """When the trainee took each step, in the call's time at the microphone."""
    graded: GradedCall

    def all(self, kind: type) -> list[object]:
        """What happened of one kind, in order."""
        return [thing for _, thing in self.log if isinstance(thing, kind)]

    def said(self) -> list[LineEnded]:
        """The caller's lines that sounded, in order of their ends."""
        return [thing for _, thing in self.log if isinstance(thing, LineEnded) and thing.span is not None]

    def began_to_say(self) -> list[CallerBegan]:
        """The caller's lines that began."""
        return [thing for _, thing in self.log if isinstance(thing, CallerBegan)]


class Remembering:
    """A recognizer that is asked the same question once: the live call's answers serve its grading.

    Without `drafting` it is one that has no time for partials.
    """

    def __init__(self, recognizer: Recognizer) -> None:
        self.info: RecognizerInfo = recognizer.info
        self.drafting = False
        self._recognizer = recognizer
        self._finals: dict[bytes, tuple[Word, ...]] = {}

    def warm(self) -> None:
        self._recognizer.warm()

    def recognize(self, samples: Samples, language: str) -> tuple[Word, ...]:
        key = samples.tobytes()
        if key not in self._finals:
            self._finals[key] = self._recognizer.recognize(samples, language)
        return self._finals[key]

    def recognize_all(self, pieces: Sequence[Samples], language: str) -> list[tuple[Word, ...]]:
        return [self.recognize(piece, language) for piece in pieces]

    def draft(self, samples: Samples, language: str) -> tuple[str, ...]:
        return self._recognizer.draft(samples, language) if self.drafting else ()


class Log:
    """A witness that remembers everything."""

    def __init__(self) -> None:
        self.entries: list[tuple[int, RehearsalEvent | RehearsalNotice]] = []
        self.blocks: list[Exchanged] = []

    def sounded(self, exchanged: Exchanged) -> None:
        self.blocks.append(exchanged)

    def happened(self, event: RehearsalEvent, now: int) -> None:
        self.entries.append((now, event))

    def told(self, notice: RehearsalNotice, now: int) -> None:
        self.entries.append((now, notice))


@cache
def studio(persona: str = "lost-luggage") -> Studio:
    plan = prepare(GradeOptions(model="demo", device="cpu", persona=persona, offline=True))
    made = open_studio(read_persona(persona), plan)
    assert made.grader.recognizer is not None
    object.__setattr__(made.grader, "recognizer", Remembering(made.grader.recognizer))
    return made


@cache
def espeak() -> Voice:
    return voice("espeak")


def play(story: Story) -> Played:
    """Play a story to its end."""
    stage = studio()
    rehearsal = stage.rehearsal(story.seed)
    trainee = ScriptedTrainee(story.steps, Speech(espeak(), TRAINEE))
    recognizer = stage.grader.recognizer
    assert isinstance(recognizer, Remembering)
    recognizer.drafting = story.drafts
    workers = DelayedWorkers(recognizer, "en", samples(story.recognizer_s))
    log = Log()
    pressed: list[SimulatedHeadset] = []

    def controls() -> list[Control]:
        return [control for headset in pressed for control in headset.controls()]

    voices = story.voices or InlineVoice(espeak())
    loop = CallLoop(rehearsal, Crew(workers, voices, controls, log, story.rewriter))
    headset = SimulatedHeadset(trainee, loop.trouble, story.room, story.wiring, story.seed)
    pressed.append(headset)
    with closing(headset):
        loop.run(_Limited(headset, samples(story.ends_s)))
    heard = np.concatenate([block.heard.samples for block in log.blocks])
    played = np.concatenate([block.played.samples for block in log.blocks if block.played is not None])
    return Played(log.entries, heard, played, trainee.began, stage.judged(rehearsal))


class _Limited:
    """A headset that is put down at a time."""

    def __init__(self, inner: SimulatedHeadset, until: int) -> None:
        self.block = inner.block
        self._inner, self._until = inner, until

    def exchange(self, played: Samples) -> Exchanged | None:
        exchanged = self._inner.exchange(played)
        if exchanged is not None and exchanged.heard.end >= self._until:
            self._inner.close()
        return exchanged

"""A trainee who follows a script: what to say, cough or press, and what to wait for before.

Laws
----
* Steps are taken in order, each at the very sample that its cue names, or at the next sample there is.
* Every line is rendered before the call.

Units: seconds in scripts, samples of the trainee's own time inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.simulated_ear import Ear
from voicecoach.devices.simulated_mouth import Mouth, Speech, cough
from voicecoach.events import Control, Key, Pressed
from voicecoach.timeline import samples


@dataclass(frozen=True, slots=True)
class At:
    """At a time of the call."""

    at_s: float


@dataclass(frozen=True, slots=True)
class AfterCaller:
    """So long after the caller has finished; they must have spoken since the last step."""

    gap_s: float = 0.6


@dataclass(frozen=True, slots=True)
class IntoCaller:
    """So long after the caller began to speak: into their words, if they speak as long."""

    offset_s: float


@dataclass(frozen=True, slots=True)
class AfterOwn:
    """So long after the last step."""

    gap_s: float


Cue = At | AfterCaller | IntoCaller | AfterOwn


@dataclass(frozen=True, slots=True)
class Say:
    """Say a line."""

    text: str


@dataclass(frozen=True, slots=True)
class Cough:
    """Make a noise that is no speech."""

    duration_s: float = 0.3
    level_dbfs: float = -20.0


@dataclass(frozen=True, slots=True)
class Press:
    """Press a key."""

    key: Key


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do, and when."""

    cue: Cue
    action: Say | Cough | Press


class ScriptedTrainee:
    """`simulated_headset.Trainee` with a script.

    Parameters
    ----------
    steps : in order.
    speech : voice, delivery and level.
    seed : of coughs.
    """

    def __init__(self, steps: Sequence[Step], speech: Speech, seed: int = 0) -> None:
        self._ear, self._mouth = Ear(), Mouth()
        self._steps = [
            (step, self._rendered(step, speech, seed + number)) for number, step in enumerate(steps)
        ]
        self._done_at = 0
        self._controls: list[Control] = []
        self.began: list[int] = []
        """When each step was taken."""

    def hear(self, played: Samples, now: int) -> None:
        """Listen for the caller."""
        self._ear.push(played, now)

    def speak(self, now: int, count: int) -> Samples:
        """Take every step that is due; what sounds meanwhile."""
        said = np.zeros(count, np.float32)
        while self._steps and not self._mouth.is_busy(now + count):
            step, sound = self._steps[0]
            due = self._due(step.cue)
            if due is None or due >= now + count:
                break
            said += self._mouth.speak(now, count)
            self._take(step, sound, max(due, now, self._done_at))
        return said + self._mouth.speak(now, count)

    def controls(self, now: int) -> list[Control]:
        """What they pressed since the last call."""
        del now
        done, self._controls = self._controls, []
        return done

    def _take(self, step: Step, sound: Samples, at: int) -> None:
        self._steps.pop(0)
        self.began.append(at)
        if isinstance(step.action, Press):
            self._controls.append(Pressed(step.action.key))
        self._mouth.play(sound, at)
        self._done_at = at + len(sound)

    def _due(self, cue: Cue) -> int | None:
        """The sample at which a step is due; None while that cannot be known."""
        ear = self._ear
        match cue:
            case At(at_s):
                return samples(at_s)
            case AfterOwn(gap_s):
                return self._done_at + samples(gap_s)
            case AfterCaller(gap_s):
                if ear.ended is None or ear.ended <= self._done_at:
                    return None
                return ear.ended + samples(gap_s)
            case IntoCaller(offset_s):
                if ear.began is None or ear.began + samples(offset_s) < self._done_at:
                    return None
                return ear.began + samples(offset_s)

    @staticmethod
    def _rendered(step: Step, speech: Speech, seed: int) -> Samples:
        match step.action:
            case Say(text):
                return speech.line(text)
            case Cough(duration_s, level_dbfs):
                return cough(duration_s, level_dbfs, seed)
            case Press():
                return np.zeros(0, np.float32)

"""Everything that one rehearsed call needs, loaded before it rings, and what comes of it.

Whatever the headset is, a real one or a simulated trainee's, the call runs through here.

Laws
----
* Loading happens before the call: no word of the trainee's waits for a library.
* The scorecard is that of ``grade``: the same analysis, judged by the same code, of the sound as recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from voicecoach.apps.grade import Grader, hearing_of, judge, new_grader
from voicecoach.apps.library import RECORDED_ROLES
from voicecoach.apps.live import warm
from voicecoach.apps.options import Preparation
from voicecoach.audio import Layout
from voicecoach.converse.attention import WAITS
from voicecoach.converse.caller import Caller
from voicecoach.converse.rehearsal import Parts, Rehearsal
from voicecoach.converse.rewording import Rewording
from voicecoach.converse.worded_rehearsal import WordedRehearsal
from voicecoach.devices.voice_process import voice_process
from voicecoach.errors import InputError
from voicecoach.graded import GradedCall, Source
from voicecoach.listen.analysis import Analysis
from voicecoach.persona import Persona, role_of
from voicecoach.ports import Voice
from voicecoach.role import Role
from voicecoach.speech import Speaker
from voicecoach.timeline import RATE, seconds


@dataclass(frozen=True, slots=True)
class Studio:
    """What calls with one persona have in common; loaded once."""

    persona: Persona
    role: Role
    grader: Grader

    def rehearsal(self, seed: int) -> Rehearsal:
        """A fresh call; the same seed gives the caller the same chances."""
        hearing = hearing_of(Layout.TWO_CHANNEL, self.grader)
        analysis = Analysis(self.grader.ears, hearing, live={Speaker.TRAINEE}, endpoint=WAITS)
        caller = Caller(self.persona, seed)
        parts = Parts(analysis, self.grader.reader, caller, self.role, seed)
        return WordedRehearsal(parts, Rewording(self.persona, self.role))

    def judged(self, rehearsal: Rehearsal) -> GradedCall:
        """The scorecard of a call that is over, before its recording has a name."""
        call = rehearsal.call()
        source = Source("rehearsal", "", "pcm_s16le", RATE, 2, seconds(call.duration))
        return judge(source, RECORDED_ROLES, call, replace(self.grader, desk=rehearsal.desk))


def open_studio(persona: Persona, plan: Preparation) -> Studio:
    """Load what listens and judges.

    Raises
    ------
    InputError : the persona cannot be played, or words are not to be recognized.
    ModelError, DeviceError : the speech model cannot be loaded.
    """
    role = role_of(persona, persona.id)
    recognizer = plan.recognizer()
    if recognizer is None:
        raise InputError(persona.id, "a caller who hears no words cannot answer", "Name a speech model")
    recognizer.warm()
    grader = new_grader(recognizer, plan.rubric, persona, replace(plan.settings, trainee_channel=0))
    warm(grader.ears)
    return Studio(persona, role, grader)


@contextmanager
def caller_voice(studio: Studio) -> Iterator[Voice]:
    """The caller's voice in a process of its own, tried once: in the call its lines would only be missing.

    Raises
    ------
    DeviceError : the engine cannot be started, or has no such voice.
    """
    with voice_process(studio.role.voice.engine) as voice:
        voice.render(*Caller(studio.persona, seed=0).fixed_lines()[0])
        yield voice

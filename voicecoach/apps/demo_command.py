"""``voicecoach demo``: a whole rehearsal without a headset, a simulated trainee talking to a persona.

Everything but the sound device is real: voices, recognizer, prosody, turn-taking, mood, score.
Nobody is recorded, so the call is kept without asking.
"""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace

from rich.console import Console

from voicecoach.apps.debrief import show_debrief
from voicecoach.apps.language_model import ModelChoice, ready, rewriter
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.rehearsal_screen import new_call_screen
from voicecoach.apps.rehearse import Connected, Setting, Tell, hold_call, shelf
from voicecoach.apps.replay_command import report_page
from voicecoach.apps.retry_setup import Cast, Turning, cast_again
from voicecoach.apps.studio import Studio, caller_voice, open_studio
from voicecoach.apps.terminal import show_note
from voicecoach.converse.caller import Caller
from voicecoach.desk import Desk
from voicecoach.devices.character_trainee import CharacterTrainee
from voicecoach.devices.documents import read_persona, read_stages
from voicecoach.devices.line_bank import InlineVoice, LineBank
from voicecoach.devices.paced_headset import PacedHeadset
from voicecoach.devices.simulated_headset import SimulatedHeadset
from voicecoach.devices.voice_process import voice_process
from voicecoach.devices.workers import DelayedWorkers, ThreadedWorkers
from voicecoach.level import Level, at_level
from voicecoach.persona import Persona
from voicecoach.ports import VoiceWorkers, Workers
from voicecoach.timeline import samples
from voicecoach.trainee_script import Character, Stages

TOOK = samples(0.3)
"""Faster than real time nothing takes time; an answer is made to come after so long, as from the model
base on a machine with two cores."""

TRAINEE_ENGINE, TRAINEE_VOICE = "espeak", "en-us+f3"
"""A voice that the demo model knows."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """What is shown."""

    persona: str | None
    """None: that of the call that is tried again."""
    trainee: Character
    level: Level = Level.MEDIUM
    seed: int = 1
    fast: bool = False
    """Faster than real time, in lines."""
    plain: bool = False
    keep: bool = True
    open_browser: bool = True
    model: str = "demo"
    again: Turning | None = None
    """Which call is tried again: with the caller, the model and the chances that it had."""
    llm: ModelChoice | None = None
    """Which language model words the caller's lines; None: they are said as written."""


def demo_command(options: DemoOptions) -> int:
    """Show a rehearsal; the exit status.

    Raises
    ------
    VoicecoachError : the persona, the model or the voice cannot be used.
    """
    console, told = Console(), Console(stderr=True)
    cast = _cast(options)
    persona = cast.persona
    who = f"A simulated trainee ({options.trainee}) answers {persona.caller.name}"
    show_note(told, f"{who}; both are synthetic voices. Getting ready ...")
    model = ready(options.llm, persona, lambda text: show_note(told, text)) if options.llm else None
    studio = open_studio(persona, cast.plan)
    with ExitStack() as stack:
        setting = replace(
            _setting(studio, cast, options, stack),
            rewriter=rewriter(model, cast.past, stack, waits=options.fast),
        )
        screen = new_call_screen(console, persona, plain=options.plain or options.fast)
        rehearsed = screen.run(lambda shown: hold_call(studio, setting, shown))
        assert rehearsed is not None, "a simulated trainee always answers"
        show_debrief(console, rehearsed)
        if rehearsed.kept is not None and setting.shelf is not None:
            page = report_page(setting.shelf, rehearsed.kept)
            show_note(console, f"Report: {page}")
            if options.open_browser:
                webbrowser.open(page.as_uri())
    return 0


def _cast(options: DemoOptions) -> Cast:
    """Who calls and who listens."""
    if options.again is not None:
        return cast_again(options.again, options.persona)
    assert options.persona is not None, "a new call needs somebody who calls"
    plan = prepare(GradeOptions(model=options.model, persona=options.persona, offline=True))
    return Cast(at_level(read_persona(options.persona), options.level), plan, options.seed)


def _setting(studio: Studio, cast: Cast, options: DemoOptions, stack: ExitStack) -> Setting:
    """A simulated headset, and workers that take their time or the trainee's."""
    recognizer = studio.grader.recognizer
    assert recognizer is not None
    language = studio.grader.settings.language
    voice = stack.enter_context(caller_voice(studio))
    if options.fast:
        recognizers: Workers = DelayedWorkers(recognizer, language, TOOK)
        voices: VoiceWorkers = InlineVoice(voice)
    else:
        recognizers = stack.enter_context(ThreadedWorkers(recognizer, language))
        voices = bank = stack.enter_context(LineBank(voice))
        bank.prepare(Caller(studio.persona, cast.seed).fixed_lines())
    return Setting(
        seed=cast.seed,
        connect=lambda tell: _connected(studio.persona, options, tell),
        recognizers=recognizers,
        voices=voices,
        rings=False,
        shelf=stack.enter_context(shelf(kept=options.keep)),
        trainee=f"simulated {options.trainee}",
        past=cast.past and replace(cast.past, voice=voice),
    )


@contextmanager
def _connected(persona: Persona, options: DemoOptions, tell: Tell) -> Iterator[Connected]:
    """The simulated trainee's headset."""
    with voice_process(TRAINEE_ENGINE) as voice:
        stages, desk = _rest(persona, options), persona.desk or Desk()
        trainee = CharacterTrainee(options.trainee, stages, desk, (voice, TRAINEE_VOICE), options.seed)
        with closing(SimulatedHeadset(trainee, tell, seed=options.seed)) as headset:
            yield Connected(
                headset if options.fast else PacedHeadset(headset), "simulated, no echo", headset.controls
            )


def _rest(persona: Persona, options: DemoOptions) -> Stages:
    """What is left to say: of a call that is tried again, from that turn on."""
    stages = read_stages(options.persona or persona.id, options.trainee)
    said = min(options.again.turn, len(stages)) - 1 if options.again else 0
    return stages[said:]

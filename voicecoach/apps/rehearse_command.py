"""``voicecoach rehearse``: a caller rings, and the trainee answers on a headset."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from rich.console import Console

from voicecoach.apps.call_screen import CallScreen
from voicecoach.apps.consent import may_keep
from voicecoach.apps.debrief import show_debrief
from voicecoach.apps.language_model import ModelChoice, ready, rewriter
from voicecoach.apps.options import GradeOptions, prepare
from voicecoach.apps.rehearsal_screen import new_call_screen
from voicecoach.apps.rehearse import Connected, Setting, Tell, hold_call, shelf
from voicecoach.apps.retry_setup import Cast, Turning, cast_again
from voicecoach.apps.studio import Studio, caller_voice, open_studio
from voicecoach.apps.terminal import show_note
from voicecoach.converse.caller import Caller
from voicecoach.devices.documents import read_persona
from voicecoach.devices.echo import GuardedHeadset
from voicecoach.devices.echo_probe import probe
from voicecoach.devices.headset import SoundHeadset
from voicecoach.devices.line_bank import LineBank
from voicecoach.devices.phone_line import ByPhone
from voicecoach.devices.sound_devices import HeadsetChoice, remembered
from voicecoach.devices.workers import ThreadedWorkers
from voicecoach.level import Level, at_level
from voicecoach.persona import role_of
from voicecoach.ports import Voice

DONE, UNANSWERED = 0, 1
"""Exit statuses."""

MOST_SEED = 2**31
"""Seeds that are drawn stay short enough to be typed."""


@dataclass(frozen=True, slots=True)
class RehearseOptions:
    """How a call is rehearsed, in the user's words."""

    persona: str | None
    """None: that of the call that is tried again."""
    grade: GradeOptions
    level: Level = Level.MEDIUM
    seed: int | None = None
    """Of the caller's chances; None: drawn, and told."""
    again: Turning | None = None
    """Which call is tried again: with the model, rubric and seed that it had."""
    hints: bool = False
    plain: bool = False
    keep: bool | None = None
    """None: as the trainee once said."""
    trainee: str | None = None
    microphone: str | None = None
    """Name or number of a sound device; None: the one chosen with ``voicecoach devices``."""
    loudspeaker: str | None = None
    phone_line: bool = False
    """Whether the caller sounds as through a telephone."""
    llm: ModelChoice | None = None
    """Which language model words the caller's lines; None: they are said as written."""


def rehearse_command(options: RehearseOptions) -> int:
    """Rehearse one call; the exit status.

    Raises
    ------
    VoicecoachError : the persona, the model, the voice or the headset cannot be used.
    """
    told = Console(stderr=True)
    cast = _cast(options)
    persona, plan = cast.persona, cast.plan
    keep = may_keep(told, options.trainee, override=options.keep)
    model = ready(options.llm, persona, lambda text: show_note(told, text)) if options.llm else None
    show_note(told, f"Getting ready: model {plan.model.name if plan.model else '-'}, seed {cast.seed} ...")
    studio = open_studio(persona, plan)
    with ExitStack() as stack:
        setting = replace(
            _setting(studio, cast, options, stack),
            shelf=stack.enter_context(shelf(kept=keep)),
            rewriter=rewriter(model, cast.past, stack, waits=False),
        )
        screen = new_call_screen(told, persona, plain=options.plain, hints=options.hints)
        return _rehearse(studio, setting, screen)


def _cast(options: RehearseOptions) -> Cast:
    """Who calls and who listens."""
    if options.again is not None:
        return cast_again(options.again, options.persona)
    assert options.persona is not None, "a new call needs somebody who calls"
    persona = read_persona(options.persona)
    role_of(persona, options.persona)  # a file for grading alone is refused before anything is loaded
    plan = prepare(replace(options.grade, persona=options.persona))
    seed = options.seed if options.seed is not None else secrets.randbelow(MOST_SEED)
    return Cast(at_level(persona, options.level), plan, seed)


def _setting(studio: Studio, cast: Cast, options: RehearseOptions, stack: ExitStack) -> Setting:
    """A headset, and workers that take their time."""
    engine: Voice = stack.enter_context(caller_voice(studio))
    voice = ByPhone(engine) if options.phone_line else engine
    bank = stack.enter_context(LineBank(voice))
    bank.prepare(Caller(cast.persona, cast.seed).fixed_lines())
    assert studio.grader.recognizer is not None
    language = cast.plan.settings.language
    return Setting(
        seed=cast.seed,
        connect=lambda tell: connected(_choice(options), tell),
        recognizers=stack.enter_context(ThreadedWorkers(studio.grader.recognizer, language)),
        voices=bank,
        rings=cast.past is None,
        trainee=options.trainee,
        past=cast.past and replace(cast.past, voice=voice),
        wraps_up=True,
    )


def _rehearse(studio: Studio, setting: Setting, screen: CallScreen) -> int:
    rehearsed = screen.run(lambda shown: hold_call(studio, setting, shown))
    if rehearsed is None:
        show_note(Console(stderr=True), "Nobody answered; nothing was kept.")
        return UNANSWERED
    show_debrief(Console(), rehearsed)
    return DONE


@contextmanager
def connected(choice: HeadsetChoice, tell: Tell) -> Iterator[Connected]:
    """The trainee's headset, its echo measured and guarded against.

    Raises
    ------
    DeviceError : there is none, or it went away meanwhile.
    """
    with SoundHeadset(choice, tell) as headset:
        report = probe(headset)
        if report.gain_db is not None:
            headset.refine(report.delay)
        yield Connected(GuardedHeadset(headset, report), report.summary, begin=headset.restart)


def _choice(options: RehearseOptions) -> HeadsetChoice:
    usual = remembered()
    return HeadsetChoice(input=options.microphone or usual.input, output=options.loudspeaker or usual.output)

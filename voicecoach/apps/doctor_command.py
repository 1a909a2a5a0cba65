"""``voicecoach doctor``: what this machine has, and which audio window a speech model gets on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from voicecoach.apps.machine_facts import machine_facts
from voicecoach.apps.terminal import show_error, show_note
from voicecoach.apps.window_check import WindowRun, run, verdict
from voicecoach.devices.clips import CLIPS, Clip, read_clips
from voicecoach.devices.machine import Machine, Placement, place, read_machine
from voicecoach.devices.models import GENERAL, ResolvedModel, default_name, resolve
from voicecoach.devices.recognizer import DIGEST_DIGITS, FasterWhisperRecognizer
from voicecoach.devices.window import AudioWindow
from voicecoach.devices.window_choice import damage, remember
from voicecoach.errors import DeviceError, InputError, ModelError
from voicecoach.timeline import RATE

CHECKED, NO_MODEL = 0, 1
"""Exit statuses. What the user named and cannot be used is 2, as everywhere."""


@dataclass(frozen=True, slots=True)
class DoctorOptions:
    """What to look at, in the user's words."""

    model: str | None = None
    """A model's name, ``demo``, or a folder; None: the one that would be used, if it is here."""
    clips: Path | None = None
    """A folder of clips with their words; None: those of the package."""
    device: str = "auto"
    compute_type: str | None = None
    language: str = "en"
    offline: bool = False
    """Never use the network."""


def doctor_command(options: DoctorOptions) -> int:
    """Look at the machine, check a model's audio windows, keep the choice; the exit status.

    Raises
    ------
    VoicecoachError : a model, device or folder that was named cannot be used.
    """
    out, told = Console(), Console(stderr=True)
    clips = _clips(options)
    machine = read_machine(options.device)
    placement = place(machine, options.compute_type)
    for fact in machine_facts():
        show_note(out, f"{fact.name}: {fact.found}.{f' -> {fact.remedy}' if fact.remedy else ''}")
    model = _model(options, machine, told)
    if model is None:
        return NO_MODEL
    if problem := damage():
        show_error(told, f"Warning: {problem}.")
    where = f"{placement.device}, {placement.compute_type}"
    show_note(out, f"Model: {model.name}, sha256 {model.digest[:DIGEST_DIGITS]}, {where}.")
    show_note(out, _about(clips, model, own=options.clips is not None))
    _check(model, placement, clips, options.language, out)
    return CHECKED


def _clips(options: DoctorOptions) -> list[Clip]:
    if options.clips is None and options.language != "en":
        remedy = "Name a folder of your own in that language with --clips"
        raise InputError(CLIPS, f"these clips are English, not {options.language}", remedy)
    return read_clips(options.clips or CLIPS)


def _model(options: DoctorOptions, machine: Machine, told: Console) -> ResolvedModel | None:
    """The model named, or the one that would be used; nothing is fetched that was not named."""
    if options.model is not None:
        return resolve(options.model, offline=options.offline)
    name, reason = default_name(machine, options.language)
    try:
        return resolve(name, offline=True)
    except ModelError as error:
        show_error(told, f"Model: {name} would be used ({reason}). {error}")
        return None


def _about(clips: Sequence[Clip], model: ResolvedModel, *, own: bool) -> str:
    length_s = sum(len(clip.samples) for clip in clips) / RATE
    about = f"Audio window: {len(clips)} clips, {length_s:.0f} s of known words"
    if own:
        return f"{about}."
    doubt = " Better are calls of your own: --clips FOLDER." if model.scope == GENERAL else ""
    return f"{about}, telephone sound, synthetic voices.{doubt}"


def _check(
    model: ResolvedModel, placement: Placement, clips: Sequence[Clip], language: str, out: Console
) -> None:
    """Run both windows, say what they did, and keep the verdict."""
    full = _tried(AudioWindow.FULL, model, placement, clips, language)
    adaptive = _tried(AudioWindow.ADAPTIVE, model, placement, clips, language)
    for line in _table([full, adaptive]):
        show_note(out, line)
    choice = verdict(full, adaptive)
    show_note(out, f"Chosen: {choice.window} ({choice.reason}).")
    try:
        show_note(out, f"Kept in {remember(model, placement, language, choice)}.")
    except DeviceError as error:
        show_error(out, str(error))


def _tried(
    window: AudioWindow, model: ResolvedModel, placement: Placement, clips: Sequence[Clip], language: str
) -> WindowRun:
    """One window's run; its model is gone afterwards, for a large one fills a graphics card."""
    recognizer = FasterWhisperRecognizer(model, placement, window)
    recognizer.require_language(language)
    return run(recognizer, clips, language)


def _table(runs: Sequence[WindowRun]) -> list[str]:
    lines = [f"  {'window':10}{'word errors':>12}{'loops':>7}{'redone':>8}{'x real time':>13}"]
    for one in runs:
        redone = str(one.redone) if one.window is AudioWindow.ADAPTIVE else "-"
        rate = f"{one.word_error_rate:.1%}"
        lines.append(f"  {one.window:10}{rate:>12}{one.loops:>7}{redone:>8}{one.speed:>13.1f}")
    return lines

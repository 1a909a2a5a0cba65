"""What a voice is that sounds while the caller speaks: a claim to the floor, a sign of listening, a cough.

Decided from how long it has gone on, its words where they are known in time, and how much the caller has
still to say. A voice that stops again soon claimed nothing, and the caller speaks on.

Laws: a judgment of one moment from what is known then; nothing is remembered here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.backchannels import may_become_backchannel
from voicecoach.converse.stretch import Stretch
from voicecoach.timeline import samples


@dataclass(frozen=True, slots=True)
class BargeInSettings:
    """When a voice over the caller's is taken for what (``docs/conversation.md``)."""

    duck_s: float = 0.11
    """So long a voice is no click, and the caller is softened; the field ducks at 0.1 to 0.15 s."""
    hush_s: float = 0.35
    """A voice that goes on for so long probably wants the floor, and the caller falls silent, for the time
    being: nothing tells it from a sign of listening yet (the field decides at 0.3 to 0.5 s)."""
    certain_s: float = 1.1
    """It does want it if it goes on for so long: backchannels last 1.0 s at most
    (`listen.turns.TurnSettings`), and an end is noticed up to 0.1 s late. First words decide nothing sooner:
    a recognizer makes half of all "okay"s a sentence as long as they go on;"""
    listening_s: float = 1.2
    """known words that are signs of listening get so long: "oh okay, I see" is said by then."""
    finishing_s: float = 0.8
    """Who comes in so shortly before the caller's end takes a turn, and interrupts nobody."""
    nearly_done_s: float = 0.3
    """When it is decided with so little left to say, it is said: a terminal overlap."""
    went_on_hush_s: float = 0.25
    """A caller who came in too early falls silent sooner,"""
    went_on_s: float = 0.5
    """and for good."""
    noise_s: float = 0.7
    """A sound without pitch is no voice, and after so long the caller stops minding it."""


class Verdict(StrEnum):
    """What a voice over the caller's is."""

    OPEN = "open"
    """Not known yet."""
    FINISHING = "finishing"
    """The caller was about to finish anyway."""
    LISTENING = "listening"
    """A sign of listening; it claims nothing."""
    NOISE = "noise"
    """No voice at all."""
    CLAIM = "claim"
    """The trainee wants the floor."""


def judge(
    voice: Stretch, remaining: int | None, settings: BargeInSettings, *, went_on: bool
) -> tuple[Verdict, str]:
    """What the trainee's voice is, and why in plain words.

    Parameters
    ----------
    voice : the stretch that goes on, or has just ended.
    remaining : samples that the caller has left to say; None: not known, many.
    went_on : the trainee was speaking, or had only paused, when the caller came in.
    """
    s = settings
    if voice.over:
        return _ended(voice)
    if not voice.spoken:
        noise = voice.length >= samples(s.noise_s)
        return (Verdict.NOISE, "a sound without a voice") if noise else (Verdict.OPEN, "")
    nearly_done = remaining is not None and remaining <= samples(s.nearly_done_s)
    if nearly_done and not went_on and is_pressing(voice, s, went_on=went_on):
        return Verdict.FINISHING, "the caller had almost finished"
    claim = None if voice.quiet else _claim(voice, s, went_on=went_on)
    return (Verdict.OPEN, "") if claim is None else (Verdict.CLAIM, claim)


def is_pressing(voice: Stretch, settings: BargeInSettings, *, went_on: bool) -> bool:
    """Whether the voice, which sounds this moment, has gone on for so long that it is better to be silent."""
    hush_s = settings.went_on_hush_s if went_on else settings.hush_s
    return not voice.quiet and voice.spoken >= samples(hush_s)


def _ended(voice: Stretch) -> tuple[Verdict, str]:
    if not voice.spoken:
        return Verdict.NOISE, f"a sound of {voice.length_s:.1f} s without a voice"
    said = f" ({' '.join(voice.words)})" if voice.words else ""
    return Verdict.LISTENING, f"{voice.length_s:.1f} s of voice{said}, then quiet"


def _claim(voice: Stretch, s: BargeInSettings, *, went_on: bool) -> str | None:
    """Why the voice claims the floor, or None while it may yet be a sign of listening."""
    text = " ".join(voice.words)
    enough_s = s.went_on_s if went_on else s.certain_s
    if text and may_become_backchannel(text):
        enough_s = s.listening_s
    if voice.spoken < samples(enough_s):
        return None
    return f"spoke on for {voice.length_s:.1f} s" + (f": {text!r}" if text else "")

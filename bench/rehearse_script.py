"""What the simulated trainee of ``bench rehearse`` does: turns, hesitations, interruptions, "okay"s, coughs.

Laws: the same seed and length give the same script; every word is one that the demo model knows;
what is said settles nothing: callers go on
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices.simulated_trainee import AfterCaller, At, Cough, Cue, IntoCaller, Press, Say, Step
from voicecoach.events import Key
from voicecoach.ports import Voice
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import samples

Card = TypeVar("Card")


class Kind(StrEnum):
    """What a step is measured as."""

    ORDINARY = "turn"
    HESITANT = "turn with a pause in a sentence"
    HALTING = "turn with a pause between sentences"
    BARGE_IN = "interruption"
    BACKCHANNEL = "sign of listening"
    COUGH = "cough"
    HANG_UP = "hangs up"


@dataclass(frozen=True, slots=True)
class Deed:
    """One step, and what it is."""

    kind: Kind
    step: Step


GREETING = "Good morning this is Anna how can I help you today?"

TURNS = (
    "I'm so sorry that your suitcase did not arrive.",
    "I can hear how upset you are about the suitcase.",
    "Can I have your reference number please?",
    "What color is the suitcase?",
    "What time was your flight?",
    "I understand that you need it before noon tomorrow.",
    "May I have your full name please?",
    "Which flight was it?",
    "I can see how frustrating this is for you.",
    "What is your phone number?",
)

HESITANT = (
    "Can I have your | reference number please?",
    "I'm so sorry that your | suitcase did not arrive.",
    "I will check the | system for your suitcase.",
    "Could you tell me | what color the suitcase is?",
    "I understand that | you need it before noon tomorrow.",
    "Let me see if the | crew in Boston can find it.",
)

HALTING = (
    "I'm so sorry about that. | Can I have your reference number please?",
    "I see it in the system. | What color is the suitcase?",
    "I understand. | What time was your flight?",
    "I can hear how upset you are. | Can I have your name please?",
)

BARGE_INS = (
    "I'm sorry please wait a moment and let me help you.",
    "Please let me check the system for your suitcase.",
    "Can I have your reference number please?",
    "I understand and I need your name first.",
    "I'm sorry to hear that let me look for it.",
    "Wait please I can find it in the system.",
)

BACKCHANNELS = ("Okay.", "I see.", "Right.", "Mm-hm.", "Yes.", "Oh okay.", "I understand.", "Sure.")

OVERLAYS = (
    *(Kind.BARGE_IN,) * 6,
    *(Kind.BACKCHANNEL,) * 8,
    *(Kind.COUGH,) * 3,
    *(None,) * 3,
)
"""What happens while the caller answers: of 20 answers so many."""

MAIN = (*(Kind.ORDINARY,) * 10, *(Kind.HESITANT,) * 6, *(Kind.HALTING,) * 4)
"""Of 20 turns so many."""

PAUSE_S = (0.3, 0.9)
GAP_S = (0.7, 1.2)
"""From the caller's end to the trainee's next turn; people take 0.2 s, and who thinks about an upset caller
longer. More than lies between two sentences of the caller's."""

OFFSET_S = (0.7, 1.2)
"""From the caller's beginning to what is said over it."""

MARK = re.compile(r"\s*\|([\d.]+)\|\s*")
AUDIBLE = 0.01
"""-40 dBFS: 16 dB below the level of speech here."""

JOIN = samples(0.005)
"""A word that is cut ends within this: no click."""


def script(seed: int, turns: int) -> list[Deed]:
    """A call of so many turns after the greeting, and what is said over the answers."""
    draw = np.random.default_rng(seed)
    main, overlays = _drawn(draw, MAIN, turns), _drawn(draw, OVERLAYS, turns)
    deeds = [Deed(Kind.ORDINARY, Step(At(0.3), Say(GREETING)))]
    for kind, overlay in zip(main, overlays, strict=True):
        deeds.append(_deed(draw, kind, AfterCaller(_uniform(draw, GAP_S))))
        if overlay is not None:
            deeds.append(_deed(draw, overlay, IntoCaller(_uniform(draw, OFFSET_S))))
    return [*deeds, Deed(Kind.HANG_UP, Step(AfterCaller(0.5), Press(Key.HANG_UP)))]


def _drawn(draw: np.random.Generator, kinds: tuple[Card, ...], count: int) -> list[Card]:
    """As evenly as the shares allow: a pack of cards, shuffled each time it is used up."""
    found: list[Card] = []
    while len(found) < count:
        found += [kinds[place] for place in draw.permutation(len(kinds))]
    return found[:count]


def _deed(draw: np.random.Generator, kind: Kind, cue: Cue) -> Deed:
    if kind is Kind.COUGH:
        return Deed(kind, Step(cue, Cough(duration_s=_uniform(draw, (0.2, 0.5)))))
    texts = {
        Kind.ORDINARY: TURNS,
        Kind.HESITANT: HESITANT,
        Kind.HALTING: HALTING,
        Kind.BARGE_IN: BARGE_INS,
        Kind.BACKCHANNEL: BACKCHANNELS,
    }[kind]
    text = texts[draw.integers(len(texts))]
    return Deed(kind, Step(cue, Say(text.replace("|", f"|{_uniform(draw, PAUSE_S):.2f}|"))))


def _uniform(draw: np.random.Generator, bounds: tuple[float, float]) -> float:
    return round(float(draw.uniform(*bounds)), 2)


class Hesitating:
    """A voice that pauses where the text says so, as in ``Can I have your |0.62| reference number?``.

    Inside a sentence the sentence is spoken whole and cut between two words; between sentences each is spoken
    by itself. The pause is as long as it says from the last audible sample to the next.
    """

    def __init__(self, voice: Voice) -> None:
        self._voice = voice

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text`."""
        before, *rest = MARK.split(text)
        if not rest:
            return self._voice.render(text, delivery)
        pause_s, after = rest
        if before.endswith((".", "?")):
            parts = [self._voice.render(part, delivery).samples for part in (before, after)]
        else:
            whole = self._voice.render(f"{before} {after}", delivery)
            at = whole.words[len(before.split())].span.start
            parts = [faded(whole.samples[:at]), faded(whole.samples[at:][::-1])[::-1]]
        pause = np.zeros(samples(float(pause_s)), np.float32)
        first, last = (part[audible(part)] for part in parts)
        return Rendering(np.concatenate([first, pause, last]), ())


def audible(sound: Samples) -> slice:
    """From the first to the last sample that can be heard."""
    there = np.flatnonzero(np.abs(sound) > AUDIBLE)
    return slice(int(there[0]), int(there[-1]) + 1)


def faded(sound: Samples) -> Samples:
    """With a soft end."""
    soft = sound.copy()
    soft[-JOIN:] *= np.linspace(1, 0, JOIN, dtype=np.float32)
    return soft


def words() -> Iterator[str]:
    """Every word that is said here."""
    for text in (GREETING, *TURNS, *HESITANT, *HALTING, *BARGE_INS, *BACKCHANNELS):
        yield from re.findall(r"[a-z']+(?:-[a-z]+)?", text.lower())

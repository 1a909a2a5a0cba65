"""What the pure core asks of the outside world. Every device has one of these shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from voicecoach.audio import Samples
from voicecoach.events import Answer, Command
from voicecoach.speech import Word


class SpeechDetector(Protocol):
    """A voice activity detector for one track, fed in order; it keeps its own state."""

    block: int
    """Samples a call to `probabilities` takes at a time (a multiple of it is fine)."""

    def probabilities(self, samples: Samples) -> list[float]:
        """Speech probability, 0 to 1, of each whole block in `samples`."""
        ...


@dataclass(frozen=True, slots=True)
class RecognizerInfo:
    """Which model answered, with which settings: recorded with every call."""

    name: str
    """As the user named it: ``base``, ``demo``, a path."""
    digest: str
    """sha256 of the weights, first 16 hexadecimal digits."""
    device: str
    compute_type: str
    scope: str
    """Whose speech it knows: ``general``, or ``synthetic voices`` (the demo model)."""
    keeps_fillers: bool
    settings: dict[str, str | int | float | bool]


class Recognizer(Protocol):
    """Speech to words; one question at a time, from whichever thread."""

    info: RecognizerInfo

    def warm(self) -> None:
        """Pay now what only the first answers cost."""
        ...

    def recognize(self, samples: Samples, language: str) -> tuple[Word, ...]:
        """The words in `samples` (16 kHz), their spans relative to its first sample: a *final*."""
        ...

    def recognize_all(self, pieces: Sequence[Samples], language: str) -> list[tuple[Word, ...]]:
        """The finals of several pieces at once: of each what `recognize` says of it, to the last bit."""
        ...

    def draft(self, samples: Samples, language: str) -> tuple[str, ...]:
        """The words that may be in `samples`, quickly and without times: a *partial*."""
        ...


class Workers(Protocol):
    """Whoever has the questions of a call answered; time is the end of the audio heard so far."""

    def submit(self, command: Command, now: int) -> None:
        """Take a question, or the withdrawal of one; never waits in a live call."""
        ...

    def collect(self, now: int) -> list[Answer]:
        """The answers that are there."""
        ...

    def finish(self) -> list[Answer]:
        """The answers still owed, once no more audio comes; waits for them."""
        ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a line is spoken."""

    voice: str
    """The engine's own name of a voice: ``en-us+m3``, ``slt``."""
    rate_wpm: float = 175.0
    """Words per minute; 175 is espeak-ng's own default."""
    pitch: float = 50.0
    """0 to 100, espeak-ng's scale; 50 is the voice's own."""
    pitch_range: float = 50.0
    """0 (monotone) to 100 (lively); 50 is the voice's own."""
    volume: float = 100.0
    """0 to 200; 100 is the voice's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Rendering:
    """A spoken line: samples at 16 kHz, and where each word begins and ends in them."""

    samples: Samples
    words: tuple[Word, ...]


class Voice(Protocol):
    """Text to speech: rendered, never played."""

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text`; the samples start and end with the speech itself (no added silence)."""
        ...

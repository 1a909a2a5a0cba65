"""What the pure core asks of the outside world. Every device has one of these shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from voicecoach.audio import Samples
from voicecoach.events import Answer, Command, Discard, Exchanged, VoiceAnswer, VoiceCommand
from voicecoach.rewording import Reword, RewordingEvent
from voicecoach.speech import Word
from voicecoach.spoken import Delivery, Rendering


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


class Voice(Protocol):
    """Text to speech: rendered, never played."""

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text`; the samples start and end with the speech itself (no added silence)."""
        ...


class VoiceWorkers(Protocol):
    """Whoever has the caller's lines spoken, in the order they were asked for."""

    def submit(self, command: VoiceCommand) -> None:
        """Take a line to speak, or forget one; never waits."""
        ...

    def collect(self) -> list[VoiceAnswer]:
        """The lines that are spoken by now; never waits."""
        ...


class Rewriter(Protocol):
    """Whoever puts the caller's lines into other words; the first event is that they do so from now on."""

    def submit(self, command: Reword | Discard) -> None:
        """Take a line to word, or forget one; never waits in a live call."""
        ...

    def collect(self) -> list[RewordingEvent]:
        """What came by now; never waits."""
        ...


class Headset(Protocol):
    """The duplex sound device *and* the metronome of a call; nothing else makes its time pass."""

    block: int
    """Samples a call to `exchange` takes."""

    def exchange(self, played: Samples) -> Exchanged | None:
        """Give the next block to play; wait for the next block that was heard.

        Parameters
        ----------
        played : shape (block,), 16 kHz.

        Returns
        -------
        Exchanged or None
            What the trainee said, beside what they *heard* at that instant (the caller's sound, later than
            it was given by the device's round trip); None once the device is closed for good.
        """
        ...

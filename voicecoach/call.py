"""The folded record of one call: everything that a scorecard is computed from, and nothing that is judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voicecoach.acts import Act
from voicecoach.audio import Layout
from voicecoach.desk_log import DeskEntry
from voicecoach.prosody import Baseline, Prosody, ProsodyTrack
from voicecoach.speech import Overlap, Silence, Speaker, Turn
from voicecoach.timeline import Span


class Limit(StrEnum):
    """Why something about this call could not be measured."""

    NO_WORDS = "no-words"
    """Words were not recognized: graded with --voice-only, or no recognizer knows this speech."""
    FOREIGN_LANGUAGE = "foreign-language"
    """Words are there, but word criteria exist for English only."""
    CALLER_LANGUAGE = "caller-language"
    """The caller speaks another language than English: what they say is not judged."""
    ONE_CHANNEL = "one-channel"
    """Both speakers share one channel and were not told apart."""
    NO_CALLER = "no-caller"
    """The recording holds the trainee alone."""
    NO_TRAINEE_SPEECH = "no-trainee-speech"
    """The trainee's track holds no speech."""
    NO_FILLERS = "no-fillers"
    """The recognizer leaves out 'um' and 'uh', so they cannot be counted."""
    LACKS_START = "lacks-start"
    """The recording begins in mid-call."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was heard.

    Turns are in order of their start and numbered from 0; every other list is in order of time.
    """

    duration: int
    layout: Layout
    language: str
    """ISO 639-1, such as ``en``."""
    turns: tuple[Turn, ...]
    overlaps: tuple[Overlap, ...]
    silences: tuple[Silence, ...]
    """Stretches of at least 1 s in which nobody speaks."""
    acts: tuple[Act, ...]
    prosody: Mapping[int, Prosody]
    """By turn id."""
    baselines: Mapping[Speaker, Baseline]
    tracks: Mapping[Speaker, ProsodyTrack]
    limits: Mapping[Limit, str]
    """What could not be measured, each with its reason in plain words."""
    desk: tuple[DeskEntry, ...] | None = None
    """What the trainee did at the desk, in order; None where nobody kept book (a recording)."""

    @property
    def span(self) -> Span:
        """The whole call."""
        return Span(0, max(1, self.duration))

    def turns_of(self, speaker: Speaker) -> tuple[Turn, ...]:
        """One speaker's turns, in order."""
        return tuple(turn for turn in self.turns if turn.speaker is speaker)

    def acts_of(self, speaker: Speaker) -> tuple[Act, ...]:
        """One speaker's acts, in order."""
        return tuple(act for act in self.acts if act.speaker is speaker)

    def speech_of(self, speaker: Speaker) -> list[Span]:
        """One speaker's runs of voice, sorted and disjoint."""
        return sorted(run for turn in self.turns_of(speaker) for run in turn.speech)

"""What was said in a rehearsal without sound, and the call that a listener would have made of it.

Laws: turns in order of time; every word is sure; of the voice nothing is known but its pace.
Units: samples of the call.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecoach.audio import Layout
from voicecoach.call import Call, Limit
from voicecoach.desk_log import DeskEntry
from voicecoach.prosody import Baseline, Prosody
from voicecoach.speech import Overlap, OverlapKind, Silence, Speaker, Turn, Word
from voicecoach.timeline import RATE, Span, complement, merge, total
from voicecoach.understand.reader import ActReader

SURE = 1.0
"""Probability of a word that was never heard, only read."""


@dataclass(slots=True)
class TextRecord:
    """Collects what was said and done."""

    turns: list[Turn] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    desk: list[DeskEntry] = field(default_factory=list)
    end: int = 0
    """Of all that was said."""

    def say(self, speaker: Speaker, text: str, start: int, pace_wpm: float) -> Turn:
        """Somebody says a turn from `start` on."""
        each = round(60 * RATE / pace_wpm)
        spans = [Span(start + n * each, start + (n + 1) * each) for n in range(len(text.split()))]
        words = tuple(Word(word, span, SURE) for word, span in zip(text.split(), spans, strict=True))
        whole = Span(start, spans[-1].end)
        turn = Turn(len(self.turns), speaker, whole, (whole,), words)
        self.turns.append(turn)
        self.end = max(self.end, whole.end)
        return turn

    def interrupts(self, speaker: Speaker, span: Span) -> None:
        """`speaker` took the floor from the other."""
        self.overlaps.append(Overlap(span, speaker, OverlapKind.COMPETITIVE, SURE, "took the floor"))

    def call(self, end: int, reader: ActReader) -> Call:
        """The call up to `end`, its acts read."""
        turns = tuple(self.turns)
        limits = {Limit.NO_FILLERS: "nobody says 'um' in text"}
        if not any(turn.speaker is Speaker.TRAINEE for turn in turns):
            limits[Limit.NO_TRAINEE_SPEECH] = "the trainee said nothing"
        duration = max(1, end, self.end)
        return Call(
            duration=duration,
            layout=Layout.TWO_CHANNEL,
            language="en",
            turns=turns,
            overlaps=tuple(self.overlaps),
            silences=tuple(_silences(turns, duration)),
            acts=tuple(act for turn in turns for act in reader.read(turn)),
            prosody={turn.id: _prosody(turn) for turn in turns},
            baselines={speaker: _baseline(turns, speaker) for speaker in (Speaker.TRAINEE, Speaker.CALLER)},
            tracks={},
            limits=limits,
            desk=tuple(self.desk),
        )


def _prosody(turn: Turn) -> Prosody:
    pace_wpm = 60 * len(turn.words) / turn.span.duration_s
    return Prosody(turn.span.duration_s, None, None, None, None, None, pace_wpm, None, ())


def _baseline(turns: tuple[Turn, ...], speaker: Speaker) -> Baseline:
    own = [turn for turn in turns if turn.speaker is speaker]
    if not own:
        return Baseline(None, None, None, None)
    words = sum(len(turn.words) for turn in own)
    return Baseline(None, None, 60 * RATE * words / total(turn.span for turn in own), None)


def _silences(turns: tuple[Turn, ...], duration: int) -> list[Silence]:
    found: list[Silence] = []
    for gap in complement(merge(turn.span for turn in turns), Span(0, duration)):
        before = [turn for turn in turns if turn.span.end <= gap.start]
        last = max(before, key=lambda turn: turn.span.end).speaker if before else None
        if gap.duration >= RATE:
            found.append(Silence(gap, last))
    return found

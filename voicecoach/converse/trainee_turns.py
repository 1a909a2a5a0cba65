"""What the trainee said in the turn that just ended, as far as the caller can know it at that moment.

Finals where they are there, the newest partial for the rest, and how it sounded against the trainee's own
normal. A caller reacts to this; nothing is scored on it.

Laws: by what arrived, in order of arrival; a turn is taken once, and its words never come again.
"""

from __future__ import annotations

from statistics import median

import numpy as np
from numpy.typing import NDArray

from voicecoach.conversation import Manner, TraineeTurn
from voicecoach.events import FinalHeard, PartialHeard, Sounded
from voicecoach.listen.meters import Reading, VoiceMeter
from voicecoach.speech import Speaker, Turn, Word
from voicecoach.timeline import RATE, Span, samples
from voicecoach.understand.reader import ActReader

LEAST_STEPS = 20
"""From one syllable to the next, some 5 s of speech: the pace of less varies by a fifth with what is said."""

LONGEST_STEP = samples(0.4)
"""A longer gap between two syllables is a pause (`listen.meters.MeterSettings`)."""

KNOWN_TURNS = 3
"""Turns that it takes to know somebody's usual pace."""

SYLLABLES_A_WORD = 1.4
"""Of spoken English; turns syllables a second into the words a minute that people know."""

QUARTILES_APART = 1.349
"""In standard deviations of a normal distribution: one errant octave moves no quartile."""

LEAST_VOICED = 50
"""Frames with pitch (0.5 s) that it takes to speak of melody."""


class TraineeTurns:
    """Collects what is known of the trainee's words and voice.

    Parameters
    ----------
    reader : reads the acts of a turn.
    """

    def __init__(self, reader: ActReader) -> None:
        self._reader = reader
        self._finals: list[FinalHeard] = []
        self._partial: PartialHeard | None = None
        self._taken_until = 0
        self._meter = VoiceMeter()
        self._readings: list[Reading] = []
        self._f0_hz: list[NDArray[np.float32]] = []
        self._nuclei: list[int] = []
        self._paces_wpm: list[float] = []
        self._count = 0

    def push(self, notice: FinalHeard | PartialHeard | Sounded) -> None:
        """Take what became known about the trainee."""
        match notice:
            case FinalHeard():
                self._finals.append(notice)
            case PartialHeard():
                self._partial = notice
            case Sounded():
                self._readings.append(self._meter.push(notice.frames))
                self._f0_hz.append(notice.frames.f0_hz)
                self._nuclei.extend(notice.frames.nuclei)

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that is known of the turn that goes on."""
        return tuple(word.text for word in self._words())

    def known_until(self, until: int) -> bool:
        """Whether the words up to `until` are known, as finals or as well as they can be before."""
        ends = [final.segment.span.end for final in self._finals]
        if self._partial is not None:
            ends.append(self._partial.heard_until)
        return max(ends, default=0) >= until

    def take(self, span: Span, *, cut_in: bool, silence_before: int) -> TraineeTurn:
        """The turn over `span` with all that was said since the last one was taken.

        Parameters
        ----------
        cut_in : it took the floor from the caller.
        silence_before : samples since the caller had finished.
        """
        words = self._words()
        turn = Turn(self._count, Speaker.TRAINEE, span, (span,), words)
        taken = TraineeTurn(span, turn.text, self._reader.read(turn), self._manner(), cut_in, silence_before)
        self._count += 1
        self._taken_until = max([span.end, *(final.segment.span.end for final in self._finals)])
        self._finals.clear()
        self._partial = None
        self._readings.clear()
        self._f0_hz.clear()
        self._nuclei.clear()
        return taken

    def _words(self) -> tuple[Word, ...]:
        finals = sorted(self._fresh(), key=lambda final: final.segment.span.start)
        words = [word for final in finals for word in final.words]
        return tuple(words + self._rest(finals[-1].segment.span.end if finals else self._taken_until))

    def _fresh(self) -> list[FinalHeard]:
        """Finals that are not about a turn that was taken already, by its partial."""
        return [final for final in self._finals if final.segment.span.end > self._taken_until]

    def _rest(self, known_until: int) -> list[Word]:
        """Words that no final covers yet, spread evenly over the time they were said in."""
        partial = self._partial
        if partial is None or partial.heard_until <= known_until:
            return []
        texts = partial.committed + partial.tentative
        edges = np.linspace(known_until, max(partial.heard_until, known_until + len(texts)), len(texts) + 1)
        spans = zip(edges[:-1].astype(int).tolist(), edges[1:].astype(int).tolist(), strict=True)
        return [Word(text, Span(*span), 1.0) for text, span in zip(texts, spans, strict=True)]

    def _manner(self) -> Manner:
        levels = [reading.level_db for reading in self._readings if reading.level_db is not None]
        return Manner(self._pace(), median(levels) if levels else None, self._melody())

    def _pace(self) -> float | None:
        """Words a minute above the usual of the turns before, pauses left out."""
        steps = np.diff(np.array(self._nuclei))
        steps = steps[steps <= LONGEST_STEP]
        if len(steps) < LEAST_STEPS:
            return None
        pace_wpm = 60 * len(steps) * RATE / float(steps.sum()) / SYLLABLES_A_WORD
        before = self._paces_wpm[:]
        self._paces_wpm.append(pace_wpm)
        return pace_wpm - median(before) if len(before) >= KNOWN_TURNS else None

    def _melody(self) -> float | None:
        f0_hz = np.concatenate([*self._f0_hz, np.zeros(0, np.float32)])
        voiced = f0_hz[f0_hz > 0]
        if len(voiced) < LEAST_VOICED:
            return None
        pitches_st = 12 * np.log2(voiced)
        quartiles = np.percentile(pitches_st, [25, 75])
        return float((quartiles[1] - quartiles[0]) / QUARTILES_APART)

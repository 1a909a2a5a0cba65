"""A line on its way out of the mouth: how far it is, what of it was heard, where it goes on after a break.

Units: samples; `now` is the call's, positions are the rendering's.
"""

from __future__ import annotations

from dataclasses import replace

from voicecoach.audio import Samples
from voicecoach.conversation import Line, LineEnded
from voicecoach.speech import Word
from voicecoach.spoken import Rendering
from voicecoach.timeline import Span


class Sounding:
    """A line that has begun.

    Parameters
    ----------
    now : where in the call its first sample goes.

    Attributes
    ----------
    broken_off : broken off for the moment, to go on.
    """

    def __init__(self, line: Line, rendering: Rendering, now: int) -> None:
        self.line = line
        self.began = now
        self.broken_off = False
        self._rendering = rendering
        self._at = 0
        self._silent_from = now
        self._heard: tuple[Word, ...] = ()

    @property
    def remaining(self) -> int:
        """Samples still to come."""
        return len(self._rendering.samples) - self._at

    def take(self, most: int, now: int) -> Samples:
        """The next samples, at most so many, handed out from `now` on."""
        piece = self._rendering.samples[self._at : self._at + most]
        self._at += len(piece)
        self._silent_from = now + len(piece)
        return piece

    def break_off(self, fade: int, now: int) -> Samples:
        """What is still handed out, at most `fade` samples; it will go on with the word that was cut."""
        at = self._at
        rest = self.take(fade, now)
        words = self._rendering.words
        whole = [word for word in words if word.span.end <= at]
        self._heard += self._in_call(words, len(self._heard), len(whole), now - at)
        self._at = min(words[len(whole)].span.start, at) if len(whole) < len(words) else at
        self.broken_off = True
        return rest

    def ended(self, now: int) -> LineEnded:
        """Said to its end."""
        words = self._rendering.words
        heard = self._heard + self._in_call(words, len(self._heard), len(words), now - self._at)
        span = Span(self.began, now) if now > self.began else None
        return LineEnded(self.line, span, heard, cut=False)

    def cut(self, fade: int, now: int) -> tuple[Samples, LineEnded]:
        """What is still handed out, at most `fade` samples, and what had been heard; nothing comes after it.

        A word counts as heard from its middle on.
        """
        at, heard, words = self._at, self._heard, self._rendering.words
        rest = self._rendering.samples[:0] if self.broken_off else self.take(fade, now)
        if not self.broken_off:
            begun = [word for word in words if word.span.middle < at]
            heard += self._in_call(words, len(heard), len(begun), now - at)
        return rest, LineEnded(self.line, Span(self.began, self._silent_from), heard, cut=True)

    def _in_call(self, words: tuple[Word, ...], first: int, last: int, offset: int) -> tuple[Word, ...]:
        """Words `first` to `last` in the call's own time, none beyond what has sounded."""
        end = self._silent_from
        spans = [word.span.shifted(offset) for word in words[first:last]]
        return tuple(
            replace(word, span=Span(min(span.start, end - 1), min(span.end, end)))
            for word, span in zip(words[first:last], spans, strict=True)
        )

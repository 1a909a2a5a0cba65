"""A turn's sentences, as the criteria read them: words up to an end mark or a pause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voicecoach.speech import Turn, Word
from voicecoach.timeline import Span, samples

_END = re.compile(r"[.?!][\"')\]]*$")

PAUSE = samples(0.7)
"""A gap between words that ends a sentence; pauses inside clauses are mostly shorter."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words of one turn up to an end mark or a pause."""

    turn_id: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text.strip() for word in self.words)

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return self.words[0].span | self.words[-1].span


def sentences(turn: Turn) -> Iterator[Sentence]:
    """A turn's sentences in order; every word is in exactly one."""
    begun: list[Word] = []
    for word in turn.words:
        if begun and begun[-1].span.gap_to(word.span) >= PAUSE:
            yield Sentence(turn.id, tuple(begun))
            begun = []
        begun.append(word)
        if _END.search(word.text.strip()):
            yield Sentence(turn.id, tuple(begun))
            begun = []
    if begun:
        yield Sentence(turn.id, tuple(begun))

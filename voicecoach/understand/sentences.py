"""From a turn's words to its sentences: the unit in which acts are looked for.

A sentence ends where the recognizer wrote an end mark, where the speaker paused, or, in a
run-on, at the longest pause inside it.

Laws
----
* Every word is in exactly one sentence, in order.
* A sentence's span runs from its first word's start to its last word's end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voicecoach.speech import Word
from voicecoach.timeline import RATE, Span

_END_MARKS = (".", "?", "!", "…")
_CLOSERS = "\"')]”’"
_ABBREVIATIONS = frozenset(
    {"mr.", "mrs.", "ms.", "dr.", "st.", "prof.", "sr.", "jr.", "vs.", "no.", "a.m.", "p.m."}
)
"""Words whose period ends no sentence unless the speaker pauses."""


@dataclass(frozen=True, slots=True)
class SentenceSettings:
    """When words belong to different sentences."""

    pause_s: float = 0.7
    """A gap this long between words ends a sentence; pauses inside clauses are mostly shorter
    (Goldman-Eisler 1968 gives 0.25 to 0.5 s for most hesitations)."""
    longest_words: int = 30
    """A longer run is cut; the exemplars are shorter than that."""
    shortest_cut_words: int = 4
    """A cut inside a run-on leaves at least this many words on both sides."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a turn."""

    words: tuple[Word, ...]

    @property
    def span(self) -> Span:
        """From the first word to the last."""
        return Span(self.words[0].span.start, max(word.span.end for word in self.words))

    @property
    def text(self) -> str:
        """The words as they were recognized, joined by single spaces."""
        return " ".join(word.text for word in self.words)


def sentences(words: Sequence[Word], settings: SentenceSettings | None = None) -> tuple[Sentence, ...]:
    """Sentences of one turn, in order.

    Parameters
    ----------
    words : one turn's words in order of time.
    settings : when to cut; defaults as documented.
    """
    settings = settings or SentenceSettings()
    pause = settings.pause_s * RATE
    found: list[Sentence] = []
    begun: list[Word] = []
    for index, word in enumerate(words):
        begun.append(word)
        follower = words[index + 1] if index + 1 < len(words) else None
        if follower is None or _ends_sentence(word) or word.span.gap_to(follower.span) >= pause:
            found.extend(Sentence(piece) for piece in _cut(tuple(begun), settings))
            begun = []
    return tuple(found)


def _ends_sentence(word: Word) -> bool:
    text = word.text.rstrip(_CLOSERS)
    return text.endswith(_END_MARKS) and text.lower() not in _ABBREVIATIONS


def _cut(words: tuple[Word, ...], settings: SentenceSettings) -> Iterator[tuple[Word, ...]]:
    """Halve a run-on at its clearest break until every piece is short enough."""
    if len(words) <= settings.longest_words:
        yield words
        return
    margin = settings.shortest_cut_words
    at = max(range(margin, len(words) - margin + 1), key=lambda index: _break(words, index))
    yield from _cut(words[:at], settings)
    yield from _cut(words[at:], settings)


def _break(words: Sequence[Word], at: int) -> tuple[bool, int, int]:
    """How well words split before index `at`: at a comma, then a long pause, then near the middle."""
    comma = words[at - 1].text.endswith((",", ";", ":", "-"))
    return comma, words[at - 1].span.gap_to(words[at].span), -abs(len(words) - 2 * at)

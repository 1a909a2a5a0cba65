"""Sentences to speak: the lines of our calls, and others made of the same words.

Lines alone would be learned by heart. So most of what is spoken is new each time: numbers, days and names are
exchanged, two lines are crossed, words are drawn by lot, people say "um". A sentence that is held out
(`writing.is_held_out`) is never drawn for training, unless it is a line of our calls: those are to be known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from tools.demo_model.grammar import Grammar
from tools.demo_model.sources import Sources
from tools.demo_model.writing import as_spoken, as_written, is_held_out

KINDS: Mapping[str, float] = {
    "line": 0.34,
    "varied": 0.16,
    "grammar": 0.18,
    "crossed": 0.12,
    "shuffled": 0.06,
    "drawn": 0.14,
}
"""Shares of what is spoken. Those without sense (the last two, and half of the crossed ones) keep the model
listening: with sense alone it would guess."""

EXCHANGED = ("digit", "teen", "round_tens", "unit", "weekday", "month", "name", "city", "color", "ordinal")
"""Entries of the grammar whose members take one another's place in a line."""

EXCHANGE_CHANCE, FILLER_CHANCE, LEAD_IN_CHANCE, FREQUENT_CHANCE = 0.6, 0.07, 0.02, 0.3
LONGEST_WORDS = 22
"""A longer one does not fit the shortest training windows."""


class SentenceMaker:
    """Draws sentences for a voice."""

    def __init__(self, sources: Sources, grammar: Grammar, rng: np.random.Generator) -> None:
        self._sources = sources
        self._grammar = grammar
        self._rng = rng
        self._lines = frozenset(sources.lines)
        self._classes = _classes(grammar)
        self._capitals = frozenset(word for word in sources.words if word[0].isupper())
        self._making: Mapping[str, Callable[[], str]] = {
            "line": self._line,
            "varied": self._varied,
            "grammar": lambda: self._grammar.drawn("sentence", self._rng),
            "crossed": self._crossed,
            "shuffled": self._shuffled,
            "drawn": self._drawn,
        }

    def training(self) -> str:
        """A sentence that may be trained on."""
        while True:
            text = self._sentence(str(self._rng.choice(list(KINDS), p=list(KINDS.values()))))
            if text in self._lines or not is_held_out(text):
                return text

    def held_out(self, kind: str) -> str:
        """A sentence of a kind that is never trained on."""
        while True:
            text = self._sentence(kind)
            if text not in self._lines and is_held_out(text) and len(text.split()) > 2:
                return text

    def _sentence(self, kind: str) -> str:
        while True:
            text = as_spoken(self._making[kind]())
            if self._rng.random() < FILLER_CHANCE:
                text = self._hesitant(text)
            if as_written(text) is not None and len(text.split()) <= LONGEST_WORDS:
                return text

    def _line(self) -> str:
        is_frequent = self._rng.random() < FREQUENT_CHANCE
        lines = self._sources.frequent if is_frequent else self._sources.lines
        line = self._grammar.expanded(self._any(lines), self._rng)
        if self._rng.random() < LEAD_IN_CHANCE:
            return f"{self._any(self._sources.lead_ins)} {self._uncapital(line)}"
        return line

    def _varied(self) -> str:
        """A line with other numbers, days and names in the places of its own."""
        words = self._grammar.expanded(self._any(self._sources.lines), self._rng).split()
        return " ".join(self._exchanged(word) for word in words)

    def _exchanged(self, word: str) -> str:
        bare = word.rstrip(".,?!")
        if bare not in self._classes or self._rng.random() > EXCHANGE_CHANCE:
            return word
        return self._any(self._classes[bare]) + word[len(bare) :]

    def _crossed(self) -> str:
        """The beginning of one line and the end of another."""
        first, second = (self._varied().split() for _ in range(2))
        kept, left = (int(self._rng.integers(1, max(2, len(part)))) for part in (first, second))
        return " ".join([*first[:kept], *map(self._uncapital, second[-left:])]).replace(". ", " ")

    def _shuffled(self) -> str:
        """Words of several lines in disorder: the frequencies of speech without its order."""
        pool = [self._uncapital(word.rstrip(".,?!")) for _ in range(3) for word in self._varied().split()]
        self._rng.shuffle(pool)
        return _ended(pool[: int(self._rng.integers(3, 11))], ".")

    def _drawn(self) -> str:
        """Words by lot, each as likely as any other: the rare ones are heard too."""
        count = int(self._rng.integers(2, 11))
        words = [self._any(self._sources.words) for _ in range(count)]
        return _ended(words, self._any((".", ".", ".", "?")))

    def _hesitant(self, text: str) -> str:
        """`text` with a filler in it, or before it."""
        words = text.split()
        at = int(self._rng.integers(0, len(words)))
        filler = self._grammar.drawn("filler", self._rng)
        if at == 0:
            return " ".join([f"{filler.capitalize()},", self._uncapital(words[0]), *words[1:]])
        return " ".join([*words[:at], f"{filler},", *words[at:]])

    def _uncapital(self, text: str) -> str:
        """`text` as it stands inside a sentence."""
        return (
            text if text.split(maxsplit=1)[0].rstrip(".,?!") in self._capitals else text[0].lower() + text[1:]
        )

    def _any(self, texts: tuple[str, ...]) -> str:
        return texts[int(self._rng.integers(len(texts)))]


def _classes(grammar: Grammar) -> dict[str, tuple[str, ...]]:
    """For each exchangeable word those that may take its place."""
    members = [tuple(m for m in grammar.members(name) if "{" not in m) for name in EXCHANGED]
    return {word: those for those in reversed(members) for word in those}


def _ended(words: list[str], mark: str) -> str:
    first, *others = words
    return " ".join([first[:1].upper() + first[1:], *others]) + mark

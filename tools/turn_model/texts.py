"""Finished and unfinished turns as words: the exemplars of dialogue acts, whole and broken off.

A speaker who pauses inside a sentence does so before a phrase, or after the little words that open one, or
on an "um": that is where the sentences are broken off. All sentences are the project's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tools.acts.exemplars import load
from voicecoach.listen.completeness import marks, word_class

_OPENERS = {"joiner", "preposition", "article", "filler", "auxiliary"}
"""Classes of words that open a phrase."""

_AT_A_PHRASE = 4.0
"""How much likelier a sentence is broken off before or after such a word than elsewhere: chosen, since pauses
prefer the edges of phrases (Goldman-Eisler 1968)."""

_FILLED = 0.15
"""Share of broken-off sentences that end in an "um": chosen; it only has to be seen often enough."""

_AFTER_ANOTHER = 0.5
"""Share of turns that began with another sentence: chosen."""

BREAKS = 3
"""Times that a sentence is broken off, each time anywhere."""


@dataclass(frozen=True, slots=True)
class WordedTurn:
    """The words of a turn up to a pause, and whether it was finished."""

    words: tuple[str, ...]
    finished: bool


def worded_turns(rng: np.random.Generator) -> Iterator[WordedTurn]:
    """Every exemplar once whole and `BREAKS` times broken off, where it has words enough.

    A whole one that asks for patience ("bear with me") is unfinished: its speaker keeps the floor.
    """
    sentences = sorted({exemplar.text for exemplar in load()})
    whole = {_plain(sentence) for sentence in sentences}
    for sentence in sentences:
        words = _plain(sentence)
        before: tuple[str, ...] = ()
        if rng.random() < _AFTER_ANOTHER:
            before = _plain(sentences[rng.integers(len(sentences))])
        yield WordedTurn(before + words, finished="holds on" not in marks(words))
        parts = sorted({_broken_off(words, rng) for _ in range(BREAKS)} - whole - {()})
        yield from (WordedTurn(before + part, finished=False) for part in parts)


def _plain(sentence: str) -> tuple[str, ...]:
    return tuple("".join(c if c.isalnum() or c == "'" else " " for c in sentence.lower()).split())


def _broken_off(words: tuple[str, ...], rng: np.random.Generator) -> tuple[str, ...]:
    cuts = np.arange(1, len(words))
    if not len(cuts):
        return ()
    phrase = np.array(
        [word_class(words[k - 1]) in _OPENERS or word_class(words[k]) in _OPENERS for k in cuts]
    )
    chance = np.where(phrase, _AT_A_PHRASE, 1.0)
    part = words[: rng.choice(cuts, p=chance / chance.sum())]
    return (*part, ("um", "uh")[rng.integers(2)]) if rng.random() < _FILLED else part

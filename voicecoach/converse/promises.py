"""What a trainee promised and when: remembered, said back at the end, held against them if it changes.

Laws
----
* A promise is a commitment with a time; a time that was only asked for or denied is none.
* It is broken when the same matter gets a time that cannot be the same, or is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voicecoach.acts import ActKind
from voicecoach.converse.sentence import Said
from voicecoach.phrases import content_words, shared_words
from voicecoach.spoken_numbers import tokens
from voicecoach.spoken_times import MONTHS, WEEKDAYS, When, whens

SAME_MATTER = 2
"""Content words, times aside, that make two sentences be about one thing: "courier" and "suitcase", say."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that will be done, and when."""

    text: str
    when: When
    matter: tuple[str, ...]
    """Content words of the sentence, without those of its time."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was taken back."""

    promise: Promise
    quote: str
    """The sentence that takes it back."""
    now: When | None
    """The other time; None: it is refused."""


def promised(sentences: Sequence[Said]) -> Iterator[Promise]:
    """The promises of a turn, in order."""
    for said in sentences:
        if ActKind.COMMITS_TO_STEP in said.kinds and not said.asks and not said.denies:
            for when in whens(said.text):
                yield Promise(said.text, when, _matter(said.text))


def broken(sentences: Sequence[Said], before: Sequence[Promise]) -> Broken | None:
    """The first earlier promise that a turn takes back; None: none."""
    for said in sentences:
        if said.asks:
            continue
        for promise in before:
            if len(shared_words(_matter(said.text), promise.matter)) < SAME_MATTER:
                continue
            if said.kinds & {ActKind.DECLINES}:
                return Broken(promise, said.text, None)
            for when in whens(said.text):
                if not said.denies and when.is_at_odds(promise.when):
                    return Broken(promise, said.text, when)
    return None


def spelled(when: When) -> str:
    """A time as it is written in a sentence: "by Friday"."""
    return " ".join(_spelled(word) for word in when.text.split())


def _spelled(word: str) -> str:
    return word.capitalize() if word in WEEKDAYS or (word in MONTHS and word != "may") else word


def _matter(text: str) -> tuple[str, ...]:
    times = {word for when in whens(text) for word in tokens(when.text)}
    return tuple(word for word in content_words(text) if word not in times)

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
    whens: tuple[When, ...]
    matter: tuple[str, ...]
    """Content words of the sentence, without those of its time."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that was taken back."""

    promise: Promise
    quote: str
    """The sentence that takes it back."""
    before: When | None = None
    """The time that was promised; None: it is refused."""
    now: When | None = None
    """The other time."""


def promised(sentences: Sequence[Said]) -> Iterator[Promise]:
    """The promises of a turn, in order."""
    for said in sentences:
        commits = ActKind.COMMITS_TO_STEP in said.kinds and not said.asks and not said.denies
        if commits and (times := tuple(when for when in whens(said.text) if _is_due(when))):
            yield Promise(said.text, times, _matter(said.text))


def broken(sentences: Sequence[Said], before: Sequence[Promise]) -> Broken | None:
    """The first earlier promise that a turn takes back; None: none."""
    for said in sentences:
        if said.asks:
            continue
        for promise in before:
            if len(shared_words(_matter(said.text), promise.matter)) < SAME_MATTER:
                continue
            if said.kinds & {ActKind.DECLINES}:
                return Broken(promise, said.text)
            if not said.denies and (pair := _contradiction(promise, said.text)) is not None:
                return Broken(promise, said.text, *pair)
    return None


def _contradiction(promise: Promise, text: str) -> tuple[When, When] | None:
    """The time of a promise that a sentence contradicts, and its own; None where it says one again."""
    for when in whens(text):
        apart = [before for before in promise.whens if when.is_at_odds(before)]
        if apart and not any(when.agrees_with(before) for before in promise.whens):
            return apart[0], when
    return None


def spelled(*whens_: When) -> str:
    """Times as they are written in a sentence, while they are parts of one: "tomorrow at nine o'clock"."""
    kinds: set[str] = set()
    words: list[str] = []
    for when in whens_:
        own = {kind for kind, _, _ in when.values}
        if kinds & own:
            break
        kinds |= own
        words += when.text.split()
    return " ".join(_spelled(word) for word in words)


def _spelled(word: str) -> str:
    return word.capitalize() if word in WEEKDAYS or (word in MONTHS and word != "may") else word


def _is_due(when: When) -> bool:
    """Whether it says when something will be done: "in two days" does, "two years" is how long it holds."""
    is_stretch = {kind for kind, _, _ in when.values} == {"duration"}
    return not is_stretch or when.text.startswith(("in ", "within "))


def _matter(text: str) -> tuple[str, ...]:
    times = {word for when in whens(text) for word in tokens(when.text)}
    return tuple(word for word in content_words(text) if word not in times)

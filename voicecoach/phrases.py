"""What can be read off words alone: phrases, content words, times, first person, questions.

Pure text: nothing here knows about acts, marks or moods. English only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from voicecoach.quantities import QuantityKind, quantities
from voicecoach.spoken_numbers import tokens

SAME_WORD = 85.0
"""rapidfuzz ratio (0-100) above which two words are one: "refund"/"refunds", "arrive"/"arrived"."""

SAME_PHRASE = 88.0
"""rapidfuzz partial ratio above which a phrase is contained, small recognition slips allowed."""

MISHEARD = 60.0
"""rapidfuzz ratio above which one word may have been heard as another: "courier"/"carrier" has 71,
"spanish"/"english" 57."""

_STOP_WORDS = frozenset(
    """a about all also am an and any are as at be because been but by can could did do does for from
    get go got had has have he hello help her here him his how i if in is it its just let like me more
    my no not now of off oh okay on one or our out please right say she sir so some sure thank thanks
    that the their them then there these they this to too up us very want was we well were what when
    where which who why will with would yes you your i'm i'll i've it's that's don't didn't can't
    you're we're we'll there's""".split()  # noqa: SIM905 -- a list of one word a line hides the words
)

_DENIES = frozenset({"not", "never", "cannot", "can't", "don't", "won't", "isn't", "doesn't", "couldn't"})

_TIME = re.compile(
    r"\b(today|tomorrow|tonight|now|right away|straight away|immediately|noon|midnight|o'clock"
    r"|this (morning|afternoon|evening|week)|next (week|month)|end of (the )?(day|week|month)"
    r"|january|february|march|april|may \d+|june|july|august|september|october|november|december"
    r"|(mon|tues|wednes|thurs|fri|satur|sun)days?|(in|within|for) a (moment|few minutes|couple of minutes)"
    r"|by the (first|second|third|fourth|fifth|tenth|fifteenth|twentieth))\b"
)
_FIRST_PERSON = re.compile(r"\b(i|i'll|i'm|i've|i'd|me|my|myself)\b")


def content_words(text: str) -> list[str]:
    """The words that carry matter, in order of first appearance, each once."""
    return list(dict.fromkeys(word for word in tokens(text) if word not in _STOP_WORDS))


def shared_words(said_back: Sequence[str], said: Sequence[str]) -> list[str]:
    """The content words of `said_back` that `said` holds too, spelling variants allowed."""
    return [word for word in said_back if word in said or any(_vary(word, other) for other in said)]


def _vary(word: str, other: str) -> bool:
    """Whether two words are forms of one; forms of one word begin alike."""
    alike = word[:1] == other[:1] and min(len(word), len(other)) > 3
    return alike and fuzz.ratio(word, other) >= SAME_WORD


def holds_exactly(text: str, phrase: str) -> bool:
    """Whether `phrase` occurs in `text` as whole words, case and punctuation aside."""
    return f" {' '.join(tokens(phrase))} " in f" {' '.join(tokens(text))} "


def holds_undenied(text: str, phrase: str) -> bool:
    """Whether `phrase` occurs in `text` as whole words without a "not" before it in the sentence.

    A phrase that denies something itself ("no refund") is looked for as it is.
    """
    if not holds_exactly(text, phrase):
        return False
    before = f" {' '.join(tokens(text))} ".partition(f" {' '.join(tokens(phrase))} ")[0]
    return not _DENIES & set(before.split())


@lru_cache(maxsize=1 << 16)
def holds_phrase(text: str, phrase: str) -> bool:
    """Whether `phrase` occurs in `text`, small slips of recognition allowed."""
    if holds_exactly(text, phrase):
        return True
    where, what = " ".join(tokens(text)), " ".join(tokens(phrase))
    long_enough = len(what) >= 8 and len(where) >= len(what)
    if not long_enough or fuzz.partial_ratio(what, where) < SAME_PHRASE:
        return False
    return all(_nearly(word, tokens(text)) for word in content_words(phrase))


def _nearly(word: str, words: Sequence[str]) -> bool:
    """Whether `word` is among `words`, perhaps misheard: "Spanish" is never "English"."""
    return any(fuzz.ratio(word, other) >= MISHEARD for other in words)


def holds_words(text: str, phrase: str) -> bool:
    """Whether the words of `phrase` stand in `text` in a row; long ones may differ by a slip or an ending.

    Short words must be right: "in the suitcase" is not "is the suitcase".
    """
    where, what = tokens(text), tokens(phrase)
    return bool(what) and any(
        all(word == other or _vary(word, other) for word, other in zip(what, where[at:], strict=False))
        for at in range(len(where) - len(what) + 1)
    )


def names_time(text: str) -> bool:
    """Whether `text` says when: a day, a date, an hour or a stretch of time."""
    kinds = {quantity.kind for quantity in quantities(text)}
    if kinds & {QuantityKind.DURATION, QuantityKind.WEEKDAY}:
        return True
    return _TIME.search(text.lower().replace("\u2019", "'")) is not None


def in_first_person(text: str) -> bool:
    """Whether the speaker speaks as *I*, not only as *we*."""
    return _FIRST_PERSON.search(text.lower().replace("\u2019", "'")) is not None


def is_question(text: str) -> bool:
    """Whether `text` ends as a question."""
    return text.rstrip("\"' )]").endswith("?")

"""Whether something that is said tells what a screen shows: "four seven two nine" is 4729.

Laws
----
* Every number and every word that carries matter must be told; in which order they are does not matter.
* Numbers are compared digit by digit: "six one eight", "six eighteen" and "618" are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voicecoach.phrases import content_words, shared_words
from voicecoach.spoken_numbers import ONES, ORDINALS, REPEATS, TENS, tokens

_ORDINALS = ORDINALS | {f"{word.removesuffix('y')}ieth": value for word, value in TENS.items()}
_VALUES = ONES | _ORDINALS
_DIGIT_WORDS = {str(value): word for word, value in ONES.items() if value < 10}
_ZEROS = {"hundred": 2, "thousand": 3}
_NUMERALS = {*ONES, *TENS, *_ORDINALS, *REPEATS, *_ZEROS}
_ENDING = re.compile(r"(?<=\d)(st|nd|rd|th)\b")
_SPELLED = re.compile(r"\b[A-Za-z](?:[ -][A-Za-z]\b)+")


def tells(said: str, shown: str) -> bool:
    """Whether `said` holds all numbers and all words of `shown`; False where that has neither."""
    numbers, words = _numbers(shown), _words(shown)
    heard = "".join(_numbers(said))
    told = all(number in heard for number in numbers) and shared_words(words, _words(said)) == words
    return told and bool(numbers or words)


def matter(texts: Sequence[str]) -> str:
    """The words and numbers that all of `texts` hold: what they tell, however it is worded."""
    first, *others = texts
    words = [word for word in _words(first) if all(shared_words([word], _words(text)) for text in others)]
    numbers = [number for number in _numbers(first) if all(number in _numbers(text) for text in others)]
    return " ".join([*words, *numbers])


def spelled(number: str) -> str:
    """A written number as people say it, sign by sign: ``FX 4729`` is "F X four seven two nine"."""
    return " ".join(_DIGIT_WORDS.get(sign, sign.upper()) for sign in number if sign.isalnum())


def _tidy(text: str) -> str:
    """`text` with ``3rd`` as 3 and spelled letters ("F X") as one word."""
    return _SPELLED.sub(lambda run: re.sub(r"[ -]", "", run[0]), _ENDING.sub("", text))


def _words(text: str) -> list[str]:
    return [word for word in content_words(_tidy(text)) if word.isalpha() and word not in _NUMERALS]


def _numbers(text: str) -> list[str]:
    """The digits of each number: one that is written, or a run of them in words."""
    numbers, run = [], ""
    words = tokens(_tidy(text))
    for at, word in enumerate(words):
        spoken = "".join(_digits(words, at))
        if not spoken and run:
            numbers.append(run)
            run = ""
        run += spoken
        if word[0].isdigit():
            numbers.append(word.replace(",", ""))
    return [*numbers, run] if run else numbers


def _digits(words: list[str], at: int) -> Iterator[str]:
    """What the word at `at` adds to a number in words; nothing if it is no part of one."""
    word, before = words[at], words[at - 1] if at else ""
    following = words[at + 1] if at + 1 < len(words) else ""
    if word in ONES:
        yield str(ONES[word]) * REPEATS.get(before, 1)
    elif word in _ORDINALS:
        yield str(_ORDINALS[word])
    elif word in TENS:  # "forty five" is 45; "forty" alone is 40
        yield str(TENS[word] // 10 if 0 < _VALUES.get(following, 0) < 10 else TENS[word])
    elif word in _ZEROS and before in {*ONES, *TENS, "a"}:
        yield _zeros(word, following)


def _zeros(word: str, following: str) -> str:
    """Two hundred: two zeros; two hundred five: one; two hundred twenty: none."""
    places = 2 if following in TENS or ONES.get(following, 0) >= 10 else 1 if following in ONES else 0
    return "0" * (_ZEROS[word] - places)

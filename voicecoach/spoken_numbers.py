"""Whole numbers as they are spoken or written: "forty five", "one hundred and five", "1,200".

Laws: English only; words to 999,999, any decimal in digits; "four five" is two numbers, not one.
"""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ONES = {word: value for value, word in enumerate(_UNITS.split())}
TENS = {word: 10 * value for value, word in enumerate(_DECADES.split(), start=2)}
ORDINALS = {word: value for value, word in enumerate(_ORDINALS.split(), start=1)} | {"thirtieth": 30}
REPEATS = {"double": 2, "triple": 3}
"""Words before a digit that is said once and meant more often: "double five"."""
HOURS = {
    "second": 1 / 3600,
    "minute": 1 / 60,
    "hour": 1.0,
    "day": 24.0,
    "week": 7 * 24.0,
    "month": 30 * 24.0,
    "year": 365 * 24.0,
}
"""Hours in a unit of time; a month is 30 days, as service terms usually mean it."""

_TOKEN = re.compile(r"\$|%|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)?")


def tokens(text: str) -> list[str]:
    """Words, numbers, ``$`` and ``%`` of `text`, in lower case; "3-5" becomes "3 to 5"."""
    return list(_tokens(text))


@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[str, ...]:
    """The same, kept: each sentence of a call is held against every fact and phrase of its story."""
    spaced = re.sub(r"(?<=\d)\s*[-\u2013]\s*(?=\d)", " to ", text.lower().replace("\u2019", "'"))
    return tuple(_TOKEN.findall(spaced))


def ordinal(words: list[str], at: int) -> tuple[int | None, int]:
    """The ordinal to 31 that begins at word `at` ("twenty first"; None: none), and the index behind it."""
    if at < len(words) and words[at] in ORDINALS:
        return ORDINALS[words[at]], at + 1
    tens = TENS.get(words[at], 0) if at < len(words) else 0
    if tens in {20, 30} and at + 1 < len(words) and ORDINALS.get(words[at + 1], 10) < 10:
        return tens + ORDINALS[words[at + 1]], at + 2
    return None, at


def number(words: list[str], at: int) -> tuple[float | None, int]:
    """The number that begins at word `at` (None where there is none), and the index behind it."""
    if at >= len(words):
        return None, at
    if words[at][0].isdigit():
        return float(words[at].replace(",", "")), at + 1
    if words[at] == "half" and words[at + 1 : at + 2] in (["a"], ["an"]) and words[at + 2 : at + 3]:
        return (0.5, at + 2) if words[at + 2] in HOURS else (None, at)
    total, group, start = 0, 0, at
    if words[at] in {"a", "an", "one"} and words[at + 1 : at + 2] and _takes_article(words[at + 1]):
        group, at = 1, at + 1
        if words[at] not in {"hundred", "thousand"}:
            return 1.0, at
    while at < len(words):
        step = _step(words, at, total, group)
        if step is None:
            break
        total, group, at = step
    return (float(total + group), at) if at > start else (None, at)


def _takes_article(word: str) -> bool:
    return word in {"hundred", "thousand"} or word in HOURS


def _step(words: list[str], at: int, total: int, group: int) -> tuple[int, int, int] | None:
    """One more word of a spoken number: (thousands so far, group below a thousand, next index)."""
    word = words[at]
    if word in ONES and _fits_units(ONES[word], group):
        return total, group + ONES[word], at + 1
    if word in TENS and group % 100 == 0:
        return total, group + TENS[word], at + 1
    if word == "hundred" and 0 < group < 10:
        return total, group * 100, at + 1
    if word == "thousand" and 0 < group < 1000 and not total:
        return group * 1000, 0, at + 1
    if word == "and" and (total or group >= 100) and words[at + 1 : at + 2] and _small(words[at + 1]):
        return total, group, at + 1
    return None


def _fits_units(value: int, group: int) -> bool:
    """Whether `value` (0 to 19) can follow: "forty five" is a number, "four five" is not."""
    if group == 0:
        return True
    if group % 100 == 0:
        return value > 0
    return group % 100 >= 20 and group % 10 == 0 and 0 < value < 10


def _small(word: str) -> bool:
    return word in ONES or word in TENS

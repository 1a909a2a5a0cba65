"""Spoken amounts as numbers: "forty five dollars", "$45" and "45 dollars" are the same quantity.

Laws
----
* English only; integers to 999,999 in words, any decimal in digits.
* A range keeps both ends ("three to five days"); a single value has both ends equal.
* Money is in dollars, durations in hours, shares in percent, weekdays 0 (Monday) to 6.
* "Business" and "working" days count as days: a caller seldom hears the difference, and
  a false accusation is worse than a missed one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class QuantityKind(StrEnum):
    """What a quantity measures."""

    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    WEEKDAY = "weekday"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value or a range, in the unit of its kind (dollars, percent, hours, weekday number)."""

    kind: QuantityKind
    low: float
    high: float

    def within(self, allowed: Quantity) -> bool:
        """Whether this lies inside `allowed` (same kind, both ends)."""
        same = self.kind is allowed.kind
        return same and allowed.low - HALF_A_CENT <= self.low and self.high <= allowed.high + HALF_A_CENT


HALF_A_CENT = 0.005
"""Values closer than this are equal: dollars and cents are added as binary fractions."""


_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
)
_DECADES = "twenty thirty forty fifty sixty seventy eighty ninety"
_WEEK = "monday tuesday wednesday thursday friday saturday sunday"
ONES = {word: value for value, word in enumerate(_UNITS.split())}
TENS = {word: 10 * value for value, word in enumerate(_DECADES.split(), start=2)}
WEEKDAYS = {word: value for value, word in enumerate(_WEEK.split())}
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

_QUALIFIERS = {"business", "working", "calendar", "full"}
_FREE = (("free",), ("no", "charge"), ("no", "cost"), ("no", "extra", "cost"), ("cost", "you", "nothing"))
_NEGATIONS = {"not", "never", "isn't", "won't", "doesn't", "wasn't", "aren't"}
_TOKEN = re.compile(r"\$|%|\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)?")


def tokens(text: str) -> list[str]:
    """Words, numbers, ``$`` and ``%`` of `text`, in lower case; "3-5" becomes "3 to 5"."""
    spaced = re.sub(r"(?<=\d)\s*[-\u2013]\s*(?=\d)", " to ", text.lower().replace("\u2019", "'"))
    return _TOKEN.findall(spaced)


def quantities(text: str) -> list[Quantity]:
    """Every quantity in `text`, in order; those that are denied ("not forty dollars") are left out.

    Examples
    --------
    >>> quantities("A refund of forty five dollars takes three to five days.")[1]
    Quantity(kind=<QuantityKind.DURATION: 'duration'>, low=72.0, high=120.0)
    """
    words = tokens(text)
    found: list[Quantity] = []
    at = 0
    while at < len(words):
        quantity, after = _quantity(words, at)
        if quantity is None:
            at += 1
            continue
        if not _NEGATIONS & set(words[max(0, at - 2) : at]):
            found.append(quantity)
        at = after
    return found


def _quantity(words: list[str], at: int) -> tuple[Quantity | None, int]:
    """The quantity that begins at word `at`, and the index of the word behind it."""
    if words[at] in WEEKDAYS:
        day = float(WEEKDAYS[words[at]])
        return Quantity(QuantityKind.WEEKDAY, day, day), at + 1
    for phrase in _FREE:
        if tuple(words[at : at + len(phrase)]) == phrase and words[at - 1 : at] != ["feel"]:
            return Quantity(QuantityKind.MONEY, 0.0, 0.0), at + len(phrase)
    dollars = words[at] == "$"
    low, after = _number(words, at + dollars)
    if low is None:
        return None, at + 1
    high, after = _range_end(words, after, low)
    if dollars:
        return Quantity(QuantityKind.MONEY, low, high), after
    return _with_unit(words, after, low, high)


def _range_end(words: list[str], at: int, low: float) -> tuple[float, int]:
    if words[at : at + 1] in (["to"], ["or"]):
        dollars = words[at + 1 : at + 2] == ["$"]
        high, after = _number(words, at + 1 + dollars)
        if high is not None and high > low:
            return high, after
    return low, at


def _with_unit(words: list[str], at: int, low: float, high: float) -> tuple[Quantity | None, int]:
    while words[at : at + 1] and words[at] in _QUALIFIERS:
        at += 1
    unit = words[at].removesuffix("s") if at < len(words) else ""
    if unit in {"dollar", "buck"}:
        cents, after = _cents(words, at + 1)
        return Quantity(QuantityKind.MONEY, low + cents, high + cents), after
    if unit == "cent":
        return Quantity(QuantityKind.MONEY, low / 100, high / 100), at + 1
    if unit in {"%", "percent"}:
        return Quantity(QuantityKind.PERCENT, low, high), at + 1
    if unit in HOURS:
        return Quantity(QuantityKind.DURATION, low * HOURS[unit], high * HOURS[unit]), at + 1
    return None, at


def _cents(words: list[str], at: int) -> tuple[float, int]:
    if words[at : at + 1] == ["and"]:
        cents, after = _number(words, at + 1)
        if cents is not None and words[after : after + 1] in (["cents"], ["cent"]):
            return cents / 100, after + 1
    return 0.0, at


def _number(words: list[str], at: int) -> tuple[float | None, int]:
    """The number that begins at word `at` (None where there is none), and the index behind it."""
    if at >= len(words):
        return None, at
    if words[at][0].isdigit():
        return float(words[at].replace(",", "")), at + 1
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

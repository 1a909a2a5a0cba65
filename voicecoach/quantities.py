"""Spoken amounts as numbers: "forty five dollars", "$45" and "45 dollars" are the same quantity.

Laws
----
* English only; integers to 999,999 in words, any decimal in digits.
* A range keeps both ends ("three to five days"); a single value has both ends equal.
* Money is in dollars, durations in hours, shares in percent, weekdays 0 (Monday) to 6, hours of the clock
  0 to 12, dates month times 100 plus day; a code is a number of its digits.
* "Business" and "working" days count as days: a caller seldom hears the difference, and
  a false accusation is worse than a missed one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from voicecoach.spoken_codes import code, code_value
from voicecoach.spoken_numbers import HOURS, number, tokens
from voicecoach.spoken_times import WEEKDAYS, date, hours


class QuantityKind(StrEnum):
    """What a quantity measures."""

    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    WEEKDAY = "weekday"
    CLOCK = "clock"
    DATE = "date"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A value or a range, in the unit of its kind (the module's docstring says which)."""

    kind: QuantityKind
    low: float
    high: float

    def within(self, allowed: Quantity) -> bool:
        """Whether this lies inside `allowed` (same kind, both ends)."""
        same = self.kind is allowed.kind
        return same and allowed.low - HALF_A_CENT <= self.low and self.high <= allowed.high + HALF_A_CENT


HALF_A_CENT = 0.005
"""Values closer than this are equal: dollars and cents are added as binary fractions."""


_QUALIFIERS = {"business", "working", "calendar", "full"}
_FREE = (("free",), ("no", "charge"), ("no", "cost"), ("no", "extra", "cost"), ("cost", "you", "nothing"))
_NEGATIONS = {"not", "never", "isn't", "won't", "doesn't", "wasn't", "aren't"}


def quantities(text: str) -> list[Quantity]:
    """Every quantity in `text`, in order; those that are denied ("not forty dollars") are left out.

    Examples
    --------
    >>> quantities("A refund of forty five dollars takes three to five days.")[1]
    Quantity(kind=<QuantityKind.DURATION: 'duration'>, low=72.0, high=120.0)
    """
    return list(_quantities(text))


@lru_cache(maxsize=8192)
def _quantities(text: str) -> tuple[Quantity, ...]:
    """The same, kept: each sentence of a call is held against every fact of its story."""
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
    return tuple(found)


def _quantity(words: list[str], at: int) -> tuple[Quantity | None, int]:
    """The quantity that begins at word `at`, and the index of the word behind it."""
    for kind, reader in _READERS:
        value, after = reader(words, at)
        if value is not None:
            return Quantity(kind, value, value), after
    hour, after = hours(words, at)
    if hour is not None:
        return Quantity(QuantityKind.CLOCK, *hour), after
    measured, after = _measured(words, at)
    if measured is not None:
        return measured, after
    digits, after = code(words, at)
    return (None, at + 1) if digits is None else (_code_of(digits), after)


def _weekday(words: list[str], at: int) -> tuple[float | None, int]:
    return (float(WEEKDAYS[words[at]]), at + 1) if words[at] in WEEKDAYS else (None, at)


def _free(words: list[str], at: int) -> tuple[float | None, int]:
    """Nothing to pay."""
    for phrase in _FREE:
        if tuple(words[at : at + len(phrase)]) == phrase and words[at - 1 : at] != ["feel"]:
            return 0.0, at + len(phrase)
    return None, at


_READERS = (
    (QuantityKind.WEEKDAY, _weekday),
    (QuantityKind.MONEY, _free),
    (QuantityKind.DATE, date),
)


def _code_of(digits: str) -> Quantity:
    return Quantity(QuantityKind.CODE, code_value(digits), code_value(digits))


def _measured(words: list[str], at: int) -> tuple[Quantity | None, int]:
    """A number, or a range of two, with its unit."""
    dollars = words[at] == "$"
    low, after = number(words, at + dollars)
    if low is None:
        return None, at
    high, after = _range_end(words, after, low)
    if dollars:
        return Quantity(QuantityKind.MONEY, low, high), after
    return _with_unit(words, after, low, high)


def _range_end(words: list[str], at: int, low: float) -> tuple[float, int]:
    if words[at : at + 1] in (["to"], ["or"]):
        dollars = words[at + 1 : at + 2] == ["$"]
        high, after = number(words, at + 1 + dollars)
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
        cents, after = number(words, at + 1)
        if cents is not None and words[after : after + 1] in (["cents"], ["cent"]):
            return cents / 100, after + 1
    return 0.0, at

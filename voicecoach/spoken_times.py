"""Days and hours as they are spoken: "tomorrow by ten o'clock", "on Friday", "the fifth of March".

A `When` is a time that somebody named, with what it says about day and hour, so that two of them can be
held against each other.

Laws
----
* English only. Morning and evening are not told apart: nobody takes "ten o'clock" for the night.
* Two times are at odds only if they say different things of the same kind: "tomorrow" and "on Friday" may be
  the same day.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.spoken_numbers import HOURS, number, ordinal, tokens

_WEEK = "monday tuesday wednesday thursday friday saturday sunday"
WEEKDAYS = {word: value for value, word in enumerate(_WEEK.split())}
_YEAR = "january february march april may june july august september october november december"
MONTHS = {word: value for value, word in enumerate(_YEAR.split(), start=1)}
NEAR_DAYS = {"today": 0, "tonight": 0, "tomorrow": 1}
_AT = {"at", "by", "until", "around", "before", "after", "from"}
_SHARES = {"half past": 0.5, "quarter past": 0.25, "quarter to": -0.25}
_PARTS = {"morning", "afternoon", "evening", "night", "noon", "midnight"}
_NEXT = {"week", "month", "year", "weekend"}
_BETWEEN = {"and", "for", "of"}
_LINKS = {"on", "at", "by", "in", "before", "after", "within", "until", "this", "next", "the", *_BETWEEN}
"""Words inside or before a time that carry none themselves; those of `_BETWEEN` begin none."""


Value = tuple[str, float, float]
"""A kind of time (near day, weekday, date, clock, duration, next), and its least and most."""


@dataclass(frozen=True, slots=True)
class When:
    """A time that was named."""

    text: str
    """As it was said, in lower case."""
    values: tuple[Value, ...]
    """What it says."""

    def is_at_odds(self, other: When) -> bool:
        """Whether both cannot be true."""
        return any(_is_apart(own, their) for own, their in self._shared(other))

    def agrees_with(self, other: When) -> bool:
        """Whether both say something of one kind, and nothing that contradicts."""
        shared = self._shared(other)
        return bool(shared) and not any(_is_apart(own, their) for own, their in shared)

    def _shared(self, other: When) -> list[tuple[Value, Value]]:
        return [(own, their) for own in self.values for their in other.values if own[0] == their[0]]


def _is_apart(one: Value, other: Value) -> bool:
    return one[2] < other[1] or other[2] < one[1]


def hours(words: list[str], at: int) -> tuple[tuple[float, float] | None, int]:
    """The hour, or the stretch between two, that begins at word `at` (None: none), and the index behind it.

    Examples
    --------
    >>> hours("between eight and ten o'clock".split(), 0)
    ((8.0, 10.0), 5)
    """
    start = at + (words[at] in {"between", "from"})
    first, after = number(words, start)
    if first is not None and words[after : after + 1] in (["and"], ["to"]):
        last, end = clock(words, after + 1)
        if last is not None and first < last:
            return (first, last), end
    one, end = clock(words, at)
    return (None, at) if one is None else ((one, one), end)


def clock(words: list[str], at: int) -> tuple[float | None, int]:
    """The hour that begins at word `at`, 0 to 12 (None: none), and the index behind it.

    Without "o'clock" or the like, hour and minutes count behind a word such as "at": "at six forty".
    """
    share = _SHARES.get(" ".join(words[at : at + 2]))
    if share is not None:
        hour, after = number(words, at + 2)
        return (None, at) if hour is None or hour > 12 else ((hour + share) % 12, after)
    hour, after = number(words, at)
    if hour is None or not 1 <= hour <= 12:
        return None, at
    minutes, later = number(words, after)
    if minutes is not None and minutes < 60 and _is_clock(words, later):
        return (hour + minutes / 60) % 12, _behind_clock(words, later)
    if _is_clock(words, after):
        return hour % 12, _behind_clock(words, after)
    at_an_hour = at > 0 and words[at - 1] in _AT
    if at_an_hour and minutes is not None and 10 <= minutes < 60 and not _has_unit(words, later):
        return (hour + minutes / 60) % 12, later
    return None, at


def _has_unit(words: list[str], at: int) -> bool:
    return at < len(words) and words[at].removesuffix("s") in {*HOURS, "dollar", "cent", "percent"}


def _is_clock(words: list[str], at: int) -> bool:
    return words[at : at + 1] in (["o'clock"], ["am"], ["pm"]) or words[at : at + 2] in (
        ["a", "m"],
        ["p", "m"],
    )


def _behind_clock(words: list[str], at: int) -> int:
    return at + 2 if words[at] in {"a", "p"} else at + 1


def date(words: list[str], at: int) -> tuple[float | None, int]:
    """The day of a month that begins at word `at`, as month times 100 plus day, and the index behind it."""
    if words[at] in MONTHS:
        if words[at] == "may" and words[at - 1 : at] not in (["on"], ["in"], ["by"], ["of"], ["until"]):
            return None, at  # "you may one day"
        day, after = _day(words, at + 1)
        return (None, at) if day is None else (100.0 * MONTHS[words[at]] + day, after)
    day, after = ordinal(words, at + (words[at] == "the"))
    after += words[after : after + 1] == ["of"]
    if day is not None and after < len(words) and words[after] in MONTHS:
        return 100.0 * MONTHS[words[after]] + day, after + 1
    return None, at


def _day(words: list[str], at: int) -> tuple[int | None, int]:
    day, after = ordinal(words, at)
    if day is None and at < len(words):
        said, after = number(words, at)
        day = int(said) if said is not None and 1 <= said <= 31 else None
    return day, after


def whens(text: str) -> list[When]:
    """The times that `text` names, in order; neighbors that make up one time are one.

    Examples
    --------
    >>> [when.text for when in whens("It will be there tomorrow by ten o'clock, and I call you on Friday.")]
    ["tomorrow by ten o'clock", 'on friday']
    """
    words = tokens(text)
    found: list[When] = []
    at = 0
    while at < len(words):
        when, at = _when(words, at)
        if when is not None:
            found.append(when)
    return found


def _when(words: list[str], start: int) -> tuple[When | None, int]:
    """The time that begins at word `start`, with all that belongs to it, and the index behind it."""
    values: list[Value] = []
    at = end = start
    while at < len(words):
        value, after = _value(words, at)
        if value is not None:
            values.append(value)
            at = end = after
        elif values and words[at] in _PARTS:
            at = end = at + 1
        elif words[at] in _LINKS:
            at += 1
        else:
            break
    if not values:
        return None, max(at, start + 1)
    while words[start] in _BETWEEN:
        start += 1
    return When(" ".join(words[start:end]), tuple(values)), end


def _value(words: list[str], at: int) -> tuple[Value | None, int]:
    for reader in (_near_day, _weekday, _next, _date, _hours, _duration):
        value, after = reader(words, at)
        if value is not None:
            return value, after
    return None, at


def _near_day(words: list[str], at: int) -> tuple[Value | None, int]:
    if words[at : at + 3] == ["day", "after", "tomorrow"]:
        return ("near day", 2.0, 2.0), at + 3
    day = NEAR_DAYS.get(words[at])
    return (None, at) if day is None else (("near day", float(day), float(day)), at + 1)


def _weekday(words: list[str], at: int) -> tuple[Value | None, int]:
    day = WEEKDAYS.get(words[at], WEEKDAYS.get(words[at].removesuffix("s")))
    return (None, at) if day is None else (("weekday", float(day), float(day)), at + 1)


def _next(words: list[str], at: int) -> tuple[Value | None, int]:
    is_next = words[at] == "next" and at + 1 < len(words) and words[at + 1] in _NEXT
    return (("next", 1.0, 1.0), at + 2) if is_next else (None, at)


def _date(words: list[str], at: int) -> tuple[Value | None, int]:
    day, after = date(words, at)
    return (None, at) if day is None else (("date", day, day), after)


def _hours(words: list[str], at: int) -> tuple[Value | None, int]:
    hour, after = hours(words, at)
    return (None, at) if hour is None else (("clock", *hour), after)


def _duration(words: list[str], at: int) -> tuple[Value | None, int]:
    between = words[at] == "between"
    low, after = number(words, at + between)
    if low is None:
        return None, at
    high = low
    if words[after : after + 1] in (["to"], ["or"], ["and"] if between else ["to"]):
        more, later = number(words, after + 1)
        if more is not None and more > low:
            high, after = more, later
    while after < len(words) and words[after] in {"business", "working", "full"}:
        after += 1
    unit = words[after].removesuffix("s") if after < len(words) else ""
    if unit not in HOURS:
        return None, at
    return ("duration", low * HOURS[unit], high * HOURS[unit]), after + 1

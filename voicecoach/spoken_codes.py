"""Codes as they are spoken or typed: "four seven two nine", "forty seven twenty nine" and "4729" are one.

Laws: a code has three digits at least; "oh" is a zero inside one, "double five" is two fives.
"""

from __future__ import annotations

from voicecoach.spoken_numbers import ONES, REPEATS, TENS

SHORTEST = 3
"""Digits of a code; two may be a number of something."""

LONGEST = 15
"""Digits that a floating point number holds with the one before them (`code_value`)."""

_ZEROS = {"oh", "o"}


def code(words: list[str], at: int) -> tuple[str | None, int]:
    """The digits of the code that begins at word `at` (None: none), and the index behind it."""
    groups: list[str] = []
    here = at
    while here < len(words):
        group, after = _group(words, here, inside=bool(groups))
        if group is None:
            break
        groups.append(group)
        here = after
    digits = "".join(groups)
    is_code = SHORTEST <= len(digits) <= LONGEST and _is_spelled(groups, typed=words[at].isdigit())
    return (digits, here) if is_code else (None, at)


def _is_spelled(groups: list[str], *, typed: bool) -> bool:
    """Whether groups are those of a code: "six forty" and "ten thirty" are times of the day."""
    if len(groups) == 1:
        return typed
    if all(len(group) == 1 for group in groups):
        return True
    return len(groups) > 2 or all(int(group) >= 20 for group in groups)


def code_value(digits: str) -> float:
    """A number that differs for any two codes, also where they begin with zeros."""
    return float("1" + digits)


def _group(words: list[str], at: int, *, inside: bool) -> tuple[str | None, int]:
    """The next digits: one figure, a number below a hundred, or several typed together."""
    word = words[at]
    if word.isdigit():
        return word, at + 1
    if word in _ZEROS and inside:
        return "0", at + 1
    if word in REPEATS and at + 1 < len(words) and ONES.get(words[at + 1], 10) < 10:
        return str(ONES[words[at + 1]]) * REPEATS[word], at + 2
    if word in ONES:
        return str(ONES[word]), at + 1
    if word in TENS:
        unit = ONES.get(words[at + 1], 0) if at + 1 < len(words) else 0
        return (str(TENS[word] + unit), at + 2) if 0 < unit < 10 else (str(TENS[word]), at + 1)
    return None, at

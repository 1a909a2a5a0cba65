"""Times that people name, and which of them contradict each other."""

import pytest

from voicecoach.spoken_times import whens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It will be there tomorrow by ten o'clock.", ["tomorrow by ten o'clock"]),
        (
            "I call you on Friday and send it in three to five business days.",
            ["on friday", "in three to five business days"],
        ),
        ("I call back at nine o'clock tomorrow morning.", ["at nine o'clock tomorrow morning"]),
        ("within the next two hours", ["within the next two hours"]),
        ("It comes tomorrow between eight and ten o'clock.", ["tomorrow between eight and ten o'clock"]),
        ("You leave at six forty.", ["at six forty"]),
        ("The wedding is on the fifth of March.", ["on the fifth of march"]),
        ("Next week, for example, not at noon.", ["next week"]),
        ("I will do it right away, and on my own.", []),
        ("The order number is four seven two nine.", []),
        ("", []),
    ],
)
def test_times_are_read_whole_and_apart(text, expected):
    assert [when.text for when in whens(text)] == expected


@pytest.mark.parametrize(
    ("one", "other", "at_odds"),
    [
        ("tomorrow", "today", True),
        ("on Friday", "on Monday", True),
        ("tomorrow by ten o'clock", "tomorrow at eleven o'clock", True),
        ("in three to five days", "in four days", False),
        ("in two days", "in two weeks", True),
        ("between eight and ten o'clock", "at nine o'clock", False),
        ("between eight and ten o'clock", "at eleven o'clock", True),
        ("tomorrow", "on Friday", False),  # they may be the same day
    ],
)
def test_two_times_are_at_odds_where_they_differ_in_kind(one, other, at_odds):
    first, second = whens(one), whens(other)
    assert first[0].is_at_odds(second[0]) is at_odds
    assert second[0].is_at_odds(first[0]) is at_odds

"""What the page tells of a rehearsal beyond its grading: how the call ended, and why the caller's mood moved.

``assets/mood.js`` draws the lane under the waveform from `mood_data`; `mood_list` says the same in words.
"""

from __future__ import annotations

from typing import Any

from voicecoach.apps.record import Record
from voicecoach.apps.rehearsal_facts import MoodTrace, RehearsalFacts, band_of
from voicecoach.apps.report.markup import Html, tag
from voicecoach.apps.report.wording import number, play, signed
from voicecoach.conversation import BAND_FROM, MoodChange
from voicecoach.timeline import seconds

LEAD_S = 3.0
"""Played before a change that no turn of the trainee's led to: what they had been waiting for."""

LONGEST_CAUSE_S = 15.0
"""Played before a change at most: of a long turn, its end."""

EARLY_S = 0.5
"""A turn may be heard so much earlier than its words begin: breath, a cough."""


def how_it_ended(rehearsal: RehearsalFacts) -> Html:
    """The persona, the ending, and where the mood began and ended."""
    trace, ending = rehearsal.trace, rehearsal.ending.value
    why = "" if ending in rehearsal.reason else f" ({rehearsal.reason})"
    return tag(
        "p",
        tag("b", f"The call ended: {ending}"),
        f"{why}. {rehearsal.caller}'s anger: {_anger(trace.start.anger)} at first, ",
        f"{_anger(_last(trace))} at the end. ",
        _compared(rehearsal),
        f"Seed {rehearsal.seed}.",
        class_="ended",
        dir="auto",
    )


def _compared(rehearsal: RehearsalFacts) -> str:
    retried, earlier = rehearsal.retried, rehearsal.earlier
    if retried is None:
        return ""
    said = f"Tried again from turn {retried.turn} of call {retried.call_id}"
    return f"{said}. " if earlier is None else f"{said}, which ended at {_anger(_last(earlier))}. "


def mood_list(rehearsal: RehearsalFacts, record: Record) -> Html:
    """Every change of the mood: how much, why, and the words that caused it."""
    changes = rehearsal.trace.changes
    rows = [_row(change, record) for change in changes]
    return tag(
        "details",
        tag("summary", tag("h2", f"Why the caller's mood moved ({len(changes)})")),
        tag("ul", *rows, class_="moments") if rows else tag("p", "It never moved.", class_="empty"),
        id="mood",
        open=True,
    )


def _row(change: MoodChange, record: Record) -> Html:
    quote = f" “{change.quote}”" if change.quote else None
    after = f"{signed(change.anger, 0)} to {_anger(change.after.anger)}; trust {signed(change.trust, 0)}"
    span = dict(zip(("start_s", "end_s"), _cause(change, record), strict=True))
    return tag(
        "li",
        play(span, name=change.cause),
        tag("span", "▲" if change.anger > 0 else "▼" if change.anger < 0 else "=", aria_hidden="true"),
        tag("span", tag("b", f"Anger {after}: "), change.cause, tag("i", quote) if quote else None),
        dir="auto",
    )


def mood_data(rehearsal: RehearsalFacts, record: Record) -> dict[str, Any]:
    """The mood lane's part of the page's data; times are seconds, anger 0 to 100."""
    earlier, retried = rehearsal.earlier, rehearsal.retried
    return {
        "caller": rehearsal.caller,
        "bands": [[band.value, least] for band, least in BAND_FROM.items()],
        "now": {
            "start": rehearsal.trace.start.anger,
            "steps": [
                [
                    seconds(change.at),
                    round(change.after.anger, 1),
                    *_cause(change, record),
                    f"Anger {signed(change.anger, 0)}: {change.cause}"
                    + (f" “{change.quote}”" if change.quote else ""),
                ]
                for change in rehearsal.trace.changes
            ],
        },
        "earlier": None
        if earlier is None or retried is None
        else {
            "name": retried.call_id,
            "from": seconds(retried.at),
            "start": earlier.start.anger,
            "steps": [[seconds(change.at), round(change.after.anger, 1)] for change in earlier.changes],
        },
    }


def turn_numbers(rehearsal: RehearsalFacts, record: Record) -> dict[int, list[int]]:
    """The numbers, from 1, by which a turn of the transcript can be tried again."""
    numbers: dict[int, list[int]] = {}
    theirs = [turn for turn in record["call"]["turns"] if turn["speaker"] == "trainee"]
    for number_, start in enumerate(rehearsal.turns, start=1):
        at_s = seconds(start)
        found = next((turn for turn in theirs if turn["start_s"] - EARLY_S <= at_s < turn["end_s"]), None)
        if found is not None:
            numbers.setdefault(found["id"], []).append(number_)
    return numbers


def retry_hint(rehearsal: RehearsalFacts, turns: list[int]) -> Html | None:
    """The command that tries a turn again; None where a turn cannot be."""
    if not turns:
        return None
    return tag(
        "details",
        tag("summary", f"Turn {turns[0]}: try again"),
        *(
            tag("code", f"voicecoach rehearse --retry {rehearsal.call_id} --turn {turn}", dir="ltr")
            for turn in turns
        ),
        class_="retry",
    )


def _cause(change: MoodChange, record: Record) -> tuple[float, float]:
    """What to play to hear why: the end of the turn before the change, or the seconds before it."""
    at_s = seconds(change.at)
    turns = [turn for turn in record["call"]["turns"] if turn["speaker"] == "trainee"]
    before = [turn for turn in turns if turn["start_s"] < at_s <= turn["end_s"] + LEAD_S]
    start_s = before[-1]["start_s"] if before else at_s - LEAD_S
    return round(max(0.0, start_s, at_s - LONGEST_CAUSE_S), 3), round(at_s, 3)


def _last(trace: MoodTrace) -> float:
    return trace.changes[-1].after.anger if trace.changes else trace.start.anger


def _anger(anger: float) -> str:
    return f"{number(anger, 0)} ({band_of(anger).value})"

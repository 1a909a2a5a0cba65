"""What became of a recording, as plain text for a terminal.

Law: no file name and no recognized word can send a command to the terminal (see :func:`printable`).
"""

from __future__ import annotations

from typing import Any

from voicecoach.apps.jobs import Outcome

Record = dict[str, Any]


def printable(text: str) -> str:
    """`text` with everything that is not printed (escape sequences, broken bytes) replaced."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def fit(text: str, width: int) -> str:
    """`text` in at most `width` characters, the middle left out."""
    text = printable(text)
    if len(text) <= width:
        return text
    head = (width - 1) // 2
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"


def percent(value: float | None) -> str:
    """A score for people: ``82``, or a dash where nothing could be judged."""
    return "–" if value is None else f"{value:.0f}"


def top_issue(card: Record) -> str:
    """What cost the most: a failed rule before all, else the mark with the most points missed."""
    if card["failures"]:
        return f"{card['failures'][0]['title']} (failed)"
    judged = [mark for mark in card["marks"] if mark["verdict"] == "judged" and not mark["bonus"]]
    missed = max(judged, key=lambda mark: mark["weight"] - mark["points"], default=None)
    if missed is None:
        return "nothing could be judged"
    if missed["points"] >= missed["weight"]:
        return "none"
    return str(missed["title"])


def outcome_line(outcome: Outcome) -> str:
    """One line: the score, or what was wrong."""
    if outcome.brief is None:
        return printable(f"not graded: {outcome.problem}")
    card = outcome.brief["scorecard"]
    parts = (card["capped_percent"], card["hard"]["percent"], card["soft"]["percent"])
    score, hard, soft = map(percent, parts)
    before = ", graded before" if outcome.resumed else ""
    told = f"hard {hard}, soft {soft}; {card['coverage']:.0%} judged"
    return f"{fit(outcome.job.path.name, 40)}: {score} of 100 ({told}){before}"


def at(time_s: float) -> str:
    """A time within a call: ``1:02.5``."""
    return (
        f"{int(time_s) // 60}:{time_s % 60:04.1f}" if time_s % 60 < 59.95 else f"{int(time_s) // 60 + 1}:00.0"
    )

"""The top of the page: what was graded, the score and what capped it, what to praise and what to train."""

from __future__ import annotations

from typing import Any

from voicecoach.apps.card_values import scorecard_of
from voicecoach.apps.record import Record
from voicecoach.apps.rehearsal_facts import RehearsalFacts
from voicecoach.apps.report.markup import Html, tag
from voicecoach.apps.report.mood import how_it_ended
from voicecoach.apps.report.wording import bar, clip, clock, number, percent, title
from voicecoach.score.moments import Moment, choose_moments
from voicecoach.scorecard import Evidence

BALANCED = 10.0
"""Percentage points between hard and soft skills below which neither leads."""

_LAYOUTS = {
    "two-channel": "one speaker a channel",
    "mixed": "both speakers in one channel",
    "trainee-only": "trainee alone",
}


def header(record: Record) -> Html:
    """File, length, layout, model and rubric in one line."""
    call, card, model = record["call"], record["scorecard"], record["recognizer"]
    facts = [
        clock(call["duration_s"]),
        _LAYOUTS[call["layout"]],
        f"rubric {card['rubric_id']} {card['rubric_version']}",
        f"model {model['name']}" if model else "no words recognized",
    ]
    return tag(
        "header",
        tag("p", "voicecoach", class_="brand"),
        tag("h1", record["source"]["name"], dir="auto"),
        tag("p", *(tag("span", fact) for fact in facts), class_="facts"),
        class_="top",
    )


def summary(record: Record, rehearsal: RehearsalFacts | None = None) -> Html:
    """Score, its two halves, what failed, and what the reader must know."""
    card = record["scorecard"]
    return tag(
        "section",
        tag("h2", "Score", class_="visually-hidden"),
        *(_failure(failure) for failure in card["failures"]),
        tag("div", _total(card), _skills(card), _coverage(card), class_="score"),
        how_it_ended(rehearsal) if rehearsal else None,
        *(tag("p", warning, class_="warning", role="note") for warning in record["warnings"]),
        id="summary",
    )


def _total(card: Record) -> Html:
    raw, capped = card["raw_percent"], card["capped_percent"]
    if capped is None:
        return tag("div", tag("p", "–", class_="total"), tag("p", "nothing could be judged"), class_="totals")
    lowered = raw != capped
    return tag(
        "div",
        tag("p", percent(capped), tag("span", "%", class_="unit"), class_="total"),
        tag(
            "p",
            f"capped; {percent(raw)} % before what failed" if lowered else "of the points that could be had",
        ),
        class_="totals capped" if lowered else "totals",
    )


def _skills(card: Record) -> Html:
    rows = [
        tag(
            "div",
            tag("dt", name),
            tag("dd", tag("b", percent(half["percent"])), " %", tag("small", _points(half))),
            bar((half["percent"] or 0) / 100, key),
            class_="skill",
        )
        for key, name in (("hard", "Hard skills"), ("soft", "Soft skills"))
        for half in (card[key],)
    ]
    return tag("div", tag("dl", *rows), tag("p", _balance(card), class_="balance"), class_="skills")


def _points(half: Record) -> str:
    return f"{number(half['points'])} of {number(half['possible'])} points"


def _balance(card: Record) -> str:
    hard, soft = card["hard"]["percent"], card["soft"]["percent"]
    if hard is None or soft is None:
        return "Balance: one half could not be judged."
    if abs(hard - soft) < BALANCED:
        return "Balanced: neither half is far ahead."
    ahead = "Hard" if hard > soft else "Soft"
    return f"{ahead} skills lead by {number(abs(hard - soft), 0)} percentage points."


def _coverage(card: Record) -> Html:
    verdicts = [mark["verdict"] for mark in card["marks"]]
    left_out = [
        f"{verdicts.count(verdict)} {verdict}" for verdict in ("n/a", "not measurable") if verdict in verdicts
    ]
    return tag(
        "div",
        tag("p", tag("b", number(100 * card["coverage"], 0)), " %", class_="figure"),
        tag("p", "of the rubric could be judged" + (f" ({', '.join(left_out)})" if left_out else "")),
        bar(card["coverage"], "coverage"),
        class_="covered",
    )


def _failure(failure: Record) -> Html:
    whole = failure["section"] is None
    what = "the whole call" if whole else f"the section “{title(failure['section'])}”"
    return tag(
        "div",
        tag("p", tag("strong", failure["title"]), f": {what} scores zero."),
        tag("p", failure["reason"], dir="auto"),
        tag("div", *(clip(one, failure["title"]) for one in failure["evidence"]), class_="clips"),
        class_="failure",
        role="note",
        aria_label="Failed",
    )


def highlights(record: Record) -> Html:
    """What to keep doing and what to work on, each with its clip."""
    found = choose_moments(scorecard_of(record))
    return tag(
        "section",
        _cards("Keep doing", found.strongest, "good", "Nothing earned most of its points."),
        _cards("Work on", found.to_work_on, "work", "No points were lost."),
        id="highlights",
        class_="highlights",
        aria_label="Highlights",
    )


def _cards(heading: str, moments: tuple[Moment, ...], class_: str, otherwise: str) -> Html:
    items = [tag("li", *_card(moment)) for moment in moments]
    content = tag("ol", *items) if items else tag("p", otherwise, class_="empty")
    return tag("div", tag("h2", heading), content, class_=class_)


def _card(moment: Moment) -> list[Html]:
    evidence = moment.evidence
    return [
        tag("div", tag("h3", moment.title), tag("span", _stake(moment), class_="points"), class_="row"),
        tag("p", moment.why, dir="auto"),
        clip(_values(evidence), moment.title)
        if evidence
        else tag("p", "No moment of the call shows it.", class_="empty"),
    ]


def _stake(moment: Moment) -> str:
    """Such as ``8 of 8``, ``2 of 8: 6 missed`` or ``failed``."""
    if moment.failed:
        return "failed"
    had = f"{'+' if moment.bonus else ''}{number(moment.points)} of {number(moment.possible)}"
    return f"{had}: {number(moment.missed)} missed" if moment.missed else had


def _values(evidence: Evidence) -> dict[str, Any]:
    span = evidence.span
    return {
        "start_s": span.start_s,
        "end_s": span.end_s,
        "speaker": evidence.speaker,
        "quote": evidence.quote,
        "kind": evidence.kind,
    }

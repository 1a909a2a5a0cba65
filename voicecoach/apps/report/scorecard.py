"""The scorecard: every mark by section, with points, reason and the moments it rests on."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from voicecoach.apps.record import Record
from voicecoach.apps.report.markup import Html, tag
from voicecoach.apps.report.wording import bar, clip, number, title
from voicecoach.score.moments import UNSURE


def scorecard(record: Record) -> Html:
    """All marks in the order of the rubric."""
    card = record["scorecard"]
    failed = {failure["section"] for failure in card["failures"]}
    sections = groupby(card["marks"], key=lambda mark: str(mark["section"]))
    return tag(
        "section",
        tag("h2", "Scorecard"),
        *(_section(name, list(marks), zeroed=bool(failed & {name, None})) for name, marks in sections),
        id="scorecard",
        tabindex="-1",
    )


def _section(name: str, marks: list[dict[str, Any]], *, zeroed: bool) -> Html:
    judged = [mark for mark in marks if mark["verdict"] == "judged"]
    points = sum(mark["points"] for mark in judged)
    possible = sum(mark["weight"] for mark in judged if not mark["bonus"])
    total = f"{number(points)} / {number(possible)}" if possible else number(points) if judged else "–"
    return tag(
        "div",
        tag(
            "div",
            tag("h3", title(name)),
            tag("span", "set to zero", class_="zeroed") if zeroed else None,
            tag("span", total, class_="points"),
            class_="row",
        ),
        *(_mark(mark) for mark in marks),
        class_="part",
    )


def _mark(mark: dict[str, Any]) -> Html:
    judged = mark["verdict"] == "judged"
    notes = [mark["skill"], "bonus" if mark["bonus"] else None, _doubt(mark) if judged else None]
    return tag(
        "article",
        tag("div", tag("h4", mark["title"]), _points(mark), class_="row"),
        bar(mark["points"] / mark["weight"], _level(mark)) if judged else None,
        tag("p", mark["reason"], class_="reason", dir="auto"),
        tag("p", *(tag("span", note) for note in notes if note), class_="notes"),
        tag("div", *(clip(one, mark["title"]) for one in mark["evidence"]), class_="clips")
        if mark["evidence"]
        else None,
        class_="mark" if judged else "mark unjudged",
        id=f"mark-{mark['criterion_id']}",
    )


def _points(mark: dict[str, Any]) -> Html:
    if mark["verdict"] != "judged":
        return tag("span", mark["verdict"], class_="points")
    sign = "+" if mark["bonus"] else ""
    return tag(
        "span",
        tag("b", sign + number(mark["points"])),
        f" / {number(mark['weight'])}",
        tag("span", " points", class_="visually-hidden"),
        class_="points",
    )


def _level(mark: dict[str, Any]) -> str:
    share = mark["points"] / mark["weight"]
    return "full" if share >= 1 else "part-way" if share > 0 else "none"


def _doubt(mark: dict[str, Any]) -> str | None:
    sure = number(100 * mark["confidence"], 0)
    return f"only {sure} % sure: listen and decide" if mark["confidence"] < UNSURE else f"{sure} % sure"

"""What the page tells of the trainee's desk: what was done there, when, and whether it was right."""

from __future__ import annotations

from voicecoach.apps.rehearsal_facts import RehearsalFacts
from voicecoach.apps.report.markup import Html, tag
from voicecoach.apps.report.wording import clock
from voicecoach.desk_review import DeskFinding
from voicecoach.timeline import seconds

VERDICTS = {True: ("✓", "right"), False: ("✗", "wrong"), None: ("·", "")}
"""A sign, and its word for those who do not see it."""


def desk_list(rehearsal: RehearsalFacts) -> Html | None:
    """Everything done and left undone at the desk; None: nothing to do, and nothing done."""
    if not rehearsal.desk:
        return None
    wrong = sum(finding.right is False for finding in rehearsal.desk)
    heading = f"At the desk ({wrong} wrong or missing)" if wrong else "At the desk"
    rows = [_row(finding) for finding in rehearsal.desk]
    return tag(
        "details",
        tag("summary", tag("h2", heading)),
        tag("ul", *rows, class_="moments"),
        id="at-the-desk",
        open=True,
    )


def _row(finding: DeskFinding) -> Html:
    sign, word = VERDICTS[finding.right]
    return tag(
        "li",
        tag("span", "–" if finding.at is None else clock(seconds(finding.at)), class_="when"),
        tag("span", sign, aria_hidden="true", class_="verdict"),
        tag(
            "span",
            tag("span", f"{word}: ", class_="visually-hidden") if word else None,
            finding.text,
            tag("i", f" ({finding.wanted})") if finding.wanted else None,
        ),
        class_="wrong" if finding.right is False else None,
        dir="auto",
    )

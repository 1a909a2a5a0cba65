"""Results on a terminal: a table of calls, or one call's whole scorecard.

Laws
----
* Color repeats what a word says and never says it alone; NO_COLOR is obeyed (by rich).
* 80 columns are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from voicecoach.apps.jobs import Outcome
from voicecoach.apps.measured_text import measured_lines
from voicecoach.apps.outcome_text import Record, at, fit, percent, printable, top_issue
from voicecoach.devices.results import ResultFolder

MOST_EVIDENCE = 3
"""Moments shown for a mark; the report has them all."""

LONGEST_NAME = 22
"""Characters of a call's name in the table."""

CERTAIN = 0.95
"""How sure a judgment is goes unsaid from here on."""

COMPARABLE = 0.5
"""With less of the rubric judged, a score says little about the call. Own default."""


def show_results(console: Console, outcomes: Sequence[Outcome], folder: ResultFolder | None) -> None:
    """The scorecard where one call was asked for, else a table; warnings; where the reports are."""
    briefs = [outcome.brief for outcome in outcomes if outcome.brief is not None]
    if len(outcomes) == 1 and briefs:
        console.print(scorecard(briefs[0]))
    elif briefs:
        console.print(table(outcomes))
    for warning in dict.fromkeys(warning for brief in briefs for warning in brief["warnings"]):
        console.print(Text(f"Note: {printable(warning)}", style="yellow"))
    if folder is not None and outcomes:
        for line in _places(outcomes, folder):
            console.print(Text(printable(line)), soft_wrap=True)


def show_error(console: Console, message: str) -> None:
    """One red line, however narrow the terminal."""
    console.print(Text(printable(message), style="bold red"), soft_wrap=True)


def show_note(console: Console, message: str) -> None:
    """One plain line."""
    console.print(Text(printable(message)), soft_wrap=True)


def table(outcomes: Iterable[Outcome]) -> Table:
    """A row for each call: its report's name, scores and what cost the most."""
    made = Table(box=box.SIMPLE, expand=True, padding=(0, 1))
    made.add_column("Call", no_wrap=True)
    for title in ("Score\n(raw)", "Hard", "Soft", "Judged"):
        made.add_column(title, justify="right", no_wrap=True)
    made.add_column("Top issue", ratio=1, overflow="fold")
    for outcome in outcomes:
        made.add_row(*_cells(outcome))
    return made


def _cells(outcome: Outcome) -> list[Text]:
    name = Text(fit(outcome.job.name, LONGEST_NAME))
    if outcome.brief is None:
        problem = str(outcome.problem).removeprefix(f"{outcome.job.path}: ").partition(". ")[0]
        return [name, *[Text("–")] * 4, Text(f"not graded: {fit(problem, 80)}", style="red")]
    card = outcome.brief["scorecard"]
    score = _score(card["capped_percent"])
    if card["failures"]:
        score.append(f" ({percent(card['raw_percent'])})")
    numbers = (percent(card["hard"]["percent"]), percent(card["soft"]["percent"]), f"{card['coverage']:.0%}")
    return [name, score, *map(Text, numbers), Text(fit(top_issue(card), 80))]


def _score(value: float | None) -> Text:
    return Text(percent(value), style=_style(value / 100) if value is not None else "")


def _style(share: float) -> str:
    """Green from four fifths, red below a half: for the eye only, no judgment rests on it."""
    return "green" if share >= 0.8 else "yellow" if share >= 0.5 else "red"


def _places(outcomes: Sequence[Outcome], folder: ResultFolder) -> list[str]:
    graded = [outcome for outcome in outcomes if outcome.brief is not None]
    if len(outcomes) == 1:
        pages = [folder.page_path(outcome.job.name) for outcome in graded]
    else:
        pages = [folder.path / "CALL.html"] if graded else []
    return [*(f"Report: {page}" for page in pages), f"Tables: {folder.path / 'calls.csv'}, calls.jsonl"]


def scorecard(brief: Record) -> Group:
    """All of one call's marks with their reasons, and the moments that they rest on."""
    card = brief["scorecard"]
    parts: list[RenderableType] = [
        Text(printable(Path(brief["source"]["name"]).name), style="bold"),
        Text(printable(_who(brief["roles"]))),
        Text(),
        _totals(card),
        Text(),
    ]
    for failure in card["failures"]:
        where = f"section {failure['section']} set to 0" if failure["section"] else "call set to 0"
        parts.append(Text(f"FAILED ({where}): {failure['title']}", style="bold red"))
        parts.append(_indented(failure["reason"], failure["evidence"]))
    marks = [mark for mark in card["marks"] if mark["verdict"] == "judged"]
    for section in dict.fromkeys(mark["section"] for mark in marks):
        parts.append(Text(section.replace("-", " ").capitalize(), style="bold underline"))
        for mark in marks:
            if mark["section"] == section:
                parts += [_heading(mark), _indented(mark["reason"], mark["evidence"])]
    return Group(*parts, *_not_judged(card["marks"]), *_measured(brief["measures"]))


def _not_judged(marks: Sequence[Record]) -> list[RenderableType]:
    """What has no points, gathered by its reason."""
    left = [mark for mark in marks if mark["verdict"] != "judged"]
    if not left:
        return []
    parts: list[RenderableType] = [Text("Not judged", style="bold underline")]
    for why in dict.fromkeys(map(_why_not, left)):
        titles = "; ".join(mark["title"] for mark in left if _why_not(mark) == why)
        parts.append(Padding(Text(printable(why)), (0, 0, 0, 2)))
        parts.append(Padding(Text(printable(titles), style="dim"), (0, 0, 0, 4)))
    return parts


def _why_not(mark: Record) -> str:
    """The verdict and its reason, the verdict said once."""
    verdict, reason = str(mark["verdict"]), str(mark["reason"])
    return reason if reason.lower().startswith(verdict) else f"{verdict}: {reason}"


def _measured(measures: Record) -> list[RenderableType]:
    lines = measured_lines(measures)
    if not lines:
        return []
    return [Text("Measured", style="bold underline"), Padding(Text("\n".join(lines)), (0, 0, 0, 2))]


def _who(roles: Record) -> str:
    """Such as ``Trainee on channel 0 (97% sure): it greets and offers help``."""
    reason = f"({roles['confidence']:.0%} sure): {roles['reason']}"
    if "trainee" not in roles["channels"]:
        return f"{str(roles['layout']).capitalize()} {reason}"
    return f"Trainee on channel {roles['channels']['trainee']} {reason}"


def _totals(card: Record) -> Text:
    line = Text("Score ")
    line.append_text(_score(card["capped_percent"]))
    line.append(" of 100")
    if card["raw_percent"] != card["capped_percent"]:
        line.append(f" ({percent(card['raw_percent'])} before failures)")
    line.append(f": hard {percent(card['hard']['percent'])}, soft {percent(card['soft']['percent'])}")
    line.append(f"\n{card['coverage']:.0%} of the rubric could be judged")
    return line.append(": too little to compare calls by" if card["coverage"] < COMPARABLE else "")


def _heading(mark: Record) -> Text:
    line = Text(f"  {mark['title']}: ")
    share = mark["points"] / mark["weight"]
    bonus = "bonus " if mark["bonus"] else ""
    word = "met" if share >= 1 else "partly met" if share > 0 else "not met"
    style = "" if mark["bonus"] and not share else _style(share)
    line.append(f"{bonus}{mark['points']:g} of {mark['weight']:g}, {word}", style=style)
    return line.append(f" ({mark['confidence']:.0%} sure)" if mark["confidence"] < CERTAIN else "")


def _indented(reason: str, evidence: Sequence[Record]) -> Padding:
    lines = [Text(printable(reason))]
    for moment in evidence[:MOST_EVIDENCE]:
        who = f"{moment['speaker']}: " if moment["speaker"] else ""
        said = f'"{moment["quote"]}"' if moment["kind"] == "quote" else moment["quote"]
        line = Text(f"{at(moment['start_s'])} {who}", style="cyan")
        lines.append(line.append(printable(said), style="italic default"))
    if len(evidence) > MOST_EVIDENCE:
        lines.append(Text(f"and {len(evidence) - MOST_EVIDENCE} more in the report"))
    return Padding(Group(*lines), (0, 0, 0, 4))

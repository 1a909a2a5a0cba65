"""What a trainee sees when a rehearsed call is over: the end, what to take away, the mood, the score.

Laws
----
* What to keep doing and what to work on comes first: a trainee reads the top of it.
* The whole scorecard stands where nothing else will show it: a call that is kept has a report.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from voicecoach.apps.outcome_text import Record, at, percent, printable
from voicecoach.apps.record import to_json
from voicecoach.apps.rehearsal_facts import MoodTrace, RehearsalFacts, band_of
from voicecoach.apps.rehearse import Rehearsed
from voicecoach.apps.terminal import scorecard, show_note
from voicecoach.conversation import MoodChange
from voicecoach.desk_review import DeskFinding
from voicecoach.score.moments import Moment, choose_moments
from voicecoach.timeline import seconds

VERDICTS = {True: "right", False: "wrong", None: ""}
"""Of what was done at the desk."""


def show_debrief(console: Console, rehearsed: Rehearsed) -> None:
    """The whole debrief, then where the call is kept."""
    facts, kept = rehearsed.facts, rehearsed.kept
    found = choose_moments(rehearsed.graded.scorecard)
    console.print(Text(headline(rehearsed), style="bold"))
    console.print(_moments("Keep doing", found.strongest, "Nothing earned most of its points."))
    console.print(_moments("Work on", found.to_work_on, "No points were lost."))
    console.print(mood_trace(facts.trace))
    if facts.earlier is not None:
        console.print(both_traces(facts))
    if facts.desk:
        console.print(at_the_desk(facts.desk))
    record = json.loads(to_json(rehearsed.graded))
    console.print(scorecard(record) if kept is None else _sections(record["scorecard"]))
    for warning in rehearsed.graded.warnings:
        console.print(Text(f"Note: {printable(warning)}", style="yellow"))
    if kept is not None:
        show_note(console, f"Kept as {kept.id}. Report with every mark: voicecoach replay {kept.id}")
        show_note(console, f"Once more from a turn: voicecoach rehearse --retry {kept.id} --turn N")


def headline(rehearsed: Rehearsed) -> str:
    """Such as ``82 of 100 in 3:12.0; the call ended: satisfied``."""
    card = rehearsed.graded.scorecard
    length = at(seconds(rehearsed.graded.call.duration))
    return f"{percent(card.capped_percent)} of 100 in {length}; the call ended: {rehearsed.over.ending}"


def mood_trace(trace: MoodTrace) -> Group:
    """Every change of the caller's anger, with its cause."""
    first = f"{trace.start.anger:.0f} ({band_of(trace.start.anger)}) at first"
    parts: list[RenderableType] = [Text.assemble(("The caller's anger", "bold"), f": {first}")]
    parts += [Padding(_change(change), (0, 0, 0, 2)) for change in trace.changes]
    return Group(*parts)


def at_the_desk(findings: Sequence[DeskFinding]) -> Group:
    """What was done at the desk, and what of it was wrong or is missing."""
    parts: list[RenderableType] = [Text("At the desk", "bold")]
    parts += [Padding(_finding(finding), (0, 0, 0, 2)) for finding in findings]
    return Group(*parts)


def _finding(finding: DeskFinding) -> Text:
    where = "-" if finding.at is None else at(seconds(finding.at))
    line = Text(f"{where:>7} ", style="cyan")
    line.append(f"{VERDICTS[finding.right]:<6}", style="bold red" if finding.right is False else "default")
    line.append(printable(finding.text), style="default")
    return line.append(f" ({printable(finding.wanted)})" if finding.wanted else "", style="italic default")


def both_traces(facts: RehearsalFacts) -> Table:
    """The caller's anger after each turn of the trainee's, the first time and now."""
    retried, earlier = facts.retried, facts.earlier
    assert retried is not None
    assert earlier is not None
    made = Table(box=box.SIMPLE, padding=(0, 1), title="Anger after your turns", title_justify="left")
    for title in ("Turn", "First time", "This time"):
        made.add_column(title, justify="right")
    before, now = _after_turns(earlier, facts.earlier_turns), _after_turns(facts.trace, facts.turns)
    for turn in range(retried.turn, max(len(before), len(now)) + 1):
        made.add_row(str(turn), *(_cell(angers, turn) for angers in (before, now)))
    return made


def _after_turns(trace: MoodTrace, turns: tuple[int, ...]) -> list[float]:
    """Anger when the next turn began, or at the end of the call."""
    last = trace.changes[-1].after.anger if trace.changes else trace.start.anger
    return [*(trace.anger_at(end) for _, end in pairwise(turns)), last] if turns else []


def _cell(angers: list[float], turn: int) -> str:
    anger = angers[turn - 1] if turn <= len(angers) else None
    return "" if anger is None else f"{anger:.0f} {band_of(anger)}"


def _change(change: MoodChange) -> Text:
    line = Text(f"{at(seconds(change.at)):>7} ", style="cyan")
    line.append(f"{change.anger:+4.0f} to {change.after.anger:3.0f}  ", style="default")
    line.append(printable(change.cause))
    quote = printable(change.quote)
    return line.append(f"  {quote}" if quote else "", style="italic")


def _moments(heading: str, moments: tuple[Moment, ...], otherwise: str) -> Group:
    parts: list[RenderableType] = [Text(heading, style="bold underline")]
    parts += [Padding(_moment(moment), (0, 0, 0, 2)) for moment in moments]
    return Group(*parts) if moments else Group(*parts, Padding(Text(otherwise), (0, 0, 0, 2)))


def _moment(moment: Moment) -> Text:
    """Where and what in a line, and why in the next."""
    stake = "failed" if moment.failed else f"{moment.points:g} of {moment.possible:g}"
    where = at(moment.evidence.span.start_s) if moment.evidence else "-"
    line = Text(f"{where:>7} ", style="cyan")
    line.append(printable(moment.title), style="default bold").append(f" ({stake})", style="default")
    line.append(f"\n        {printable(moment.why)}", style="default")
    said = moment.evidence if moment.evidence is not None and moment.evidence.kind == "quote" else None
    return line.append(f'\n        "{printable(said.quote)}"', style="italic default") if said else line


def _sections(card: Record) -> Group:
    """Points by section, a line each: the report has every mark."""
    judged = [mark for mark in card["marks"] if mark["verdict"] == "judged"]
    hard, soft = (percent(card[half]["percent"]) for half in ("hard", "soft"))
    lines = [Text.assemble(("Scorecard", "bold"), f": hard {hard}, soft {soft}")]
    for section in dict.fromkeys(mark["section"] for mark in judged):
        marks = [mark for mark in judged if mark["section"] == section]
        had = sum(mark["points"] for mark in marks)
        possible = sum(mark["weight"] for mark in marks if not mark["bonus"])
        name = printable(section.replace("-", " ").capitalize())
        lines.append(Text(f"  {name}: {had:g} of {possible:g}"))
    return Group(*lines)

"""What a trainee sees when a rehearsed call is over: how it ended, the scorecard, and why the mood moved."""

from __future__ import annotations

import json

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from voicecoach.apps.outcome_text import at, percent, printable
from voicecoach.apps.record import to_json
from voicecoach.apps.rehearse import Rehearsed
from voicecoach.apps.terminal import scorecard, show_note
from voicecoach.conversation import MoodChange
from voicecoach.timeline import seconds


def show_debrief(console: Console, rehearsed: Rehearsed) -> None:
    """The whole debrief, then where the call is kept."""
    record = json.loads(to_json(rehearsed.graded))
    console.print(scorecard(record))
    console.print(mood_trace(rehearsed.moods))
    console.print(Text(headline(rehearsed), style="bold"))
    for warning in rehearsed.graded.warnings:
        console.print(Text(f"Note: {printable(warning)}", style="yellow"))
    if rehearsed.kept is not None:
        show_note(console, f"Kept as {rehearsed.kept.id}: voicecoach replay {rehearsed.kept.id}")


def headline(rehearsed: Rehearsed) -> str:
    """Such as ``82 of 100, 3:12.0, ended: satisfied``."""
    card = rehearsed.graded.scorecard
    length = at(seconds(rehearsed.graded.call.duration))
    return f"{percent(card.capped_percent)} of 100 in {length}; the call ended: {rehearsed.over.ending}"


def mood_trace(moods: tuple[MoodChange, ...]) -> Group:
    """Every change of the caller's anger, with its cause."""
    parts: list[RenderableType] = [Text("The caller's anger", style="bold underline")]
    for change in moods:
        line = Text(f"{at(seconds(change.at)):>7} ", style="cyan")
        line.append(f"{change.anger:+4.0f} to {change.after.anger:3.0f}  ", style="default")
        line.append(printable(change.cause))
        quote = printable(change.quote)
        line.append(f"  {quote}" if quote else "", style="italic")
        parts.append(Padding(line, (0, 0, 0, 2)))
    return Group(*parts)

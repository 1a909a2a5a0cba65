"""What was done at the desk, held against the story: in order, right or wrong, and what is missing.

Laws
----
* Of a tool and of the case the last values count; nothing that was typed over is held against anybody.
* Right and wrong come from the desk alone (`desk_check`), as in the scorecard.

Units: samples of the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from voicecoach.desk import Desk, Tool
from voicecoach.desk_check import ValueCheck, check_case, check_tool, check_tools, check_values, unticked
from voicecoach.desk_log import Applied, DeskEntry, Entered, LookedUp, ReadPolicy, Verified


@dataclass(frozen=True, slots=True)
class DeskFinding:
    """One thing that was done, or was not."""

    at: int | None
    """None: it never was."""
    text: str
    right: bool | None = None
    """None: neither right nor wrong."""
    wanted: str = ""
    """What would have been right, or why it is wrong."""


def review(desk: Desk, entries: Sequence[DeskEntry]) -> list[DeskFinding]:
    """What was done in order, then what was not done.

    Parameters
    ----------
    entries : as in `Call.desk`.
    """
    found = [finding for place in range(len(entries)) for finding in _done(desk, entries, place)]
    return found + list(_undone(desk, entries))


def _done(desk: Desk, entries: Sequence[DeskEntry], place: int) -> Iterator[DeskFinding]:
    at, act = entries[place].at, entries[place].act
    later = [entry.act for entry in entries[place + 1 :]]
    match act:
        case LookedUp():
            wanted = "" if act.found else "found nothing"
            yield DeskFinding(at, f"Searched for “{act.query}”", act.found or None, wanted)
        case Verified():
            yield DeskFinding(at, f"Verified: {', '.join(act.items) or 'nothing'}")
        case ReadPolicy():
            yield DeskFinding(at, f"Read “{act.title}”")
        case Applied():
            again = any(isinstance(one, Applied) and one.tool == act.tool for one in later)
            tool = desk.tool(act.tool)
            if again or tool is None:
                yield DeskFinding(at, f"{act.tool if tool is None else tool.title}, done anew later")
            else:
                yield from _applied(desk, tool, entries[: place + 1])
        case Entered() if any(isinstance(one, Entered) for one in later):
            yield DeskFinding(at, "Saved the case, saved anew later")
        case Entered():
            yield DeskFinding(at, "Saved the case")
            yield from _values(at, check_values(desk.case, act.values))


def _applied(desk: Desk, tool: Tool, entries: Sequence[DeskEntry]) -> Iterator[DeskFinding]:
    """The last use of a tool: whether it was to be used, and then; and its values."""
    check = check_tool(desk, entries, tool)
    at = entries[-1].at
    yield DeskFinding(at, tool.title, not check.mistakes, "; ".join(check.mistakes))
    yield from _values(at, check.values)


def _values(at: int | None, values: Sequence[ValueCheck]) -> Iterator[DeskFinding]:
    for value in values:
        quoted = f"“{value.entered}”" if value.entered else "empty"
        wanted = "" if value.is_right else f"right: {' or '.join(value.field.right)}"
        yield DeskFinding(at, f"{value.field.title}: {quoted}", value.is_right, wanted)


def _undone(desk: Desk, entries: Sequence[DeskEntry]) -> Iterator[DeskFinding]:
    if missing := unticked(desk, entries):
        yield DeskFinding(None, f"Not verified: {', '.join(missing)}", right=False)
    for check in check_tools(desk, entries):
        if check.used is None:
            yield DeskFinding(None, f"Not done: {check.tool.title}", right=False)
    saved, values = check_case(desk, entries)
    if desk.case and saved is None:
        yield DeskFinding(None, "The case was not saved", right=False)
        yield from _values(None, values)

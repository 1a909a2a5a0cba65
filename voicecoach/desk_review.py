"""What was done at the desk, held against the story: in order, right or wrong, and what is missing.

Laws
----
* Of a tool and of the case the last values count; nothing that was typed over is held against anybody.
* Right and wrong come from the desk alone (`DeskField.holds`), as in the scorecard.

Units: samples of the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from voicecoach.desk import Desk, DeskField, Tool
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
            yield from _values(at, desk.case, act.values)


def _applied(desk: Desk, tool: Tool, entries: Sequence[DeskEntry]) -> Iterator[DeskFinding]:
    """The last use of a tool: whether it was to be used, and then; and its values."""
    at, act = entries[-1].at, entries[-1].act
    assert isinstance(act, Applied)
    used = {one.act.tool for one in entries if isinstance(one.act, Applied)}
    early = [desk.tool(before) for before in tool.after if before not in used]
    problems = [
        *(() if tool.due or tool.allowed else ("not what this call needed",)),
        *(("the caller was not verified",) if tool.verified and unverified(desk, entries) else ()),
        *(f"before it: {before.title}" for before in early if before is not None),
    ]
    yield DeskFinding(at, tool.title, not problems, "; ".join(problems))
    yield from _values(at, tool.fields, act.values)


def _values(at: int | None, fields: Sequence[DeskField], values: Mapping[str, str]) -> Iterator[DeskFinding]:
    for field in fields:
        value = values.get(field.id, "")
        right = bool(value) and field.holds(value)
        quoted = f"{field.title}: “{value}”" if value else f"{field.title}: empty"
        yield DeskFinding(at, quoted, right, "" if right else f"right: {' or '.join(field.right)}")


def _undone(desk: Desk, entries: Sequence[DeskEntry]) -> Iterator[DeskFinding]:
    acts = [entry.act for entry in entries]
    if missing := unverified(desk, entries):
        yield DeskFinding(None, f"Not verified: {', '.join(missing)}", right=False)
    used = {act.tool for act in acts if isinstance(act, Applied)}
    for tool in desk.tools:
        if tool.due and tool.id not in used:
            yield DeskFinding(None, f"Not done: {tool.title}", right=False)
    if desk.case and not any(isinstance(act, Entered) for act in acts):
        yield DeskFinding(None, "The case was not saved", right=False)
        yield from _values(None, desk.case, {})


def unverified(desk: Desk, entries: Sequence[DeskEntry]) -> list[str]:
    """The entries that were to be compared and are not ticked at the end of `entries`."""
    ticks = [entry.act.items for entry in entries if isinstance(entry.act, Verified)]
    ticked = ticks[-1] if ticks else ()
    return [name for name in desk.verify if name not in ticked]

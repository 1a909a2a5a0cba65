"""What was done at a desk against what its story wants: tools, their values, the case, who was verified.

Laws
----
* Of a tool that was used again, and of a case that was saved again, the last time counts.
* An order that was kept once is not broken by using a tool again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voicecoach.desk import Desk, DeskField, Tool
from voicecoach.desk_log import Applied, DeskEntry, Entered, Verified


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """One field, and what was entered."""

    field: DeskField
    entered: str | None
    """None: nothing."""

    @property
    def is_right(self) -> bool:
        """Whether it says what it should."""
        return self.entered is not None and self.field.holds(self.entered)

    @property
    def problem(self) -> str:
        """What is wrong, quoted, and what would be right."""
        right = f"right is {self.field.right[0]!r}"
        if self.entered is None:
            return f"{self.field.title} is missing, {right}"
        return f"{self.field.title}: {self.entered!r}, {right}"


@dataclass(frozen=True, slots=True)
class ToolCheck:
    """A tool that was due, or used."""

    tool: Tool
    used: DeskEntry | None
    """The last time; None: never."""
    values: tuple[ValueCheck, ...] = ()
    too_early: tuple[str, ...] = ()
    """Titles of tools that should have been used before its first use."""
    unverified: bool = False
    """Used before the caller was verified, though they had to be."""

    @property
    def mistakes(self) -> tuple[str, ...]:
        """What is wrong about its use, its values aside; none: all right."""
        if self.used is None:
            return ("was not done",)
        found = [] if self.tool.due or self.tool.allowed else ["is no remedy here"]
        found += [f"came before: {other}" for other in self.too_early]
        found += ["was done before the caller was verified"] if self.unverified else []
        return tuple(found)

    @property
    def problems(self) -> tuple[str, ...]:
        """Everything that is wrong about it, values too; none: all right."""
        wrong = [f": {value.problem}" for value in self.values if not value.is_right]
        return tuple(f"{self.tool.title}{told}" for told in (*(f" {one}" for one in self.mistakes), *wrong))


def check_tools(desk: Desk, log: Sequence[DeskEntry]) -> tuple[ToolCheck, ...]:
    """Every tool that was due or used, in the desk's order."""
    return tuple(
        check for tool in desk.tools if (check := check_tool(desk, log, tool)).used is not None or tool.due
    )


def check_tool(desk: Desk, log: Sequence[DeskEntry], tool: Tool) -> ToolCheck:
    """How a tool was used, if it was."""
    uses = [entry for entry in log if isinstance(entry.act, Applied) and entry.act.tool == tool.id]
    if not uses:
        return ToolCheck(tool, None)
    first, last = uses[0], uses[-1]
    assert isinstance(last.act, Applied)
    before = log[: log.index(first)]
    done = {entry.act.tool for entry in before if isinstance(entry.act, Applied)}
    missing = [desk.tool(other) for other in tool.after if other not in done]
    since = verified_at(desk, log)
    return ToolCheck(
        tool,
        last,
        check_values(tool.fields, last.act.values),
        tuple(other.title for other in missing if other is not None),
        unverified=tool.verified and bool(desk.verify) and (since is None or since > first.at),
    )


def check_case(desk: Desk, log: Sequence[DeskEntry]) -> tuple[DeskEntry | None, tuple[ValueCheck, ...]]:
    """The case as it was last saved (None: never), and each of its fields."""
    for entry in reversed(log):
        if isinstance(entry.act, Entered):
            return entry, check_values(desk.case, entry.act.values)
    return None, check_values(desk.case, {})


def verified_at(desk: Desk, log: Sequence[DeskEntry]) -> int | None:
    """When all that identifies the caller had been ticked; None: never, or there is nothing to tick."""
    for place, entry in enumerate(log):
        if desk.verify and not unticked(desk, log[: place + 1]):
            return entry.at
    return None


def unticked(desk: Desk, log: Sequence[DeskEntry]) -> list[str]:
    """The entries that identify the caller and are not ticked at the end; a tick may be taken off."""
    ticks = [entry.act.items for entry in log if isinstance(entry.act, Verified)]
    return [name for name in desk.verify if not ticks or name not in ticks[-1]]


def check_values(fields: Sequence[DeskField], values: Mapping[str, str]) -> tuple[ValueCheck, ...]:
    """Each field, and what of `values` was entered in it."""
    return tuple(ValueCheck(field, values.get(field.id) or None) for field in fields)

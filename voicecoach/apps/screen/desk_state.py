"""The trainee's desk during a call: what was found, ticked, filled in, done and saved. Knows no terminal.

Laws
----
* What was typed stays until it is typed over, whatever else happens.
* What somebody else did at the desk (a simulated trainee, the call that is tried again) shows as if it had
  been done here.

Units: samples of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar

from voicecoach.desk import Desk, DeskField, Policy
from voicecoach.desk_log import Applied, DeskAct, Entered, LookedUp, ReadPolicy, Verified

Act = TypeVar("Act", LookedUp, Verified, ReadPolicy, Applied, Entered)


@dataclass(slots=True)
class Sheet:
    """Fields to fill in: of the case or of a tool."""

    fields: tuple[DeskField, ...]
    typed: dict[str, str] = field(default_factory=dict)
    """What stands in them now, by id."""
    done: Mapping[str, str] | None = None
    """What was handed in last; None: nothing yet."""
    done_at: int = 0

    @property
    def values(self) -> dict[str, str]:
        """What is handed in now: of the fields that are not empty, in order."""
        typed = ((one.id, self.typed.get(one.id, "").strip()) for one in self.fields)
        return {name: value for name, value in typed if value}

    @property
    def empty(self) -> list[DeskField]:
        """The fields without a value."""
        return [one for one in self.fields if one.id not in self.values]

    @property
    def changed(self) -> bool:
        """Whether something stands there that was not handed in."""
        return self.values != (self.done or {})

    def take(self, values: Mapping[str, str], now: int) -> None:
        """What was handed in by whoever did it."""
        self.typed, self.done, self.done_at = dict(values), dict(values), now


class DeskState:
    """Follows the desk of one call.

    Parameters
    ----------
    desk : None: there is nothing on it.

    Attributes
    ----------
    open : whether the record can be seen.
    query : what was searched for last.
    ticked : what the trainee has compared, in the desk's order.
    reading : the policy that was opened last.
    case, tools : what is filled in; tools by their id.
    outside : how often somebody else did something here: then what is shown has to be shown anew.
    """

    def __init__(self, desk: Desk | None = None) -> None:
        self.desk = desk or Desk()
        self.open = not self.desk.search
        self.query = ""
        self.ticked: tuple[str, ...] = ()
        self.reading: Policy | None = None
        self.case = Sheet(self.desk.case)
        self.tools = {tool.id: Sheet(tool.fields) for tool in self.desk.tools}
        self.outside = 0
        self._sent: list[DeskAct] = []

    @property
    def unsaved(self) -> bool:
        """Whether there is a case to enter that was not saved as it stands."""
        return bool(self.desk.case) and (self.case.done is None or self.case.changed)

    def known(self, name: str) -> str:
        """What the record or an order says under `name`; empty: nothing."""
        things = chain((self.desk.record,), self.desk.orders)
        return next((thing[name] for thing in things if name in thing), "")

    def search(self, query: str, now: int) -> LookedUp:
        """Search for the record."""
        return self._do(LookedUp(query, self.desk.finds(query)), now)

    def tick(self, names: set[str], now: int) -> Verified:
        """Leave exactly these names ticked."""
        return self._do(Verified(tuple(name for name in self.desk.verify if name in names)), now)

    def read(self, title: str, now: int) -> ReadPolicy:
        """Open a policy."""
        return self._do(ReadPolicy(title), now)

    def apply(self, tool: str, now: int) -> Applied:
        """Use a tool with the values that stand in its fields."""
        return self._do(Applied(tool, self.tools[tool].values), now)

    def save(self, now: int) -> Entered:
        """Save the case as it stands."""
        return self._do(Entered(self.case.values), now)

    def tell(self, act: DeskAct, now: int) -> None:
        """Take what was done when the call was `now` samples old, here or elsewhere."""
        if act in self._sent:
            self._sent.remove(act)  # it shows already, and more may have been done since
            if (sheet := self._sheet(act)) is not None:
                sheet.done_at = now
        else:
            self.outside += 1
            self._take(act, now)

    def _do(self, act: Act, now: int) -> Act:
        self._sent.append(act)
        self._take(act, now)
        return act

    def _take(self, act: DeskAct, now: int) -> None:
        match act:
            case LookedUp():
                self.query = act.query
                self.open = self.open or act.found
            case Verified():
                self.ticked = act.items
            case ReadPolicy():
                found = (one for one in self.desk.policies if one.title == act.title)
                self.reading = next(found, self.reading)
            case Applied() | Entered():
                if (sheet := self._sheet(act)) is not None:
                    sheet.take(act.values, now)

    def _sheet(self, act: DeskAct) -> Sheet | None:
        """What an act hands in."""
        match act:
            case Applied():
                return self.tools.get(act.tool)
            case Entered():
                return self.case
            case _:
                return None

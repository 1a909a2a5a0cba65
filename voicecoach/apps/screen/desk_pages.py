"""The desk's pages that show and compare: record, verification, policies; and what all pages have in common.

Laws
----
* The keyboard is enough: Tab and arrows move, Enter does.
* A page shows what `DeskState` holds; what the trainee does there is handed on at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.console import Group
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TabPane

from voicecoach.apps.call_state import CallState
from voicecoach.apps.outcome_text import printable
from voicecoach.apps.screen import paint
from voicecoach.apps.screen.pane import Pane
from voicecoach.desk_log import DeskAct

ANSWER_FIRST = "It rings: answer first."


@dataclass(frozen=True, slots=True)
class Seat:
    """Where the trainee works."""

    call: CallState
    """What is known of the call, its desk included."""
    hand_on: Callable[[DeskAct], None]
    """Takes what was done."""


class DeskPage(TabPane):
    """A page of the desk.

    Parameters
    ----------
    title : on its tab.
    seat : where the trainee works.
    """

    class Refused(Message):
        """Something cannot be done now."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    def __init__(self, title: str, seat: Seat) -> None:
        super().__init__(title, id=f"{title.lower()}-page")
        self._seat = seat
        self._desk = seat.call.desk

    @property
    def first(self) -> Widget | None:
        """What is used first on this page; None: nothing that takes keys."""
        return None

    def show(self) -> None:
        """Show what the desk holds now."""

    def work(self, act: Callable[[int], DeskAct]) -> bool:
        """Do something at the desk at the time of the call; whether it could be done."""
        call = self._seat.call
        if call.ringing:
            self.post_message(self.Refused(ANSWER_FIRST))
            return False
        self._seat.hand_on(act(call.now))
        self.show()
        return True


class Choices(OptionList):
    """Lines of which one is chosen with Enter or Space."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "select", show=False)]

    def __init__(self) -> None:
        super().__init__(markup=False, compact=True)

    def offer(self, lines: Sequence[str]) -> None:
        """Offer these lines; the marked one stays marked."""
        prompts = [printable(line) for line in lines]
        if len(prompts) != self.option_count:
            self.set_options(prompts)
            self.highlighted = 0
            return
        for at, prompt in enumerate(prompts):
            if self.get_option_at_index(at).prompt != prompt:
                self.replace_option_prompt_at_index(at, prompt)


class RecordPage(DeskPage):
    """The caller's record and orders, closed until a search finds them."""

    def __init__(self, seat: Seat) -> None:
        super().__init__("Record", seat)
        self._query = Input(placeholder="Number or name, then Enter", compact=True, id="query")
        self._found = Static(id="found")
        self._entries = VerticalScroll(self._found)
        self._shown: tuple[bool, str] | None = None

    def compose(self) -> ComposeResult:
        """Lay out."""
        if self._desk.desk.search:
            yield self._query
        yield self._entries

    @property
    def first(self) -> Widget:
        """The search, until it found something."""
        return self._entries if self._desk.open else self._query

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Search."""
        submitted.stop()
        query = submitted.value.strip()
        if query and self.work(lambda now: self._desk.search(query, now)) and self._desk.open:
            self._entries.focus()

    def show(self) -> None:
        """Show the record, or that it was not found."""
        shown = (self._desk.open, self._desk.query)
        if shown != self._shown:
            self._shown = shown
            self._found.update(self._drawn())

    def _drawn(self) -> Text | Group:
        desk, query = self._desk.desk, printable(self._desk.query)
        missed = f"No record found for {query!r}. Check it and search again." if query else ""
        if not self._desk.open:
            return Text(missed or "The record opens when a search finds it.", paint.DIM)
        found = paint.entries([thing for thing in (desk.record, *desk.orders) if thing])
        return Group(Text(missed, paint.AMBER), found) if query and not desk.finds(query) else Group(found)


class VerifyPage(DeskPage):
    """What identifies the caller: compared with what they say, and ticked."""

    def __init__(self, seat: Seat) -> None:
        super().__init__("Verify", seat)
        self._told = Pane()
        self._names = Choices()

    def compose(self) -> ComposeResult:
        """Lay out."""
        yield self._told
        yield self._names

    @property
    def first(self) -> Widget | None:
        """The names, once there is something to compare."""
        return self._names if self._desk.open else None

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Tick one, or take the tick back."""
        selected.stop()
        changed = {*self._desk.ticked} ^ {self._desk.desk.verify[selected.option_index]}
        self.work(lambda now: self._desk.tick(changed, now))

    def show(self) -> None:
        """Show the ticks."""
        self._names.display = self._desk.open
        wanted = "Enter ticks what the caller said right." if self._desk.open else "Find the record first."
        self._told.show(Text(wanted, paint.DIM))
        self._names.offer(
            [
                f"[{'x' if name in self._desk.ticked else ' '}] {name}: {self._desk.known(name)}"
                for name in self._desk.desk.verify
            ]
        )


class PoliciesPage(DeskPage):
    """Titles of the policies; one is opened and read."""

    def __init__(self, seat: Seat) -> None:
        super().__init__("Policies", seat)
        self._titles = Choices()
        self._text = Pane()

    def compose(self) -> ComposeResult:
        """Lay out."""
        yield self._titles
        yield VerticalScroll(self._text)

    @property
    def first(self) -> Widget:
        """The titles."""
        return self._titles

    def on_mount(self) -> None:
        """Offer the titles."""
        self._titles.offer([policy.title for policy in self._desk.desk.policies])

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Open a policy."""
        selected.stop()
        title = self._desk.desk.policies[selected.option_index].title
        self.work(lambda now: self._desk.read(title, now))

    def show(self) -> None:
        """Show the policy that was opened last."""
        reading = self._desk.reading
        shown = Text("Enter opens a policy.", paint.DIM) if reading is None else paint.policy(reading)
        self._text.show(shown)

"""The desk beside the conversation: its pages one behind the other, the notes last."""

from __future__ import annotations

from collections.abc import Iterator

from textual.widgets import TabbedContent, TabPane, Tabs, TextArea

from voicecoach.apps.screen.desk_forms import CasePage, Form, ToolsPage
from voicecoach.apps.screen.desk_pages import DeskPage, PoliciesPage, RecordPage, Seat, VerifyPage

NOTES = "notes-page"


class DeskTabs(TabbedContent):
    """The pages of a desk; without a desk, the notes alone.

    Parameters
    ----------
    seat : where the trainee works.
    """

    def __init__(self, seat: Seat) -> None:
        super().__init__(id="desk")
        self.border_title = "Desk"
        self._notes = TextArea(id="notes", soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self._notes.highlight_cursor_line = False
        self._pages = list(_pages(seat))
        self.set_class(bool(seat.call.desk.desk.tools or seat.call.desk.desk.case), "-working")
        for pane in (*self._pages, TabPane("Notes", self._notes, id=NOTES)):
            self.compose_add_child(pane)

    def show(self) -> None:
        """Show what the desk holds now."""
        for page in self._pages:
            page.show()

    def begin(self) -> None:
        """To what is used first on the first page, unless the trainee is somewhere already."""
        if isinstance(self.screen.focused, Tabs | None):
            self.turn_to(self.active)

    def leave(self) -> None:
        """Leave what is typed in."""
        self.query_one(Tabs).focus()

    def turn(self) -> None:
        """To the next page."""
        pages = [pane.id for pane in self.query(TabPane) if pane.id is not None]
        self.turn_to(pages[(pages.index(self.active) + 1) % len(pages)])

    def turn_to(self, name: str) -> None:
        """To this page, and to what is used first on it."""
        self.active = name
        page = next((page for page in self._pages if page.id == name), None)
        first = page.first if page is not None else None
        if first is None:
            self.leave()
        else:
            self.screen.set_focus(first)

    def turn_to_case(self) -> None:
        """To the case, unless the trainee is writing a note or filling something in."""
        focused = self.screen.focused
        within = focused.ancestors_with_self if focused is not None else ()
        if not any(isinstance(each, TextArea | Form) for each in within):
            self.turn_to("case-page")

    def turn_notes(self) -> None:
        """To the notes, or away from them."""
        if self._notes.has_focus:
            self.leave()
            return
        self.active = NOTES
        self.screen.set_focus(self._notes)


def _pages(seat: Seat) -> Iterator[DeskPage]:
    desk = seat.call.desk.desk
    if desk.record or desk.orders:
        yield RecordPage(seat)
    if desk.verify:
        yield VerifyPage(seat)
    if desk.policies:
        yield PoliciesPage(seat)
    if desk.tools:
        yield ToolsPage(seat)
    if desk.case:
        yield CasePage(seat)

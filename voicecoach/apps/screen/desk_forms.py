"""The desk's pages that are filled in: tools and the case.

Law: a field keeps what was typed; a form is handed in as a whole, as often as the trainee wants.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Button, Input, Label, OptionList, Select

from voicecoach.apps.outcome_text import printable
from voicecoach.apps.screen.desk_pages import Choices, DeskPage, Seat
from voicecoach.apps.screen.desk_state import Sheet
from voicecoach.apps.screen.pane import Pane
from voicecoach.apps.screen.voice_gauges import clock
from voicecoach.desk import DeskField


class Form(VerticalScroll):
    """The fields of a sheet, a button that hands them in, and a word on how it stands.

    Parameters
    ----------
    sheet : what is filled in here.
    title, button : what stands above it and on the button.

    Attributes
    ----------
    refused : why it was not taken; empty: it was, or something was typed since.
    """

    @dataclass
    class HandedIn(Message):
        """The button was pressed."""

        form: Form

    def __init__(self, sheet: Sheet, title: str, button: str) -> None:
        super().__init__(can_focus=False)
        self.sheet = sheet
        self._title = title
        self._button = Button(printable(button), compact=True)
        self._word = Pane(classes="word")
        self.refused = ""
        self._controls = [_control(one, sheet.typed.get(one.id, "")) for one in sheet.fields]

    def compose(self) -> ComposeResult:
        """Lay out."""
        if self._title:
            yield Label(printable(self._title), markup=False, classes="form-title")
        for one, control in zip(self.sheet.fields, self._controls, strict=True):
            yield Label(printable(one.title), markup=False, classes="field")
            yield control
        yield Horizontal(self._button, self._word, classes="hand-in")

    @property
    def first(self) -> Widget:
        """The first field, or the button."""
        return [*self._controls, self._button][0]

    def say(self, word: str) -> None:
        """Say how it stands, beside the button."""
        self._word.show(Text(self.refused or word))

    def fill(self) -> None:
        """Show what the sheet holds: somebody else filled it in."""
        for one, control in zip(self.sheet.fields, self._controls, strict=True):
            value = self.sheet.typed.get(one.id, "")
            if isinstance(control, Input):
                control.value = value
            else:
                control.value = value if value in one.choices else Select.NULL

    def on_input_changed(self, changed: Input.Changed) -> None:
        """Keep what is typed."""
        changed.stop()
        self._type(changed.input, changed.value)

    def on_select_changed(self, changed: Select.Changed) -> None:
        """Keep what is chosen."""
        changed.stop()
        self._type(changed.select, "" if changed.value is Select.NULL else str(changed.value))

    def _type(self, control: Widget, value: str) -> None:
        if self.sheet.typed.get(control.name or "", "") != value:
            self.sheet.typed[control.name or ""] = value
            self.refused = ""

    def on_input_submitted(self, submitted: Input.Submitted) -> None:
        """Enter goes to the next field."""
        submitted.stop()
        self.screen.focus_next()

    def on_button_pressed(self, pressed: Button.Pressed) -> None:
        """Hand in."""
        pressed.stop()
        self.post_message(self.HandedIn(self))


def _control(one: DeskField, value: str) -> Input | Select[str]:
    """What a field is filled in with."""
    if not one.choices:
        return Input(value, name=one.id, compact=True)
    choices = [(Text(printable(choice)), choice) for choice in one.choices]
    chosen = value if value in one.choices else Select.NULL
    return Select(choices, name=one.id, prompt="choose", value=chosen, compact=True)


class ToolsPage(DeskPage):
    """What the trainee can do for the caller: chosen, filled in, applied."""

    def __init__(self, seat: Seat) -> None:
        super().__init__("Tools", seat)
        self._names = Choices()
        self._forms = [Form(self._desk.tools[tool.id], tool.title, "Apply") for tool in self._desk.desk.tools]
        self._outside = 0

    def compose(self) -> ComposeResult:
        """Lay out: the tools, and the form of the chosen one below."""
        yield self._names
        for form in self._forms:
            form.display = False
            yield form

    @property
    def first(self) -> Widget:
        """The tools."""
        return self._names

    def on_option_list_option_selected(self, selected: OptionList.OptionSelected) -> None:
        """Show the form of a tool."""
        selected.stop()
        for at, form in enumerate(self._forms):
            form.display = at == selected.option_index
        form = self._forms[selected.option_index]
        self.screen.set_focus(form.first)

    def on_form_handed_in(self, handed_in: Form.HandedIn) -> None:
        """Apply the tool, once its form is filled in."""
        handed_in.stop()
        form = handed_in.form
        tool = self._desk.desk.tools[self._forms.index(form)]
        if form.sheet.empty:
            form.refused = f"Fill in: {printable(form.sheet.empty[0].title)}"
        else:
            self.work(lambda now: self._desk.apply(tool.id, now))

    def show(self) -> None:
        """Show which tools were applied, and when."""
        self._names.offer(list(self._lines()))
        for form in self._forms:
            form.say(_standing(form.sheet, "", "done"))
        if self._outside != self._desk.outside:
            self._outside = self._desk.outside
            for form in self._forms:
                form.fill()

    def _lines(self) -> Iterator[str]:
        for tool in self._desk.desk.tools:
            sheet = self._desk.tools[tool.id]
            yield tool.title if sheet.done is None else f"{tool.title}  (done at {clock(sheet.done_at)})"


class CasePage(DeskPage):
    """What is entered about the call."""

    def __init__(self, seat: Seat) -> None:
        super().__init__("Case", seat)
        self._form = Form(self._desk.case, "", "Save")
        self._outside = 0

    def compose(self) -> ComposeResult:
        """Lay out."""
        yield self._form

    @property
    def first(self) -> Widget:
        """The first field."""
        return self._form.first

    def on_form_handed_in(self, handed_in: Form.HandedIn) -> None:
        """Save."""
        handed_in.stop()
        self.work(self._desk.save)

    def show(self) -> None:
        """Show whether it is saved."""
        if self._outside != self._desk.outside:
            self._outside = self._desk.outside
            self._form.fill()
        self._form.say(_standing(self._desk.case, "not saved yet", "saved"))


def _standing(sheet: Sheet, before: str, done: str) -> str:
    """How a sheet stands: ``done at 1:05``, ``changed, not done``, or `before` it was handed in."""
    if sheet.done is None:
        return before
    return f"changed, not {done}" if sheet.changed else f"{done} at {clock(sheet.done_at)}"

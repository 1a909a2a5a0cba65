"""The rehearsal screen on a terminal: a Textual application around `CallState`.

Laws
----
* The call runs in a thread beside it; what it tells comes through a queue and is drawn ten times a second.
* Nothing on the screen ends the call without being pressed twice.
* The end of the call ends the screen; the end of the screen hangs up.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static, TabbedContent, TabPane, Tabs, TextArea

from voicecoach.apps.call_state import CallCard, CallState, ending_text, trouble_text
from voicecoach.apps.outcome_text import printable
from voicecoach.apps.screen import paint
from voicecoach.apps.screen.beside import Beside
from voicecoach.apps.screen.driver import ForsakenDriver
from voicecoach.apps.screen.inbox import Inbox, Told
from voicecoach.apps.screen.keys import BUTTONS, CONTROLS, Button, footer, help_text, shown
from voicecoach.apps.screen.presses import Presses
from voicecoach.desk import Desk
from voicecoach.events import CallOver, DeviceBack, Key

REDRAW_S = 0.1
"""Ten times a second: words and needles move smoothly, and a slow line is not flooded."""

CONFIRM_DRAWS = 30
"""A key that ends the call asks for so long (3 s) to be pressed again."""

SETTLE_DRAWS = 10
"""Notes are made known once a second while somebody writes."""

LINES = ("hint", "message", "footer")
TITLES = {"words": "Conversation", "gauges": "Your voice", "status": "Call"}


class Pane(Static):
    """Shows a text and draws only where it changed."""

    _text = Text()

    def show(self, text: Text) -> None:
        """Show `text`."""
        if text != self._text or text.spans != self._text.spans:
            self._text = text
            self.update(text)


class HelpPage(ModalScreen[None]):
    """All keys; the call goes on behind it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss")]

    def compose(self) -> ComposeResult:
        """Lay out."""
        yield Static(help_text())


class CallApp(App[None]):
    """The screen of one call.

    Parameters
    ----------
    card, desk : what an agent sees of the caller.
    inbox : what the call tells; emptied here.
    presses : what the trainee presses and writes.
    work : the call, run beside the screen and drawn as time goes by; None: drawn by whoever calls `draw`.
    hints : whether to show live hints.
    """

    CSS_PATH = "screen.tcss"
    TITLE = "voicecoach"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 -- as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(",".join(b.keys), f"press('{b.action}')", b.label, priority=True) for b in BUTTONS),
        Binding("escape", "leave", "Leave", priority=False),
    ]

    def __init__(
        self,
        card: CallCard,
        desk: Desk | None,
        line: tuple[Inbox, Presses],
        *,
        work: Beside[Any] | None,
        hints: bool,
    ) -> None:
        super().__init__(driver_class=ForsakenDriver)
        self.animation_level = "none"
        self.state = CallState()
        self._card, self._desk = card, desk
        self._inbox, self._presses = line
        self._work, self._hints = work, hints
        self._message = ""
        self._armed: Button | None = None
        self._armed_for = self._unsettled = 0
        self._panes = {name: Pane(id=name) for name in ("header", "words", "gauges", "status", *LINES)}
        self._notes = TextArea(id="notes", soft_wrap=True, show_line_numbers=False, tab_behavior="focus")
        self._notes.highlight_cursor_line = False

    def compose(self) -> ComposeResult:
        """Lay out: the card, words beside the desk, the voice beside the state, hints, messages, keys."""
        panes = self._panes
        yield panes["header"]
        with Horizontal(id="main"):
            yield panes["words"]
            with TabbedContent(id="desk"):
                yield from self._pages()
        with Horizontal(id="voice"):
            yield panes["gauges"]
            yield panes["status"]
        for name in LINES:
            yield panes[name]

    def _pages(self) -> ComposeResult:
        desk = self._desk or Desk()
        pages = (
            ("Record", bool(desk.record), paint.entries([desk.record])),
            ("Orders", bool(desk.orders), paint.entries(desk.orders)),
            ("Policies", bool(desk.policies), paint.policies(desk.policies)),
        )
        for title, filled, drawn in pages:
            if filled:
                with TabPane(title), VerticalScroll():
                    yield Static(drawn)
        with TabPane("Notes", id="notes-page"):
            yield self._notes

    def on_mount(self) -> None:
        """Start the call and the clock of the drawing."""
        for name, title in TITLES.items():
            self._panes[name].border_title = title
        self._panes["hint"].set_class(not self._hints, "off")
        self._tabs.border_title = "Desk"
        self._tabs.query_one(Tabs).focus()
        if self._work is not None:
            self._work.start()
            self.set_interval(REDRAW_S, self.draw)

    def draw(self) -> None:
        """Take in what was told, and show it."""
        for told in self._inbox.take():
            self._take(told)
        self._count_down()
        self._show()
        if self._work is not None and not self._work.running:
            self.exit()

    def leave(self) -> None:
        """The terminal goes away: hang up, and draw no more, for nobody takes what is drawn."""
        if isinstance(self._driver, ForsakenDriver):
            self._driver.gone = True
        self._presses.press(Key.HANG_UP)

    def action_press(self, action: str) -> None:
        """A key of the keyboard was pressed."""
        button = next(button for button in BUTTONS if button.action == action)
        if button.twice and self._armed is not button:
            self._armed, self._armed_for = button, CONFIRM_DRAWS
            return
        self._armed = None
        if action == "hold" and self.state.ringing:
            self._presses.press(Key.ANSWER)
        elif action in CONTROLS:
            self._presses.press(CONTROLS[action])
        else:
            {"help": self._turn_help, "desk": self._turn_page, "notes": self._turn_notes}[action]()

    def action_leave(self) -> None:
        """Leave the notes; forget a key that was pressed once."""
        self._armed = None
        self._tabs.query_one(Tabs).focus()

    def on_text_area_changed(self, changed: TextArea.Changed) -> None:
        """Hand on what the trainee writes, once a second."""
        self._presses.write(changed.text_area.text)
        self._unsettled = self._unsettled or SETTLE_DRAWS

    @property
    def _tabs(self) -> TabbedContent:
        return self.screen_stack[0].query_one(TabbedContent)

    def _turn_help(self) -> None:
        if isinstance(self.screen, HelpPage):
            self.pop_screen()
        else:
            self.push_screen(HelpPage())

    def _turn_page(self) -> None:
        pages = [pane.id for pane in self._tabs.query(TabPane) if pane.id is not None]
        self._tabs.active = pages[(pages.index(self._tabs.active) + 1) % len(pages)]
        self._tabs.query_one(Tabs).focus()

    def _turn_notes(self) -> None:
        if self._notes.has_focus:
            self.action_leave()
            return
        self._tabs.active = "notes-page"
        self.call_after_refresh(self._notes.focus)

    def _take(self, told: Told) -> None:
        if isinstance(told, str):
            self._message = told
            return
        notice, now = told
        self.state.tell(notice, now)
        if isinstance(notice, CallOver):
            self._message = ending_text(notice)
        elif isinstance(notice, DeviceBack):
            self._message = trouble_text(notice)

    def _count_down(self) -> None:
        if self._unsettled:
            self._unsettled -= 1
            if not self._unsettled:
                self._presses.settle()
        if self._armed is not None:
            self._armed_for -= 1
            if not self._armed_for:
                self._armed = None

    def _show(self) -> None:
        state, panes = self.state, self._panes
        width, height = panes["words"].content_size
        panes["header"].show(paint.header(self._card, state, self.size.width))
        panes["words"].show(paint.words(state.words.passages(state.now), self._card.caller, width, height))
        panes["gauges"].show(paint.gauges(state.voice.read(), panes["gauges"].content_size.width))
        panes["status"].show(paint.status(state, self._card.caller, panes["status"].content_size.width))
        panes["message"].show(Text(printable(self._line()), no_wrap=True, overflow="ellipsis"))
        panes["footer"].show(footer(state, self.size.width))
        if self._hints:
            panes["hint"].show(paint.hint(state.hint()))

    def _line(self) -> str:
        """What has to be said: a key that waits for its second press, a trouble, the last message."""
        if self._armed is not None:
            key = shown(self._armed.keys[0])
            return f"{self._armed.label}? Press {key} again. Esc stays."
        return self.state.trouble or self._message

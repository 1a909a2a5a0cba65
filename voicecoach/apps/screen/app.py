"""The rehearsal screen on a terminal: a Textual application around `CallState`.

Laws
----
* The call runs in a thread beside it; what it tells comes through a queue and is drawn ten times a second.
* Nothing on the screen ends the call without being pressed twice.
* The end of the call ends the screen, once the case is finished; the end of the screen hangs up.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import ModalScreen
from textual.widgets import Static, TextArea

from voicecoach.apps.call_state import CallCard, CallState, ending_text, trouble_text
from voicecoach.apps.outcome_text import printable
from voicecoach.apps.screen import paint
from voicecoach.apps.screen.beside import Beside
from voicecoach.apps.screen.desk_pages import DeskPage, Seat
from voicecoach.apps.screen.desk_tabs import DeskTabs
from voicecoach.apps.screen.driver import ForsakenDriver
from voicecoach.apps.screen.inbox import Inbox, Told
from voicecoach.apps.screen.keys import BUTTONS, CONTROLS, Button, footer, help_text, shown
from voicecoach.apps.screen.pane import Pane
from voicecoach.apps.screen.presses import Presses
from voicecoach.apps.screen.wrap_up import WrapUp
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
    line : what the call tells, emptied here; what the trainee presses and does; the work after the call.
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
        line: tuple[Inbox, Presses, WrapUp],
        *,
        work: Beside[Any] | None,
        hints: bool,
    ) -> None:
        super().__init__(driver_class=ForsakenDriver)
        self.animation_level = "none"
        self.state = CallState(desk)
        self._card = card
        self._inbox, self._presses, self._wrap_up = line
        self._wrapping_up = False
        self._work, self._hints = work, hints
        self._message = ""
        self._armed: Button | None = None
        self._armed_for = self._unsettled = 0
        self._panes = {name: Pane(id=name) for name in ("header", "words", "gauges", "status", *LINES)}
        self._tabs = DeskTabs(Seat(self.state, self._presses.work))

    def compose(self) -> ComposeResult:
        """Lay out: the card, words beside the desk, the voice beside the state, hints, messages, keys."""
        panes = self._panes
        yield panes["header"]
        with Horizontal(id="main"):
            yield panes["words"]
            yield self._tabs
        with Horizontal(id="voice"):
            yield panes["gauges"]
            yield panes["status"]
        for name in LINES:
            yield panes[name]

    def on_mount(self) -> None:
        """Start the call and the clock of the drawing."""
        for name, title in TITLES.items():
            self._panes[name].border_title = title
        self._panes["hint"].set_class(not self._hints, "off")
        self._tabs.leave()
        self.call_after_refresh(self._tabs.begin)
        if self._work is not None:
            self._work.start()
            self.set_interval(REDRAW_S, self.draw)

    def draw(self) -> None:
        """Take in what was told, and show it."""
        for told in self._inbox.take():
            self._take(told)
        self._count_down()
        if self._wrap_up.running:
            self._work_on()
        self._show()
        if self._work is not None and not self._work.running:
            self.exit()

    def leave(self) -> None:
        """The terminal goes away: hang up, and draw no more, for nobody takes what is drawn."""
        if isinstance(self._driver, ForsakenDriver):
            self._driver.gone = True
        self._presses.press(Key.HANG_UP)
        self._wrap_up.end()

    def action_press(self, action: str) -> None:
        """A key of the keyboard was pressed."""
        button = next(button for button in BUTTONS if button.action == action)
        if button.twice and self._armed is not button:
            self._armed, self._armed_for = button, CONFIRM_DRAWS
            return
        self._armed = None
        if action in CONTROLS and self._wrap_up.running:
            if action == "hang_up":
                self._finish()
        elif action == "hold" and self.state.ringing:
            self._presses.press(Key.ANSWER)
        elif action in CONTROLS:
            self._presses.press(CONTROLS[action])
        else:
            {"help": self._turn_help, "desk": self._tabs.turn, "notes": self._tabs.turn_notes}[action]()

    def action_leave(self) -> None:
        """Leave what is typed in; forget a key that was pressed once."""
        self._armed = None
        self._tabs.leave()

    def on_desk_page_refused(self, refused: DeskPage.Refused) -> None:
        """Say why something at the desk cannot be done."""
        self._message = refused.why

    def on_text_area_changed(self, changed: TextArea.Changed) -> None:
        """Hand on what the trainee writes, once a second."""
        self._presses.write(changed.text_area.text)
        self._unsettled = self._unsettled or SETTLE_DRAWS

    def _turn_help(self) -> None:
        if isinstance(self.screen, HelpPage):
            self.pop_screen()
        else:
            self.push_screen(HelpPage())

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

    def _work_on(self) -> None:
        """The call is over, and the case is finished; what stands in it when the time is up is saved."""
        desk, wrap_up = self.state.desk, self._wrap_up
        if not self._wrapping_up:
            self._wrapping_up = True
            self._tabs.turn_to_case()
        time_is_up = wrap_up.count_down()
        if time_is_up and desk.case.changed:
            self._presses.work(desk.save(self.state.now))
        if time_is_up or not desk.unsaved:
            self._finish()

    def _finish(self) -> None:
        """No more work after the call; what was written until now is taken with it."""
        self._presses.settle()
        self._wrap_up.end()

    def _show(self) -> None:
        state, panes = self.state, self._panes
        width, height = panes["words"].content_size
        panes["header"].show(paint.header(self._card, state, self.size.width))
        panes["words"].show(paint.words(state.words.passages(state.now), self._card.caller, width, height))
        panes["gauges"].show(paint.gauges(state.voice.read(), panes["gauges"].content_size.width))
        panes["status"].show(paint.status(state, self._card.caller, panes["status"].content_size.width))
        panes["message"].show(Text(printable(self._line()), no_wrap=True, overflow="ellipsis"))
        panes["footer"].show(footer(state, self.size.width, after_call=self._wrap_up.running))
        self._tabs.show()
        if self._hints:
            panes["hint"].show(paint.hint(state.hint()))

    def _line(self) -> str:
        """What has to be said: a key that waits for its second press, work, a trouble, a message."""
        if self._armed is not None:
            key, ends = shown(self._armed.keys[0]), self._armed.action == "hang_up"
            label = "Finish without saving" if ends and self._wrap_up.running else self._armed.label
            return f"{label}? Press {key} again. Esc stays."
        if self._wrap_up.running:
            return f"The call is over. Save the case to finish, or F8 twice. {self._wrap_up.left_s} s left."
        return self.state.trouble or self._message

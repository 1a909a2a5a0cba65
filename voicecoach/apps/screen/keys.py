"""The keys of the rehearsal screen, in one place: what they do, what the footer and the help say.

Function keys are sent by every terminal and over SSH, and never typed into notes; each has a Ctrl
combination beside it for keyboards and programs that keep function keys for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text

from voicecoach.apps.call_state import CallState
from voicecoach.apps.screen.paint import AMBER, DIM
from voicecoach.events import Key


@dataclass(frozen=True, slots=True)
class Button:
    """A key of the keyboard and what it does."""

    keys: tuple[str, ...]
    """Names as Textual knows them; the first is shown in the footer."""
    action: str
    label: str
    help: str
    twice: bool = False
    """Asks to be pressed again: it ends the call."""


BUTTONS = (
    Button(("f1", "ctrl+g"), "help", "Help", "Shows this page, or leaves it."),
    Button(("f2", "ctrl+p"), "hold", "Hold", "Answers; then puts the caller on hold, and back."),
    Button(("f3", "ctrl+o"), "mute", "Mute", "Closes and opens your microphone."),
    Button(
        ("f4", "ctrl+t"), "transfer", "Transfer", "Hands the call to somebody else; press twice.", twice=True
    ),
    Button(("f5", "ctrl+r"), "repeat", "Repeat", "Has the caller say the last line again."),
    Button(("f6", "ctrl+l"), "desk", "Desk", "Turns to the desk's next page."),
    Button(("f7", "ctrl+n"), "notes", "Notes", "Opens your notes; Esc or F7 leaves them."),
    Button(("f8", "ctrl+q", "ctrl+c"), "hang_up", "Hang up", "Ends the call; press twice.", twice=True),
)

CONTROLS = {
    "hold": Key.HOLD,
    "mute": Key.MUTE,
    "transfer": Key.TRANSFER,
    "repeat": Key.REPEAT,
    "hang_up": Key.HANG_UP,
}
"""The buttons that reach the call."""

AFTER_CALL = ("help", "desk", "notes", "hang_up")
"""The buttons that are left while the case is finished after the call."""


def shown(name: str) -> str:
    """``f2`` as ``F2``, ``ctrl+p`` as ``Ctrl+P``."""
    return "+".join(part.capitalize() for part in name.split("+"))


def footer(state: CallState, width: int, *, after_call: bool = False) -> Text:
    """All keys on one line, named by what they would do now; after the call, the trainee may still work."""
    now = {
        "hold": "Answer" if state.ringing else "Hold" if state.held_since is None else "Resume",
        "mute": "Mute" if state.muted_since is None else "Unmute",
        "hang_up": "Finish" if after_call else "Hang up",
    }
    buttons = [b for b in BUTTONS if not after_call or b.action in AFTER_CALL]
    labels = [(shown(b.keys[0]), now.get(b.action, b.label)) for b in buttons]
    used = sum(len(key) + 1 + len(label) for key, label in labels)
    gap = " " * max(1, min(3, (width - used - 1) // len(labels)))
    row = Text(" ", no_wrap=True)
    for key, label in labels:
        row.append(key, f"bold {AMBER}").append(f" {label}{gap}")
    row.rstrip()
    return row


def help_text() -> Text:
    """Every key in a line, and how the screen is read."""
    rows = [Text("Keys\n", "bold")]
    for button in BUTTONS:
        names = " ".join(map(shown, button.keys))
        rows.append(Text().append(f"{names:<19}", AMBER).append(button.help))
    rows.append(Text().append(f"{'Tab, arrows, Enter':<19}", AMBER).append("Work inside a page of the desk."))
    rows.append(Text().append(f"{'Esc':<19}", AMBER).append("Leaves a field; forgets a key pressed once."))
    rows.append(Text("\nReading the screen\n", "bold"))
    rows += [
        Text("[words in brackets] may still change; others will not."),
        Text("Pace   words a minute while you speak (against your normal)."),
        Text("Level  against your own normal.    Pitch  how much it moves."),
        Text("The dot between the brackets: in the green band.", DIM),
    ]
    return Text("\n").join(rows)

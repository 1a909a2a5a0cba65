"""Draws what is shown as styled text, for a given number of columns: lines in, no terminal touched.

Laws
----
* Color and weight repeat what a word, a bracket or a place says; without them nothing is lost.
* Words of others are passed through `printable`: they cannot command the terminal, nor be markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from voicecoach.apps.call_state import CallCard, CallState
from voicecoach.apps.outcome_text import fit, printable
from voicecoach.apps.screen.conversation import Passage
from voicecoach.apps.screen.hints import Hint
from voicecoach.apps.screen.voice_gauges import LEVEL, PACE, PITCH, Gauges, Scale, clock
from voicecoach.desk import Policy
from voicecoach.speech import Speaker

DIM, TRAINEE, CALLER = "#8b98a8", "#8ec5ff", "#f2be7e"
GREEN, AMBER, RED = "#7fcf9b", "#e8c468", "#f58f86"
"""On the screen's dark grounds each has a contrast of 5:1 at least, and is readable in 16 colors."""

VERDICT_STYLE = (GREEN, AMBER, f"bold {RED}")
"""By how far a value is off."""

YOU = "You"

ROOMY = 18
"""Rows from which on words can stand apart."""

WIDEST_NAME = 14
"""Columns for the names in a record; longer ones are folded."""

_WRAPPER = Console(width=80, color_system=None)
"""Measures and wraps; never prints."""


def header(card: CallCard, state: CallState, width: int) -> Text:
    """The caller's card on the left, the call's clock on the right."""
    right = f"{clock(state.now)} "
    left = Text(" ", no_wrap=True).append(printable(card.caller), f"bold {CALLER}")
    for detail in filter(None, (card.number, card.title)):
        left.append("  ").append(printable(detail), DIM)
    left.truncate(max(0, width - len(right) - 1), overflow="ellipsis", pad=True)
    return left.append(" ").append(right, "bold")


def words(passages: Sequence[Passage], caller: str, width: int, height: int) -> Text:
    """As many of the newest words as fit; with room, a free line between passages."""
    lines: list[Text] = []
    apart = [Text()] if height >= ROOMY else []
    for passage in reversed(passages):
        lines = [*_passage(passage, caller).wrap(_WRAPPER, max(width, 8)), *(apart if lines else ()), *lines]
        if len(lines) >= height:
            break
    return Text("\n").join(lines[-height:] if height > 0 else [])


def _passage(passage: Passage, caller: str) -> Text:
    mine = passage.speaker is Speaker.TRAINEE
    line = Text().append(f"{YOU if mine else printable(caller)}: ", f"bold {TRAINEE if mine else CALLER}")
    line.append(printable(passage.firm))
    if passage.tentative:
        line.append(" [" if passage.firm else "[", DIM)
        line.append(printable(passage.tentative), f"italic {DIM}").append("]", DIM)
    return line


def gauges(found: Gauges, width: int) -> Text:
    """Three bars with the green band in brackets, each with its number and a word."""
    bar = max(15, width - 33)
    usual = found.pace_usual_wpm
    change = "" if found.pace_wpm is None or usual is None else f" ({round(found.pace_wpm - usual):+})"
    rows = [
        _gauge("Pace", PACE, found.pace_wpm, bar, f"{found.pace_wpm or 0:.0f} wpm{change}"),
        _gauge("Level", LEVEL, found.level_db, bar, f"{round(found.level_db or 0):+} dB"),
        _gauge("Pitch", PITCH, found.pitch_sd_st, bar, f"\u00b1{found.pitch_sd_st or 0:.1f} st"),
    ]
    return Text("\n").join(rows)


def _gauge(name: str, scale: Scale, value: float | None, width: int, figure: str) -> Text:
    row = Text(f"{name:<6}", no_wrap=True).append_text(bar_of(scale, value, width))
    if value is None:
        return row.append("  listening ...", DIM)
    return row.append(f"  {figure:<14}").append(scale.verdict(value), VERDICT_STYLE[abs(scale.off(value))])


def bar_of(scale: Scale, value: float | None, width: int) -> Text:
    """Such as ``·····[───●──]····``: the band in brackets, the value as a dot."""
    low, high = (round(scale.share(edge) * (width - 1)) for edge in scale.green)
    marks = ["\u00b7" if i < low or i > high else "\u2500" for i in range(width)]
    marks[low], marks[high] = "[", "]"
    bar = Text("".join(marks), DIM)
    bar.stylize(GREEN, low, high + 1)
    if value is None:
        return bar
    # A value in the band stands between its brackets, one outside them outside, however coarse the bar.
    at = round(scale.share(value) * (width - 1))
    inner = {0: (low + 1, high - 1), 1: (high + 1, width - 1), -1: (0, low - 1)}
    side = scale.off(value)
    least, most = inner[(side > 0) - (side < 0)]
    at = min(max(at, least), most)
    dot = Text("\u25cf", f"bold {VERDICT_STYLE[abs(side)]}")
    return bar[:at].append_text(dot).append_text(bar[at + 1 :])


def status(state: CallState, caller: str, width: int) -> Text:
    """Who has the floor, then hold and microphone, each with its time."""
    if state.over is not None:
        return Text("Call over", "bold")
    rows = [_floor(state, caller, width), _hold(state), _microphone(state)]
    return Text("\n").join(rows)


def _floor(state: CallState, caller: str, width: int) -> Text:
    if state.ringing:
        return Text(">> Ringing: F2 answers", f"bold {CALLER}")
    since = f" {clock(max(0, state.now - state.speaker_since))}"
    match state.speaker:
        case Speaker.TRAINEE:
            return Text(">> You speak", f"bold {TRAINEE}").append(since, DIM)
        case Speaker.CALLER:
            name = fit(caller, max(4, width - len("<<  speaks 10:00")))
            return Text(f"<< {name} speaks", f"bold {CALLER}").append(since, DIM)
        case _:
            return Text("-- Nobody speaks", "bold").append(since, DIM)


def _hold(state: CallState) -> Text:
    if state.held_since is None:
        return Text("Line open", DIM)
    return Text(f"ON HOLD {clock(state.now - state.held_since)}", f"bold reverse {AMBER}")


def _microphone(state: CallState) -> Text:
    if state.muted_since is None:
        return Text("Microphone open", DIM)
    return Text(f"MUTED {clock(state.now - state.muted_since)}", f"bold reverse {RED}")


def hint(found: Hint | None) -> Text:
    """A hint, named as one."""
    return Text("" if found is None else f"Hint: {found.text}", no_wrap=True)


def entries(things: Sequence[Mapping[str, str]]) -> RenderableType:
    """Records, one below the other: a name and what is known of it on each line."""
    width = min(WIDEST_NAME, max((len(printable(name)) for thing in things for name in thing), default=0))
    return Group(*(part for thing in things for part in (_entry(thing, width), Text())))


def _entry(thing: Mapping[str, str], width: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=width, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for name, known in thing.items():
        table.add_row(Text(printable(name), DIM), Text(_prose(known)))
    return table


def policy(found: Policy) -> Text:
    """A rule below its title."""
    return Text().append(printable(found.title), "bold").append("\n").append(_prose(found.text))


def _prose(text: str) -> str:
    """`text` made safe, its own line breaks kept."""
    return "\n".join(map(printable, text.splitlines()))

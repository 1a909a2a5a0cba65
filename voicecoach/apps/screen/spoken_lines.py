"""What a rehearsal tells, in lines that stand: words once they are certain, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from voicecoach.apps.call_state import CallState, ending_text, trouble_text
from voicecoach.apps.screen.voice_gauges import LEVEL, PACE, PITCH, Gauges, clock
from voicecoach.desk_log import Applied, DeskAct, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.events import (
    CallOver,
    DeviceBack,
    DeviceLost,
    FinalHeard,
    Glitched,
    Key,
    Pressed,
    RehearsalNotice,
    Trouble,
)
from voicecoach.speech import Speaker
from voicecoach.timeline import samples

WORTH_TELLING = samples(0.1)
"""Less sound than this (half a syllable) is marked in the recording as lost, and no line is printed."""

HELP = """\
Type a word and Enter:
  answer (or Enter alone)  answers while it rings
  hold      puts the caller on hold; hold again takes the call back
  mute      closes your microphone; mute again opens it
  transfer  hands the call to somebody else; the call ends
  repeat    has the caller say the last line again
  note ...  writes a line into the case
  bye       hangs up (so do hang up and Ctrl-C)"""


class SpokenLines:
    """Feeds a `CallState` and says what is worth a line."""

    def __init__(self, state: CallState, caller: str, *, hints: bool) -> None:
        self._state, self._caller, self._hints = state, caller, hints
        self._hinted = ""
        self._trouble: Trouble | None = None

    def tell(self, notice: RehearsalNotice, now: int) -> Iterator[str]:
        """The lines for one notice, mostly none."""
        said = self._state.tell(notice, now)
        if said is not None:
            mine = said.speaker is Speaker.TRAINEE
            figures = self._figures() if mine and isinstance(notice, FinalHeard) else ""
            yield f"{clock(said.start):>5}  {'You' if mine else self._caller}: {said.text}{figures}"
        elif (line := self._changed(notice)) is not None:
            yield f"{clock(self._state.now):>5}  -- {line}"

    def hint(self) -> Iterator[str]:
        """A hint, once it is a new one."""
        hint = self._state.hint() if self._hints else None
        kind = "" if hint is None else hint.kind
        if hint is not None and kind != self._hinted:
            yield f"{clock(self._state.now):>5}  -- hint: {hint.text}"
        self._hinted = kind

    def _changed(self, notice: RehearsalNotice) -> str | None:
        match notice:
            case Pressed():
                return self._pressed(notice.key)
            case CallOver():
                return ending_text(notice)
            case LookedUp() | Verified() | ReadPolicy() | Applied() | Entered():
                return self._worked(notice)
            case Glitched() if notice.span.duration < WORTH_TELLING:
                return None
            case Glitched() | DeviceLost() | DeviceBack() if notice != self._trouble:
                self._trouble = notice
                return trouble_text(notice)
            case _:
                return None

    def _pressed(self, key: Key) -> str:
        match key:
            case Key.HOLD:
                return "the caller is on hold" if self._state.held_since is not None else "back from hold"
            case Key.MUTE:
                return "microphone muted" if self._state.muted_since is not None else "microphone open"
            case _:
                return key.value

    def _worked(self, act: DeskAct) -> str:
        """What was done at the desk."""
        desk = self._state.desk
        match act:
            case LookedUp(query, True):
                return f"record found for {query!r}"
            case LookedUp(query):
                return f"no record found for {query!r}: check it and search again"
            case Verified(items):
                return f"verified: {', '.join(items) or 'nothing'}"
            case ReadPolicy(title):
                return f"policy read: {title}"
            case Applied(tool, values):
                title = next((one.title for one in desk.desk.tools if one.id == tool), tool)
                return f"done: {title}{_values(values)}"
            case Entered(values):
                return f"case saved{_values(values)}"

    def _figures(self) -> str:
        """Such as `` (144 wpm, steady; +1 dB, as usual; pitch varies by 2.4 st, lively)``."""
        found = self._state.voice.read()
        parts = [part for part in _parts(found) if part]
        return f" ({'; '.join(parts)})" if parts else ""


def _values(values: Mapping[str, str]) -> str:
    listed = "; ".join(f"{name}={value}" for name, value in values.items())
    return f" ({listed})" if listed else ""


def _parts(found: Gauges) -> Iterator[str]:
    if found.pace_wpm is not None:
        yield f"{found.pace_wpm:.0f} wpm, {PACE.verdict(found.pace_wpm)}"
    if found.level_db is not None:
        yield f"{round(found.level_db):+} dB, {LEVEL.verdict(found.level_db)}"
    if found.pitch_sd_st is not None:
        yield f"pitch varies by {found.pitch_sd_st:.1f} st, {PITCH.verdict(found.pitch_sd_st)}"

"""What a rehearsal shows while it runs: notices in, presentation facts out. Knows no terminal.

Laws
----
* Any notice may come in any order, and none raises.
* The caller's mood is not in here: it stays hidden until the debrief.
* Time is the call's own; while the sound device is away, it stands.

Units: samples of the call.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.apps.screen.conversation import Conversation, Said
from voicecoach.apps.screen.desk_state import DeskState
from voicecoach.apps.screen.hints import Hint, Hints, Situation
from voicecoach.apps.screen.voice_gauges import VoiceGauges
from voicecoach.conversation import LineEnded
from voicecoach.desk import Desk
from voicecoach.desk_log import Applied, DeskAct, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.events import (
    CallerBegan,
    CallOver,
    Control,
    DeviceBack,
    DeviceLost,
    FinalHeard,
    FloorTaken,
    Glitched,
    Key,
    MoodMoved,
    Noted,
    PartialHeard,
    Pressed,
    RehearsalNotice,
    Sounded,
    TurnEnded,
)
from voicecoach.persona import Persona
from voicecoach.rewording import LineWorded, RewordingEnded
from voicecoach.speech import Speaker
from voicecoach.timeline import samples, seconds

SILENT = samples(1.0)
"""A trainee who has been silent for so long does not speak any more, whoever has the floor."""

PROSODY_LAG = samples(0.5)
"""Contours are known about 0.2 s late; a voice that sounded so long ago still counts as sounding."""


Followed = PartialHeard | TurnEnded | Sounded | CallerBegan | FloorTaken | MoodMoved | CallOver | Control


@dataclass(frozen=True, slots=True)
class CallCard:
    """What an agent sees of a caller when it rings."""

    caller: str
    title: str
    number: str = ""
    """Telephone number, where the caller's record holds one."""


def card(persona: Persona) -> CallCard:
    """The card of a persona; nothing of their story, which the caller tells."""
    record = {} if persona.desk is None else persona.desk.record
    numbers = [value for name, value in record.items() if "phone" in name.casefold()]
    return CallCard(persona.caller.name, persona.title, numbers[0] if numbers else "")


class CallState:
    """Follows one call.

    Parameters
    ----------
    desk : what the trainee has on the screen; None: nothing.

    Attributes
    ----------
    now : how much of the call has passed.
    ringing : nobody has answered yet.
    over : set once the call is over.
    held_since, muted_since : None while the caller is not on hold, the microphone not muted.
    trouble : what is wrong with the sound device; empty: nothing.
    desk : what was done at the desk.
    """

    def __init__(self, desk: Desk | None = None) -> None:
        self.now = 0
        self.ringing = True
        self.over: CallOver | None = None
        self.held_since: int | None = None
        self.muted_since: int | None = None
        self.trouble = ""
        self.voice = VoiceGauges()
        self.words = Conversation()
        self.desk = DeskState(desk)
        self._floor = FloorTaken(None, 0, "the call begins")
        self._caller_done: int | None = None
        self._hints = Hints()

    def tell(self, notice: RehearsalNotice, now: int) -> Said | None:
        """Take what became known when the call was `now` samples old; return words that stand from now on."""
        self.now = max(self.now, now)
        match notice:
            case FinalHeard():
                if notice.segment.speaker is Speaker.TRAINEE:
                    self.voice.words(notice)
                return self.words.final(notice)
            case LineEnded():
                return self.words.caller_ended(notice)
            case Glitched() | DeviceLost() | DeviceBack():
                self._suffer(notice)
                return None
            case LineWorded() | RewordingEnded():
                return None  # words are shown as they are heard
            case _:
                self._follow(notice)
                return None

    @property
    def speaker(self) -> Speaker | None:
        """Who speaks; None: nobody."""
        holder = self._floor.holder
        if holder is Speaker.TRAINEE and self._trainee_silent > SILENT:
            return None
        return holder

    @property
    def speaker_since(self) -> int:
        """Since when they do, or nobody does."""
        if self._floor.holder is not None and self.speaker is None:
            return max(self.voice.voice_until, self._floor.at)
        return self._floor.at

    def hint(self) -> Hint | None:
        """A hint for the trainee; None: nothing to say."""
        return None if self.ringing or self.over else self._hints.choose(self._situation(), self.now)

    def _follow(self, notice: Followed) -> None:
        self.ringing = self.ringing and isinstance(notice, Noted | DeskAct)
        match notice:
            case Sounded() if notice.speaker is Speaker.TRAINEE and not self._caller_may_leak:
                self.voice.sound(notice.frames)
            case PartialHeard():
                self.words.partial(notice)
            case CallerBegan():
                self.words.caller_began(notice)
            case FloorTaken():
                self._floor = notice
                self._caller_done = notice.at if notice.holder is None else None
            case CallOver():
                self.over = self.over or notice
            case Pressed():
                self._press(notice.key)
            case LookedUp() | Verified() | ReadPolicy() | Applied() | Entered():
                self.desk.tell(notice, self.now)
            case _:
                pass  # of the end of a turn, of moods and of notes nothing is shown

    def _press(self, key: Key) -> None:
        if key is Key.HOLD:
            self.held_since = self.now if self.held_since is None else None
        elif key is Key.MUTE:
            self.muted_since = self.now if self.muted_since is None else None

    def _suffer(self, trouble: Glitched | DeviceLost | DeviceBack) -> None:
        match trouble:
            case DeviceLost():
                self.trouble = trouble_text(trouble)
            case DeviceBack():
                self.trouble = ""
            case Glitched():
                pass  # marked in the recording; nothing that a trainee could do about it

    @property
    def _caller_may_leak(self) -> bool:
        """Whether what the microphone hears may be the caller: they speak, and nobody took the floor."""
        return self.words.caller_since is not None and self._floor.holder is not Speaker.TRAINEE

    @property
    def _trainee_silent(self) -> int:
        return self.now - max(self.voice.voice_until, self._floor.at)

    def _situation(self) -> Situation:
        done = self._caller_done
        unanswered = done is not None and self.voice.voice_until <= done
        speaking = self.speaker is Speaker.TRAINEE
        return Situation(
            on_hold=None if self.held_since is None else self.now - self.held_since,
            talking_over=self._talking_over(),
            waiting=self.now - done if done is not None and unanswered else 0,
            holding_forth=self.now - self._floor.at if speaking else 0,
            speaking=speaking and self._trainee_silent < PROSODY_LAG,
            gauges=self.voice.read(),
        )

    def _talking_over(self) -> int:
        """How long the trainee's words have run into the caller's; by words, for sound may be leakage."""
        since, until = self.words.caller_since, self.words.words_until
        return max(0, until - since) if since is not None and until is not None else 0


def ending_text(over: CallOver) -> str:
    """How a call ended, for people."""
    return f"The call is over: {over.ending}."


def trouble_text(trouble: Glitched | DeviceLost | DeviceBack) -> str:
    """A trouble, for a line of its own."""
    match trouble:
        case Glitched():
            return f"{seconds(trouble.span.duration):.2f} s of sound were lost ({trouble.reason})."
        case DeviceLost():
            return f"The sound device is gone ({trouble.reason}). The call waits; trying to reopen it."
        case DeviceBack():
            return f"Sound is back ({trouble.device}) after {trouble.away_s:.0f} s. The call goes on."

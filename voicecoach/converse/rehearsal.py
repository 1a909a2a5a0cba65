"""A rehearsed call as one machine: it listens to the trainee, understands, and talks back as the caller.

Composes listening (`listen.Analysis`), understanding (`understand.ActReader`) and conversing (`Floor`,
`Caller`, `Mouth`). It reacts to what arrives, in order of arrival; what is scored comes from the analysis
alone, so that the recording of the call is graded to the very scorecard.

Laws
----
* ``push(event) -> commands and notices``; then `next_block` gives what the caller says next.
* The same events in the same order give the same call: its log and its recording replay it.
* Whatever is late for a turn that is over is dropped, by its id.

Units: samples of the call.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from voicecoach.audio import Samples
from voicecoach.call import Call
from voicecoach.conversation import Ending, LineEnded, Reply
from voicecoach.converse.attention import Attention
from voicecoach.converse.caller import Caller
from voicecoach.converse.floor import Floor
from voicecoach.converse.mouth import Mouth
from voicecoach.converse.scene import (
    AskAnyoneThere,
    CutIn,
    Duck,
    FloorAct,
    Hush,
    Restore,
    Resume,
    TakeTurn,
    Yield,
    YieldKind,
)
from voicecoach.converse.temperament import manners
from voicecoach.desk_log import Applied, DeskEntry, Entered, LookedUp, ReadPolicy, Verified
from voicecoach.events import (
    CallEnded,
    CallerBegan,
    CallOver,
    Discard,
    Drafted,
    Exchanged,
    FloorTaken,
    Key,
    MoodMoved,
    Pressed,
    Recognized,
    RehearsalCommand,
    RehearsalEvent,
    RehearsalNotice,
    Render,
    Rendered,
    RenderFailed,
)
from voicecoach.listen.analysis import Analysis
from voicecoach.role import Role
from voicecoach.speech import EndOfTurn, Speaker
from voicecoach.understand.reader import ActReader

Found = list[RehearsalCommand | RehearsalNotice]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a rehearsal is made of."""

    analysis: Analysis
    """Of two tracks, live for the trainee."""
    reader: ActReader
    caller: Caller
    role: Role
    """The caller's."""
    seed: int
    """Of who gives way to whom."""


class Rehearsal:
    """One call with one caller.

    Parameters
    ----------
    parts : fresh ones; they keep the state of the call.

    Attributes
    ----------
    over : set once nobody will say anything more.
    """

    def __init__(self, parts: Parts) -> None:
        self._attention = Attention(parts.analysis, parts.reader)
        self._caller = parts.caller
        self._role = parts.role
        self._floor = Floor(manners(parts.role, parts.caller.band), parts.seed)
        self._mouth = Mouth()
        self.over: CallOver | None = None
        self._now = 0
        self._found: Found = []
        self._unanswered: EndOfTurn | None = None
        self._cut_in = False
        self._ending: Ending | None = None
        self._holder: Speaker | None = None
        self._caller_until = 0
        self._held_since: int | None = None
        self._muted = False
        self._desk: list[DeskEntry] = []

    @property
    def desk(self) -> tuple[DeskEntry, ...]:
        """What the trainee did at the desk so far."""
        return tuple(self._desk)

    @property
    def microphone_open(self) -> bool:
        """Whether the caller's end of the line gets what the trainee says: not on hold, not muted."""
        return self._held_since is None and not self._muted

    @property
    def awaited(self) -> int:
        """Final words that are still to come."""
        return self._attention.awaited

    def call(self) -> Call:
        """The call as it was heard, once it ended and every final is there."""
        return self._attention.call()

    def next_block(self, count: int) -> Samples:
        """What the caller says next, shape (count,)."""
        block, notices = self._mouth.next_block(count)
        for notice in notices:
            self._found.append(notice)
            if isinstance(notice, CallerBegan):
                self._take_floor(Speaker.CALLER, notice.at, "speaks")
            else:
                self._line_ended(notice)
        return block

    def push(self, event: RehearsalEvent) -> Found:
        """Take one event; return what to ask of recognizer and voice, and what is known by now."""
        match event:
            case Exchanged():
                self._hear(event)
            case CallEnded() | Recognized() | Drafted():
                self._found += self._attention.push(event)
            case Rendered():
                self._mouth.rendered(event.line_id, event.rendering)
            case RenderFailed():
                self._spoken_without(event.line_id)
            case Pressed() if self.over is None:
                self._press(event.key)
            case LookedUp() | Verified() | ReadPolicy() | Applied() | Entered():  # also once the call is over
                self._desk.append(DeskEntry(self._now, event))
            case _:
                pass  # notes and troubles change nothing that the caller does
        found, self._found = self._found, []
        return found

    def _hear(self, event: Exchanged) -> None:
        self._now = event.heard.end
        self._found += self._attention.push(event)
        scene = self._attention.scene(
            self._now,
            self._mouth.playout,
            on_hold=self._held_since is not None,
            muted=self._muted,
            first_line=self._caller_until == 0,
        )
        began = self._attention.began
        if scene.has_pitch and scene.playout.began is None and began is not None:
            self._take_floor(Speaker.TRAINEE, max(began, self._caller_until), "speaks")
        for act in self._floor.push(scene):
            self._perform(act)
        self._answer_when_known()
        if self._ending is not None and not self._mouth.playout.busy:
            self._end(self._ending, "the caller had nothing more to say")

    def _perform(self, act: FloorAct) -> None:
        match act:
            case Duck():
                self._mouth.duck()
            case Hush():
                self._mouth.hush()
            case Restore():
                self._mouth.restore()
            case Yield():
                self._cut_in = self._cut_in or act.kind is YieldKind.INTERRUPTED
                self._forget_rest(self._mouth.stop())
                self._take_floor(Speaker.TRAINEE, act.since, act.reason)
            case Resume():
                self._cut_in = False  # nothing came of it
                self._say(self._caller.say_again(self._now))
            case TakeTurn():
                self._unanswered = act.end
            case CutIn():
                self._unanswered = None  # its words are still there, and belong to what goes on
                self._say(self._caller.cut_in(self._now, act.reason))
            case AskAnyoneThere() if self._held_since is not None:  # they gave up; nobody would hear a word
                self._end(Ending.CALLER_HUNG_UP, "the caller was on hold for too long")
            case AskAnyoneThere():
                self._unanswered, self._cut_in = None, False
                self._say(self._caller.prompt(self._now, act.count))
            case _:
                assert_never(act)

    def _answer_when_known(self) -> None:
        """Answer a turn that is over once its words are known, or have taken too long."""
        end = self._unanswered
        if end is None or not self._attention.knows(end, self._now):
            return
        self._unanswered = None
        turn = self._attention.take(end, cut_in=self._cut_in, caller_until=self._caller_until)
        self._cut_in = False
        if turn.text:
            self._say(self._caller.answer(turn))

    def _say(self, reply: Reply | None) -> None:
        self._found.extend(MoodMoved(change) for change in self._caller.changes())
        self._floor.manners = manners(self._role, self._caller.band)
        if reply is None:
            return
        for place, line in enumerate(reply.lines):
            self._found.append(Render(line))
            self._mouth.say(line, reply.pause if place == 0 and reply.pause else None)
        if reply.ending is not None:
            self._ending = reply.ending

    def _lines_ended(self, ended: list[LineEnded]) -> None:
        for line in ended:
            self._found.append(line)
            self._line_ended(line)

    def _forget_rest(self, ended: list[LineEnded]) -> None:
        """Lines are over that may not be rendered yet: whoever waits behind them does not wait for them."""
        self._lines_ended(ended)
        self._found += [Discard(line.line.id) for line in ended if line.span is None]

    def _spoken_without(self, line_id: int) -> None:
        """A line cannot be spoken; that interrupts nobody, and who was about to hang up still does."""
        ending = self._ending
        self._lines_ended(self._mouth.failed(line_id))
        self._ending = ending
        if self._holder is Speaker.CALLER and not self._mouth.playout.busy:
            self._take_floor(None, self._caller_until, "the caller has finished")

    def _line_ended(self, ended: LineEnded) -> None:
        if ended.span is not None:
            self._caller_until = ended.span.end
        if ended.cut:
            self._ending = None
            self._caller.cut(ended)
        elif not self._mouth.playout.busy:
            self._take_floor(None, self._caller_until, "the caller has finished")

    def _press(self, key: Key) -> None:
        match key:
            case Key.HOLD:
                self._hold()
            case Key.MUTE:
                self._muted = not self._muted
            case Key.REPEAT:
                self._say(self._caller.say_again(self._now))
            case Key.TRANSFER:
                self._end(self._caller.transferred(), "the trainee transferred the call")
            case Key.HANG_UP:
                self._end(self._caller.ended_by_trainee(), "the trainee hung up")
            case Key.ANSWER:
                pass  # the call runs already

    def _hold(self) -> None:
        if self._held_since is None:
            self._held_since = self._now
            self._forget_rest(self._mouth.hold(on=True))
            self._caller.held(self._now)
            return
        self._held_since = None
        if self._ending is None:  # what was answered meanwhile, nobody heard
            self._forget_rest(self._mouth.stop())
        self._lines_ended(self._mouth.hold(on=False))
        self._say(self._caller.resumed(self._now))

    def _take_floor(self, holder: Speaker | None, at: int, reason: str) -> None:
        if holder is not self._holder:
            self._holder = holder
            self._found.append(FloorTaken(holder, at, reason))

    def _end(self, ending: Ending, reason: str) -> None:
        if self.over is None:
            self.over = CallOver(ending, self._now, reason)
            self._forget_rest(self._mouth.stop())
            self._found.append(self.over)

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

from voicecoach.audio import Samples
from voicecoach.call import Call
from voicecoach.conversation import Ending, LineEnded, Reply
from voicecoach.converse.caller import Caller
from voicecoach.converse.floor import Floor
from voicecoach.converse.mouth import Mouth
from voicecoach.converse.scene import (
    AskAnyoneThere,
    CutIn,
    Duck,
    FloorAct,
    Restore,
    Resume,
    Scene,
    TakeTurn,
    Yield,
    YieldKind,
)
from voicecoach.converse.temperament import manners
from voicecoach.converse.trainee_turns import TraineeTurns
from voicecoach.events import (
    CallEnded,
    CallerBegan,
    CallOver,
    Drafted,
    Exchanged,
    FinalHeard,
    FloorTaken,
    Key,
    MoodMoved,
    PartialHeard,
    Pressed,
    Recognized,
    RehearsalCommand,
    RehearsalEvent,
    RehearsalNotice,
    Render,
    Rendered,
    RenderFailed,
    Sounded,
    TurnEnded,
)
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.endpoint import EndpointSettings
from voicecoach.listen.track import Ongoing
from voicecoach.role import Role
from voicecoach.speech import EndOfTurn, Speaker
from voicecoach.timeline import Span, samples
from voicecoach.understand.reader import ActReader

Found = list[RehearsalCommand | RehearsalNotice]

WORDS_AWAITED = samples(0.4)
"""A turn that is over is answered so long after at the latest, with what is known of its words by then.
A recognizer that is three times too slow then costs understanding, not the rhythm of the call."""

WAITS = EndpointSettings(
    complete_s=0.5,
    unsure_s=0.7,
    incomplete_s=1.2,
    complete_from=0.56,
    incomplete_below=0.34,
    longest_floor_s=0.7,
)
"""How long the caller waits for the trainee to go on. Shorter than where nothing gives way: a caller who came in
too early stops within a quarter of a second. By the reckoning of ``docs/decisions/0006-endpointing.md``, with
a turn cut off as bad as 1.5 s of waiting instead of 3 s."""

LEAK_KNOWN = samples(1.0)
"""How the headset leaks is known once the caller has sounded so long; before, nobody interrupts them."""


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
        self._analysis = parts.analysis
        self._caller = parts.caller
        self._role = parts.role
        self._floor = Floor(manners(parts.role, parts.caller.band), parts.seed)
        self._mouth = Mouth()
        self._turns = TraineeTurns(parts.reader)
        self.over: CallOver | None = None
        self._now = 0
        self._found: Found = []
        self._turn_end: EndOfTurn | None = None
        self._unanswered: EndOfTurn | None = None
        self._turn_since: int | None = None
        self._cut_in = False
        self._words: tuple[str, ...] = ()
        self._segment_closed = False
        self._ending: Ending | None = None
        self._caller_until = 0
        self._held_since: int | None = None
        self._muted = False

    @property
    def microphone_open(self) -> bool:
        """Whether the caller's end of the line gets what the trainee says: not on hold, not muted."""
        return self._held_since is None and not self._muted

    @property
    def awaited(self) -> int:
        """Final words that are still to come."""
        return self._analysis.awaited

    def call(self) -> Call:
        """The call as it was heard, once it ended and every final is there."""
        return self._analysis.call()

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
                self._listen(event)
            case Rendered():
                self._mouth.rendered(event.line_id, event.rendering)
            case RenderFailed():
                self._lines_ended(self._mouth.failed(event.line_id))
            case Pressed():
                self._press(event.key)
            case _:
                pass  # notes and troubles change nothing that the caller does
        found, self._found = self._found, []
        return found

    def _hear(self, event: Exchanged) -> None:
        self._now = event.heard.end
        self._listen(event)
        ongoing = self._analysis.ongoing(Speaker.TRAINEE)
        self._follow(ongoing)
        for act in self._floor.push(self._scene(ongoing)):
            self._perform(act)
        self._answer_when_known()
        if self._ending is not None and not self._mouth.playout.busy:
            self._end(self._ending, "the caller had nothing more to say")

    def _listen(self, event: Exchanged | CallEnded | Recognized | Drafted) -> None:
        for thing in self._analysis.push(event):
            self._found.append(thing)
            match thing:
                case TurnEnded():
                    self._turn_end = thing.end
                case PartialHeard():
                    self._turns.push(thing)
                    self._words = thing.committed + thing.tentative
                case FinalHeard() if thing.segment.speaker is Speaker.TRAINEE:
                    self._turns.push(thing)
                    self._words = tuple(word.text for word in thing.words)
                    self._segment_closed = True
                case Sounded():
                    self._turns.push(thing)
                case _:
                    pass

    def _follow(self, ongoing: Ongoing | None) -> None:
        """Note where a turn of the trainee's begins."""
        if ongoing is None:
            return
        if self._segment_closed:
            self._words, self._segment_closed = (), False
        if self._turn_since is None:
            self._turn_since = ongoing.since
            self._take_floor(Speaker.TRAINEE, ongoing.since, "speaks")

    def _scene(self, ongoing: Ongoing | None) -> Scene:
        turn_end, self._turn_end = self._turn_end, None
        playout = self._mouth.playout
        voice = None if self._leak_is_unknown else ongoing
        return Scene(
            now=self._now,
            voice_since=None if voice is None else voice.since,
            sounding=voice is not None and voice.is_sounding,
            has_pitch=voice is not None and voice.has_pitch,
            words=self._words,
            turn_end=turn_end,
            playout=playout,
            on_hold=self._held_since is not None,
            muted=self._muted,
        )

    @property
    def _leak_is_unknown(self) -> bool:
        """Whether the caller's very first line has just begun."""
        playout = self._mouth.playout
        first = self._caller_until == 0 and playout.line is not None and playout.began is not None
        return first and self._now - (playout.began or 0) < LEAK_KNOWN

    def _perform(self, act: FloorAct) -> None:
        match act:
            case Duck():
                self._mouth.duck()
            case Restore():
                self._mouth.restore()
            case Yield():
                self._cut_in = self._cut_in or act.kind is YieldKind.INTERRUPTED
                self._take_floor(Speaker.TRAINEE, act.since, act.reason)
                self._lines_ended(self._mouth.stop())
            case Resume():
                self._say(self._caller.say_again(self._now))
            case TakeTurn():
                self._unanswered = act.end
            case CutIn():
                self._say(self._caller.cut_in(self._now, act.reason))
            case AskAnyoneThere():
                self._unanswered = None
                self._say(self._caller.prompt(self._now, act.count))

    def _answer_when_known(self) -> None:
        """Answer a turn that is over once its words are known, or have taken too long."""
        end = self._unanswered
        if end is None or not (
            self._turns.known_until(end.speech_end) or self._now >= end.decided + WORDS_AWAITED
        ):
            return
        self._unanswered = None
        since = min(self._turn_since or end.speech_end - 1, end.speech_end - 1)
        turn = self._turns.take(
            Span(since, end.speech_end), cut_in=self._cut_in, silence_before=since - self._caller_until
        )
        self._turn_since, self._cut_in = None, False
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

    def _line_ended(self, ended: LineEnded) -> None:
        if ended.span is not None:
            self._caller_until = ended.span.end
        if ended.cut:
            self._ending = None
            self._caller.cut(ended)
        if not self._mouth.playout.busy:
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
            self._lines_ended(self._mouth.hold(on=True))
            self._caller.held(self._now)
            return
        self._held_since = None
        self._lines_ended(self._mouth.hold(on=False))
        self._say(self._caller.resumed(self._now))

    def _take_floor(self, holder: Speaker | None, at: int, reason: str) -> None:
        self._found.append(FloorTaken(holder, at, reason))

    def _end(self, ending: Ending, reason: str) -> None:
        if self.over is None:
            self.over = CallOver(ending, self._now, reason)
            self._lines_ended(self._mouth.stop())
            self._found.append(self.over)

"""A rehearsal without sound: a simulated trainee and a caller in text, a thousand calls in a minute.

For whoever writes callers: the same caller, mood and score as in a real call, only the ears are missing.

Laws
----
* The same persona, stages, character and seed give the same call.
* Every call ends: who says nothing more is asked twice whether they are there, then hung up on.

Units: samples of the call, words a minute.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voicecoach.acts import ActKind
from voicecoach.call import Call
from voicecoach.conversation import Ending, LineEnded, Manner, MoodChange, Reply, TraineeTurn
from voicecoach.converse.caller import Caller
from voicecoach.converse.lots import Lots
from voicecoach.converse.silence import MOST
from voicecoach.converse.temperament import manners
from voicecoach.desk import Desk
from voicecoach.desk_log import DeskEntry
from voicecoach.devices.character_trainee import ANSWERS_PHONE_S, MANNERS
from voicecoach.devices.text_record import TextRecord
from voicecoach.events import Key
from voicecoach.persona import Persona, role_of
from voicecoach.score.limits import understood
from voicecoach.speech import Speaker, Turn
from voicecoach.timeline import Span, samples
from voicecoach.trainee_script import Character, DeskWork, Item, Pause, Press, Stages
from voicecoach.understand.reader import ActReader

CALLER_WPM = 165.0
"""Of an upset caller."""

PACE_WPM: Mapping[Character, float] = {
    Character.EXPERT: 145.0,
    Character.NOVICE: 155.0,
    Character.RUDE: 185.0,
    Character.SILENT: 140.0,
    Character.RAMBLING: 175.0,
    Character.INTERRUPTING: 160.0,
}
"""Words a minute of each character's voice; the recommended band is 120 to 160 (``docs/rubric.md``)."""

CALLER_WAITS = samples(0.5)
OVERLAP = samples(0.8)
"""How long both speak when a trainee takes the floor: a caller gives way within half a second."""

PLAIN = Manner()


class QuickReader(ActReader):
    """An `ActReader` that reads each sentence once, however often it is said."""

    def __init__(self, reader: ActReader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, Speaker], dict[ActKind, float]] = {}

    def acts_in(self, text: str, speaker: Speaker) -> dict[ActKind, float]:
        """Acts of one sentence with their probabilities."""
        if (text, speaker) not in self._known:
            self._known[text, speaker] = self._reader.acts_in(text, speaker)
        return self._known[text, speaker]


@dataclass(frozen=True, slots=True)
class Trainee:
    """Who answers, with what."""

    character: Character
    stages: Stages


@dataclass(frozen=True, slots=True)
class TextCall:
    """A rehearsal that is over."""

    ending: Ending
    call: Call
    changes: tuple[MoodChange, ...]


class TextRehearsal:
    """One call in text.

    Parameters
    ----------
    persona : who calls; with a role.
    trainee : who answers.
    reader : reads the acts of what is said.
    seed : of wordings and the caller's chances.
    """

    def __init__(self, persona: Persona, trainee: Trainee, reader: QuickReader, seed: int = 1) -> None:
        self._persona = persona
        self._caller = Caller(persona, seed)
        self._role = role_of(persona, persona.id)
        self._desk = persona.desk or Desk()
        self._trainee, self._lots = trainee, Lots(seed)
        self._pace_wpm, self._manners = PACE_WPM[trainee.character], MANNERS[trainee.character]
        self._reader = reader
        self._record = TextRecord()
        self._changes: list[MoodChange] = []
        self._now = samples(ANSWERS_PHONE_S)
        self._caller_until = 0
        self._unrecorded: list[str] = []
        self._unanswered: list[Turn] = []
        self._cut_in = self._held = False
        self._ending: Ending | None = None

    def run(self) -> TextCall:
        """Play the call to its end."""
        for number, stage in enumerate(self._trainee.stages):
            if self._ending is None:
                self._turn(stage[self._lots.below(len(stage), "wording", number)])
        self._fall_silent()
        assert self._ending is not None, "who is not answered hangs up"
        call = understood(self._record.call(self._now, self._reader), self._persona)
        return TextCall(self._ending, call, tuple(self._changes))

    def _turn(self, items: Sequence[Item]) -> None:
        """Say and do all of a turn; the caller may cut in between two sentences of it."""
        began = self._now
        for item in items:
            if self._ending is None:
                self._do(item, began)
        self._finish_turn()

    def _do(self, item: Item, began: int) -> None:
        match item:
            case Pause():
                self._finish_turn()
                self._now += samples(item.pause_s)
            case DeskWork():
                self._record.desk.append(DeskEntry(self._now, item.act(self._desk)))
            case Press():
                self._finish_turn()
                self._press(item.press)
            case _:
                self._sentence(item, began)

    def _sentence(self, text: str, began: int) -> None:
        """One sentence; who has talked for too long is cut in on after it."""
        self._unrecorded.append(text)
        self._now += _length(text, self._pace_wpm)
        if self._now - began > samples(manners(self._role, self._caller.band).patience_s):
            self._record_turn()  # its words are still there, and belong to what goes on
            self._answered(self._caller.cut_in(self._now, "talked for too long"))

    def _record_turn(self) -> None:
        """Put what was said since the caller spoke into the record."""
        if self._unrecorded:
            text = " ".join(self._unrecorded)
            start = max(self._record.end, self._now - _length(text, self._pace_wpm))
            turn = self._record.say(Speaker.TRAINEE, text, start, self._pace_wpm)
            self._unanswered.append(turn)
            self._now = turn.span.end
            self._unrecorded.clear()

    def _finish_turn(self) -> None:
        """The turn is over: the caller answers it."""
        self._record_turn()
        turns, self._unanswered = self._unanswered, []
        if not turns or self._ending is not None:
            return
        span = Span(turns[0].span.start, turns[-1].span.end)
        text = " ".join(turn.text for turn in turns)
        acts = tuple(act for turn in turns for act in self._reader.read(turn))
        silence = max(0, span.start - self._caller_until)
        cut_in, self._cut_in = self._cut_in, False
        self._answered(self._caller.answer(TraineeTurn(span, text, acts, PLAIN, cut_in, silence)))

    def _answered(self, reply: Reply | None) -> None:
        """The caller says their lines, unless the trainee cuts in on them."""
        self._changes += self._caller.changes()
        if reply is None:
            return
        start = at = self._now + CALLER_WAITS
        for line in reply.lines:
            if at > start and self._loses_patience(at - start):
                self._caller.cut(LineEnded(line, None, (), cut=True))
                self._cut_in = True
            else:
                at = self._record.say(Speaker.CALLER, line.text, at, CALLER_WPM).span.end
        self._caller_until = self._now = at
        if self._cut_in:
            self._record.interrupts(Speaker.TRAINEE, Span(at - OVERLAP, at))
            return
        self._ending = reply.ending
        self._now += samples(sum(self._manners.waits_s) / 2)

    def _loses_patience(self, talked: int) -> bool:
        patience_s = self._manners.cuts_in_after_s
        return patience_s is not None and talked > samples(patience_s)

    def _press(self, key: Key) -> None:
        if self._ending is not None:
            return
        if key is Key.HANG_UP:
            self._ending = self._caller.ended_by_trainee()
        elif key is Key.TRANSFER:
            self._ending = self._caller.transferred()
        elif key is Key.HOLD and not self._held:
            self._held = True
            self._caller.held(self._now)
        elif key is Key.HOLD:
            self._held = False
            self._answered(self._caller.resumed(self._now))

    def _fall_silent(self) -> None:
        """Nothing is left to say: the caller asks whether anybody is there, and gives up."""
        for count in range(1, MOST + 2):
            if self._ending is not None:
                return
            self._now += samples(self._role.temper.hello_after_s)
            self._answered(self._caller.prompt(self._now, count))


def _length(text: str, pace_wpm: float) -> int:
    return samples(60 * len(text.split()) / pace_wpm)

"""The caller of a rehearsal: takes each turn to heart, chooses what to say, and knows when to end the call.

Laws
----
* Pure: the same persona, seed and course of the call give the same replies, to the letter.
* Every reply has at least one line, and after `LONGEST` replies a call ends, whatever was said.
* Anger is the mood machine's matter; this only acts on it.

Units: times in samples of the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from voicecoach.acts import ActKind
from voicecoach.conversation import (
    Band,
    Ending,
    Line,
    LineEnded,
    Mood,
    MoodChange,
    Move,
    Reply,
    TraineeTurn,
)
from voicecoach.converse.account import Account
from voicecoach.converse.delivery import delivery
from voicecoach.converse.endings import Endings
from voicecoach.converse.hearing import Hearing, hear
from voicecoach.converse.lots import Lots
from voicecoach.converse.mood import MoodMachine
from voicecoach.converse.moves import Situation, Step, moves, press
from voicecoach.converse.silence import MOST
from voicecoach.converse.wording import Wording, spoken_lines
from voicecoach.persona import Persona, role_of
from voicecoach.quantities import QuantityKind, quantities
from voicecoach.spoken import Delivery
from voicecoach.timeline import samples

UNHEARD = 0.5
"""Share of a line's words under which what it tells has not been told."""

HOUR = samples(3600.0)


class Caller:
    """One caller in one call.

    Parameters
    ----------
    persona : who calls; with a role.
    seed : of every draw.

    Raises
    ------
    InputError : the persona has no role.
    """

    def __init__(self, persona: Persona, seed: int) -> None:
        self._role = role_of(persona, f"{persona.id}.yaml")
        self._lots = Lots(seed)
        self._account = Account(persona, self._role)
        self._machine = MoodMachine(self._role.temper, self._account)
        self._wording = Wording(self._role, self._lots)
        self._endings = Endings(self._role.temper)
        self._changes: list[MoodChange] = []
        self._last: tuple[str, ...] = ()
        self._cut: list[Line] = []
        self._written: dict[str, str] = {}
        self._is_unopened = False
        self._ending: Ending | None = None
        self._ids = count()
        self._replies = 0
        self._begun = False
        self._held_at: int | None = None
        self._promised: int | None = None

    # --- what is known of the caller ----------------------------------------------------------------

    @property
    def mood(self) -> Mood:
        """How they feel now."""
        return self._machine.mood

    @property
    def band(self) -> Band:
        """How upset they show themselves."""
        return self._machine.band

    def changes(self) -> tuple[MoodChange, ...]:
        """Why the mood moved since this was last asked, in order."""
        changes, self._changes = tuple(self._changes), []
        return changes

    def fixed_lines(self) -> tuple[tuple[str, Delivery], ...]:
        """What can be spoken before the call, the likeliest first; see :func:`wording.spoken_lines`."""
        return tuple(spoken_lines(self._role))

    # --- the course of the call ---------------------------------------------------------------------

    def begin(self, at: int) -> Reply | None:
        """The trainee has answered the phone: out with it. None if that was said already."""
        if self._begun:
            return None
        self._begun = True
        self._machine.begin(at)
        steps = [Step(Move.OPENS)]
        if self._now().upset_from(Band.ANGRY):
            steps.append(Step(Move.COMPLAINS))
        return self._reply(steps)

    def answer(self, turn: TraineeTurn) -> Reply:
        """The reply to a turn of the trainee's."""
        if (opening := self.begin(turn.span.end)) is not None:
            return opening
        if turn.cut_in:
            quote = f"over {self._cut[0].text!r}" if self._cut else turn.text
            self._changes += self._machine.interrupted(turn.span.start, quote)
        heard = hear(turn, self._account)
        if heard.to_say_again and not self._endings.is_enough(self._now()):
            return self.say_again(turn.span.end)
        self._changes += self._machine.drift(turn.span.end)
        self._changes += self._machine.react(heard)
        self._note_promise(heard)
        return self._reply_to(heard)

    def prompt(self, at: int, count: int) -> Reply:
        """Nobody speaks: 'hello?', for the `count`-th time (from 1) in one silence; after `MOST` good-bye."""
        waited = samples(self._role.temper.hello_after_s) * count
        if self._held_at is None:  # a hold is counted when it is over
            announced = self._machine.announced and count == 1
            self._changes += self._machine.silence(at, waited, announced=announced)
        if count > MOST or self._endings.is_enough(self._now()):
            return self._reply([Step(Move.HANGS_UP)], Ending.CALLER_HUNG_UP)
        return self._reply([Step(Move.PROMPTS)])

    def cut_in(self, at: int, reason: str) -> Reply:
        """The caller takes the floor from a trainee who goes on too long, or who has said the wrong thing."""
        del reason  # it is the floor's; the mood hears of the words themselves when the turn is over
        self._changes += self._machine.drift(at)
        if self._endings.is_enough(self._now()):
            return self._reply([Step(Move.HANGS_UP)], Ending.CALLER_HUNG_UP)
        goes_on = [] if self.mood.need_met else press(self._now())
        return self._reply([Step(Move.INTERRUPTS), *goes_on][:2])

    def cut(self, ended: LineEnded) -> None:
        """A line was cut off, or never said because one before it was.

        What it tells counts as told only if most of it was heard. Whether that was an interruption is
        the floor's to say (`TraineeTurn.cut_in`).
        """
        line = ended.line
        self._cut.append(line)
        if not ended.heard:
            self._wording.release(self._as_written(line.text))
        if len(ended.heard) < UNHEARD * len(line.text.split()):
            self._account.cut_off(self._as_written(line.text))
            self._is_unopened = self._is_unopened or line.move is Move.OPENS

    def reworded(self, written: str, spoken: str) -> None:
        """A line of the last reply will be said in other words: it tells the same, and those are heard."""
        self._written[spoken] = written
        self._account.told(spoken)
        self._last = tuple(spoken if text == written else text for text in self._last)

    def say_again(self, at: int) -> Reply:
        """What was cut off, or else the last reply once more, word for word: the trainee asked for it."""
        if (opening := self.begin(at)) is not None:
            return opening
        if self._cut:
            return self._counted(tuple(self._line(line.move, line.text) for line in self._cut), self._ending)
        lead = self._line(Move.SAYS_AGAIN, self._wording.line(Move.SAYS_AGAIN, self.band))
        again = (self._line(Move.SAYS_AGAIN, text) for text in self._last)
        return self._counted((lead, *again), self._ending)

    def held(self, at: int) -> None:
        """The trainee has put the call on hold."""
        self._held_at = at

    def resumed(self, at: int) -> Reply | None:
        """The trainee has taken the call back; a caller who waited too long says so."""
        if self._held_at is None:
            return None
        waited, self._held_at = at - self._held_at, None
        changes = self._machine.hold_over(at, waited, self._promised)
        self._changes += changes
        self._promised = None
        return self._reply([Step(Move.REPEATS)]) if changes and self._now().upset_from(Band.UPSET) else None

    def ended_by_trainee(self) -> Ending:
        """What it is called if the trainee hangs up now."""
        return self._endings.by_trainee(self._now())

    def transferred(self) -> Ending:
        """What it is called if the trainee passes the call on now."""
        return Ending.SUPERVISOR if self._endings.asked_for_supervisor else Ending.TRANSFERRED

    # --- replies ------------------------------------------------------------------------------------

    def _reply_to(self, heard: Hearing) -> Reply:
        now = self._now()
        near = self._endings.near(heard, now)
        if near is not None:
            return self._reply(near.steps, near.how)
        steps = moves(heard, now)
        if self._is_unopened:  # they were cut off before they had said what it is about
            steps = [Step(Move.OPENS), *steps[:1]]
        return self._reply(steps)

    def _now(self) -> Situation:
        return Situation(self.mood, self.band, self._account, self._lots, self._replies)

    def _reply(self, steps: Sequence[Step], ending: Ending | None = None) -> Reply:
        lines = tuple(self._line(step.move, self._words(step)) for step in steps)
        self._last = tuple(line.text for line in lines)
        return self._counted(lines, ending)

    def _counted(self, lines: tuple[Line, ...], ending: Ending | None) -> Reply:
        for line in lines:
            self._account.told(self._as_written(line.text))
            self._wording.take(self._as_written(line.text))
            self._is_unopened = self._is_unopened and line.move is not Move.OPENS
        self._cut, self._ending = [], ending
        self._replies += 1
        thinking_s = self._role.temper.thinking_s
        if self._now().upset_from(Band.ANGRY):
            thinking_s /= 2
        return Reply(lines, samples(thinking_s), ending)

    def _words(self, step: Step) -> str:
        if step.texts:
            return self._wording.one_of(step.texts, step.move, self.band)
        return self._wording.line(step.move, self.band, dict(step.fill))

    def _as_written(self, text: str) -> str:
        """The sentence of the file that `text` says in other words, or is."""
        return self._written.get(text, text)

    def _line(self, move: Move, text: str) -> Line:
        return Line(next(self._ids), move, text, delivery(self._role.voice, self.band))

    def _note_promise(self, heard: Hearing) -> None:
        """How long a hold was said to take at most; the call's clock counts from the key."""
        for said in heard.does(ActKind.ASKS_TO_HOLD):
            times = [q.high for q in quantities(said.text) if q.kind is QuantityKind.DURATION]
            self._promised = round(max(times) * HOUR) if times else None

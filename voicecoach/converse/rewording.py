"""Which lines are put into other words, how long they are waited for, and what is said in the end.

Laws
----
* ``ask``, then one answer or none in time: every line is settled once, with other words or as it is written.
* Audio is the clock: a line waits for so many samples. An answer for a line that is settled is dropped.
* After `GIVES_UP` lines in a row without an answer nobody is asked any more, and nothing waits.

Units: samples of the call.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from voicecoach.conversation import Band, Line, LineEnded
from voicecoach.converse.wording_check import AS_WRITTEN, WordingCheck, most_words, plain
from voicecoach.events import FinalHeard, RehearsalNotice
from voicecoach.persona import Persona
from voicecoach.rewording import (
    Brief,
    LineWorded,
    Reword,
    Reworded,
    RewordFailed,
    RewordingBegan,
    RewordingEnded,
    RewordingEvent,
    Utterance,
)
from voicecoach.role import Role
from voicecoach.speech import Speaker
from voicecoach.spoken_numbers import tokens
from voicecoach.timeline import samples, seconds

BUDGET = samples(0.6)
"""A line waits so long for other words. Half of all replies come within 0.8 s of the trainee's last word, so
that with it they come within the 1.5 s after which a telephone seems dead (own choice). A line behind others
waits so long for each of them, too: they are asked for one by one, and sound one after the other."""

GIVES_UP = 3
"""Lines in a row without an answer: a server that is gone, or is too slow, then costs no more time."""

REMEMBERED = 4
"""Utterances that are told: two exchanges. More would be read more slowly."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A line in the words in which it will be said."""

    line: Line
    worded: LineWorded


@dataclass(frozen=True, slots=True)
class _Asked:
    """A line that waits for other words."""

    line: Line
    until: int


class Rewording:
    """Follows the lines of one call.

    Parameters
    ----------
    persona, role : who says them.

    Attributes
    ----------
    on : whether a language model words lines at present.
    """

    def __init__(self, persona: Persona, role: Role) -> None:
        self.on = False
        self._caller = persona.caller
        self._check = WordingCheck(persona, role)
        self._waiting: dict[int, _Asked] = {}
        self._said: set[tuple[str, ...]] = set()
        self._talk: deque[Utterance] = deque(maxlen=REMEMBERED)
        self._missed = 0

    def note(self, notice: RehearsalNotice) -> None:
        """Remember who said what."""
        match notice:
            case FinalHeard() if notice.segment.speaker is Speaker.TRAINEE and notice.words:
                words = " ".join(word.text for word in notice.words)
                self._talk.append(Utterance(Speaker.TRAINEE, words))
            case LineEnded() if notice.heard:
                words = " ".join(word.text for word in notice.heard)
                self._talk.append(Utterance(Speaker.CALLER, words))
            case _:
                pass

    def ask(self, line: Line, band: Band, place: int, now: int) -> Reword | None:
        """Have a line worded; None: it is said as it is written.

        Parameters
        ----------
        place : how many lines of the same reply wait before it.
        """
        words = tuple(tokens(line.text))
        again = words in self._said
        self._said.add(words)
        if not self.on or again or line.move in AS_WRITTEN:
            return None
        within = BUDGET * (place + 1)
        self._waiting[line.id] = _Asked(line, now + within)
        who = self._caller
        brief = Brief(who.name, who.situation, who.wants, band, tuple(self._talk), most_words(line.text))
        return Reword(line, brief, within)

    def forget(self, line_id: int) -> None:
        """A line will not be said."""
        self._waiting.pop(line_id, None)

    def push(self, event: RewordingEvent) -> list[Settled]:
        """Take an answer, or that somebody answers from now on or no longer; the lines it settles."""
        match event:
            case RewordingBegan():
                self.on, self._missed = True, 0
            case RewordingEnded():
                self.on = False
                return [self._as_written(asked, event.reason) for asked in self._taken()]
            case Reworded() if (asked := self._waiting.pop(event.line_id, None)) is not None:
                self._missed = 0
                return [self._judged(asked, plain(event.text))]
            case RewordFailed() if (asked := self._waiting.pop(event.line_id, None)) is not None:
                self._missed += 1
                return [self._as_written(asked, event.reason)]
            case _:
                pass  # too late: the line is settled
        return []

    def due(self, now: int) -> list[Settled]:
        """The lines that have waited long enough."""
        late = [asked for asked in self._waiting.values() if asked.until <= now]
        self._missed += len(late)
        for asked in late:
            del self._waiting[asked.line.id]
        return [self._as_written(asked, f"nothing came within {seconds(BUDGET):g} s") for asked in late]

    def given_up(self, reason: str) -> RewordingEnded | None:
        """That nobody is asked any more, if it was decided just now; lines that wait are late soon."""
        if not self.on or self._missed < GIVES_UP:
            return None
        self.on = False
        return RewordingEnded(f"{GIVES_UP} lines in a row: {reason}")

    def _taken(self) -> list[_Asked]:
        waiting, self._waiting = self._waiting, {}
        return list(waiting.values())

    def _judged(self, asked: _Asked, new: str) -> Settled:
        line = asked.line
        trainee = next((one.text for one in reversed(self._talk) if one.speaker is Speaker.TRAINEE), "")
        refused = self._check.refusal(line, new, self._said, trainee)
        if refused is not None:
            return self._as_written(asked, refused)
        self._said.add(tuple(tokens(new)))
        return Settled(replace(line, text=new), LineWorded(line.id, line.text, new, None))

    @staticmethod
    def _as_written(asked: _Asked, reason: str) -> Settled:
        line = asked.line
        return Settled(line, LineWorded(line.id, line.text, line.text, reason))

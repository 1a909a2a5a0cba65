"""A rehearsal whose lines a language model may put into other words, once it is told that there is one.

Laws
----
* Until a `RewordingBegan` it is the rehearsal that it wraps, to the bit.
* A line is asked to be spoken once its words are settled, and is spoken once.
* What came of each line is told, with the reason where it is said as it is written.
"""

from __future__ import annotations

from voicecoach.converse.rehearsal import Found, Parts, Rehearsal
from voicecoach.converse.rewording import Rewording, Settled
from voicecoach.events import (
    Discard,
    Exchanged,
    RehearsalEvent,
    RehearsalNotice,
    Render,
)
from voicecoach.rewording import RewordingEvent


class WordedRehearsal(Rehearsal):
    """One call with one caller.

    Parameters
    ----------
    parts : of the rehearsal.
    rewording : fresh; it keeps state.
    """

    def __init__(self, parts: Parts, rewording: Rewording) -> None:
        super().__init__(parts)
        self._rewording = rewording

    def push(self, event: RehearsalEvent) -> Found:
        """Take one event; return what to ask of recognizer, voice and language model, and what is known."""
        found: Found = []
        if isinstance(event, RewordingEvent):
            found += self._settle(self._rewording.push(event))
        found += self._worded(super().push(event))
        if isinstance(event, Exchanged):
            found += self._settle(self._rewording.due(self._now))
        return found

    def _worded(self, found: Found) -> Found:
        """The same, with a question to the language model where a line may be reworded."""
        asked = 0
        worded: Found = []
        for thing in found:
            match thing:
                case Render():
                    reword = self._rewording.ask(thing.line, self._caller.band, asked, self._now)
                    asked += reword is not None
                    worded.append(thing if reword is None else reword)
                case Discard():
                    self._rewording.forget(thing.line_id)
                    worded.append(thing)
                case _:
                    if isinstance(thing, RehearsalNotice):
                        self._rewording.note(thing)
                    worded.append(thing)
        return worded

    def _settle(self, settled: list[Settled]) -> Found:
        """Have lines spoken in the words in which they will be said."""
        found: Found = []
        for one in settled:
            if one.worded.refused is None:
                self._mouth.reword(one.line)
                self._caller.reworded(one.worded.written, one.line.text)
            found += [one.worded, Render(one.line)]
            if (ended := self._rewording.given_up(one.worded.refused or "")) is not None:
                found.append(ended)
        return found

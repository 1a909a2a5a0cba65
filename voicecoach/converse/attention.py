"""What the caller makes of the trainee's end of the line: their voice now, their turn so far, its end.

Brings the listening path and what is known of the trainee's turn together, for a caller who has to react.

Laws: by what arrived, in order of arrival; nothing here changes what is scored.
Units: samples of the call.
"""

from __future__ import annotations

from voicecoach.call import Call
from voicecoach.conversation import TraineeTurn
from voicecoach.converse.scene import Playout, Scene
from voicecoach.converse.trainee_turns import TraineeTurns
from voicecoach.events import Command, Event, FinalHeard, Notice, PartialHeard, Sounded, TurnEnded
from voicecoach.listen.analysis import Analysis
from voicecoach.listen.endpoint import EndpointSettings
from voicecoach.listen.track import Ongoing
from voicecoach.speech import EndOfTurn, Speaker
from voicecoach.timeline import Span, samples
from voicecoach.understand.reader import ActReader

WAITS = EndpointSettings(
    complete_s=0.5,
    unsure_s=0.7,
    incomplete_s=1.05,
    complete_from=0.56,
    incomplete_below=0.38,
    longest_floor_s=0.7,
)
"""How long a caller waits for the trainee to go on. Shorter than where nothing gives way: one who came in too
early stops within a quarter of a second. By the reckoning of ``docs/decisions/0006-endpointing.md``, with a
turn cut off as bad as 1.5 s of waiting instead of 3 s."""

WORDS_AWAITED = samples(0.4)
"""A turn of which some words are known is answered so long after its end at the latest, with those: a slow
recognizer costs understanding, not the rhythm of the call. Without any word there is nothing to answer."""

LEAK_KNOWN = samples(1.0)
"""How the headset leaks is known once the caller has sounded so long; before, nobody interrupts them."""


class Attention:
    """Listens to the trainee.

    Parameters
    ----------
    analysis : of two tracks, live for the trainee; with `WAITS`.
    reader : reads the acts of a turn.

    Attributes
    ----------
    began : where the turn that goes on, or was last declared over, began; None: no voice since the last one
        was taken. What was said in passing, and the caller spoke on, began no turn.
    """

    def __init__(self, analysis: Analysis, reader: ActReader) -> None:
        self._analysis = analysis
        self._turns = TraineeTurns(reader)
        self._turn_end: EndOfTurn | None = None
        self._words: tuple[str, ...] = ()
        self._segment_closed = False
        self._words_until = 0
        self._in_passing = False
        self.began: int | None = None

    @property
    def awaited(self) -> int:
        """Final words that are still to come."""
        return self._analysis.awaited

    def call(self) -> Call:
        """The call as it was heard, once it ended and every final is there."""
        return self._analysis.call()

    def push(self, event: Event) -> list[Command | Notice]:
        """Take sound, or an answer of the recognizer's."""
        found = self._analysis.push(event)
        for thing in found:
            match thing:
                case TurnEnded():
                    self._turn_end = thing.end
                case PartialHeard():
                    self._turns.push(thing)
                    self._words = thing.committed + thing.tentative
                    self._words_until = thing.heard_until
                case FinalHeard() if thing.segment.speaker is Speaker.TRAINEE:
                    self._turns.push(thing)
                    if thing.segment.span.end >= self._words_until:  # a late one says nothing about now
                        self._words = tuple(word.text for word in thing.words)
                        self._segment_closed = True
                case Sounded():
                    self._turns.push(thing)
                case _:
                    pass
        return found

    def scene(self, now: int, playout: Playout, *, on_hold: bool, muted: bool, first_line: bool) -> Scene:
        """What is so at `now`.

        Parameters
        ----------
        first_line : the caller says the first thing in the call.
        """
        ongoing = self._analysis.ongoing(Speaker.TRAINEE)
        if first_line and playout.began is not None and now - playout.began < LEAK_KNOWN:
            ongoing = None
        if ongoing is not None and self._segment_closed:
            self._words, self._segment_closed = (), False
        self._follow(ongoing, playout)
        turn_end, self._turn_end = self._turn_end, None
        return Scene(
            now=now,
            voice_since=None if ongoing is None else ongoing.since,
            sounding=ongoing is not None and ongoing.is_sounding,
            has_pitch=ongoing is not None and ongoing.has_pitch,
            words=self._words,
            turn_end=turn_end,
            playout=playout,
            on_hold=on_hold,
            muted=muted,
        )

    def _follow(self, ongoing: Ongoing | None, playout: Playout) -> None:
        """Where the turn began: with a voice, not with a cough."""
        if ongoing is None:
            self._in_passing = self._in_passing or playout.line is not None
        elif ongoing.has_pitch:
            if self.began is None or self._in_passing:
                self.began = ongoing.since
            self._in_passing = False

    def knows(self, end: EndOfTurn, now: int) -> bool:
        """Whether the words of a turn that is over are known, or the rest of them has taken too long."""
        if self._turns.known_until(end.speech_end):
            return True
        return now >= end.decided + WORDS_AWAITED and bool(self._turns.words)

    def take(self, end: EndOfTurn, *, cut_in: bool, caller_until: int) -> TraineeTurn:
        """The turn that is over; what is said from now on belongs to the next.

        Parameters
        ----------
        cut_in : it took the floor from the caller.
        caller_until : where the caller had finished.
        """
        since = min(end.speech_end if self.began is None else self.began, end.speech_end - 1)
        self.began = None
        return self._turns.take(
            Span(since, end.speech_end), cut_in=cut_in, silence_before=since - caller_until
        )

"""When a call is over, and how: what a caller does once enough is enough, or all is well.

Laws
----
* An ending is reached from every state within `LONGEST` replies.
* A supervisor who was asked for and is put through ends the call.
* A warning is due only to somebody who is at least angry, and ends nothing: what comes after it does.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.acts import ActKind
from voicecoach.conversation import BAND_FROM, Band, Ending, Mood, Move
from voicecoach.converse.hearing import Hearing
from voicecoach.converse.moves import HURTS, Situation, Step, hints, holds_to
from voicecoach.role import Temper

LONGEST = 60
"""Replies after which a caller gives up: at ten seconds each way, twenty minutes."""

INSISTS = 3
"""A caller who asked for a supervisor this often and gets none hangs up."""

UNSOLVED = 8
"""Replies to an angry caller after which they want somebody else."""

THANKS = 2
"""How often they thank before they ring off themselves: a trainee may still recap and close."""

TRUSTS = 40.0
"""Trust from which a settled matter leaves a satisfied caller, not a grudging one."""


@dataclass(frozen=True, slots=True)
class Near:
    """What is said near the end of a call, and what the ending is called if this is it."""

    steps: list[Step]
    how: Ending | None = None


def _rings_off(how: Ending) -> Near:
    return Near([Step(Move.HANGS_UP)], how)


class Endings:
    """Follows how near its end a call is.

    Parameters
    ----------
    temper : when they hang up.
    """

    def __init__(self, temper: Temper) -> None:
        self._temper = temper
        self._warned = False
        self._asked_for_supervisor = 0
        self._transfers = 0
        self._unsolved_goodbyes = 0
        self._accepted = False
        self._thanks = 0
        self._held_to = False

    @property
    def asked_for_supervisor(self) -> bool:
        """Whether the caller has asked for one."""
        return self._asked_for_supervisor > 0

    def is_enough(self, now: Situation) -> bool:
        """Whether the caller hangs up, whatever is said: too angry, or too long."""
        return self._is_too_angry(now.mood) or now.number >= LONGEST

    def _is_too_angry(self, mood: Mood) -> bool:
        return mood.anger >= self._temper.hangs_up_at

    def by_trainee(self, now: Situation) -> Ending:
        """What it is called if the trainee hangs up now."""
        mood = now.mood
        if mood.need_met:
            return _contented(now)
        due = self._warned and mood.anger >= BAND_FROM[Band.ANGRY]
        return Ending.ENDED_AFTER_WARNING if due else Ending.TRAINEE_HUNG_UP

    def near(self, heard: Hearing, now: Situation) -> Near | None:
        """What a turn means for the end of the call; None while nothing points to it."""
        if self._is_warned_off(heard, now):
            return _rings_off(Ending.ENDED_AFTER_WARNING)
        if self._is_too_angry(now.mood):
            return _rings_off(Ending.CALLER_HUNG_UP)
        if now.mood.need_met:
            return self._solved(heard, now)
        self._accepted, self._thanks = False, 0
        if self.is_enough(now):
            return _rings_off(Ending.CALLER_HUNG_UP)
        return self._passed_on(heard) or self._left_alone(heard, now) or self._supervisor(heard, now)

    def _is_warned_off(self, heard: Hearing, now: Situation) -> bool:
        """A due warning, and after it another or a good-bye."""
        if not now.upset_from(Band.ANGRY):
            return False
        if self._warned and heard.does(ActKind.SETS_BOUNDARY, ActKind.CLOSES):
            return True
        self._warned = self._warned or bool(heard.does(ActKind.SETS_BOUNDARY))
        return False

    def _solved(self, heard: Hearing, now: Situation) -> Near | None:
        """Accept, answer what is asked, let on what lies behind, say back what was promised and thank once.

        They ring off when the trainee closes or adds nothing.
        """
        if heard.does(ActKind.CLOSES) or now.number >= LONGEST:
            return Near([*self._holds_to(now), Step(Move.THANKS)], _contented(now))
        if not self._accepted:
            self._accepted = True
            return None
        wants_an_answer = heard.asks_behind or heard.eases or heard.asked or heard.asked_again
        if wants_an_answer or heard.does(ActKind.ASKS_TO_HOLD, *HURTS):
            return None
        if hint := hints(now):
            return Near(hint)
        if self._thanks == THANKS:
            return Near([Step(Move.THANKS)], _contented(now))
        self._thanks += 1
        return Near([*self._holds_to(now), Step(Move.THANKS)])

    def _holds_to(self, now: Situation) -> list[Step]:
        """What was promised, said back once."""
        steps = [] if self._held_to else holds_to(now.account)
        self._held_to = self._held_to or bool(steps)
        return steps

    def _passed_on(self, heard: Hearing) -> Near | None:
        """A supervisor who was asked for is waited for; anybody else only the second time."""
        if not heard.does(ActKind.TRANSFERS):
            return None
        self._transfers += 1
        if self.asked_for_supervisor:
            return Near([Step(Move.WAITS)], Ending.SUPERVISOR)
        return Near([Step(Move.WAITS)], Ending.TRANSFERRED) if self._transfers >= 2 else None

    def _left_alone(self, heard: Hearing, now: Situation) -> Near | None:
        """Good-bye though nothing is solved: once it is held against the trainee, twice it is over."""
        if not heard.does(ActKind.CLOSES):
            return None
        self._unsolved_goodbyes += 1
        if self._unsolved_goodbyes < 2:
            return None
        return _rings_off(Ending.CALLER_HUNG_UP if now.upset_from(Band.UPSET) else Ending.GRUDGING)

    def _supervisor(self, heard: Hearing, now: Situation) -> Near | None:
        """Somebody higher up is wanted: at once by the furious, after a while by the angry."""
        if heard.asked or heard.granted or not now.upset_from(Band.ANGRY):
            return None
        long = now.number >= UNSOLVED and now.number % 2 == 0
        if not long and not (now.upset_from(Band.FURIOUS) and now.chance(0.5, "supervisor")):
            return None
        self._asked_for_supervisor += 1
        if self._asked_for_supervisor > INSISTS:
            return _rings_off(Ending.CALLER_HUNG_UP)
        return Near([Step(Move.ASKS_FOR_SUPERVISOR)])


def _contented(now: Situation) -> Ending:
    mood = now.mood
    calm = mood.anger < BAND_FROM[Band.UPSET] and mood.trust >= TRUSTS
    return Ending.SATISFIED if calm and not now.account.still_hides else Ending.GRUDGING

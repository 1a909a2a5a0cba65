"""How a caller's mood moves: each cause of ``mood_causes`` that a turn or a moment holds, weighed and logged.

Laws
----
* Pure: the same turns and moments give the same mood, and every change names its cause and its quote.
* A turn moves anger by 15 at most, with the silences and interruptions since the turn before it.
* Nobody settles (anger under 20) before their need is met or an alternative accepted.
* The band rises at once, and falls one step at a time with two turns between falls.

Units: anger and trust 0 to 100; times in samples of the call.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from voicecoach.acts import ActKind
from voicecoach.conversation import BAND_FROM, Band, Mood, MoodChange
from voicecoach.converse.account import Account
from voicecoach.converse.hearing import Hearing
from voicecoach.converse.mood_causes import EFFECTS, Cause, Sensitivity
from voicecoach.converse.mood_reading import CauseReader
from voicecoach.role import Temper
from voicecoach.timeline import samples, seconds

CAP = 15.0
"""Points of anger that one turn can move: moods do not jump."""

TURNS_BETWEEN_FALLS = 2
"""Turns from one fall of the band to the next: relief takes its time."""

SHORT_SILENCE, LONG_SILENCE = samples(5.0), samples(10.0)
MINUTE = samples(60.0)

ALTERNATIVE_BELOW = BAND_FROM[Band.ANGRY]
"""Anger under which another way than the one asked for is accepted."""

WARNED_FROM = BAND_FROM[Band.ANGRY]
"""Anger from which a caller is rude enough to be warned."""


def band_of(anger: float) -> Band:
    """The band that anger lies in."""
    return max((band for band in Band if anger >= BAND_FROM[band]), key=lambda band: BAND_FROM[band])


class MoodMachine:
    """The mood of one caller through one call.

    Parameters
    ----------
    temper : how quickly they get upset.
    account : their memory of the call; grants are entered into it here.
    """

    def __init__(self, temper: Temper, account: Account) -> None:
        self._temper = temper
        self._account = account
        self._mood = Mood(temper.anger, temper.trust)
        self._band = band_of(temper.anger)
        self._turns_since_fall = TURNS_BETWEEN_FALLS
        self._turn_anger = 0.0
        self._counts: Counter[Cause] = Counter()
        self._reader = CauseReader(account)
        self._begun: int | None = None
        self._minutes = 0
        self._silence_told: Cause | None = None
        self._announced = False

    @property
    def mood(self) -> Mood:
        """How they feel now."""
        return self._mood

    @property
    def band(self) -> Band:
        """How upset they show themselves."""
        return self._band

    @property
    def announced(self) -> bool:
        """Whether the trainee's last turn asked for a wait."""
        return self._announced

    def begin(self, at: int) -> None:
        """The caller has begun to complain."""
        self._begun = at

    # --- what happens between turns --------------------------------------------------------------

    def silence(self, at: int, waited: int, *, announced: bool) -> tuple[MoodChange, ...]:
        """Nobody has spoken for `waited` samples; told again while it goes on, it adds only what is new."""
        if announced or waited < SHORT_SILENCE:
            return ()
        cause = Cause.LONG_SILENCE if waited >= LONG_SILENCE else Cause.SHORT_SILENCE
        if self._silence_told in {cause, Cause.LONG_SILENCE}:
            return ()
        known = self._silence_told
        self._silence_told = cause
        factor = 1.0 if known is None else 1.0 - EFFECTS[known].anger[0] / EFFECTS[cause].anger[0]
        return self._move(at, cause, f"{seconds(waited):.0f} s of silence", factor)

    def hold_over(self, at: int, waited: int, promised: int | None) -> tuple[MoodChange, ...]:
        """The trainee is back from a hold; nothing moves if it was as short as promised."""
        self._silence_told = Cause.LONG_SILENCE  # the wait was this one; it is not a silence as well
        allowed = promised if promised is not None else samples(self._temper.hold_patience_s)
        if waited <= allowed:
            return ()
        bound = "promised" if promised is not None else "bearable unasked"
        quote = f"on hold for {seconds(waited):.0f} s, {seconds(allowed):.0f} s were {bound}"
        return self._move(at, Cause.HOLD_OVERRUN, quote)

    def drift(self, at: int) -> tuple[MoodChange, ...]:
        """Every whole minute since the complaint that has not been told yet and that solved nothing."""
        if self._begun is None or self._mood.need_met:
            return ()
        minutes = (at - self._begun) // MINUTE
        changes: tuple[MoodChange, ...] = ()
        while self._minutes < minutes:
            self._minutes += 1
            quote = f"minute {self._minutes} of the call"
            changes += self._move(self._begun + self._minutes * MINUTE, Cause.DRIFT, quote)
        return changes

    def interrupted(self, at: int, quote: str) -> tuple[MoodChange, ...]:
        """The trainee took the floor from the caller, who had not finished."""
        return self._move(at, Cause.INTERRUPTS, quote)

    # --- a turn of the trainee's -----------------------------------------------------------------

    def react(self, hearing: Hearing) -> tuple[MoodChange, ...]:
        """Everything that a turn moves: first what upsets, then what calms, then what solves."""
        turn = hearing.turn
        changes = list(self.silence(turn.span.start, turn.silence_before, announced=self._announced))
        for cause, quote in self._reader.read(hearing, may_be_warned=self._mood.anger >= WARNED_FROM):
            changes += self._move(turn.span.end, cause, quote)
        changes += self._solved(hearing)
        self._announced = bool(hearing.does(ActKind.ASKS_TO_HOLD))
        self._end_turn()
        return tuple(changes)

    def _solved(self, hearing: Hearing) -> tuple[MoodChange, ...]:
        """Needs that were granted or taken back, and another way if it will do."""
        at, account = hearing.turn.span.end, self._account
        was_met = self._mood.need_met
        changes: list[MoodChange] = []
        for need, quote in hearing.withdrawn:
            account.needs.discard(need.id)
            self._mood = replace(self._mood, need_met=False)
            changes += self._move(at, Cause.BREAKS_PROMISE, f"{quote} ({need.id} was granted before)")
        share = 1.0 / len(account.role.needs)
        for need, quote in hearing.granted:
            account.needs.add(need.id)
            account.granted_by.append(quote)
            met = self._mood.need_met or not account.missing
            self._mood = replace(self._mood, need_met=met)
            changes += self._move(at, Cause.NEED, f"{quote} ({need.id})", share)
        changes += self._other_way(hearing)
        account.just_settled = self._mood.need_met and not was_met
        return tuple(changes)

    def _other_way(self, hearing: Hearing) -> tuple[MoodChange, ...]:
        """Another way than the one asked for; one that came too early is remembered until they are asked."""
        account = self._account
        account.offered.update((other.id, quote) for other, quote in hearing.alternatives)
        is_asked = bool(hearing.alternatives) or any(said.asks for said in hearing.sentences)
        will_do = not self._mood.need_met and self._mood.anger < ALTERNATIVE_BELOW
        if not account.offered or not is_asked or not will_do:
            return ()
        other_id, quote = list(account.offered.items())[-1]
        account.granted_by.append(quote)
        self._mood = replace(self._mood, need_met=True)
        return self._move(hearing.turn.span.end, Cause.ALTERNATIVE, f"{quote} ({other_id})")

    # --- weighing ---------------------------------------------------------------------------------

    def _move(self, at: int, cause: Cause, quote: str, factor: float = 1.0) -> tuple[MoodChange, ...]:
        """Apply one cause; empty if it counts nothing any more."""
        self._counts[cause] += 1
        effect = EFFECTS[cause]
        anger, trust = effect.time(self._counts[cause])
        if not anger and not trust:
            return ()
        before = self._mood
        heard = before.heard or cause is Cause.PARAPHRASES
        wanted = anger * factor * self._gain(anger, effect.sensitivity)
        wanted *= 1.0 if heard else effect.until_heard
        trusts = min(100.0, max(0.0, before.trust + trust * factor))
        after = replace(before, anger=self._allowed(wanted), trust=trusts, heard=heard)
        self._mood = after
        self._turn_anger += after.anger - before.anger
        self._raise_band()
        change = MoodChange(at, after.anger - before.anger, after.trust - before.trust, cause, quote, after)
        return (change,)

    def _gain(self, anger: float, sensitivity: Sensitivity | None) -> float:
        """What temper and trust make of an effect: full trust is calmed by 1.25, none by 0.75 of it."""
        if anger < 0:
            return self._temper.calming * (0.75 + 0.5 * self._mood.trust / 100.0)
        weight = getattr(self._temper, sensitivity.value) if sensitivity else 1.0
        return self._temper.angering * float(weight)

    def _allowed(self, wanted: float) -> float:
        """Anger after a change of `wanted`, within the cap of the turn and the bounds of the mood."""
        now = self._mood.anger
        capped = min(CAP - self._turn_anger, max(-CAP - self._turn_anger, wanted))
        lowest = self._temper.floor
        if not self._mood.need_met:
            lowest = max(lowest, BAND_FROM[Band.IRRITATED])
        return min(100.0, max(min(lowest, now), now + capped))

    def _raise_band(self) -> None:
        if BAND_FROM[band_of(self._mood.anger)] > BAND_FROM[self._band]:
            self._band = band_of(self._mood.anger)

    def _end_turn(self) -> None:
        """Let the band fall by one step if it may; what came between turns has been counted."""
        self._turns_since_fall += 1
        falls = BAND_FROM[band_of(self._mood.anger)] < BAND_FROM[self._band]
        if falls and self._turns_since_fall >= TURNS_BETWEEN_FALLS:
            bands = list(Band)
            self._band = bands[bands.index(self._band) - 1]
            self._turns_since_fall = 0
        self._turn_anger = 0.0
        self._silence_told = None

"""Which causes a trainee's turn holds for this caller; how much each weighs is the mood's matter.

Laws
----
* First what upsets, then what calms: a turn that blames and apologizes does both, in this order.
* Each cause comes once a turn at most, with the sentence that holds it.

Units: times in samples of the call; pace in words per minute and level in dB, above the trainee's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from voicecoach.acts import ActKind
from voicecoach.converse.account import Account
from voicecoach.converse.hearing import Hearing
from voicecoach.converse.mood_causes import Cause
from voicecoach.phrases import names_time
from voicecoach.spoken_numbers import tokens
from voicecoach.timeline import samples

SOON = samples(20.0)
"""An apology within this of the complaint's end is in time; later ones have lost most of their worth."""

RUSHED_WPM = 15.0
RAISED_DB = 6.0
FLAT_ST = 1.5
"""Pitch that moves less than this makes an apology sound read out (``docs/rubric.md``)."""

OWN_WORDS = 2
"""Words of the caller's own account that make a paraphrase accurate."""

_FIRST_PERSON = frozenset({"i", "i'll", "i'm", "i've", "we", "we'll", "we're", "we've"})
_COURTESY = frozenset(
    {
        *(ActKind.GREETS, ActKind.CLOSES, ActKind.THANKS, ActKind.OFFERS_HELP, ActKind.GIVES_NAME),
        *(ActKind.CHECKS_RESOLUTION, ActKind.RETURNS_FROM_HOLD, ActKind.ASKS_TO_HOLD),
    }
)
"""Acts whose formulas nobody minds."""

_FAULTS = {
    ActKind.TELLS_TO_CALM_DOWN: Cause.CALM_DOWN,
    ActKind.DISBELIEVES: Cause.DISBELIEVES,
    ActKind.BLAMES: Cause.BLAMES,
    ActKind.INSULTS: Cause.INSULTS,
}

Caused = Iterator[tuple[Cause, str]]


class CauseReader:
    """Reads the causes of turns, in order; remembers what was said before.

    Parameters
    ----------
    account : the caller's memory; what the trainee stated is entered into it here.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self._complaint_end: int | None = None
        self._apologized = False
        self._feelings = 0
        self._open_options = 0
        self._acted = True

    def read(self, hearing: Hearing, *, may_be_warned: bool) -> Caused:
        """The causes of one turn.

        Parameters
        ----------
        hearing : the turn.
        may_be_warned : whether the caller has been rude enough for a warning.
        """
        if self._complaint_end is None:
            self._complaint_end = max(0, hearing.turn.span.start - hearing.turn.silence_before)
        yield from _manner(hearing)
        yield from self._faults(hearing)
        if warned := hearing.does(ActKind.SETS_BOUNDARY):
            yield (Cause.WARNS if may_be_warned else Cause.WARNS_WITHOUT_CAUSE), warned[0].text
        yield from self._discoveries(hearing)
        yield from self._promises(hearing)
        yield from self._formulas(hearing)
        yield from self._sympathy(hearing)
        yield from self._work(hearing)

    def _faults(self, hearing: Hearing) -> Caused:
        for kind, cause in _FAULTS.items():
            if said := hearing.does(kind):
                yield cause, said[0].text
        if refusals := hearing.does(ActKind.DECLINES, ActKind.QUOTES_POLICY):
            mends = bool(hearing.does(ActKind.EXPLAINS_CAUSE)) + bool(hearing.does(ActKind.OFFERS_OPTION))
            yield (Cause.REFUSES, Cause.REFUSES_HALF, Cause.REFUSES_WELL)[mends], refusals[0].text
        for answer, question in hearing.asked_again[:1]:
            yield Cause.ASKS_AGAIN, f"{question} (told before: {answer.id})"

    def _discoveries(self, hearing: Hearing) -> Caused:
        """Wrong facts come out when the caller knows better, or when the trainee says otherwise later."""
        stated, knows = self._account.stated, self._account.role.knows
        found: list[str] = []
        for fact, quote in hearing.wrong:
            found += [quote] if fact.id in knows else []
            stated[fact.id] = False
        for fact, quote in hearing.right:
            if stated.get(fact.id) is False and fact.id not in knows:
                found.append(f"{quote} (said otherwise before)")
            stated[fact.id] = True
        if found:
            yield Cause.WRONG_FACT, found[0]

    def _promises(self, hearing: Hearing) -> Caused:
        """A promise holds until it is taken back; the new one holds then."""
        promises, taken_back = self._account.promises, hearing.broken
        if taken_back is not None:
            promises.remove(taken_back.promise)
            yield Cause.BREAKS_PROMISE, f"{taken_back.quote} (promised before: {taken_back.promise.text})"
        promises += hearing.promised

    def _formulas(self, hearing: Hearing) -> Caused:
        """Formulas, and apologies that sound read out."""
        formulas = hearing.does(ActKind.SCRIPTED_PHRASE)
        recited = [said for said in formulas if not said.kinds & _COURTESY and not self._is_specific(hearing)]
        if _sounds_flat(hearing):
            recited += hearing.does(ActKind.APOLOGIZES)
        if recited:
            yield Cause.SCRIPT, recited[0].text

    def _sympathy(self, hearing: Hearing) -> Caused:
        own = hearing.names(self._account.words, ActKind.PARAPHRASES)
        if len(own) >= OWN_WORDS:
            yield Cause.PARAPHRASES, hearing.does(ActKind.PARAPHRASES)[0].text
        said = hearing.does(ActKind.APOLOGIZES)
        if said and hearing.eases is None and not _sounds_flat(hearing):  # else it is counted below
            yield self._apology(hearing), said[0].text
        if (said := hearing.does(ActKind.NAMES_FEELING)) and self._is_specific(hearing):
            empty = self._feelings >= 2 and not self._acted
            self._feelings += 1
            self._acted = False
            yield (Cause.EMPTY_EMPATHY if empty else Cause.NAMES_FEELING), said[0].text
        if hearing.eases is not None:
            self._account.eased = True
            yield Cause.TAKES_UP, hearing.eases

    def _apology(self, hearing: Hearing) -> Cause:
        if self._apologized:
            return Cause.APOLOGIZES_AGAIN
        self._apologized = True
        since = hearing.turn.span.start - (self._complaint_end or 0)
        return Cause.APOLOGIZES if since <= SOON else Cause.APOLOGIZES_LATE

    def _work(self, hearing: Hearing) -> Caused:
        """Promises with their time, and choices; two ways may come in two turns."""
        promises = hearing.does(ActKind.COMMITS_TO_STEP)
        self._acted = self._acted or bool(promises)
        timed = [
            said for said in promises if names_time(said.text) and _FIRST_PERSON & set(tokens(said.text))
        ]
        if timed:
            yield Cause.COMMITS, timed[0].text
        self._open_options += hearing.options
        if self._open_options >= 2:
            self._open_options, self._acted = 0, True
            yield Cause.OPTIONS, hearing.does(ActKind.OFFERS_OPTION)[-1].text

    def _is_specific(self, hearing: Hearing) -> bool:
        return bool(hearing.names(self._account.words, ActKind.NAMES_FEELING, ActKind.APOLOGIZES))


def _manner(hearing: Hearing) -> Caused:
    manner = hearing.turn.manner
    if manner.pace_wpm is not None and manner.pace_wpm >= RUSHED_WPM:
        yield Cause.RUSHES, f"{manner.pace_wpm:.0f} words a minute above their own pace"
    if manner.level_db is not None and manner.level_db >= RAISED_DB:
        yield Cause.RAISES_VOICE, f"{manner.level_db:.0f} dB above their own level"


def _sounds_flat(hearing: Hearing) -> bool:
    spread = hearing.turn.manner.pitch_sd_st
    return spread is not None and spread < FLAT_ST

"""What a caller does next: the moves of one reply, chosen by what was heard, what is missing and the mood.

A table of reactions, tried in order; the first that has something to say says it. Who was asked answers,
who was insulted hits back, who got something asks for the rest, and who got nothing presses on.

Laws
----
* Pure: the same turn in the same state gives the same moves.
* Always at least one move.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from voicecoach.acts import ActKind
from voicecoach.conversation import BAND_FROM, Band, Mood, Move
from voicecoach.converse.account import Account
from voicecoach.converse.hearing import Hearing
from voicecoach.converse.lots import Lots
from voicecoach.converse.promises import spelled

DOUBTS_BELOW = 40.0
"""Trust under which kind words are tested before they are believed."""

VENTS = 0.5
"""How often an upset caller adds something to an answer."""

TELLS = 0.6
"""How often somebody who presses on tells something new, while there is something."""

HINTS = 0.5
"""How often somebody who has told it all lets on what lies behind."""

HURTS = (ActKind.TELLS_TO_CALM_DOWN, ActKind.DISBELIEVES, ActKind.BLAMES, ActKind.INSULTS)
_KIND = (ActKind.NAMES_FEELING, ActKind.APOLOGIZES, ActKind.TAKES_OWNERSHIP, ActKind.COMMITS_TO_STEP)


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence to say: its move, and the sentences to choose from if they are not the move's own."""

    move: Move
    texts: tuple[str, ...] = ()
    fill: tuple[tuple[str, str], ...] = ()
    """What goes into the places of the move's lines (`role.PLACES`)."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the call stands when a reply is due."""

    mood: Mood
    band: Band
    account: Account
    lots: Lots
    number: int
    """Of the reply, from 0: part of the name of every draw."""

    def upset_from(self, band: Band) -> bool:
        """Whether the caller is at least as upset as `band`."""
        return BAND_FROM[self.band] >= BAND_FROM[band]

    def chance(self, probability: float, what: str) -> bool:
        """A draw of this reply."""
        return self.lots.chance(probability, what, self.number)


def moves(heard: Hearing, now: Situation) -> list[Step]:
    """The steps of the reply to a turn; one at least."""
    for reaction in _REACTIONS:
        if steps := reaction(heard, now):
            return steps
    return press(now)


def press(now: Situation) -> list[Step]:
    """Nothing came of the turn: tell more, ask for what is missing, or turn on the trainee."""
    if now.mood.need_met:
        return [Step(Move.SOFTENS)]
    untold = now.account.untold
    if untold and now.chance(TELLS, "tells"):
        return [Step(Move.ADDS_DETAIL, untold[0].say)]
    if not untold and not now.upset_from(Band.ANGRY) and now.chance(HINTS, "hints") and (hint := hints(now)):
        return hint
    sharp: Sequence[Move] = {
        Band.SETTLED: (Move.BARGAINS,),
        Band.IRRITATED: (Move.BARGAINS, Move.REPEATS),
        Band.UPSET: (Move.REPEATS, Move.COMPLAINS, Move.BARGAINS),
        Band.ANGRY: (Move.COMPLAINS, Move.CHALLENGES, Move.REPEATS, Move.ACCUSES),
        Band.FURIOUS: (Move.ACCUSES, Move.THREATENS, Move.CHALLENGES),
        Band.ABUSIVE: (Move.ACCUSES, Move.THREATENS),
    }[now.band]
    move = sharp[now.lots.below(len(sharp), "presses", now.number)]
    return _ask_for_rest(now) if move is Move.BARGAINS else [Step(move)]


def hints(now: Situation) -> list[Step]:
    """Let on what lies behind, once; nothing where there is nothing."""
    hidden, account = now.account.role.hidden, now.account
    if hidden is None or account.hinted or account.confided:
        return []
    return [Step(Move.HINTS, hidden.hints)]


def holds_to(account: Account) -> list[Step]:
    """Say back the promise that settled it, or the last one; nothing where nothing was promised."""
    granting = [promise for promise in account.promises if promise.text in account.granted_by]
    kept = [*account.promises, *granting]
    return [Step(Move.HOLDS_TO, fill=(("when", spelled(*kept[-1].whens)),))] if kept else []


def _hits_back(heard: Hearing, now: Situation) -> list[Step]:
    if not heard.does(*HURTS):
        return []
    if now.upset_from(Band.FURIOUS) and now.chance(VENTS, "threatens"):
        return [Step(Move.ACCUSES), Step(Move.THREATENS)]
    return [Step(Move.ACCUSES)]


def _catches(heard: Hearing, now: Situation) -> list[Step]:
    """A promise that is taken back, or a fact that the caller knows to be wrong."""
    knows = now.account.role.knows
    taken_back = heard.broken
    if taken_back is not None and taken_back.before is not None and taken_back.now is not None:
        before, other = spelled(taken_back.before), spelled(taken_back.now)
        return [Step(Move.CATCHES, fill=(("before", before), ("now", other)))]
    if taken_back is not None or any(fact.id in knows for fact, _ in heard.wrong):
        return [Step(Move.CHALLENGES)]
    return []


def _accepts(heard: Hearing, now: Situation) -> list[Step]:
    """Everything is granted now, or another way will do."""
    settled = now.mood.need_met and bool(heard.granted or heard.alternatives)
    if not settled and not now.account.just_settled:
        return []
    return [Step(Move.ACCEPTS), *_answers(heard, now)]


def _confides(heard: Hearing, now: Situation) -> list[Step]:
    """Who is asked what else there is tells it."""
    hidden = now.account.role.hidden
    return [Step(Move.CONFIDES, hidden.say)] if hidden is not None and heard.asks_behind else []


def _is_relieved(heard: Hearing, now: Situation) -> list[Step]:
    return [] if heard.eases is None else [Step(Move.SOFTENS), *_ask_for_rest(now)]


def _stays(heard: Hearing, now: Situation) -> list[Step]:
    """Nobody likes to be passed on unasked."""
    del now
    return [Step(Move.REFUSES)] if heard.does(ActKind.TRANSFERS) else []


def _holds(heard: Hearing, now: Situation) -> list[Step]:
    if not heard.does(ActKind.ASKS_TO_HOLD):
        return []
    willing = now.account.role.temper.agrees_to_hold and not now.upset_from(Band.FURIOUS)
    return [*_answers(heard, now), Step(Move.WAITS if willing else Move.REFUSES)]


def _answers(heard: Hearing, now: Situation) -> list[Step]:
    """Tells what was asked; who has to tell it again says so, and who is upset adds to it."""
    steps = [Step(Move.REPEATS)] if heard.asked_again and now.upset_from(Band.UPSET) else []
    steps += [Step(Move.ANSWERS, answer.say) for answer in heard.asked]
    if not heard.asked:
        steps += [Step(Move.ANSWERS, answer.say) for answer, _ in heard.asked_again[:1]]
    if steps and not heard.asked_again and now.upset_from(Band.UPSET) and now.chance(VENTS, "vents"):
        steps += [Step(Move.ADDS_DETAIL, detail.say) for detail in now.account.untold[:1]]
    return steps


def _refused(heard: Hearing, now: Situation) -> list[Step]:
    """A no, a rule, or a wrong answer to what they need: refuse it, and say what is needed."""
    wanted = {fact for need in now.account.missing for fact in need.facts}
    useless = any(fact.id in wanted for fact, _ in heard.wrong)
    if not useless and not heard.does(ActKind.DECLINES, ActKind.QUOTES_POLICY):
        return []
    steps = [Step(Move.REFUSES)]
    if now.upset_from(Band.FURIOUS):
        return [*steps, Step(Move.THREATENS)]
    return [*steps, *_ask_for_rest(now)]


def _bargains(heard: Hearing, now: Situation) -> list[Step]:
    """Something was granted or offered: take it, and ask for the rest."""
    if heard.granted and not now.upset_from(Band.ANGRY):
        return [Step(Move.SOFTENS), *_ask_for_rest(now)]
    return _ask_for_rest(now) if heard.granted or heard.options else []


def _is_moved(heard: Hearing, now: Situation) -> list[Step]:
    """Kind words: tested by who trusts little, else they soften, and the matter goes on."""
    if now.mood.heard and heard.does(ActKind.PARAPHRASES):
        return [Step(Move.ANSWERS, now.account.role.confirms), *_ask_for_rest(now)]
    if not heard.does(*_KIND):
        return []
    if now.mood.trust < DOUBTS_BELOW or now.upset_from(Band.ANGRY):
        return [Step(Move.TESTS_SINCERITY)] if now.chance(VENTS, "tests") else press(now)
    return [Step(Move.SOFTENS), *_ask_for_rest(now)]


def _wonders(heard: Hearing, now: Situation) -> list[Step]:
    """A question that the file has no answer for: the story goes on while there is some, else no idea."""
    if heard.wants_more is None:
        return []
    invites = heard.does(ActKind.ASKS_OPEN_QUESTION, ActKind.ASKS_PROBING_QUESTION)
    if invites and (untold := now.account.untold):
        return [Step(Move.ADDS_DETAIL, untold[0].say)]
    return [Step(Move.ANSWERS)]


def _is_not_done(heard: Hearing, now: Situation) -> list[Step]:
    """'Anything else?', or good-bye, while something is missing."""
    if not heard.does(ActKind.CHECKS_RESOLUTION, ActKind.CLOSES):
        return []
    return [*([Step(Move.CHALLENGES)] if now.upset_from(Band.UPSET) else []), *_ask_for_rest(now)]


def _ask_for_rest(now: Situation) -> list[Step]:
    """Ask for one of the needs that are missing; for nothing once all are met."""
    missing = [] if now.mood.need_met else now.account.missing
    if not missing:
        return []
    need = missing[now.lots.below(len(missing), "asks", now.number)]
    return [Step(Move.BARGAINS, need.asks)]


_REACTIONS: tuple[Callable[[Hearing, Situation], list[Step]], ...] = (
    _hits_back,
    _catches,
    _accepts,
    _confides,
    _is_relieved,
    _stays,
    _holds,
    _answers,
    _refused,
    _bargains,
    _is_not_done,
    _wonders,
    _is_moved,
)
"""First what cannot be passed over, then what was asked, then what was offered, then what was felt."""

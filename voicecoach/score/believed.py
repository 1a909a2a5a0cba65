"""What was said, as far as it is believed: the acts that judges and measures count.

In doubt for the trainee: an act that may cost points (a fault, or the caller's upset that calls for an
answer) counts from a probability of one half. Any other act counts as soon as the reader of acts takes
it for one; how sure that was shows in the mark's confidence.
"""

from __future__ import annotations

from itertools import pairwise

from voicecoach.acts import Act, ActKind
from voicecoach.call import Call
from voicecoach.speech import Speaker, Turn

LIKELY = 0.5
"""Probability from which an act is more likely than not."""

ATTACKING = (ActKind.ATTACKS, ActKind.INSULTS, ActKind.THREATENS)
"""What a caller does under which composure is tested."""

ANGRY = (*ATTACKING, ActKind.ASKS_FOR_SUPERVISOR)
"""What a caller does who is angry."""

UPSET = (*ANGRY, ActKind.COMPLAINS, ActKind.DEMANDS, ActKind.REFUSES)
"""What a caller does who is not calm."""

FAULTS = (
    ActKind.DISCLOSES_ACCOUNT_DATA,
    ActKind.TRANSFERS,
    ActKind.QUOTES_POLICY,
    ActKind.DECLINES,
    ActKind.TELLS_TO_CALM_DOWN,
    ActKind.BLAMES,
    ActKind.DISBELIEVES,
    ActKind.USES_JARGON,
    ActKind.HEDGES,
    ActKind.ASKS_CARD_CODE,
)
"""What a trainee does that may cost points; insults are among the upset acts of either."""

CONTENT = (ActKind.ACCEPTS, ActKind.THANKS, ActKind.GOODBYE, ActKind.CONFIRMS)
"""What a caller does who is settled, or says so."""

SOLVING = (ActKind.OFFERS_OPTION, ActKind.COMMITS_TO_STEP, ActKind.INSTRUCTS_STEP)
"""What a trainee does who has begun to solve."""

ACKNOWLEDGING = (ActKind.NAMES_FEELING, ActKind.APOLOGIZES, ActKind.SCRIPTED_PHRASE)
"""What a trainee does who shows that the complaint was heard, from specific to formula."""

ASKING = (ActKind.ASKS_PROBING_QUESTION, ActKind.ASKS_OPEN_QUESTION, ActKind.ASKS_CLOSED_QUESTION)

_OTHER_BUSINESS = (
    ActKind.VERIFIES_IDENTITY,
    ActKind.OFFERS_HELP,
    ActKind.CHECKS_UNDERSTANDING,
    ActKind.CHECKS_RESOLUTION,
    ActKind.ASKS_TO_HOLD,
    ActKind.OFFERS_OPTION,
    ActKind.PARAPHRASES,
    ActKind.ASKS_CARD_CODE,
)
"""A question that does one of these does not explore the caller's matter."""


def said(call: Call, speaker: Speaker, *kinds: ActKind) -> list[Act]:
    """The believed acts of these kinds by `speaker`, in order of time."""
    return [act for act in call.acts_of(speaker) if act.kind in kinds and _believed(act)]


def _believed(act: Act) -> bool:
    return act.probability >= LIKELY or act.kind not in (*FAULTS, *UPSET)


def first_solution(call: Call) -> int | None:
    """When the trainee likely began to solve (a sample); None when they never did."""
    solving = [act for act in said(call, Speaker.TRAINEE, *SOLVING) if act.probability >= LIKELY]
    return min((act.span.start for act in solving), default=None)


def first_complaint(call: Call) -> int | None:
    """When the caller was first heard to be upset (a sample, the sentence's end); None when never."""
    return min((act.span.end for act in said(call, Speaker.CALLER, *UPSET)), default=None)


def questions_before_solution(call: Call) -> list[Act]:
    """The trainee's questions about the matter before the first solution, each sentence once."""
    until = first_solution(call)
    other = {act.span for act in said(call, Speaker.TRAINEE, *_OTHER_BUSINESS)}
    asked: dict[tuple[int, int], Act] = {}
    for act in said(call, Speaker.TRAINEE, *ASKING):
        if act.span not in other and (until is None or act.span.start < until):
            asked.setdefault((act.span.start, act.span.end), act)
    return list(asked.values())


def answers_to_attacks(call: Call) -> list[Turn]:
    """The trainee's next turn after each caller turn that attacks, insults or threatens."""
    attacked = {act.turn_id for act in said(call, Speaker.CALLER, *ATTACKING)}
    ordered = sorted(call.turns, key=lambda turn: (turn.span, turn.id))
    return [
        reply for turn, reply in pairwise(ordered) if turn.id in attacked and reply.speaker is Speaker.TRAINEE
    ]

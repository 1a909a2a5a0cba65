"""What a judge or a measure needs to be able to hear, and why it sometimes cannot.

A need that is not met makes a criterion *not measurable*, with the reason that the call gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from voicecoach.call import Call, Limit
from voicecoach.facts import ENGLISH, FactTable
from voicecoach.speech import Speaker


class Need(StrEnum):
    """One thing that must be there."""

    WORDS = "words"
    """Words were recognized, in a language whose acts are known."""
    SPEAKERS = "speakers"
    """The two speakers can be told apart."""
    CALLER = "caller"
    """The caller can be heard."""
    CALLER_WORDS = "caller's words"
    """What the caller says is known."""
    TRAINEE_VOICE = "trainee voice"
    """The trainee speaks at all."""
    ANNOUNCEMENTS = "announcements"
    """Whether a silence was announced can be known: words, or a trainee who never spoke."""
    FILLERS = "fillers"
    """The recognizer keeps "um" and "uh"."""


_BLOCKS: dict[Need, tuple[Limit, ...]] = {
    Need.WORDS: (Limit.NO_WORDS, Limit.FOREIGN_LANGUAGE),
    Need.SPEAKERS: (Limit.ONE_CHANNEL,),
    Need.CALLER: (Limit.NO_CALLER,),
    Need.CALLER_WORDS: (Limit.CALLER_LANGUAGE,),
    Need.TRAINEE_VOICE: (Limit.NO_TRAINEE_SPEECH,),
    Need.ANNOUNCEMENTS: (Limit.NO_WORDS, Limit.FOREIGN_LANGUAGE),
    Need.FILLERS: (Limit.NO_FILLERS,),
}

_PLAINLY: dict[Limit, str] = {
    Limit.NO_WORDS: "words were not recognized",
    Limit.FOREIGN_LANGUAGE: "word criteria exist for English only",
    Limit.CALLER_LANGUAGE: "the caller does not speak English",
    Limit.ONE_CHANNEL: "one channel, speakers not separated",
    Limit.NO_CALLER: "the recording holds the trainee alone",
    Limit.NO_TRAINEE_SPEECH: "the trainee's track holds no speech",
    Limit.NO_FILLERS: "the recognizer leaves out 'um' and 'uh'",
    Limit.LACKS_START: "the recording begins in mid-call",
}


def understood(call: Call, facts: FactTable | None) -> Call:
    """The call without words and acts of a caller who speaks another language than English.

    A recognizer and a reader of English make up both.
    """
    language = ENGLISH if facts is None else facts.caller_language
    if language == ENGLISH:
        return call
    turns = tuple(replace(t, words=()) if t.speaker is Speaker.CALLER else t for t in call.turns)
    reason = f"the caller speaks '{language}', and what is said in it is not judged"
    return replace(
        call,
        turns=turns,
        acts=call.acts_of(Speaker.TRAINEE),
        limits={**call.limits, Limit.CALLER_LANGUAGE: reason},
    )


def reason_for(call: Call, limit: Limit) -> str:
    """The call's own reason for a limit, or the standing one where it gives none."""
    return call.limits.get(limit) or _PLAINLY[limit]


def unmet(call: Call, needs: Iterable[Need]) -> str | None:
    """Why the first unmet need (in the order given) is not met; None when all are."""
    for need in needs:
        if need is Need.ANNOUNCEMENTS and trainee_is_silent(call):
            continue
        for limit in _BLOCKS[need]:
            if limit in call.limits:
                return reason_for(call, limit)
    return None


def trainee_is_silent(call: Call) -> bool:
    """Whether a caller spoke and the trainee, heard on a track of their own, said nothing at all."""
    heard_apart = Limit.ONE_CHANNEL not in call.limits and Limit.NO_CALLER not in call.limits
    return heard_apart and Limit.NO_TRAINEE_SPEECH in call.limits and bool(call.turns_of(Speaker.CALLER))

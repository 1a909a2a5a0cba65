"""What could not be heard on a call, and why: decided once, here, so that nothing is judged on guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.audio import Layout
from voicecoach.call import Limit
from voicecoach.facts import ENGLISH
from voicecoach.speech import Speaker, Turn
from voicecoach.timeline import samples

ALREADY_TALKING_S = 0.1
"""A call that starts with somebody in mid-word has lost its beginning."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How the engine listened."""

    layout: Layout
    language: str
    """ISO 639-1."""
    no_words_because: str | None
    """Why words were not recognized; None when they were."""
    keeps_fillers: bool
    """Whether the recognizer writes 'um' and 'uh'."""


def limits(hearing: Hearing, turns: Sequence[Turn]) -> dict[Limit, str]:
    """The limits of one call, each with its reason in plain words."""
    found: dict[Limit, str] = {}
    if hearing.no_words_because is not None:
        found[Limit.NO_WORDS] = hearing.no_words_because
    if hearing.language != ENGLISH:
        found[Limit.FOREIGN_LANGUAGE] = (
            f"what is said in '{hearing.language}' is not judged: word criteria exist for English only"
        )
    if hearing.layout is Layout.MIXED:
        found[Limit.ONE_CHANNEL] = "one channel, speakers not separated"
    elif hearing.layout is Layout.TRAINEE_ONLY:
        found[Limit.NO_CALLER] = "the recording holds the trainee alone"
    if hearing.layout is not Layout.MIXED and not any(t.speaker is Speaker.TRAINEE for t in turns):
        found[Limit.NO_TRAINEE_SPEECH] = "the trainee's track holds no speech"
    if hearing.no_words_because is None and not hearing.keeps_fillers:
        found[Limit.NO_FILLERS] = "this speech model leaves out 'um' and 'uh'"
    if turns and turns[0].span.start < samples(ALREADY_TALKING_S):
        found[Limit.LACKS_START] = "the recording begins in mid-speech"
    return found

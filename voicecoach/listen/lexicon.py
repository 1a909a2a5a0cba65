"""Words by which people show that they listen.

Source of the list: the commonest backchannels in English telephone speech (Switchboard's
``b`` tags: uh-huh, yeah, right, oh, okay, mm-hm, really, sure, I see, wow), plus those of service calls.
"""

from __future__ import annotations

import re

BACKCHANNELS = frozenset(
    {
        *("aha", "ah", "absolutely", "alright", "correct", "exactly", "fine", "gotcha", "hm", "hmm", "huh"),
        *("indeed", "mhm", "mm", "mmhm", "mmhmm", "mmm", "no", "oh", "okay", "ok", "really", "right", "sure"),
        *("true", "uh", "uhhuh", "um", "wow", "yeah", "yep", "yes", "yup", "got it", "i see", "of course"),
        *("oh dear", "oh no", "oh i see", "oh okay", "oh really", "all right", "i understand", "go on"),
        *("yes yes", "right right", "okay okay", "yeah yeah", "yes of course", "uh huh", "mm hm", "mm hmm"),
    }
)

_NOT_A_WORD = re.compile(r"[^a-z' ]+")

_MOST_PHRASES = 3
"""More signs of listening in a row are something else: an answer, a song."""


def is_backchannel(text: str) -> bool:
    """Whether `text` is nothing but signs of listening ("Mm-hm.", "Okay, I see")."""
    words = _NOT_A_WORD.sub(" ", text.lower().replace("-", "")).split()
    phrases = 0
    while words:
        length = next((n for n in (3, 2, 1) if " ".join(words[:n]) in BACKCHANNELS), 0)
        if not length:
            return False
        words = words[length:]
        phrases += 1
    return 0 < phrases <= _MOST_PHRASES

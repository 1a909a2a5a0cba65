"""Words by which people show that they listen.

Source of the list: the commonest backchannels in English telephone speech (Switchboard's
``b`` tags: uh-huh, yeah, right, oh, okay, mm-hm, really, sure, I see, wow), plus those of service calls.

Laws: punctuation, capitals and hyphens do not matter; what may become a backchannel includes what is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

BACKCHANNELS = frozenset(
    {
        *("aha", "ah", "absolutely", "alright", "correct", "exactly", "fine", "gotcha", "hm", "hmm", "huh"),
        *("indeed", "mhm", "mm", "mmhm", "mmhmm", "mmm", "no", "oh", "okay", "ok", "really", "right", "sure"),
        *("true", "uh", "uhhuh", "um", "wow", "yeah", "yep", "yes", "yup", "got it", "i see", "of course"),
        *("oh dear", "oh no", "oh i see", "oh okay", "oh really", "all right", "i understand", "go on"),
        *("yes yes", "right right", "okay okay", "yeah yeah", "yes of course", "uh huh", "mm hm", "mm hmm"),
    }
)

_BEGUN = frozenset(
    " ".join(words[:n]) for words in map(str.split, BACKCHANNELS) for n in range(1, len(words) + 1)
)
"""The phrases and all that they begin with."""

_NOT_A_WORD = re.compile(r"[^a-z' ]+")

_MOST_PHRASES = 3
"""More signs of listening in a row are something else: an answer, a song."""


def is_backchannel(text: str) -> bool:
    """Whether `text` is nothing but signs of listening ("Mm-hm.", "Okay, I see")."""
    phrases, left = _phrases(_words(text))
    return not left and 0 < phrases <= _MOST_PHRASES


def may_become_backchannel(text: str) -> bool:
    """Whether `text`, of somebody who is still speaking, may yet turn out to be one ("Oh, I ...").

    No words at all may become anything.
    """
    phrases, left = _phrases(_words(text))
    return phrases + bool(left) <= _MOST_PHRASES and (not left or " ".join(left) in _BEGUN)


def _words(text: str) -> list[str]:
    return _NOT_A_WORD.sub(" ", text.lower().replace("-", "")).split()


def _phrases(words: Sequence[str]) -> tuple[int, Sequence[str]]:
    """How many phrases of the list `words` begin with, and what is left after them."""
    found = 0
    while words:
        length = next((n for n in (3, 2, 1) if " ".join(words[:n]) in BACKCHANNELS), 0)
        if not length:
            break
        words = words[length:]
        found += 1
    return found, words

"""How a line is given to a voice, and how the demo model writes it: word for word the same number of words.

The model writes as Whisper does, but for what cannot be heard: a capital and a full stop or question mark, no
commas, numbers as words.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NO_LETTER = re.compile(r"[^A-Za-z'-]")
_HELD_OUT_OF = 20


def as_spoken(text: str) -> str:
    """`text` for a voice: typographic signs made plain, dashes between words made pauses."""
    plain = text.translate(str.maketrans("’‘“”…", "''\"\",")).replace('"', "")
    return " ".join(re.sub(r"\s+[-–—]+\s+|—", ", ", plain).split())


def as_written(spoken: str) -> tuple[str, ...] | None:
    """The words that the model is to write for `spoken`, one for each of its words; None: it cannot.

    It has no digits, and no letters but those of English.
    """
    words = tuple(_written(word) for word in spoken.split())
    if not words or not all(words) or any(c.isdigit() or not c.isascii() for c in spoken):
        return None
    if not words[-1].endswith((".", "?")):
        words = (*words[:-1], f"{words[-1]}.")
    return words


def _written(word: str) -> str:
    letters = _NO_LETTER.sub("", word).strip("'-")
    end = "?" if "?" in word else "." if word.endswith((".", "!", '."', ".'")) else ""
    return letters + end if letters else ""


def plain(text: str) -> str:
    """`text` as errors are counted: lower case, without punctuation."""
    lowered = unicodedata.normalize("NFKC", text).lower()
    return " ".join(re.sub(r"[^a-z0-9' ]", " ", lowered.replace("-", "")).split())


def is_held_out(text: str) -> bool:
    """Whether a sentence is kept for the evaluation: one in twenty, told by its words alone."""
    return int(hashlib.md5(plain(text).encode(), usedforsecurity=False).hexdigest(), 16) % _HELD_OUT_OF == 0

"""One sentence of a trainee's turn and what it does, as a caller takes it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicecoach.acts import ActKind
from voicecoach.phrases import is_question
from voicecoach.spoken_numbers import tokens

ASKING = frozenset(
    {
        ActKind.ASKS_OPEN_QUESTION,
        ActKind.ASKS_CLOSED_QUESTION,
        ActKind.ASKS_PROBING_QUESTION,
        ActKind.VERIFIES_IDENTITY,
    }
)

_DENIALS = frozenset(
    """not never cannot can't won't don't isn't doesn't couldn't wouldn't unable""".split()  # noqa: SIM905
)
"""Words that take back the rest of their sentence; "no" does not: "at no extra cost"."""


_CLAUSE = re.compile(r",? \b(?:but|because|so|and|since|although|though|instead)\b ?")
_DECLARES = re.compile(r"\b(i have|i've got|i see|i found|found it|thank you|thanks|that matches)\b")
"""Words with which an account is found, not asked for."""


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the turn and what it does."""

    text: str
    kinds: frozenset[ActKind]

    @property
    def asks(self) -> bool:
        """Whether it wants an answer; who declares something checked wants none."""
        if is_question(self.text):
            return True
        asking = self.kinds & ASKING
        declares = asking == {ActKind.VERIFIES_IDENTITY} and _DECLARES.search(self.text.lower()) is not None
        return bool(asking) and not declares

    @property
    def granted(self) -> str:
        """What of it is not denied: the whole, or the clauses beside a "not"."""
        if not self.denies:
            return self.text
        clauses = [clause for clause in _CLAUSE.split(self.text) if not _DENIALS & set(tokens(clause))]
        return " ".join(clauses) if _DENIALS & set(tokens(self.text)) else ""

    @property
    def denies(self) -> bool:
        """Whether it takes something back, or says no."""
        return bool(_DENIALS & set(tokens(self.text))) or ActKind.DECLINES in self.kinds

"""One sentence of a trainee's turn and what it does, as a caller takes it."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of the turn and what it does."""

    text: str
    kinds: frozenset[ActKind]

    @property
    def asks(self) -> bool:
        """Whether it wants an answer."""
        return bool(self.kinds & ASKING) or is_question(self.text)

    @property
    def denies(self) -> bool:
        """Whether it takes something back, or says no."""
        return bool(_DENIALS & set(tokens(self.text))) or ActKind.DECLINES in self.kinds

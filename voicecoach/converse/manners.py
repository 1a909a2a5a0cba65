"""How one persona takes turns. It may change while the call runs, with the mood."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manners:
    """What differs from caller to caller; the defaults are those of a patient one."""

    patience_s: float = 45.0
    """A trainee who talks for so long is cut in on; 45 s is the longest monologue that costs no marks
    (``docs/rubric.md``)."""
    hello_after_s: float = 6.0
    """Silence after which they ask whether anybody is there: 5 to 7 s in the field."""
    hold_patience_s: float = 60.0
    """On hold each such stretch counts as one such question; 60 s is the longest good hold."""
    cuts_in: float = 0.0
    """Probability of cutting in when one of `triggers` is said; 0 to 0.4 with the mood."""
    holds_on: float = 0.0
    """Probability of talking over a trainee who takes the floor."""
    triggers: frozenset[str] = frozenset()
    """Words that provoke, in lower case: ``calm down``, ``policy``."""

"""Which of two voices answers the phone for a living: decided by what each of them does.

The trainee greets, gives a name, verifies, offers help, asks to hold; the caller complains, demands and
gives information. Nothing else (loudness, pitch, channel order) is looked at.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from voicecoach.acts import Act, ActKind

OF_TRAINEE = frozenset(
    {
        *(ActKind.GREETS, ActKind.GIVES_NAME, ActKind.OFFERS_HELP, ActKind.VERIFIES_IDENTITY),
        *(ActKind.APOLOGIZES, ActKind.NAMES_FEELING, ActKind.TAKES_OWNERSHIP, ActKind.OFFERS_OPTION),
        *(ActKind.COMMITS_TO_STEP, ActKind.INSTRUCTS_STEP, ActKind.ASKS_TO_HOLD, ActKind.RETURNS_FROM_HOLD),
        *(ActKind.TRANSFERS, ActKind.CHECKS_RESOLUTION, ActKind.CLOSES, ActKind.ASKS_PROBING_QUESTION),
        *(ActKind.SCRIPTED_PHRASE, ActKind.EXPLAINS_CAUSE, ActKind.DISCLOSES_ACCOUNT_DATA),
    }
)
"""Acts by which an agent is known."""

OF_CALLER = frozenset(
    {
        *(ActKind.COMPLAINS, ActKind.DEMANDS, ActKind.GIVES_INFORMATION, ActKind.ATTACKS),
        *(ActKind.THREATENS, ActKind.ASKS_FOR_SUPERVISOR, ActKind.ACCEPTS, ActKind.REFUSES),
    }
)
"""Acts by which a customer is known."""

TELLING = frozenset(
    {
        *(ActKind.OFFERS_HELP, ActKind.VERIFIES_IDENTITY, ActKind.ASKS_TO_HOLD, ActKind.RETURNS_FROM_HOLD),
        *(ActKind.TRANSFERS, ActKind.CHECKS_RESOLUTION, ActKind.COMPLAINS, ActKind.DEMANDS),
        *(ActKind.ASKS_FOR_SUPERVISOR, ActKind.THREATENS),
    }
)
"""Acts that the other side hardly ever performs: they count double."""

MOST_PER_KIND = 3.0
"""An act counts at most so often: one habit must not decide alone."""

SCALE = 2.0
"""Acts that one voice must be ahead for odds of e to 1; by two such acts the choice is 88 % sure."""


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """Which of two tracks is the trainee's."""

    trainee_track: int
    """0 or 1."""
    confidence: float
    """0.5 (a coin) to 1."""
    reason: str


def tell_roles(first: Sequence[Act], second: Sequence[Act]) -> RoleGuess:
    """Compare what two voices do.

    Parameters
    ----------
    first, second : acts of each track, read without regard to who speaks.
    """
    lead = _agency(first) - _agency(second)
    track = 0 if lead >= 0 else 1
    confidence = 1 / (1 + math.exp(-abs(lead) / SCALE))
    trainee, caller = (first, second) if track == 0 else (second, first)
    told = [
        f"{who} {', '.join(shown)}"
        for who, shown in (
            ("this channel", _strongest(trainee, OF_TRAINEE)),
            ("the other", _strongest(caller, OF_CALLER)),
        )
        if shown
    ]
    reason = "; ".join(told) or "neither channel does what an agent does"
    return RoleGuess(track, round(confidence, 3), reason)


def _counts(acts: Sequence[Act]) -> dict[ActKind, float]:
    sums: dict[ActKind, float] = defaultdict(float)
    for act in acts:
        sums[act.kind] += act.probability
    return {kind: min(count, MOST_PER_KIND) for kind, count in sums.items()}


def _agency(acts: Sequence[Act]) -> float:
    lead = 0.0
    for kind, count in _counts(acts).items():
        weight = 2.0 if kind in TELLING else 1.0
        lead += weight * count * ((kind in OF_TRAINEE) - (kind in OF_CALLER))
    return lead


def _strongest(acts: Sequence[Act], kinds: frozenset[ActKind]) -> list[str]:
    """The three commonest of `kinds`, in words."""
    counts = {kind: count for kind, count in _counts(acts).items() if kind in kinds}
    return [kind.replace("_", " ") for kind in sorted(counts, key=lambda kind: (-counts[kind], kind))[:3]]

"""How a caller takes turns in the mood they are in: a persona's temper and band, as manners.

Upset people come in earlier, and the furious do not stop for everybody: in more than four of five recorded
service calls with upset callers these interrupted (brightsurf.com, on 36 h of calls).
"""

from __future__ import annotations

from voicecoach.conversation import Band
from voicecoach.converse.manners import Manners
from voicecoach.role import Role

CUTS_IN = {Band.SETTLED: 0.0, Band.IRRITATED: 0.5, Band.UPSET: 0.75}
"""Share of the temper's own readiness to cut in while calmer than *angry*."""

TALKS_OVER = {Band.FURIOUS: 0.2, Band.ABUSIVE: 0.4}
"""Probability of speaking on over a trainee who takes the floor."""

PATIENCE = {Band.SETTLED: 1.5, Band.IRRITATED: 1.25, Band.FURIOUS: 0.75, Band.ABUSIVE: 0.5}
"""Share of the temper's own patience with a trainee who talks on."""


def manners(role: Role, band: Band) -> Manners:
    """How this caller takes turns when they are so upset."""
    temper = role.temper
    return Manners(
        patience_s=temper.patience_s * PATIENCE.get(band, 1.0),
        hello_after_s=temper.hello_after_s,
        hold_patience_s=temper.hold_patience_s,
        cuts_in=temper.cuts_in * CUTS_IN.get(band, 1.0),
        holds_on=TALKS_OVER.get(band, 0.0),
        triggers=frozenset(trigger.casefold() for trigger in role.triggers),
    )

"""How hard a caller is: the same story, told by somebody easier or harder to calm.

Units: anger and trust 0 to 100; the rest are factors. The sizes are our own: one band of anger either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voicecoach.persona import Persona
from voicecoach.role import Temper


class Level(StrEnum):
    """The value is its name on the command line."""

    EASY = "easy"
    MEDIUM = "medium"
    """As the file has it."""
    HARD = "hard"


@dataclass(frozen=True, slots=True)
class _Change:
    """What a level does to a temper."""

    anger: float
    trust: float
    calming: float
    angering: float
    patience: float
    cuts_in: float
    keeps_secrets: bool
    """Whether a second grievance stays behind the first."""


_CHANGES: Mapping[Level, _Change] = {
    Level.EASY: _Change(-15, +10, 1.3, 0.7, 1.5, 0.5, keeps_secrets=False),
    Level.HARD: _Change(+12, -15, 0.75, 1.25, 0.7, 2.0, keeps_secrets=True),
}

HEADROOM = 10.0
"""Points of anger between the start and hanging up, at least: somebody who hangs up at the greeting teaches
nothing."""


def at_level(persona: Persona, level: Level) -> Persona:
    """The same caller, easier or harder; the file's own for `Level.MEDIUM` or without a role."""
    change = _CHANGES.get(level)
    if change is None or persona.role is None:
        return persona
    role = persona.role
    update: dict[str, object] = {"temper": _changed(role.temper, change)}
    if not change.keeps_secrets:
        update["hidden"] = None
    return persona.model_copy(update={"role": role.model_copy(update=update)})


def _changed(temper: Temper, change: _Change) -> Temper:
    """The temper within the bounds that its own model checks."""
    anger = min(temper.hangs_up_at - HEADROOM, max(temper.floor, temper.anger + change.anger))
    return Temper.model_validate(
        {
            **temper.model_dump(),
            "anger": max(temper.floor, anger),
            "trust": min(100.0, max(0.0, temper.trust + change.trust)),
            "calming": min(3.0, temper.calming * change.calming),
            "angering": min(3.0, temper.angering * change.angering),
            "patience_s": min(120.0, max(5.0, temper.patience_s * change.patience)),
            "cuts_in": min(0.4, temper.cuts_in * change.cuts_in),
        }
    )

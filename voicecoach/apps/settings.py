"""How a call is to be taken: what the user knows about a recording and nobody can hear."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GradeSettings:
    """How a call is to be taken."""

    language: str = "en"
    trainee_channel: int | None = None
    """Counted from 0; None: tell it from what is said."""
    trainee_only: bool = False
    """The recording holds nobody but the trainee."""

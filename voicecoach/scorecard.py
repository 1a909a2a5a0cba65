"""What was awarded, for what, on which evidence: plain data that a person can check.

Laws
----
* Every mark gives a reason in plain words, and evidence wherever there is any.
* ``NOT_APPLICABLE`` (the call gave no occasion) and ``NOT_MEASURABLE`` (it could not be heard)
  leave the denominator; neither is ever zero points.
* No emotion is ever attributed to the trainee: acoustic facts against their own baseline only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicecoach.speech import Speaker
from voicecoach.timeline import Span


class Skill(StrEnum):
    """Which half of the job a criterion trains."""

    HARD = "hard"
    """Products, policies, systems, procedure, safety, correct entries."""
    SOFT = "soft"
    """Listening, empathy, patience, a friendly tone, creative solutions."""


class Verdict(StrEnum):
    """Whether a criterion could be judged."""

    JUDGED = "judged"
    NOT_APPLICABLE = "n/a"
    NOT_MEASURABLE = "not measurable"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A moment of the call that a mark rests on."""

    span: Span
    speaker: Speaker | None
    quote: str
    """What was said, or what happened: ``"came in 1.2 s before the caller had finished"``."""
    kind: str
    """``quote``, ``overlap``, ``silence``, ``pace``, ``pitch``, ``level``, ``clock``."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The judgment of one criterion."""

    criterion_id: str
    title: str
    skill: Skill
    section: str
    verdict: Verdict
    points: float
    """Awarded, 0 to `weight`; 0 when not judged."""
    weight: float
    """Points that could be had."""
    reason: str
    confidence: float
    """0 to 1: how sure the judgment is; 1 where the clock decides."""
    evidence: tuple[Evidence, ...]
    bonus: bool = False
    """Bonus points are added on top and never missed."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that caps the score whatever else went well."""

    rule_id: str
    title: str
    section: str | None
    """The section that is set to zero; None when the whole call is."""
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Subscore:
    """Points had of points that could be had, over the judged criteria of one skill."""

    points: float
    possible: float

    @property
    def percent(self) -> float | None:
        """0 to 100, or None when nothing could be judged."""
        return 100 * self.points / self.possible if self.possible else None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One call on one rubric."""

    rubric_id: str
    rubric_version: str
    marks: tuple[Mark, ...]
    failures: tuple[Failure, ...]
    raw_percent: float | None
    """0 to 100 (more with bonus) before failures; None when nothing could be judged."""
    capped_percent: float | None
    """After failures."""
    hard: Subscore
    soft: Subscore
    coverage: float
    """Share of the rubric's weight that could be judged, 0 to 1."""

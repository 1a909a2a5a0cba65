"""A rubric: what is judged, by which judge, for how many points, and what caps the score.

Rubric files are YAML (``docs/writing-rubrics.md``); this is what one says once it is read.

Laws
----
* The weights of the criteria without the bonus are meant to sum to 100.
* Every criterion says what a coach will see (`evidence`) and when it does not apply (`na_when`).
* A capping rule changes the capped score only; the raw score stays visible beside it.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from voicecoach.facts import Id, Text
from voicecoach.judge_settings import CriterionJudge
from voicecoach.rule_settings import RuleJudge
from voicecoach.scorecard import Skill


class Scale(StrEnum):
    """Which levels a criterion knows."""

    BINARY = "binary"
    """All or nothing: what is half met earns nothing."""
    THREE = "0-2"
    """0 = not met, 1 = half met (half the weight), 2 = met."""

    def fraction(self, level: float) -> float:
        """The share of the weight that a judge's level (0, 0.5 or 1) earns on this scale."""
        return float(level >= 1.0) if self is Scale.BINARY else level


class Section(BaseModel):
    """A part of the scorecard; a failed section loses its points together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    title: Text


class Criterion(BaseModel):
    """One line of the scorecard."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    title: Text
    skill: Skill
    section: Id
    weight: float = Field(gt=0, le=100, allow_inf_nan=False)
    """Points; for a bonus, the most that can be added."""
    scale: Scale = Scale.THREE
    judge: CriterionJudge
    na_when: str = Field(max_length=2000)
    """When it does not apply; or ``never:`` and why there is always occasion."""
    evidence: str = Field(max_length=2000)
    """What the coach will see and hear."""
    bonus: bool = False


class FailAllRule(BaseModel):
    """Sets the whole call to zero."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    title: Text
    why: Text
    """What harm it does: the reason a trainee reads."""
    judge: RuleJudge


class FailSectionRule(FailAllRule):
    """Sets one section to zero."""

    section: Id


class Rubric(BaseModel):
    """A whole rubric file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    version: Text
    """Changes with every change of meaning: scores are compared only within a version."""
    title: Text
    sections: tuple[Section, ...] = Field(min_length=1, max_length=20)
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=100)
    fail_all: tuple[FailAllRule, ...] = ()
    fail_section: tuple[FailSectionRule, ...] = ()

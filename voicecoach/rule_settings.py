"""What a rubric may tell each judge of a capping rule, as it is written in a rubric file.

Like ``judge_settings``: names and thresholds, each default with its source. A cap takes the whole score, so
what it rests on must be surer than for a mark.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from voicecoach.judge_settings import Seconds, Settings

Probability = Annotated[float, Field(ge=0.5, le=1)]


class Rule(Settings):
    """What all capping rules share."""


class WordRule(Rule):
    """A rule that rests on words."""

    min_probability: Probability = 0.8
    """How sure the words must be before the score is capped on them. Own default."""


class DisclosesUnverified(WordRule):
    """Account data are given before the caller is verified."""

    name: Literal["discloses_unverified"] = "discloses_unverified"


class WrongMaterialFact(WordRule):
    """A material fact of the table is stated wrongly and never put right."""

    name: Literal["wrong_material_fact"] = "wrong_material_fact"


class AsksCardCode(WordRule):
    """The card's security code is asked for."""

    name: Literal["asks_card_code"] = "asks_card_code"


class InsultsCaller(WordRule):
    """The caller is insulted or threatened."""

    name: Literal["insults_caller"] = "insults_caller"


class HangsUp(WordRule):
    """The trainee ends an unsettled call without a warning."""

    name: Literal["hangs_up"] = "hangs_up"


class NoAcknowledgement(WordRule):
    """An angry caller is never acknowledged at all."""

    name: Literal["no_acknowledgement"] = "no_acknowledgement"


class LongDeadAir(Rule):
    """The caller is left in silence without a word."""

    name: Literal["long_dead_air"] = "long_dead_air"
    longest_s: Seconds = 30.0
    """Own default: three times the silence that already costs everything."""


class ColdTransfer(WordRule):
    """The caller is passed on without asking, explaining or introducing."""

    name: Literal["cold_transfer"] = "cold_transfer"


class SafetyOrder(WordRule):
    """A critical step of the procedure is left out, or comes after one that had to wait for it."""

    name: Literal["safety_order"] = "safety_order"


RuleJudge = Annotated[
    DisclosesUnverified
    | WrongMaterialFact
    | AsksCardCode
    | InsultsCaller
    | HangsUp
    | NoAcknowledgement
    | LongDeadAir
    | ColdTransfer
    | SafetyOrder,
    Field(discriminator="name"),
]
"""Any judge of a capping rule."""

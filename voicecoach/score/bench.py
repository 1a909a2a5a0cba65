"""Who judges what: each judge's settings, its function, what it needs to hear, and what silence means.

A trainee who never speaks is judged by that fact: what should have been said was not said, which
the clock knows without words. Only where silence is no failing does a criterion not apply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from voicecoach import judge_settings as settings
from voicecoach import rule_settings
from voicecoach.score import (
    judges_closing,
    judges_delivery,
    judges_desk,
    judges_listening,
    judges_opening,
    judges_resolution,
    rules,
)
from voicecoach.score.judgment import Case, Judgment
from voicecoach.score.limits import Need
from voicecoach.score.rules import Breach


class Silent(Enum):
    """What it means for a criterion that the trainee never spoke."""

    NOT_SAID = auto()
    """It should have been said and was not: nothing is met."""
    NO_OCCASION = auto()
    """Saying nothing gave no occasion for it: not applicable."""
    UNHEARD = auto()
    """Without a voice there is nothing to measure."""
    JUDGE = auto()
    """The judge itself knows what to make of it."""


@dataclass(frozen=True, slots=True)
class Seat:
    """One judge of a criterion."""

    judge: Callable[[Case, Any], Judgment]
    needs: tuple[Need, ...]
    silent: Silent = Silent.NOT_SAID
    opening: bool = False
    """Whether it is about the first seconds, which a recording may lack."""


_OWN_WORDS = (Need.SPEAKERS, Need.WORDS)
_BOTH_WORDS = (Need.SPEAKERS, Need.CALLER, Need.WORDS, Need.CALLER_WORDS)
_ANNOUNCED = (Need.SPEAKERS, Need.CALLER, Need.ANNOUNCEMENTS)

CRITERIA: Mapping[type[settings.Settings], Seat] = {
    settings.Greeting: Seat(judges_opening.greeting, _OWN_WORDS, opening=True),
    settings.Identity: Seat(judges_opening.identity, _OWN_WORDS, Silent.NO_OCCASION),
    settings.LetsFinish: Seat(judges_listening.lets_finish, (Need.SPEAKERS, Need.CALLER), Silent.NO_OCCASION),
    settings.Acknowledges: Seat(judges_listening.acknowledges, _BOTH_WORDS, Silent.JUDGE),
    settings.TimelyApology: Seat(judges_listening.timely_apology, _BOTH_WORDS, Silent.JUDGE),
    settings.Paraphrases: Seat(judges_listening.paraphrases, _BOTH_WORDS),
    settings.Probes: Seat(judges_listening.probes, _OWN_WORDS),
    settings.CorrectFacts: Seat(judges_resolution.correct_facts, _OWN_WORDS, Silent.NO_OCCASION),
    settings.CorrectProcess: Seat(judges_resolution.correct_process, _OWN_WORDS, Silent.JUDGE),
    settings.Remedy: Seat(judges_desk.remedy, (), Silent.JUDGE),
    settings.CaseEntry: Seat(judges_desk.case_entry, (), Silent.JUDGE),
    settings.Ownership: Seat(judges_resolution.ownership, _OWN_WORDS),
    settings.Options: Seat(judges_resolution.options, _OWN_WORDS),
    settings.NextStep: Seat(judges_resolution.next_step, _OWN_WORDS),
    settings.ExplainsPolicy: Seat(judges_resolution.explains_policy, _OWN_WORDS, Silent.NO_OCCASION),
    settings.ExtraMile: Seat(judges_resolution.extra_mile, _OWN_WORDS),
    settings.HoldProtocol: Seat(judges_delivery.hold_protocol, _ANNOUNCED, Silent.JUDGE),
    settings.Clarity: Seat(judges_delivery.clarity, _OWN_WORDS, Silent.UNHEARD),
    settings.WarmTone: Seat(judges_delivery.warm_tone, (Need.SPEAKERS,), Silent.UNHEARD),
    settings.AvoidsInflaming: Seat(judges_delivery.avoids_inflaming, _OWN_WORDS, Silent.NO_OCCASION),
    settings.SetsBoundary: Seat(judges_delivery.sets_boundary, _BOTH_WORDS, Silent.JUDGE),
    settings.RecapClose: Seat(judges_closing.recap_close, _OWN_WORDS),
}
"""Each criterion judge by the type of its settings."""

RULES: Mapping[type[rule_settings.Rule], tuple[Callable[[Case, Any], Breach | None], tuple[Need, ...]]] = {
    rule_settings.DisclosesUnverified: (rules.discloses_unverified, _OWN_WORDS),
    rule_settings.WrongMaterialFact: (rules.wrong_material_fact, _OWN_WORDS),
    rule_settings.AsksCardCode: (rules.asks_card_code, _OWN_WORDS),
    rule_settings.InsultsCaller: (rules.insults_caller, _OWN_WORDS),
    rule_settings.HangsUp: (rules.hangs_up, _BOTH_WORDS),
    rule_settings.NoAcknowledgement: (rules.no_acknowledgement, _BOTH_WORDS),
    rule_settings.LongDeadAir: (rules.long_dead_air, _ANNOUNCED),
    rule_settings.ColdTransfer: (rules.cold_transfer, _OWN_WORDS),
    rule_settings.SafetyOrder: (rules.safety_order, _OWN_WORDS),
}
"""Each rule judge, and what it needs, by the type of its settings."""

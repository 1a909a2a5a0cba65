"""Judges of the capping rules: each answers with its reason and evidence, or with None.

Laws
----
* A rule that cannot be heard never fires.
* Words must be surer here than for a mark (`min_probability`): the whole score hangs on them.
* A recording that stops in mid-call is nobody's fault.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.acts import Act, ActKind
from voicecoach.phrases import holds_exactly
from voicecoach.rule_settings import (
    AsksCardCode,
    ColdTransfer,
    DisclosesUnverified,
    HangsUp,
    InsultsCaller,
    LongDeadAir,
    NoAcknowledgement,
    SafetyOrder,
    WordRule,
    WrongMaterialFact,
)
from voicecoach.score.believed import ACKNOWLEDGING, ANGRY, CONTENT, UPSET
from voicecoach.score.fact_check import FactOutcome, StepCheck, check_process
from voicecoach.score.judges_closing import final_turn
from voicecoach.score.judges_delivery import is_warm
from voicecoach.score.judges_opening import volunteered_identity
from voicecoach.score.judgment import ABSENCE, Case, at, quotes, silence_seen
from voicecoach.score.silences import dead_air
from voicecoach.scorecard import Evidence
from voicecoach.speech import Speaker

FAREWELLS = (
    "goodbye",
    "good bye",
    "bye",
    "thank you for calling",
    "thanks for calling",
    "take care",
    "great day",
    "nice day",
    "good day",
    "good weekend",
    "end this call",
    "end the call",
    "hanging up",
    "hang up",
)
"""Words with which somebody ends a call; other closing phrases (a survey) may come before its end."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule was broken: why it is believed, and where to listen."""

    reason: str
    evidence: tuple[Evidence, ...]


def _sure(acts: list[Act], rule: WordRule) -> list[Act]:
    return [act for act in acts if act.probability >= rule.min_probability]


def _breach(reason: str, acts: list[Act]) -> Breach:
    return Breach(reason, tuple(quotes(acts)[:3]))


def discloses_unverified(case: Case, rule: DisclosesUnverified) -> Breach | None:
    """Account data before any verification; details that the caller volunteered are let pass."""
    disclosed = _sure(case.trainee(ActKind.DISCLOSES_ACCOUNT_DATA), rule)
    if not disclosed:
        return None
    first = disclosed[0]
    verified = case.trainee(ActKind.VERIFIES_IDENTITY)
    if any(act.span.start <= first.span.start for act in verified):
        return None
    if volunteered_identity(case, first.span.start) is not None:
        return None
    return _breach(f"Account data were given at {at(first.span.start)}; nobody had been verified.", [first])


def wrong_material_fact(case: Case, rule: WrongMaterialFact) -> Breach | None:
    """A material fact stated wrongly and not put right."""
    wrong = [
        check
        for check in case.fact_checks
        if check.outcome is FactOutcome.WRONG
        and check.fact.material
        and check.confidence >= rule.min_probability
    ]
    if not wrong:
        return None
    reason = f"Told the caller something materially wrong. {'; '.join(check.reason for check in wrong)}."
    return Breach(reason, tuple(moment for check in wrong for moment in check.evidence))


def asks_card_code(case: Case, rule: AsksCardCode) -> Breach | None:
    """The card's security code may never be on a recording."""
    asked = _sure(case.trainee(ActKind.ASKS_CARD_CODE), rule)
    return _breach("Asked for the card's security code on a recorded line.", asked) if asked else None


def insults_caller(case: Case, rule: InsultsCaller) -> Breach | None:
    """An insult or threat by the trainee."""
    said = _sure(case.trainee(ActKind.INSULTS), rule)
    return _breach("Insulted or threatened the caller.", said) if said else None


def hangs_up(case: Case, rule: HangsUp) -> Breach | None:
    """The trainee says goodbye last to a caller who was upset and never settled, without a boundary before.

    Only a goodbye that was said, in so many words, counts: a recording that stops proves nothing.
    """
    last = final_turn(case.call)
    closes = [a for a in _sure(case.trainee(ActKind.CLOSES), rule) if _says_farewell(a.quote)]
    upset = case.caller(*UPSET)
    if last is None or last.speaker is not Speaker.TRAINEE or not upset:
        return None
    if not any(act.turn_id == last.id for act in closes) or case.trainee(ActKind.SETS_BOUNDARY):
        return None
    settled = [act for act in case.caller(*CONTENT) if act.span.start > upset[-1].span.start]
    checked = [a for a in case.trainee(ActKind.CHECKS_RESOLUTION) if a.span.start > upset[-1].span.start]
    if settled or checked:
        return None
    goodbye = [act for act in closes if act.turn_id == last.id]
    return _breach("Ended the call on an upset caller without a warning.", [upset[-1], goodbye[0]])


def _says_farewell(text: str) -> bool:
    return any(holds_exactly(text, word) for word in FAREWELLS)


def no_acknowledgement(case: Case, rule: NoAcknowledgement) -> Breach | None:
    """An angry caller who is neither apologized to nor understood, not even by a formula."""
    angry = _sure(case.caller(*ANGRY), rule)
    if not angry or case.trainee(*ACKNOWLEDGING, ActKind.PARAPHRASES):
        return None
    return _breach(
        "The caller attacked, threatened or asked for a supervisor, and nothing acknowledged it.", angry
    )


def long_dead_air(case: Case, rule: LongDeadAir) -> Breach | None:
    """A long silence that nobody announced."""
    silent = dead_air(case.call, rule.longest_s)
    if not silent:
        return None
    longest = max(silence.span.duration_s for silence in silent)
    reason = f"The caller was left in silence for {longest:.0f} s without a word."
    return Breach(reason, tuple(silence_seen(silence) for silence in silent))


def cold_transfer(case: Case, rule: ColdTransfer) -> Breach | None:
    """A transfer that was neither asked for, explained nor agreed to."""
    cold = [a for a in _sure(case.trainee(ActKind.TRANSFERS), rule) if not is_warm(case, a.turn_id)]
    return _breach("Passed the caller on without asking or explaining.", cold) if cold else None


def safety_order(case: Case, rule: SafetyOrder) -> Breach | None:
    """A critical step comes after one that had to wait for it, or never though everything was heard."""
    checks = check_process(case.call, case.facts) if case.facts is not None else []
    for place, check in enumerate(checks):
        if not check.step.critical:
            continue
        if check.evidence is None:
            if case.absence / ABSENCE >= rule.min_probability:
                return Breach(f"{check.step.title}: this was never said or done.", ())
        elif (hasty := _hasty(check.evidence, checks[place + 1 :])) is not None:
            return Breach(f"{check.step.title}: this came too late.", (hasty, check.evidence))
    return None


def _hasty(critical: Evidence, later: list[StepCheck]) -> Evidence | None:
    """The first step that came before the critical one and should not have."""
    early = [one.evidence for one in later if one.evidence and one.evidence.span.start < critical.span.start]
    return min(early, key=lambda one: one.span, default=None)

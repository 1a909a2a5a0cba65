"""Judges of the resolution: facts, procedure, ownership, options, the next step, the extra mile."""

from __future__ import annotations

from voicecoach.acts import Act, ActKind
from voicecoach.judge_settings import (
    CorrectFacts,
    CorrectProcess,
    ExplainsPolicy,
    ExtraMile,
    NextStep,
    Options,
    Ownership,
)
from voicecoach.phrases import in_first_person, names_time
from voicecoach.score.fact_check import FactOutcome, check_process
from voicecoach.score.judgment import (
    Case,
    Judgment,
    counted,
    judged,
    not_applicable,
    not_measurable,
    quote,
    quotes,
    surest,
)
from voicecoach.speech import Speaker

NO_TABLE = "No fact table for this call; pass --persona FILE."


def correct_facts(case: Case, _: CorrectFacts) -> Judgment:
    """Every fact of the table that came up was said rightly."""
    if case.facts is None:
        return not_measurable(NO_TABLE)
    checks = [check for check in case.fact_checks if check.outcome is not FactOutcome.UNSAID]
    if not checks:
        return not_applicable("No fact of the table came up in this call.")
    wrong = [check for check in checks if check.outcome is FactOutcome.WRONG]
    mended = [check for check in checks if check.outcome is FactOutcome.MENDED]
    evidence = [moment for check in (wrong or mended or checks) for moment in check.evidence]
    confidence = min(check.confidence for check in checks)
    if not wrong and not mended:
        return judged(1.0, f"{counted(len(checks), 'fact')} said rightly.", evidence, confidence)
    told = "; ".join(check.reason for check in (*wrong, *mended))
    if any(check.fact.material for check in wrong) or len(wrong) == len(checks):
        return judged(0.0, f"Said wrongly: {told}.", evidence, confidence)
    return judged(0.5, f"Said wrongly in part: {told}.", evidence, confidence)


def correct_process(case: Case, _: CorrectProcess) -> Judgment:
    """The steps of the procedure, taken in their order."""
    if case.facts is None:
        return not_measurable(NO_TABLE)
    if not case.facts.process:
        return not_applicable("This story has no procedure to follow.")
    checks = check_process(case.call, case.facts)
    if not checks:
        return not_measurable("The procedure is one of the desk, and of that there is no record.")
    done = [check for check in checks if check.evidence is not None]
    starts = [check.evidence.span.start for check in done if check.evidence is not None]
    evidence = [check.evidence for check in done if check.evidence is not None]
    confidence = min([check.confidence for check in done] + [case.absence] * (len(done) < len(checks)))
    missing = [check.step.title for check in checks if check.evidence is None]
    if not missing and starts == sorted(starts):
        reason = f"All {len(checks)} steps of the procedure, in order."
        return judged(1.0, reason, evidence, confidence)
    reason = f"Steps not heard: {'; '.join(missing)}." if missing else "All steps, but not in their order."
    return judged(0.5 if 2 * len(done) >= len(checks) else 0.0, reason, evidence, confidence)


def ownership(case: Case, _: Ownership) -> Judgment:
    """Takes the matter on as *I*; as *we*, or only by a commitment, it is half met."""
    owned = case.trainee(ActKind.TAKES_OWNERSHIP)
    mine = [act for act in owned if in_first_person(act.quote)]
    blames = case.trainee(ActKind.BLAMES)
    if mine and not blames:
        reason = "Took the matter on in the first person."
        return judged(1.0, reason, quotes(mine[:2]), surest(mine))
    if mine:
        reason = "Took the matter on, but put the blame on somebody as well."
        return judged(0.5, reason, quotes([mine[0], blames[0]]), min(surest(mine), surest(blames)))
    if owned:
        return judged(0.5, "Took the matter on as 'we', not as 'I'.", quotes(owned[:2]), surest(owned))
    committed = [a for a in case.trainee(ActKind.COMMITS_TO_STEP) if in_first_person(a.quote)]
    if committed:
        reason = "Promised to do something, but never took the matter itself on."
        return judged(0.5, reason, quotes(committed[:1]), min(surest(committed), case.absence))
    return judged(0.0, "Never took the matter on.", quotes(blames[:1]), case.absence)


def options(case: Case, settings: Options) -> Judgment:
    """A choice of ways; "a refund or a replacement" in one sentence is two."""
    if case.facts is not None and case.facts.single_remedy:
        return not_applicable("Only one remedy is allowed in this case.")
    offers = {act.span: act for act in case.trainee(ActKind.OFFERS_OPTION)}
    number = sum(1 + (" or " in f" {act.quote.lower()} ") for act in offers.values())
    if number >= settings.full:
        return judged(1.0, f"Offered {number} options.", quotes(offers.values()), surest(offers.values()))
    if number:
        reason = "Offered one way only."
        return judged(0.5, reason, quotes(offers.values()), min(surest(offers.values()), case.absence))
    return judged(0.0, "Offered the caller no option.", [], case.absence)


def next_step(case: Case, _: NextStep) -> Judgment:
    """A commitment with its time, or a timed offer that the caller takes; half of that is half met."""
    steps = case.trainee(ActKind.COMMITS_TO_STEP)
    timed = [act for act in steps if names_time(act.quote)]
    if timed:
        return judged(1.0, "Said what will happen and when.", quotes(timed[:2]), surest(timed))
    turns = {turn.id: turn.text for turn in case.call.turns_of(Speaker.TRAINEE)}
    near = [act for act in steps if names_time(turns.get(act.turn_id, ""))]
    if near:
        return judged(
            1.0, "Said what will happen and, beside it, when.", quotes(near[:2]), 0.8 * surest(near)
        )
    offers = [act for act in case.trainee(ActKind.OFFERS_OPTION) if names_time(act.quote)]
    taken = [act for act in offers if _is_accepted(case, act)]
    if taken:
        reason = "Offered something for a certain time, and the caller took it."
        return judged(1.0, reason, quotes(taken[:2]), 0.8 * surest(taken))
    if steps or offers:
        reason = "Said what will happen, but not when." if steps else "Offered a time; nothing was settled."
        shown = steps or offers
        return judged(0.5, reason, quotes(shown[:2]), min(surest(shown), case.absence))
    return judged(0.0, "No concrete next step was promised.", [], case.absence)


def _is_accepted(case: Case, offer: Act) -> bool:
    """Whether the caller agrees within the next two turns."""
    agreed = case.caller(ActKind.ACCEPTS, ActKind.CONFIRMS, ActKind.THANKS)
    return any(0 < act.turn_id - offer.turn_id <= 2 for act in agreed)


def explains_policy(case: Case, _: ExplainsPolicy) -> Judgment:
    """A refusal or rule comes with its cause or another way."""
    bare = case.trainee(ActKind.QUOTES_POLICY, ActKind.DECLINES)
    if not bare:
        return not_applicable("No rule was quoted and nothing was refused.")
    helped = case.trainee(ActKind.EXPLAINS_CAUSE, ActKind.OFFERS_OPTION)
    answered = [a for a in bare if any(0 <= h.turn_id - a.turn_id <= 2 for h in helped)]
    level = 1.0 if len(answered) == len(bare) else 0.5 if answered else 0.0
    reason = {
        1.0: "Every rule or refusal came with its cause or another way.",
        0.5: "Some rules or refusals came without a cause or another way.",
        0.0: "Quoted rules or refused without giving a cause or another way.",
    }[level]
    return judged(level, reason, quotes(bare[:3]), surest(bare))


def extra_mile(case: Case, _: ExtraMile) -> Judgment:
    """Something nobody asked for: once is half the bonus, twice all of it."""
    done = {act.span: act for act in case.trainee(ActKind.EXTRA_MILE)}
    if not done:
        return judged(0.0, "Nothing beyond what was asked for.", [], case.absence)
    acts = list(done.values())
    reason = f"Did more than was asked for: {counted(len(acts), 'moment')}."
    return judged(1.0 if len(acts) > 1 else 0.5, reason, [quote(act) for act in acts], surest(acts))

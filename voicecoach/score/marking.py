"""Call and rubric to scorecard.

Laws
----
* Marks stand in the rubric's order; the same call gives the same card, byte for byte.
* What is not applicable or not measurable leaves the denominator; it is never zero points.
* Bonus points are added on top and never missed.
* A capping rule lowers the capped score only; the raw score and every mark stay as they were.
"""

from __future__ import annotations

from voicecoach.call import Call, Limit
from voicecoach.facts import FactTable
from voicecoach.rubric import Criterion, FailAllRule, FailSectionRule, Rubric
from voicecoach.score.bench import CRITERIA, RULES, Seat, Silent
from voicecoach.score.judgment import Case, Judgment, clock, judged, not_applicable, not_measurable
from voicecoach.score.limits import reason_for, trainee_is_silent, unmet
from voicecoach.score.measures import measure
from voicecoach.scorecard import Failure, Mark, Scorecard, Skill, Subscore, Verdict
from voicecoach.speech import Speaker

SILENCE_CONFIDENCE = 0.9
"""That a track holds no speech is certain; that its microphone worked is not quite. Own default."""

NOBODY_SPOKE = "nobody's speech was found in this recording"


def mark(call: Call, rubric: Rubric, facts: FactTable | None = None) -> Scorecard:
    """Judge `call` on `rubric`, with the story's `facts` where there are any.

    Returns
    -------
    The scorecard: percentages 0 to 100 (the raw one more with bonus), points within each weight,
    evidence within the call. Never raises for anything a call can hold.
    """
    case = Case(call, measure(call), facts)
    marks = tuple(_mark(case, criterion) for criterion in rubric.criteria)
    failures = _failures(case, rubric)
    failed = {failure.section for failure in failures}
    return Scorecard(
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        marks=marks,
        failures=failures,
        raw_percent=_percent(marks, frozenset()),
        capped_percent=_percent(marks, frozenset(failed)),
        hard=_subscore(marks, Skill.HARD),
        soft=_subscore(marks, Skill.SOFT),
        coverage=_coverage(marks),
    )


def _mark(case: Case, criterion: Criterion) -> Mark:
    judgment = _judge(case, criterion)
    level = criterion.scale.fraction(judgment.level) if judgment.verdict is Verdict.JUDGED else 0.0
    return Mark(
        criterion_id=criterion.id,
        title=criterion.title,
        skill=criterion.skill,
        section=criterion.section,
        verdict=judgment.verdict,
        points=criterion.weight * level,
        weight=criterion.weight,
        reason=judgment.reason,
        confidence=judgment.confidence,
        evidence=judgment.evidence,
        bonus=criterion.bonus,
    )


def _judge(case: Case, criterion: Criterion) -> Judgment:
    seat = CRITERIA[type(criterion.judge)]
    if seat.opening and Limit.LACKS_START in case.call.limits:
        return not_applicable(f"The opening was not recorded: {reason_for(case.call, Limit.LACKS_START)}.")
    if trainee_is_silent(case.call) and seat.silent is not Silent.JUDGE:
        return _silent(case, seat)
    if (reason := unmet(case.call, seat.needs)) is not None:
        return not_measurable(f"Not measurable: {reason}.")
    if not case.call.turns or (
        Limit.NO_TRAINEE_SPEECH in case.call.limits and not trainee_is_silent(case.call)
    ):
        return not_measurable(f"Not measurable: {NOBODY_SPOKE}.")
    return seat.judge(case, criterion.judge)


def _silent(case: Case, seat: Seat) -> Judgment:
    """What a criterion makes of a trainee who never spoke."""
    because = reason_for(case.call, Limit.NO_TRAINEE_SPEECH)
    if seat.silent is Silent.NO_OCCASION:
        return not_applicable(f"The trainee never spoke, so there was no occasion: {because}.")
    if seat.silent is Silent.UNHEARD:
        return not_measurable(f"Not measurable: {because}.")
    whole = clock(case.call.span, Speaker.TRAINEE, "no speech in the whole call")
    return judged(0.0, f"Nothing of the kind was said: {because}.", [whole], SILENCE_CONFIDENCE)


def _failures(case: Case, rubric: Rubric) -> tuple[Failure, ...]:
    found = [_failure(case, rule) for rule in (*rubric.fail_all, *rubric.fail_section)]
    return tuple(failure for failure in found if failure is not None)


def _failure(case: Case, rule: FailAllRule) -> Failure | None:
    judge, needs = RULES[type(rule.judge)]
    breach = None if unmet(case.call, needs) else judge(case, rule.judge)
    if breach is None:
        return None
    section = rule.section if isinstance(rule, FailSectionRule) else None
    return Failure(rule.id, rule.title, section, f"{breach.reason} {rule.why}", breach.evidence)


def _percent(marks: tuple[Mark, ...], failed: frozenset[str | None]) -> float | None:
    """Percent of the judged points, with bonus; failed sections (or, with None, the call) earn nothing."""
    judged_marks = [one for one in marks if one.verdict is Verdict.JUDGED]
    possible = sum(one.weight for one in judged_marks if not one.bonus)
    if not possible:
        return None
    if None in failed:
        return 0.0
    kept = [one for one in judged_marks if one.section not in failed]
    earned = sum(one.points for one in kept if not one.bonus)
    return 100 * earned / possible + sum(one.points for one in kept if one.bonus)


def _subscore(marks: tuple[Mark, ...], skill: Skill) -> Subscore:
    counted = [m for m in marks if m.skill is skill and m.verdict is Verdict.JUDGED and not m.bonus]
    return Subscore(sum((one.points for one in counted), 0.0), sum((one.weight for one in counted), 0.0))


def _coverage(marks: tuple[Mark, ...]) -> float:
    regular = [one for one in marks if not one.bonus]
    whole = sum(one.weight for one in regular)
    return sum(one.weight for one in regular if one.verdict is Verdict.JUDGED) / whole if whole else 0.0

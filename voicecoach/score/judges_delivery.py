"""Judges of delivery: holds and dead air, clarity, tone as acoustic facts, and what inflames.

The tone judge reports pitch, level and pace against the trainee's own normal. It never says what
anybody felt, its confidence is low by law, and a coach confirms it.
"""

from __future__ import annotations

from dataclasses import dataclass

from voicecoach.acts import ActKind
from voicecoach.judge_settings import AvoidsInflaming, Clarity, HoldProtocol, SetsBoundary, WarmTone
from voicecoach.score.believed import answers_to_attacks
from voicecoach.score.judgment import (
    Case,
    Judgment,
    counted,
    judged,
    not_applicable,
    not_measurable,
    quote,
    quotes,
    silence_seen,
    surest,
)
from voicecoach.score.silences import Hold, dead_air, holds
from voicecoach.scorecard import Evidence
from voicecoach.speech import Speaker
from voicecoach.timeline import Span

TONE_CONFIDENCE = 0.4
"""Acoustic cues alone: a coach must confirm. Own default."""

PACE_CONFIDENCE = 0.9
"""Word counts over measured voice: recognition slips move the pace by a few percent."""


@dataclass(frozen=True, slots=True)
class _Aspect:
    """One of several things that a judge weighs; the weakest decides."""

    level: float
    said: str
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 1.0


def _weakest(aspects: list[_Aspect], suffix: str = "") -> Judgment:
    level = min(aspect.level for aspect in aspects)
    deciding = [aspect for aspect in aspects if aspect.level == level]
    shown = aspects if level == 1.0 else deciding
    reason = f"{'; '.join(aspect.said for aspect in shown)}.{suffix}"
    evidence = [moment for aspect in shown for moment in aspect.evidence]
    return judged(
        level,
        reason[0].upper() + reason[1:],
        evidence,
        min(a.confidence for a in deciding),
    )


def hold_protocol(case: Case, settings: HoldProtocol) -> Judgment:
    """Holds are asked for, explained, timed and ended with thanks; no dead air; no cold transfer."""
    aspects = [_held(hold, settings) for hold in holds(case.call)]
    silent = dead_air(case.call, settings.dead_air_half_s)
    if silent:
        longest = max(silence.span.duration_s for silence in silent)
        level = 0.0 if longest > settings.dead_air_zero_s else 0.5
        said = f"the caller was left in silence unannounced, {longest:.1f} s at the longest"
        aspects.append(_Aspect(level, said, tuple(silence_seen(silence) for silence in silent)))
    transfers = case.trainee(ActKind.TRANSFERS)
    if transfers:
        warm = is_warm(case, transfers[0].turn_id)
        said = (
            "the transfer was explained or agreed"
            if warm
            else "the transfer was neither explained nor agreed"
        )
        aspects.append(_Aspect(float(warm), said, (quote(transfers[0]),), transfers[0].probability))
    if not aspects:
        return not_applicable("No hold, no transfer and no dead air.")
    return _weakest(aspects)


def _held(hold: Hold, settings: HoldProtocol) -> _Aspect:
    """A hold by its four courtesies, and by its length against what was promised."""
    kept = {
        "permission": hold.permission,
        "reason": hold.reason,
        "length": hold.says_length,
        "thanks": hold.thanked,
    }
    missing = [name for name, there in kept.items() if not there]
    longest_s = max(hold.promised_s or 0.0, settings.longest_hold_s)
    evidence = (
        quote(hold.request),
        Evidence(hold.span, None, f"hold of {hold.duration_s:.0f} s", "clock"),
    )
    if hold.duration_s > longest_s:
        said = f"a hold of {hold.duration_s:.0f} s, longer than {longest_s:.0f} s"
        return _Aspect(0.0 if len(missing) > 1 else 0.5, said, evidence, hold.request.probability)
    level = 1.0 if len(missing) <= 1 else 0.5
    said = f"a hold of {hold.duration_s:.0f} s"
    said += (
        f" without {', '.join(missing)}" if missing else " asked for, explained, timed and ended with thanks"
    )
    return _Aspect(level, said, evidence, hold.request.probability)


def is_warm(case: Case, turn_id: int) -> bool:
    """Whether a transfer was asked for, explained, promised on or agreed to, near the turn that made it."""
    near = range(turn_id - 1, turn_id + 3)
    spoken = (
        ActKind.EXPLAINS_CAUSE,
        ActKind.COMMITS_TO_STEP,
        ActKind.CHECKS_UNDERSTANDING,
        ActKind.ASKS_TO_HOLD,
        ActKind.ASKS_CLOSED_QUESTION,
    )
    explained = any(act.turn_id in near for act in case.trainee(*spoken))
    asked = any(t.id == turn_id and "?" in t.text for t in case.call.turns_of(Speaker.TRAINEE))
    agreed = any(
        act.turn_id in range(turn_id + 1, turn_id + 3)
        for act in case.caller(ActKind.ACCEPTS, ActKind.CONFIRMS, ActKind.THANKS)
    )
    return explained or asked or agreed


def clarity(case: Case, settings: Clarity) -> Judgment:
    """Pace, hedging and jargon; the weakest of the three decides."""
    pace = case.measures.pace_wpm
    if pace is None:
        return not_measurable("Too few words of the trainee to measure a pace.")
    return _weakest([_pace(case, pace, settings), _hedging(case, settings), _jargon(case, settings)])


def _pace(case: Case, pace: float, settings: Clarity) -> _Aspect:
    full, half = settings.pace_full_wpm, settings.pace_half_wpm
    level = 1.0 if full[0] <= pace <= full[1] else 0.5 if half[0] <= pace <= half[1] else 0.0
    target = f"{full[0]:.0f} to {full[1]:.0f} are easy to follow"
    turns = case.call.turns_of(Speaker.TRAINEE)
    rated = [(turn, case.call.prosody[turn.id].pace_wpm) for turn in turns if turn.id in case.call.prosody]
    paces = sorted(
        ((abs(p - pace), p, turn) for turn, p in rated if p is not None), key=lambda one: one[2].id
    )
    sign = 1 if pace > full[1] else -1 if pace < full[0] else 0
    extreme = max(paces, key=lambda one: sign * one[1] or -one[0], default=None)
    shown = (
        ()
        if extreme is None
        else (Evidence(extreme[2].span, Speaker.TRAINEE, f"{extreme[1]:.0f} words a minute", "pace"),)
    )
    return _Aspect(level, f"{pace:.0f} words a minute ({target})", shown, PACE_CONFIDENCE)


def _hedging(case: Case, settings: Clarity) -> _Aspect:
    hedges = case.trainee(ActKind.HEDGES)
    rate = case.measures.hedges_per_100_words or 0.0
    if len(hedges) <= 1 or rate <= settings.hedges_full_per_100:
        return _Aspect(1.0, "hardly any hedging")
    level = 0.5 if len(hedges) <= 2 or rate <= settings.hedges_half_per_100 else 0.0
    said = f"{counted(len(hedges), 'hedge')} ({rate:.1f} in 100 words)"
    return _Aspect(level, said, tuple(quotes(hedges)), surest(hedges))


def _jargon(case: Case, settings: Clarity) -> _Aspect:
    jargon = case.trainee(ActKind.USES_JARGON)
    if len(jargon) < settings.jargon_half:
        return _Aspect(1.0, "plain words")
    level = 0.5 if len(jargon) < settings.jargon_zero else 0.0
    said = f"{counted(len(jargon), 'sentence')} with jargon"
    return _Aspect(level, said, tuple(quotes(jargon)), surest(jargon))


def warm_tone(case: Case, settings: WarmTone) -> Judgment:
    """Spread of pitch, and pace and level after an attack, against the trainee's own normal."""
    measures = case.measures
    aspects = []
    if measures.f0_sd_st is not None:
        value = measures.f0_sd_st
        level = _above(value, settings.f0_sd_half_st, settings.f0_sd_full_st)
        said = f"pitch varies by {value:.1f} semitones ({settings.f0_sd_full_st:g} or more is lively)"
        aspects.append(_Aspect(level, said, _flattest(case)))
    if (faster := measures.pace_change_after_attack_wpm) is not None:
        level = 1 - _above(faster, settings.pace_full_wpm, settings.pace_half_wpm, inclusive=False)
        said = f"pace after an attack {faster:+.0f} words a minute against the own normal"
        aspects.append(_Aspect(level, said, _after_attack(case, "pace")))
    if (louder := measures.level_change_after_attack_db) is not None:
        level = 1 - _above(louder, settings.level_full_db, settings.level_half_db, inclusive=False)
        said = f"level after an attack {louder:+.1f} dB against the own normal"
        aspects.append(_Aspect(level, said, _after_attack(case, "level")))
    if not aspects:
        return not_measurable("Too little of the trainee's voice to measure pitch, level or pace.")
    found = _weakest(aspects, suffix=" Coach confirms.")
    return judged(found.level, found.reason, found.evidence, TONE_CONFIDENCE)


def _above(value: float, half: float, full: float, *, inclusive: bool = True) -> float:
    """0 below `half`, 1 from `full`, 0.5 between; a bound belongs to the step above it if `inclusive`."""
    steps = [value >= bound if inclusive else value > bound for bound in (half, full)]
    return 0.5 * sum(steps)


def _flattest(case: Case) -> tuple[Evidence, ...]:
    """The longer turn whose pitch varies least."""
    turns = [turn for turn in case.call.turns_of(Speaker.TRAINEE) if turn.id in case.call.prosody]
    rated = [(case.call.prosody[t.id].f0_sd_st, t) for t in turns if case.call.prosody[t.id].speech_s >= 1.0]
    known = [(sd, turn.id, turn) for sd, turn in rated if sd is not None]
    if not known:
        return ()
    sd, _, turn = min(known)
    return (Evidence(turn.span, Speaker.TRAINEE, f"pitch varies by {sd:.1f} semitones", "pitch"),)


def _after_attack(case: Case, kind: str) -> tuple[Evidence, ...]:
    shown = []
    for turn in answers_to_attacks(case.call):
        prosody = case.call.prosody.get(turn.id)
        value = prosody and (prosody.pace_wpm if kind == "pace" else prosody.level_db)
        if value is not None:
            unit = (
                f"{value:.0f} words a minute" if kind == "pace" else f"{value:+.1f} dB against the own normal"
            )
            shown.append(Evidence(turn.span, Speaker.TRAINEE, unit, kind))
    return tuple(shown)


def avoids_inflaming(case: Case, _: AvoidsInflaming) -> Judgment:
    """No "calm down", no blame, no disbelief; one slip that is apologized for is half met."""
    said = case.trainee(ActKind.TELLS_TO_CALM_DOWN, ActKind.BLAMES, ActKind.DISBELIEVES)
    if not said:
        return judged(1.0, "Nothing that inflames was said.", [], case.absence)
    sorry = [act for act in case.trainee(ActKind.APOLOGIZES) if act.span.start > said[-1].span.start]
    if len({act.span for act in said}) == 1 and sorry:
        reason = "Said something that inflames, and apologized afterwards."
        return judged(0.5, reason, quotes([said[0], sorry[0]]), surest(said))
    return judged(
        0.0, "Told the caller to calm down, blamed or disbelieved them.", quotes(said), surest(said)
    )


def sets_boundary(case: Case, _: SetsBoundary) -> Judgment:
    """Abuse is answered with one boundary; several are half met: repeat abuse calls for escalation."""
    abuse = case.caller(ActKind.INSULTS, ActKind.THREATENS)
    if not abuse:
        return not_applicable("The caller was not abusive.")
    drawn = [a for a in case.trainee(ActKind.SETS_BOUNDARY) if a.span.end > abuse[0].span.start]
    if not drawn:
        return judged(
            0.0, "Abuse was left without a boundary.", quotes(abuse[:2]), min(surest(abuse), case.absence)
        )
    within = Span(abuse[0].span.start, max(drawn[0].span.end, abuse[0].span.end))
    repeated = len({act.span for act in abuse if act.span.start < within.end}) > 2
    reason = "Drew a boundary late, after repeated abuse." if repeated else "Answered abuse with a boundary."
    return judged(0.5 if repeated else 1.0, reason, quotes([abuse[0], drawn[0]]), drawn[0].probability)

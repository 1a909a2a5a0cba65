"""Judges of the closing: recap, resolution check, goodbye; and how a call can end otherwise."""

from __future__ import annotations

from voicecoach.acts import ActKind
from voicecoach.call import Call
from voicecoach.judge_settings import RecapClose
from voicecoach.score.believed import CONTENT, said
from voicecoach.score.judgment import (
    Case,
    Judgment,
    clock,
    judged,
    not_applicable,
    quotes,
    surest,
)
from voicecoach.speech import Speaker, Turn

_PARTS = {
    ActKind.RECAPS: "recap",
    ActKind.CHECKS_RESOLUTION: "check that the matter is settled",
    ActKind.CLOSES: "goodbye",
}


def recap_close(case: Case, _: RecapClose) -> Judgment:
    """Recap, resolution check and goodbye: all three are met, two half met."""
    found = {act.kind: act for act in case.trainee(*_PARTS)}
    if not found and caller_hung_up(case.call):
        return not_applicable("The caller hung up before the call could be closed.")
    missing = [part for kind, part in _PARTS.items() if kind not in found]
    if not missing:
        reason = "Recapped, checked that the matter is settled, and said goodbye."
        return judged(1.0, reason, quotes(found.values()), min(act.probability for act in found.values()))
    if found:
        reason = f"Closed in part; missing: {', '.join(missing)}."
        level = 0.5 if len(found) > 1 else 0.0
        return judged(level, reason, quotes(found.values()), min(surest(found.values()), case.absence))
    last = final_turn(case.call)
    shown = [] if last is None else [clock(last.span, last.speaker, "the last words of the call")]
    return judged(0.0, "No recap, no check that the matter is settled, no goodbye.", shown, case.absence)


def final_turn(call: Call) -> Turn | None:
    """The turn that ends last; None when nobody spoke."""
    return max(call.turns, key=lambda turn: (turn.span.end, turn.id), default=None)


def caller_hung_up(call: Call) -> bool:
    """Whether the caller spoke last and neither agreed, thanked nor said goodbye in doing so."""
    last = final_turn(call)
    if last is None or last.speaker is not Speaker.CALLER:
        return False
    return not any(act.turn_id == last.id for act in said(call, Speaker.CALLER, *CONTENT))

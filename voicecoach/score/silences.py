"""Holds and dead air: which silences were announced, and who should have spoken.

Laws
----
* A hold is a request to hold (``ASKS_TO_HOLD``) after which the trainee goes silent; it lasts until
  the trainee speaks again. A request that no silence follows is a figure of speech, not a hold.
* Silence inside a hold is announced. Any other silence is the trainee's, except after the trainee's
  own question (the caller is thinking) and at the end of a call whose caller has nothing to wait for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from voicecoach.acts import Act, ActKind
from voicecoach.call import Call
from voicecoach.quantities import QuantityKind, quantities
from voicecoach.speech import Silence, Speaker
from voicecoach.timeline import Span, samples, seconds

HOLD_BEGINS_WITHIN = samples(10.0)
"""A hold's silence begins this soon after the request: time for "okay" and "thank you"."""

SHORTEST_HOLD = samples(2.0)
"""Shorter silences are pauses between sentences, not holds."""

ABANDONED = samples(10.0)
"""A hold that nobody returns from counts from here on; before, the call may simply have ended."""

TAIL = samples(0.5)
"""A silence that reaches this near to the end of the recording is its tail."""

_PERMISSION = re.compile(r"\b(may i|can i|could i|would you mind|is it (ok|okay|all right)|if i)\b")
_REASON = re.compile(
    r"\b(while|because|so that|so i can|to (check|look|review|find|see|speak|talk|ask|get))\b"
)
_LENGTH = re.compile(r"\b(moment|second|minutes?|seconds?|short|briefly)\b")
_SETTLED = frozenset({ActKind.GOODBYE, ActKind.THANKS, ActKind.ACCEPTS, ActKind.CONFIRMS, ActKind.CLOSES})


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold, from the request to the trainee's return (or the end of the call)."""

    span: Span
    """The silent part: from the trainee's last word before it to their first word after."""
    request: Act
    permission: bool
    """Asked, not told."""
    reason: bool
    """Said why."""
    promised_s: float | None
    """Length in seconds, where one was named in figures."""
    says_length: bool
    """Said how long, if only "a moment"."""
    thanked: bool
    """Came back with thanks, an apology or an update."""
    returned: bool

    @property
    def duration_s(self) -> float:
        """How long the caller waited, in seconds."""
        return self.span.duration_s


def holds(call: Call) -> tuple[Hold, ...]:
    """Every hold in order; empty when nothing can be known about the trainee's words."""
    requests = [act for act in call.acts_of(Speaker.TRAINEE) if act.kind is ActKind.ASKS_TO_HOLD]
    found: list[Hold] = []
    for request in requests:
        span = _silent_part(call, request)
        if span is None or any(hold.span & span for hold in found):
            continue
        found.append(_hold(call, request, span))
    return tuple(found)


def _silent_part(call: Call, request: Act) -> Span | None:
    """The trainee's silence that the request announced."""
    runs = call.speech_of(Speaker.TRAINEE)
    ends = [run.end for run in runs if run.end >= request.span.end - TAIL]
    for end in ends or [request.span.end]:
        if end - request.span.end > HOLD_BEGINS_WITHIN:
            return None
        returns = [run.start for run in runs if run.start >= end]
        back, shortest = (min(returns), SHORTEST_HOLD) if returns else (call.span.end, ABANDONED)
        if back - end >= shortest and _quiet(call, Span(end, back)) >= SHORTEST_HOLD:
            return Span(end, back)
    return None


def _quiet(call: Call, span: Span) -> int:
    """The longest stretch inside `span` in which nobody speaks."""
    shared = (silence.span & span for silence in call.silences)
    return max((both.duration for both in shared if both is not None), default=0)


def _hold(call: Call, request: Act, span: Span) -> Hold:
    said = _said_around(call, request)
    lengths = [q for q in quantities(said) if q.kind is QuantityKind.DURATION]
    back = [turn for turn in call.turns_of(Speaker.TRAINEE) if turn.span.end > span.end]
    kind_words = {ActKind.THANKS, ActKind.RETURNS_FROM_HOLD, ActKind.APOLOGIZES}
    thanked = bool(back) and any(
        act.kind in kind_words and act.turn_id == back[0].id and act.span.end > span.end
        for act in call.acts_of(Speaker.TRAINEE)
    )
    return Hold(
        span=span,
        request=request,
        permission=_PERMISSION.search(said) is not None or "?" in said,
        reason=_REASON.search(said) is not None,
        promised_s=max((3600 * q.high for q in lengths), default=None),
        says_length=bool(lengths) or _LENGTH.search(said) is not None,
        thanked=thanked,
        returned=bool(back),
    )


def _said_around(call: Call, request: Act) -> str:
    """The words of the turn that asked, in lower case: reason and length may be in the next sentence."""
    turn = next((turn for turn in call.turns if turn.id == request.turn_id), None)
    return (turn.text if turn and turn.words else request.quote).lower()


def dead_air(call: Call, at_least_s: float) -> tuple[Silence, ...]:
    """Unannounced silences of at least `at_least_s` that the trainee should have filled."""
    announced = [hold.span for hold in holds(call)]
    return tuple(
        silence
        for silence in call.silences
        if seconds(silence.span.duration) >= at_least_s
        and not any(_mostly_inside(silence.span, hold) for hold in announced)
        and _trainee_should_speak(call, silence)
    )


def _mostly_inside(inner: Span, outer: Span) -> bool:
    both = inner & outer
    return both is not None and both.duration * 2 > inner.duration


def _trainee_should_speak(call: Call, silence: Silence) -> bool:
    if silence.after is None:
        return False  # how soon the trainee greets is the greeting's matter
    before = [turn for turn in call.turns if turn.span.start < silence.span.start]
    if not before:
        return False
    last = max(before, key=lambda turn: (turn.span.end, turn.id))
    if silence.span.end >= call.duration - TAIL:
        return last.speaker is Speaker.CALLER and not _settled(call, last.id)
    return not (last.speaker is Speaker.TRAINEE and last.text.rstrip().endswith("?"))


def _settled(call: Call, turn_id: int) -> bool:
    return any(act.turn_id == turn_id and act.kind in _SETTLED for act in call.acts)

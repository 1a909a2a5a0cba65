"""The bench: what a judge sees (a `Case`), what it answers (a `Judgment`), how evidence is written.

Laws
----
* A level is 0 (not met), 0.5 (half met) or 1 (met); a near miss is half met, never zero.
* Confidence is the probability of the words that decided; what the clock decides is certain;
  an absence is less certain than a presence, because a classifier misses more than it invents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from voicecoach.acts import Act, ActKind
from voicecoach.call import Call
from voicecoach.facts import FactTable
from voicecoach.score.believed import said
from voicecoach.score.fact_check import FactCheck, check_facts
from voicecoach.score.measures import Measures
from voicecoach.scorecard import Evidence, Verdict
from voicecoach.speech import Silence, Speaker
from voicecoach.timeline import Span, seconds

ABSENCE = 0.8
"""Confidence in an absence when every word was recognized with certainty. Own default."""

MOST_EVIDENCE = 6
"""Moments shown for one mark: more would not be listened to."""


@dataclass(frozen=True)
class Case:
    """Everything that may be looked at in judging one call."""

    call: Call
    measures: Measures
    facts: FactTable | None

    def trainee(self, *kinds: ActKind) -> list[Act]:
        """The trainee's believed acts of these kinds, in order of time."""
        return said(self.call, Speaker.TRAINEE, *kinds)

    def caller(self, *kinds: ActKind) -> list[Act]:
        """The caller's believed acts of these kinds, in order of time."""
        return said(self.call, Speaker.CALLER, *kinds)

    @cached_property
    def fact_checks(self) -> list[FactCheck]:
        """Each fact of the story against what the trainee said; none without a table."""
        return [] if self.facts is None else check_facts(self.call, self.facts)

    @cached_property
    def absence(self) -> float:
        """Confidence that something was *not* said: `ABSENCE` times the mean word probability."""
        heard = [word.probability for turn in self.call.turns for word in turn.words]
        return ABSENCE * fmean(heard) if heard else ABSENCE


@dataclass(frozen=True, slots=True)
class Judgment:
    """What one judge found."""

    verdict: Verdict
    level: float
    reason: str
    evidence: tuple[Evidence, ...]
    confidence: float


def judged(level: float, reason: str, evidence: Iterable[Evidence], confidence: float) -> Judgment:
    """A judgment at `level` (0, 0.5 or 1); evidence is put in order of time and shortened."""
    shown = sorted(set(evidence), key=lambda one: (one.span, one.kind, one.quote))[:MOST_EVIDENCE]
    return Judgment(Verdict.JUDGED, level, reason, tuple(shown), min(1.0, max(0.0, confidence)))


def not_applicable(reason: str) -> Judgment:
    """The call gave no occasion."""
    return Judgment(Verdict.NOT_APPLICABLE, 0.0, reason, (), 1.0)


def not_measurable(reason: str) -> Judgment:
    """It could not be heard."""
    return Judgment(Verdict.NOT_MEASURABLE, 0.0, reason, (), 1.0)


def quote(act: Act) -> Evidence:
    """An act as evidence: its sentence."""
    return Evidence(act.span, act.speaker, act.quote, "quote")


def quotes(acts: Iterable[Act]) -> list[Evidence]:
    """Each sentence once, though it may do several things."""
    return list(dict.fromkeys(quote(act) for act in acts))


def silence_seen(silence: Silence) -> Evidence:
    """A silence as evidence, with who spoke last."""
    after = f"after the {silence.after.value} spoke" if silence.after else "before anybody spoke"
    return Evidence(silence.span, None, f"{silence.span.duration_s:.1f} s of silence {after}", "silence")


def clock(span: Span, speaker: Speaker | None, what: str) -> Evidence:
    """A moment on the clock as evidence."""
    return Evidence(span, speaker, what, "clock")


def surest(acts: Iterable[Act]) -> float:
    """Highest probability among `acts`; 0 when there are none."""
    return max((act.probability for act in acts), default=0.0)


def at(sample: int) -> str:
    """A time of the call as people write it: ``1:05``."""
    minutes, rest = divmod(int(seconds(sample)), 60)
    return f"{minutes}:{rest:02d}"


def counted(number: int, noun: str) -> str:
    """``1 question``, ``2 questions``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

"""Which moments of a call a trainee should take away: three to keep doing, three to work on.

Laws
----
* What failed comes first; then what cost the most points, by how sure the judgment is.
* Only what is judged, and surely enough, is praised or blamed; bonus points are never missed.
* No stretch of the call is shown twice in one list.
* Praise is concrete: what can be listened to comes before what cannot; of several clips, the trainee's own.

Units: points of the rubric; spans in samples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicecoach.scorecard import Evidence, Failure, Mark, Scorecard, Verdict
from voicecoach.speech import Speaker
from voicecoach.timeline import Span

MOST = 3
"""Moments in a list: as many as a coaching talk has time for."""

STRONG = 0.75
"""Share of a criterion's points from which on it counts as a strength."""

UNSURE = 0.6
"""Confidence below which a mark asks the coach to check it."""

SAME = 0.5
"""Two spans that share so much of the shorter one are one moment."""

_SENTENCE_END = re.compile(r"(?<=[a-z0-9)\"'][.!?]) +(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that went well, or did not, and where to hear it."""

    title: str
    why: str
    """One plain sentence."""
    evidence: Evidence | None
    """None: nothing in the call can be pointed at."""
    points: float
    """Had; 0 for a failure."""
    possible: float
    """Could be had; 0 for a failure, which costs a section or the call."""
    failed: bool = False
    """A rule was broken that caps the score."""
    bonus: bool = False

    @property
    def missed(self) -> float:
        """Points that were there to be had."""
        return 0.0 if self.bonus else max(0.0, self.possible - self.points)


@dataclass(frozen=True, slots=True)
class Moments:
    """What a trainee takes away."""

    strongest: tuple[Moment, ...]
    to_work_on: tuple[Moment, ...]


def choose_moments(card: Scorecard) -> Moments:
    """The moments of a call, at most `MOST` of each kind, the weightiest first.

    Parameters
    ----------
    card : of a rehearsed or a recorded call.
    """
    return Moments(_distinct(_strong(card.marks)), _distinct([*card.failures, *_lost(card.marks)]))


def _strong(marks: Iterable[Mark]) -> list[Mark]:
    """Marks with most of their points; those that can be heard first, then the heaviest."""
    earned = [mark for mark in marks if _sure(mark) and 0 < mark.points >= STRONG * mark.weight]
    return sorted(earned, key=lambda mark: (not mark.evidence, -mark.points * mark.confidence))


def _lost(marks: Iterable[Mark]) -> list[Mark]:
    """Marks that lost points, the heaviest loss first; of equals, those that can be heard."""
    lost = [mark for mark in marks if _sure(mark) and not mark.bonus and mark.points < mark.weight]
    return sorted(lost, key=lambda mark: (-(mark.weight - mark.points) * mark.confidence, not mark.evidence))


def _sure(mark: Mark) -> bool:
    return mark.verdict is Verdict.JUDGED and mark.confidence >= UNSURE


def _distinct(found: Sequence[Failure | Mark]) -> tuple[Moment, ...]:
    """The first `MOST`; each with a piece of evidence that none before it has shown."""
    chosen: list[Moment] = []
    shown: list[Span] = []
    for one in found:
        own_first = sorted(one.evidence, key=lambda each: each.speaker is Speaker.CALLER)
        evidence = next((each for each in own_first if not _known(each.span, shown)), None)
        if one.evidence and evidence is None:
            continue  # all of it was shown: the same moment under another name
        if evidence is not None:
            shown.append(evidence.span)
        chosen.append(_moment(one, evidence))
    return tuple(chosen[:MOST])


def _known(span: Span, shown: Iterable[Span]) -> bool:
    common = [span & each for each in shown]
    shorter = [min(span.duration, each.duration) for each in shown]
    return any(
        both is not None and both.duration >= SAME * least
        for both, least in zip(common, shorter, strict=True)
    )


def _moment(one: Failure | Mark, evidence: Evidence | None) -> Moment:
    why = _SENTENCE_END.split(one.reason.strip(), maxsplit=1)[0]
    if isinstance(one, Failure):
        return Moment(one.title, why, evidence, 0.0, 0.0, failed=True)
    return Moment(one.title, why, evidence, one.points, one.weight, bonus=one.bonus)

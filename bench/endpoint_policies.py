"""What endpointers would have done at real pauses, and what that costs: turns cut off, and waiting.

After eot-bench (LiveKit 2026): a false cut-off is a hold (100 ms or more) in which the end of the turn was
declared; the share is of all holds. The wait is from the end of the voice to the decision, at true ends.

A rule in the field has three knobs: a threshold for the score, the least silence before it counts, and the
silence after which the turn is over in any case. Its frontier is the best that any setting of the knobs
reaches *on these very pauses*, which flatters every score alike; the product's own fixed settings are
simulated beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf

import numpy as np
from numpy.typing import NDArray

from bench.endpoint_sets import Track, TruePause, Truth
from tools.turn_model.hearing import SOFT_END
from voicecoach.listen.completeness import completeness
from voicecoach.listen.endpoint import Endpointer, EndpointSettings, judge
from voicecoach.timeline import samples, seconds

WORDS_S = 0.5
"""After the end of the voice the words are known: 0.2 s to notice, 0.3 s to recognize (eot-bench: 0.5 s,
too)."""

DELAYS_S = np.arange(0.2, 1.01, 0.1)
TIMEOUTS_S = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5, 1.8, 2.0, 2.5, 3.0)
THRESHOLDS = np.linspace(0.02, 0.98, 49)

Scorer = Callable[[TruePause], tuple[float, float]]
"""The score of a pause before its words are known, and after."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one setting does."""

    cut_off: float
    """Share of holds in which the turn was declared over."""
    mean_wait_s: float
    median_wait_s: float


def by_sound(pause: TruePause) -> tuple[float, float]:
    """The product's model without words."""
    return (judge(pause.cues, None).probability,) * 2 if pause.cues else (0.0, 0.0)


def by_words(pause: TruePause) -> tuple[float, float]:
    """Words alone; half where there are none."""
    said = completeness(pause.words)
    return 0.0, 0.5 if said is None else said


def by_both(pause: TruePause) -> tuple[float, float]:
    """The product's model: sound first, words when they come."""
    if pause.cues is None:
        return 0.0, 0.0
    return judge(pause.cues, None).probability, judge(pause.cues, completeness(pause.words)).probability


def counted(tracks: Sequence[Track]) -> list[TruePause]:
    """The holds and the ends."""
    return [pause for track in tracks for pause in track if pause.truth is not Truth.NEITHER]


def silence_points(pauses: Sequence[TruePause], waits_s: Sequence[float]) -> list[Point]:
    """Endpointers that wait for a fixed silence."""
    return [_point(pauses, np.full(len(pauses), wait_s)) for wait_s in waits_s]


def rule_points(pauses: Sequence[TruePause], scorer: Scorer) -> list[Point]:
    """Every setting of the three knobs."""
    scores = np.array([scorer(pause) for pause in pauses])
    return [_point(pauses, waits_s) for waits_s in _rules(scores[:, 0], scores[:, 1])]


def _rules(early: NDArray[np.float64], late: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Waits under each setting."""
    noticed_s = seconds(SOFT_END)
    for delay_s, timeout_s, threshold in product(DELAYS_S, TIMEOUTS_S, THRESHOLDS):
        if timeout_s < delay_s:
            continue
        first_s = max(delay_s, noticed_s)
        waits_s = np.where(late >= threshold, max(delay_s, WORDS_S), timeout_s)
        if first_s < WORDS_S:
            waits_s = np.where(early >= threshold, first_s, waits_s)
        yield np.minimum(waits_s, timeout_s)


def product_waits_s(track: Track, settings: EndpointSettings | None = None) -> list[float]:
    """The waits of the product's endpointer after each pause; infinite where it never declared an end."""
    endpointer = Endpointer(settings)
    return [_wait_s(endpointer, pause) for pause in track]


def _wait_s(endpointer: Endpointer, pause: TruePause) -> float:
    """One pause as it would be lived through; at a true end nobody comes back before the wait is over."""
    start = pause.voice.end
    until = start + samples(10.0)
    if pause.truth is Truth.HOLD and pause.resumes is not None:
        until = pause.resumes
    worded, end = start + samples(WORDS_S), None
    if pause.cues is not None:
        endpointer.paused(pause.cues, start + SOFT_END)
        end = endpointer.due(min(worded, until) - 1)
        if pause.words and worded < until:
            endpointer.worded(pause.words, start, worded)
        end = end or endpointer.due(until - 1)
    if pause.resumes is not None:
        endpointer.resumed(pause.resumes)
    return inf if end is None else seconds(end.decided - start)


def product_point(tracks: Sequence[Track], settings: EndpointSettings | None = None) -> Point:
    """What the product's endpointer does, floor learned as it goes, a fresh one for each track."""
    waits_s = [
        wait_s
        for track in tracks
        for pause, wait_s in zip(track, product_waits_s(track, settings), strict=True)
        if pause.truth is not Truth.NEITHER
    ]
    return _point(counted(tracks), np.array(waits_s))


def _point(pauses: Sequence[TruePause], waits_s: NDArray[np.float64]) -> Point:
    lasts_s = np.array([pause.lasts_s for pause in pauses])
    hold = np.array([pause.truth is Truth.HOLD for pause in pauses])
    cut_off = float(np.mean(waits_s[hold] < lasts_s[hold])) if hold.any() else float("nan")
    if hold.all():
        return Point(cut_off, float("nan"), float("nan"))
    return Point(cut_off, float(waits_s[~hold].mean()), float(np.median(waits_s[~hold])))


def frontier(points: Sequence[Point]) -> list[Point]:
    """The settings that no other beats in both cut-offs and mean wait, by wait."""
    best: list[Point] = []
    for point in sorted(points, key=lambda one: (one.mean_wait_s, one.cut_off)):
        if not best or point.cut_off < best[-1].cut_off:
            best.append(point)
    return best


def cut_off_within(points: Sequence[Point], wait_s: float) -> float | None:
    """The least share of cut-offs with a mean wait up to this."""
    return min((point.cut_off for point in points if point.mean_wait_s <= wait_s + 1e-9), default=None)


def waiting_at(points: Sequence[Point], cut_off: float) -> Point | None:
    """The setting with the least mean wait that cuts off no more than this."""
    fitting = [point for point in points if point.cut_off <= cut_off]
    return min(fitting, key=lambda one: one.mean_wait_s, default=None)

"""Which lags could be the period of a frame, and how likely each is.

The peaks of the mean of three periodicity views (wide, low, short) are the candidates. A small net scores
each from all four views at the lag and at its fractions and multiples: an octave error shows there.

Units: lags in samples at 8 kHz, fractional.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.compiled import compiled
from voicecoach.listen.perceptron import Perceptron, logit
from voicecoach.listen.periodicity import LONGEST_LAG, SHORTEST_LAG, Periodicity

CANDIDATES = 8
"""Peaks kept per frame: enough for the true period among its multiples and a formant or two."""

CLUES = 19
"""Numbers that the scorer sees of each candidate, besides `CONTEXT_CLUES` of the frame's."""

PITCH_CLUE = 16
"""Which of them is the lag itself, in octaves re 178 Hz."""

CONTEXT_CLUES = 3
"""Numbers that the scorer sees of the frame: level above floor, level below peak, tilt."""

_SHORT_LAG_BONUS = np.float32(0.35)
"""Share by which a peak at the longest lag is discounted: every multiple of the period peaks too."""

_ABSENT = np.float32(-1)

IMPOSSIBLE = np.float32(-1000)
"""The log probability of a place that holds no candidate."""


class Candidates(NamedTuple):
    """The peaks of each frame, strongest first; unused places have lag 1 and strength -1."""

    lags: NDArray[np.float32]
    """Shape (frames, CANDIDATES)."""
    strengths: NDArray[np.float32]
    """Shape (frames, CANDIDATES)."""
    clues: NDArray[np.float32]
    """Shape (frames, CANDIDATES, CLUES)."""


def candidates(views: Periodicity) -> Candidates:
    """The candidate periods of a run of frames."""
    count = len(views.wide)
    found = Candidates(
        np.ones((count, CANDIDATES), np.float32),
        np.full((count, CANDIDATES), _ABSENT, np.float32),
        np.zeros((count, CANDIDATES, CLUES), np.float32),
    )
    _find(views, found)
    return found


def log_probabilities(
    net: Perceptron, found: Candidates, context: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Log of the probability that each candidate is the period, given that one is.

    Parameters
    ----------
    context : shape (frames, CONTEXT_CLUES).

    Returns
    -------
    Shape (frames, CANDIDATES); `IMPOSSIBLE` where there is no candidate.
    """
    scores = np.empty(found.lags.shape, np.float32)
    _score(net, found, np.ascontiguousarray(context), scores)
    return scores


@compiled
def _find(views: Periodicity, found: Candidates) -> None:
    mean = np.empty(views.wide.shape[1], np.float32)
    for i in range(views.wide.shape[0]):
        for lag in range(len(mean)):
            mean[lag] = (views.wide[i, lag] + views.low[i, lag] + views.short[i, lag]) / np.float32(3)
        for lag in range(SHORTEST_LAG, LONGEST_LAG + 1):
            if mean[lag - 1] <= mean[lag] > mean[lag + 1]:
                _keep(mean, lag, found.lags[i], found.strengths[i])
        for k in range(found.lags.shape[1]):
            if found.strengths[i, k] > _ABSENT:
                _look(views, i, k, found)


@compiled
def _keep(
    mean: NDArray[np.float32], lag: int, lags: NDArray[np.float32], strengths: NDArray[np.float32]
) -> None:
    """Sort the peak at `lag` into the strongest, its top found by a parabola."""
    bend = mean[lag - 1] - 2 * mean[lag] + mean[lag + 1]
    offset = np.float32(0.5) * (mean[lag - 1] - mean[lag + 1]) / bend if bend < 0 else np.float32(0)
    top = mean[lag] - np.float32(0.25) * (mean[lag - 1] - mean[lag + 1]) * offset
    strength = top * (1 - _SHORT_LAG_BONUS * (lag + offset) / LONGEST_LAG)
    place = len(lags) - 1
    if strength <= strengths[place]:
        return
    while place > 0 and strengths[place - 1] < strength:
        strengths[place] = strengths[place - 1]
        lags[place] = lags[place - 1]
        place -= 1
    strengths[place] = strength
    lags[place] = lag + offset


@compiled
def _at(view: NDArray[np.float32], lag: float) -> float:
    """A view between two lags; 0 beyond its end."""
    below = int(lag)
    if below + 1 >= len(view):
        return 0.0
    share = lag - below
    return float(view[below] * (1 - share) + view[below + 1] * share)


@compiled
def _look(views: Periodicity, i: int, k: int, found: Candidates) -> None:
    """Fill the clues of candidate `k` of frame `i`."""
    lag = found.lags[i, k]
    wide, low, short, clues = views.wide[i], views.low[i], views.short[i], found.clues[i, k]
    clues[0], clues[1], clues[2] = _at(wide, lag), _at(low, lag), _at(short, lag)
    clues[3], clues[4], clues[5] = _at(wide, lag / 2), _at(low, lag / 2), _at(short, lag / 2)
    clues[6], clues[7] = _at(low, lag * 1.5), _at(short, lag * 1.5)
    clues[8], clues[9] = _at(low, lag / 3), _at(short, lag / 3)
    clues[10] = _at(low, lag * 2)
    comb = views.comb[i]
    clues[11], clues[12], clues[13] = _at(comb, lag), _at(comb, lag / 2), _at(comb, lag * 2)
    clues[14], clues[15] = _at(comb, lag / 3), _at(comb, lag * 1.5)
    clues[PITCH_CLUE] = np.log2(lag / 45)
    clues[17] = found.strengths[i, k] - found.strengths[i, 0]
    clues[18] = found.strengths[i, k]


@compiled
def _score(
    net: Perceptron, found: Candidates, context: NDArray[np.float32], scores: NDArray[np.float32]
) -> None:
    inputs = np.empty(CLUES + CONTEXT_CLUES, np.float32)
    for i in range(scores.shape[0]):
        top = IMPOSSIBLE
        for k in range(scores.shape[1]):
            scores[i, k] = IMPOSSIBLE
            if found.strengths[i, k] > _ABSENT:
                inputs[:CLUES] = found.clues[i, k]
                inputs[CLUES:] = context[i]
                scores[i, k] = logit(net, inputs)
            top = max(top, scores[i, k])
        total = np.float32(0)
        for k in range(scores.shape[1]):
            total += np.exp(scores[i, k] - top)
        for k in range(scores.shape[1]):
            if scores[i, k] > IMPOSSIBLE:
                scores[i, k] -= top + np.log(total)

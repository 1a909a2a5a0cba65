"""Fits the act classifier: features, one logistic regression an act, calibration, thresholds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from tools.acts.exemplars import Exemplar
from tools.acts.noise import drawing, noisy, unpunctuated
from voicecoach.acts import CALLER_ACTS, TRAINEE_ACTS, ActKind
from voicecoach.understand.classifier import KINDS
from voicecoach.understand.features import BUCKETS, features


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How the classifier is fitted; each value was chosen by macro F1 on the internal split."""

    seed: int = 20
    folds: int = 3
    strength: float = 8.0
    """Inverse regularization, C."""
    bags: int = 2
    """Fits that are averaged, each with its own noise; 3 gain another quarter point and half a minute."""
    noisy_copies: int = 2
    """Copies of each exemplar with a recognizer's mistakes; a second one gained half a point."""
    joined_share: float = 0.5
    """Sentences made of two exemplars, as a share of the exemplars: run-ons and several acts."""
    other_side_weight: float = 0.1
    """Weight of the caller's sentences as counterexamples of the trainee's acts, and vice versa."""
    rarest_feature: int = 2
    """Exemplars (copies apart) that a feature must occur in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One training sentence: an exemplar, a copy of it, or two joined."""

    text: str
    acts: frozenset[ActKind]
    trainee: bool
    caller: bool
    weight: float


def augmented(exemplars: Sequence[Exemplar], settings: FitSettings) -> list[Row]:
    """Exemplars with unpunctuated, noisy and joined copies."""
    draw = drawing(settings.seed)
    rows = []
    for one in exemplars:
        copies = [one.text, unpunctuated(one.text)]
        copies += [
            noisy(one.text, drawing(f"{settings.seed} {copy} {one.text}"))
            for copy in range(settings.noisy_copies)
        ]
        rows += [Row(text, one.acts, one.trainee, one.caller, 1.0 / len(copies)) for text in copies]
    for _ in range(round(settings.joined_share * len(exemplars))):
        rows.append(_joined(exemplars, draw))
    return rows


def _joined(exemplars: Sequence[Exemplar], draw: random.Random) -> Row:
    while True:
        one, two = draw.choice(exemplars), draw.choice(exemplars)
        if (one.trainee and two.trainee) or (one.caller and two.caller):
            break
    text = f"{one.text.rstrip('.')}{draw.choice((',', '', ' and', ' so'))} {two.text}"
    if draw.random() < 0.5:
        text = noisy(text, draw)
    acts = one.acts | two.acts
    return Row(text, acts, one.trainee and two.trainee, one.caller and two.caller, 0.5)


@cache
def _features(text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Features of a text, kept: folds share most of their sentences."""
    return features(text)


def matrix(texts: Sequence[str], buckets: NDArray[np.int64]) -> csr_matrix:
    """Features of texts as rows over known buckets."""
    indices, values, ends = [], [], [0]
    for text in texts:
        found, weights = _features(text)
        rows = np.minimum(np.searchsorted(buckets, found), len(buckets) - 1)
        known = buckets[rows] == found
        indices.append(rows[known])
        values.append(weights[known])
        ends.append(ends[-1] + int(known.sum()))
    shape = (len(texts), len(buckets))
    return csr_matrix((np.concatenate(values), np.concatenate(indices), ends), shape=shape)


def known_buckets(exemplars: Sequence[Exemplar], rarest: int) -> NDArray[np.int64]:
    """Buckets of features that enough exemplars have, ascending."""
    counts: Counter[int] = Counter()
    for one in exemplars:
        counts.update(_features(one.text)[0].tolist())
    return np.array(sorted(b for b, n in counts.items() if n >= rarest and b < BUCKETS), np.int64)


@dataclass(frozen=True, slots=True)
class Linear:
    """Weights (features, acts) and bias (acts,) over `buckets`."""

    buckets: NDArray[np.int64]
    weights: NDArray[np.float64]
    bias: NDArray[np.float64]

    def scores(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Log-odds, shape (texts, acts)."""
        return np.asarray(matrix(texts, self.buckets) @ self.weights + self.bias)


def fit(exemplars: Sequence[Exemplar], settings: FitSettings) -> Linear:
    """Mean of `bags` fits: one logistic regression an act, on augmented exemplars."""
    buckets = known_buckets(exemplars, settings.rarest_feature)
    bags = [
        _fit_once(exemplars, buckets, replace(settings, seed=settings.seed + bag))
        for bag in range(settings.bags)
    ]
    weights = np.mean([bag.weights for bag in bags], axis=0)
    return Linear(buckets, weights, np.mean([bag.bias for bag in bags], axis=0))


def _fit_once(exemplars: Sequence[Exemplar], buckets: NDArray[np.int64], settings: FitSettings) -> Linear:
    rows = augmented(exemplars, settings)
    x = matrix([row.text for row in rows], buckets)
    weights = np.zeros((len(buckets), len(KINDS)))
    bias = np.zeros(len(KINDS))
    for column, kind in enumerate(KINDS):
        y = np.array([kind in row.acts for row in rows])
        model = LogisticRegression(
            C=settings.strength, solver="liblinear", dual=True, tol=0.03, random_state=settings.seed
        )
        model.fit(x, y, sample_weight=_row_weights(rows, kind, settings))
        weights[:, column] = model.coef_[0]
        bias[column] = model.intercept_[0]
    return Linear(buckets, weights, bias)


def _row_weights(rows: Sequence[Row], kind: ActKind, settings: FitSettings) -> NDArray[np.float64]:
    def relevant(row: Row) -> bool:
        return (row.trainee and kind in TRAINEE_ACTS) or (row.caller and kind in CALLER_ACTS)

    return np.array([row.weight * (1.0 if relevant(row) else settings.other_side_weight) for row in rows])


def folds_of(groups: Sequence[int], count: int, seed: int) -> list[int]:
    """A fold a text, whole groups together, sizes balanced, by a seeded draw."""
    sizes = Counter(groups)
    order = sorted(sizes, key=lambda group: (-sizes[group], drawing(f"{seed} {group}").random()))
    filled = [0] * count
    fold_of: dict[int, int] = {}
    for group in order:
        fold_of[group] = filled.index(min(filled))
        filled[fold_of[group]] += sizes[group]
    return [fold_of[group] for group in groups]


def calibrated(
    scores: NDArray[np.float64], truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Platt scaling per act: slope and offset that turn held-out scores into log-odds.

    Platt 1999, "Probabilistic outputs for support vector machines".
    """
    slope, offset = np.ones(scores.shape[1]), np.zeros(scores.shape[1])
    for column in range(scores.shape[1]):
        model = LogisticRegression(C=1.0).fit(scores[:, [column]], truth[:, column])
        slope[column], offset[column] = max(0.1, model.coef_[0][0]), model.intercept_[0]
    return slope, offset


PRECISION_BETA = 0.8
"""F-beta by which thresholds are chosen: an act wrongly seen becomes wrong evidence in a mark, which
costs more trust than one overlooked; and exemplars hold the rarer acts oftener than calls do."""


def best_threshold(probability: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """The cut with the best F-beta, averaged over neighboring cuts so that one sentence cannot move it."""
    cuts = np.arange(0.10, 0.81, 0.02)
    scores = np.array([_f_beta(probability >= cut, truth) for cut in cuts])
    smooth = np.convolve(np.pad(scores, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return float(cuts[int(smooth.argmax())])


def _f_beta(said: NDArray[np.bool_], truth: NDArray[np.bool_], beta: float = PRECISION_BETA) -> float:
    hits = int((said & truth).sum())
    return (1 + beta**2) * hits / max(1.0, float(said.sum() + beta**2 * truth.sum()))

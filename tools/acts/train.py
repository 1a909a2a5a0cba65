"""Trains the act classifier from the exemplars: ``python -m tools.acts.train`` (four minutes of one core).

Writes ``voicecoach/models/acts.npz``. The same exemplars give the same file on the same machine.
Probabilities and thresholds come from sentences that the fold's model never saw, near-duplicates included.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.acts.exemplars import Exemplar, clusters, digest, load
from tools.acts.fitting import FitSettings, Linear, best_threshold, calibrated, fit, folds_of
from tools.acts.judging import Labelled, judge_found, macro_f1
from tools.acts.noise import drawing, noisy
from voicecoach.acts import CALLER_ACTS, TRAINEE_ACTS, ActKind
from voicecoach.speech import Speaker
from voicecoach.understand.classifier import KINDS

MODEL = Path(__file__).parents[2] / "voicecoach" / "models" / "acts.npz"


def unseen_scores(
    exemplars: Sequence[Exemplar], settings: FitSettings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Log-odds of each exemplar, clean and noised, by a model fitted without it and its likes."""
    folds = np.array(folds_of(clusters([e.text for e in exemplars]), settings.folds, settings.seed))
    draw = drawing(settings.seed + 1)
    noised = [noisy(e.text, draw) for e in exemplars]
    clean_scores = np.zeros((len(exemplars), len(KINDS)))
    noised_scores = np.zeros_like(clean_scores)
    for fold in range(settings.folds):
        model = fit([e for e, f in zip(exemplars, folds, strict=True) if f != fold], settings)
        held = np.flatnonzero(folds == fold)
        clean_scores[held] = model.scores([exemplars[i].text for i in held])
        noised_scores[held] = model.scores([noised[i] for i in held])
    return clean_scores, noised_scores


def relevant(exemplars: Sequence[Exemplar], kind: ActKind) -> NDArray[np.bool_]:
    """Which exemplars the act's performer may have said."""
    return np.array(
        [(e.trainee and kind in TRAINEE_ACTS) or (e.caller and kind in CALLER_ACTS) for e in exemplars]
    )


def truth_of(exemplars: Sequence[Exemplar]) -> NDArray[np.bool_]:
    """Labels, shape (exemplars, acts)."""
    return np.array([[kind in e.acts for kind in KINDS] for e in exemplars])


def labelled(exemplars: Sequence[Exemplar]) -> list[Labelled]:
    """Exemplars as sentences of one party; what either may say counts as the trainee's."""
    return [Labelled(e.text, e.acts, Speaker.TRAINEE if e.trainee else Speaker.CALLER) for e in exemplars]


def calibrate(
    scores: tuple[NDArray[np.float64], NDArray[np.float64]], exemplars: Sequence[Exemplar]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Slope, offset and threshold of each act from scores of unseen sentences."""
    truth = truth_of(exemplars)
    slopes, offsets, thresholds = (np.zeros(len(KINDS)) for _ in range(3))
    for column, kind in enumerate(KINDS):
        rows = relevant(exemplars, kind)
        both = np.concatenate([part[rows, column] for part in scores])[:, None]
        answer = np.tile(truth[rows, column], 2)
        slope, offset = calibrated(both, answer[:, None])
        slopes[column], offsets[column] = slope[0], offset[0]
        probability = 1 / (1 + np.exp(-(both[:, 0] * slope[0] + offset[0])))
        thresholds[column] = best_threshold(probability, answer)
    # A threshold rests on some hundred sentences: half its distance from the others' is taken for chance.
    return slopes, offsets, (thresholds + np.median(thresholds)) / 2


def pack(
    model: Linear, slopes: NDArray[np.float64], offsets: NDArray[np.float64]
) -> dict[str, NDArray[np.generic]]:
    """The model with its calibration folded in, weights as whole numbers of 8 bits."""
    weights = model.weights * slopes
    scale = np.abs(weights).max(axis=0) / 127
    return {
        "buckets": model.buckets.astype(np.int32),
        "weights": np.round(weights / scale).astype(np.int8),
        "scale": scale.astype(np.float32),
        "bias": (model.bias * slopes + offsets).astype(np.float32),
    }


def main() -> None:
    """Fit, calibrate on unseen sentences, fit again on all, write the model."""
    settings = FitSettings()
    exemplars = load()
    scores = unseen_scores(exemplars, settings)
    slopes, offsets, thresholds = calibrate(scores, exemplars)
    said = 1 / (1 + np.exp(-(scores[0] * slopes + offsets))) >= thresholds
    found = [frozenset(k for k, yes in zip(KINDS, row, strict=True) if yes) for row in said]
    figures = judge_found(labelled(exemplars), found)
    arrays = pack(fit(exemplars, settings), slopes, offsets)
    arrays["threshold"] = thresholds.astype(np.float32)
    arrays["exemplars_sha256"] = np.frombuffer(digest(), np.uint8)
    np.savez_compressed(MODEL, **arrays)
    print(
        f"{len(exemplars)} exemplars, {len(arrays['buckets'])} features, {MODEL.stat().st_size / 1e6:.2f} MB"
    )
    print(f"macro F1 over unseen exemplars {macro_f1(figures):.3f}")


if __name__ == "__main__":
    main()

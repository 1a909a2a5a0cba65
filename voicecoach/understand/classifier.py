"""The act classifier: one logistic regression an act over hashed n-grams.

Decides how probable each act is for one sentence, whoever said it. Trained by
``python -m tools.acts.train``; what it was trained on is in ``exemplars/``.

Laws
----
* A sentence's probabilities do not depend on the sentences beside it.
* Features that training never saw count nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from voicecoach.acts import ActKind
from voicecoach.errors import ModelError
from voicecoach.understand.features import features

KINDS: tuple[ActKind, ...] = tuple(ActKind)
"""Order of the acts in every array of the model."""


class ActClassifier:
    """Probability of each act for a sentence.

    Parameters
    ----------
    weights : the arrays of ``models/acts.npz``:
        ``buckets`` (n,) known features, ascending; ``weights`` (n, acts) whole numbers
        -127..127; ``scale`` (acts,) their unit; ``bias`` (acts,); ``threshold`` (acts,).

    Raises
    ------
    ModelError : the arrays are of other acts than this version knows.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        if weights["bias"].shape != (len(KINDS),):
            raise ModelError("acts.npz knows other acts than this version: reinstall voicecoach")
        self._buckets = weights["buckets"].astype(np.int64)
        self._weights = weights["weights"] * weights["scale"]
        self._bias = weights["bias"]
        self.thresholds: Mapping[ActKind, float] = dict(
            zip(KINDS, weights["threshold"].tolist(), strict=True)
        )

    def scores(self, text: str) -> NDArray[np.float32]:
        """Log-odds of each act, shape (acts,), in the order of `KINDS`."""
        buckets, values = features(text)
        rows = np.searchsorted(self._buckets, buckets)
        rows = np.minimum(rows, len(self._buckets) - 1)
        known = self._buckets[rows] == buckets
        weighed = self._weights[rows[known]] * values[known, None]
        return np.asarray(weighed.sum(axis=0, dtype=np.float32) + self._bias, np.float32)

    def probabilities(self, text: str) -> dict[ActKind, float]:
        """Calibrated probability of each act, 0 to 1."""
        odds = np.exp(-np.clip(self.scores(text).astype(np.float64), -30.0, 30.0))
        return dict(zip(KINDS, (1.0 / (1.0 + odds)).tolist(), strict=True))

"""How far an estimated pitch track is from the truth, in the field's usual error rates.

After Rabiner et al. (1976) and Chu and Alwan (2009).

* GPE, gross pitch error: off by more than 20 %, among frames that truth and estimate both call voiced.
* VDE, voicing decision error: wrong about voicing, among all frames.
* FFE, F0 frame error: either of the two, among all frames.
* median cents: the middle absolute error of the frames that are not grossly wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Frames by what went right and wrong."""

    frames: int
    both_voiced: int
    gross: int
    missed: int
    invented: int
    octaves: int
    cents: Array
    """Signed errors of the frames that are voiced in both and not grossly wrong."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Error rates in percent."""

    gpe: float
    vde: float
    ffe: float
    missed: float
    invented: float
    octaves: float
    median_cents: float


def at_times(times_s: Array, f0_hz: Array, wanted_s: Array) -> Array:
    """A track at other times: voicing of the nearest frame, pitch interpolated between voiced neighbors."""
    f0_hz = np.nan_to_num(np.asarray(f0_hz, np.float64))
    right = np.clip(np.searchsorted(times_s, wanted_s), 1, len(times_s) - 1)
    left = right - 1
    nearest = np.where(wanted_s - times_s[left] <= times_s[right] - wanted_s, left, right)
    share = np.clip((wanted_s - times_s[left]) / (times_s[right] - times_s[left]), 0, 1)
    lower, upper = np.maximum(f0_hz[left], 1e-9), np.maximum(f0_hz[right], 1e-9)
    between = np.exp((1 - share) * np.log(lower) + share * np.log(upper))
    smooth = (f0_hz[left] > 0) & (f0_hz[right] > 0) & (np.abs(np.log2(upper / lower)) < 0.25)
    return np.where(f0_hz[nearest] > 0, np.where(smooth, between, f0_hz[nearest]), 0.0)


def compare(truth_hz: Array, estimate_hz: Array) -> Counts:
    """Count the errors of one track; 0 is unvoiced in both."""
    voiced, claimed = truth_hz > 0, estimate_hz > 0
    both = voiced & claimed
    cents = 1200 * np.log2(estimate_hz[both] / truth_hz[both])
    gross = np.abs(estimate_hz[both] / truth_hz[both] - 1) > 0.2
    return Counts(
        frames=len(truth_hz),
        both_voiced=int(both.sum()),
        gross=int(gross.sum()),
        missed=int((voiced & ~claimed).sum()),
        invented=int((claimed & ~voiced).sum()),
        octaves=int((np.abs(np.abs(cents) - 1200) < 200).sum()),
        cents=cents[~gross],
    )


def pooled(counts: Iterable[Counts]) -> Errors:
    """Error rates over all frames of all tracks."""
    every = list(counts)
    frames = sum(c.frames for c in every)
    both = max(1, sum(c.both_voiced for c in every))
    gross = sum(c.gross for c in every)
    missed, invented = sum(c.missed for c in every), sum(c.invented for c in every)
    cents = np.concatenate([c.cents for c in every])
    return Errors(
        gpe=100 * gross / both,
        vde=100 * (missed + invented) / frames,
        ffe=100 * (missed + invented + gross) / frames,
        missed=100 * missed / frames,
        invented=100 * invented / frames,
        octaves=100 * sum(c.octaves for c in every) / both,
        median_cents=float(np.median(np.abs(cents))) if len(cents) else float("nan"),
    )

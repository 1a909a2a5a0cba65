"""How one track's sound reaches the other: what leaks, told from two level contours alone.

Sound that went through a delay and a room arrives smeared: the power of each frame of leakage is a weighted
sum of the source's last frames. The weights (never negative) and the track's own noise are fitted by least
squares to the frames on which the source is loud and the track's own speaker silent. Which those are is
found along the way: own speech lies far above what leaks, so what does not fit is left out and the rest
is fitted again.

Laws: pure functions of two contours; the same gain on both changes nothing but the noise.
Units: dBFS per 10 ms frame in, power (full scale 1) within and out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from voicecoach.listen.compiled import compiled

Levels = NDArray[np.float32]
"""dBFS per frame, shape (frames,)."""

Power = NDArray[np.float64]
"""Power per frame, full scale 1."""


@dataclass(frozen=True, slots=True)
class PathSettings:
    """How a leak path is fitted."""

    lags: int = 36
    """One weight for each of the source's last frames: a line and a sound card's buffers delay by up to
    250 ms, and early reflections take 100 ms more."""
    tails: tuple[tuple[int, int], ...] = ((36, 64), (64, 100))
    """Beyond them one weight for a whole range of lags: reverberation, up to 1 s."""
    loud_db: float = 15.0
    """The source counts as loud within this of its 95th percentile."""
    percentile: float = 20.0
    """First guess: this much of the difference in level leaked. Low, so that somebody who talks over music on
    hold for three quarters of the time is not taken for leakage; later rounds climb to what really leaks."""
    outlier_db: float = 8.0
    """Frames this far above what is expected are own speech: leakage scatters by 3 dB (one standard
    deviation), speech lies 20 dB above it."""
    rounds: int = 4
    """Fits, each without the last one's outliers; the weights have settled by then."""
    most_frames: int = 3000
    """Frames that are fitted, evenly spread: half a minute of them determines 39 weights."""
    least_frames: int = 50
    """With less than 0.5 s nothing is known, and no leakage is assumed."""
    noise_percentile: float = 10.0
    """Noise is what the track holds when nobody speaks: no more than this percentile of its level ..."""
    noise_spread_db: float = 6.0
    """... and this, by which the mean of babble lies above its quiet moments."""
    strongest_db: float = -10.0
    """Nothing leaks more than this: tracks as alike as that carry the same talk."""


@dataclass(frozen=True, slots=True, eq=False)
class LeakPath:
    """From a source to the other track.

    Attributes
    ----------
    weights : share of the source's power that arrives after 0, 1, 2 ... frames, shape (lags,).
    tail_weights : the same for each range of `PathSettings.tails`.
    noise : power that is on the track whether or not the source sounds.
    """

    weights: Power
    tail_weights: Power
    noise: float
    settings: PathSettings

    def leakage(self, source: Levels) -> Power:
        """What arrives of a source, shape (frames,)."""
        power = _power(source)
        arriving = np.convolve(power, self.weights)[: len(power)]
        for weight, tail in zip(self.tail_weights, _tails(power, self.settings), strict=True):
            arriving += weight * tail
        return arriving


def fit_leak_path(own: Levels, source: Levels, settings: PathSettings | None = None) -> LeakPath:
    """The path from a source to a track.

    Parameters
    ----------
    own, source : dBFS per frame of the track and of the other, shape (frames,), same length.
    """
    s = settings or PathSettings()
    nothing = LeakPath(np.zeros(s.lags), np.zeros(len(s.tails)), 0.0, s)
    if len(source) < s.lags:
        return nothing
    past = _past(_power(source), s)
    held_db = 10 * np.log10(past.max(axis=1))
    loud = np.flatnonzero(held_db > np.percentile(held_db, 95) - s.loud_db)
    chosen = loud[:: max(1, -(-len(loud) // s.most_frames))]
    if len(chosen) < s.least_frames:
        return nothing
    tails = [tail[chosen] for tail in _tails(_power(source), s)]
    causes = np.column_stack([past[chosen], *tails, np.ones(len(chosen))])
    guess_db = float(np.percentile(own[chosen] - held_db[chosen], s.percentile))
    weights = _fitted(causes, _power(own[chosen]), _power(held_db[chosen] + guess_db), s)
    if weights is None:
        return nothing
    weights[:-1] *= min(1.0, 10 ** (s.strongest_db / 10) / max(float(weights[:-1].sum()), 1e-9))
    most_noise = 10 ** ((float(np.percentile(own, s.noise_percentile)) + s.noise_spread_db) / 10)
    return LeakPath(weights[: s.lags], weights[s.lags : -1], min(float(weights[-1]), most_noise), s)


def _fitted(causes: Power, heard: Power, expected: Power, s: PathSettings) -> Power | None:
    """Weights of the causes of what is heard, by robust least squares of relative errors."""
    weights = None
    for _ in range(s.rounds):
        kept = heard < expected * 10 ** (s.outlier_db / 10)
        if int(kept.sum()) < s.least_frames:
            return None
        relative = causes[kept] / expected[kept, None]
        weights = _nonnegative(*_normal_equations(relative, heard[kept] / expected[kept]))
        expected = np.maximum((causes * weights).sum(axis=1), 1e-12)
    return weights


def _power(levels: NDArray[np.floating]) -> Power:
    power: Power = 10 ** (levels.astype(np.float64) / 10)
    return power


def _past(power: Power, s: PathSettings) -> Power:
    """The last frames before and at each frame, latest first, as a view: shape (frames, lags)."""
    padded = np.concatenate([np.zeros(s.lags - 1), power])
    return sliding_window_view(padded, s.lags)[:, ::-1]


def _tails(power: Power, s: PathSettings) -> list[Power]:
    """Mean power over each range of lags, shape (frames,) each."""
    sums = np.concatenate([[0.0], np.cumsum(power)])
    at = np.arange(1, len(power) + 1)
    return [
        (sums[np.maximum(at - near, 0)] - sums[np.maximum(at - far, 0)]) / (far - near)
        for near, far in s.tails
    ]


def _nonnegative(products: Power, target: Power) -> Power:
    """Least squares with no negative weight, from the normal equations; columns are scaled alike first."""
    scale = np.sqrt(np.diag(products)) + 1e-12
    return _descend(products / scale[:, None] / scale, target / scale) / scale


@compiled
def _normal_equations(causes: Power, effect: Power) -> tuple[Power, Power]:
    """Inner products of the causes with one another and with the effect.

    Not left to BLAS, whose sums depend on how many cores there are.
    """
    count = causes.shape[1]
    products = np.zeros((count, count))
    target = np.zeros(count)
    for t in range(len(effect)):
        for j in range(count):
            target[j] += causes[t, j] * effect[t]
            for k in range(count):
                products[j, k] += causes[t, j] * causes[t, k]
    return products, target


@compiled
def _descend(products: Power, target: Power) -> Power:
    """Coordinate descent with a floor of 0 (Franc, Hlaváč and Navara 2005)."""
    weights = np.zeros(len(target))
    for _ in range(300):
        largest = 0.0
        for k in range(len(target)):
            rest = target[k]
            for j in range(len(target)):
                rest -= products[k, j] * weights[j]
            better = max(0.0, weights[k] + rest / (products[k, k] + 1e-12))
            largest = max(largest, abs(better - weights[k]))
            weights[k] = better
        if largest < 1e-6:
            break
    return weights

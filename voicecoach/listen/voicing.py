"""Is a frame voiced? A small net weighs periodicity, its steadiness, and each band's level above its noise.

Laws: what is remembered (noise floors, recent peak) follows from past frames alone; a decision also sees
60 ms of future. Only differences of levels are used, so gain does not matter.
Units: dB, features scaled to about 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.candidates import CANDIDATES, CONTEXT_CLUES, PITCH_CLUE, Candidates
from voicecoach.listen.compiled import compiled
from voicecoach.listen.perceptron import Perceptron, logit
from voicecoach.listen.periodicity import Periodicity
from voicecoach.listen.spectrum import BANDS, SILENCE_DB, SpectralFrames, bin_of

LEVEL_CLUES = CONTEXT_CLUES + 1 + BANDS
"""Per frame: the candidate scorer's context, the short window's level, each band above its floor."""

CLUES = LEVEL_CLUES + 8
"""Per frame: levels and what the likeliest candidate shows."""

NEIGHBORS = (-6, -4, -2, -1, 0, 1, 2, 4, 6)
"""Frames (10 ms each) that a decision sees: a syllable's rise or fall."""

LOOKAHEAD = NEIGHBORS[-1]

_NEIGHBORS = np.array(NEIGHBORS)

_LOUD_FIRST, _LOUD_END = bin_of(50), bin_of(1000)

_PEAK_FALL_DB = 0.04
"""The recent peak falls by 4 dB a second."""


class LevelMeter:
    """Levels of each frame relative to the noise floor and the recent peak."""

    def __init__(self) -> None:
        self._floors = np.full(BANDS + 1, np.nan, np.float32)
        self._peak = np.full(1, np.nan, np.float32)

    def push(self, frames: SpectralFrames, views: Periodicity) -> NDArray[np.float32]:
        """Level clues, shape (frames, LEVEL_CLUES); all 0 in digital silence."""
        clues = np.zeros((len(frames.power), LEVEL_CLUES), np.float32)
        _measure(frames, views.short_db, self._floors, self._peak, clues)
        return clues


class ClueMaker:
    """All clues of each frame: its levels, and what its likeliest candidate shows."""

    def __init__(self) -> None:
        self._previous = np.ones(CANDIDATES, np.float32)

    def push(
        self, levels: NDArray[np.float32], found: Candidates, scores: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Clues, shape (frames, CLUES).

        Parameters
        ----------
        levels : shape (frames, LEVEL_CLUES).
        found, scores : the candidates and their log probabilities.
        """
        clues = np.zeros((len(levels), CLUES), np.float32)
        clues[:, :LEVEL_CLUES] = levels
        _compare(found, scores, self._previous, clues)
        return clues


def voicing_logits(net: Perceptron, clues: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log odds of voice for the frames that have all their neighbors: shape (frames - 2 * LOOKAHEAD,)."""
    logits = np.empty(max(0, len(clues) - 2 * LOOKAHEAD), np.float32)
    _decide(net, clues, _NEIGHBORS, logits)
    return logits


@compiled
def _decibels(power: NDArray[np.float32], first: int, end: int) -> float:
    total = np.float32(0)
    for k in range(first, end):
        total += power[k]
    return float(10 * np.log10(total + 1e-16))


@compiled
def _track(floor: float, level: float) -> float:
    """A noise floor falls at once with the level and creeps up to 15 dB/s under it."""
    if np.isnan(floor):
        return level
    if level < floor:
        return floor + 0.3 * (level - floor)
    rise = min(level - floor, 10.0)
    return floor + (0.015 if rise > 1 else 0.001) * rise


@compiled
def _measure(
    frames: SpectralFrames,
    short_db: NDArray[np.float32],
    floors: NDArray[np.float32],
    peak: NDArray[np.float32],
    clues: NDArray[np.float32],
) -> None:
    for i in range(len(short_db)):
        full = _decibels(frames.power[i], _LOUD_FIRST, frames.power.shape[1])
        if full < SILENCE_DB:
            continue
        loud = _decibels(frames.power[i], _LOUD_FIRST, _LOUD_END)
        high = _decibels(frames.power[i], _LOUD_END, frames.power.shape[1])
        floors[BANDS] = _track(floors[BANDS], loud)
        if np.isnan(peak[0]) or loud > peak[0]:
            peak[0] = loud if np.isnan(peak[0]) else peak[0] + 0.3 * (loud - peak[0])
        else:
            peak[0] -= _PEAK_FALL_DB
        clues[i, 0] = min(max(loud - floors[BANDS], 0), 40) / 20
        clues[i, 1] = min(max(loud - peak[0], -50), 0) / 20
        clues[i, 2] = min(max(loud - high, -20), 40) / 20
        clues[i, 3] = min(max(short_db[i] - loud, -40), 20) / 20
        for band in range(BANDS):
            floors[band] = _track(floors[band], frames.bands_db[i, band])
            clues[i, 4 + band] = min(max(frames.bands_db[i, band] - floors[band], 0), 40) / 20


@compiled
def _compare(
    found: Candidates, scores: NDArray[np.float32], previous: NDArray[np.float32], clues: NDArray[np.float32]
) -> None:
    """Fill the clues after the levels; `previous` is left with the last frame's lags."""
    for i in range(scores.shape[0]):
        best = np.argmax(scores[i])
        nearest = np.float32(0.3)
        for k in range(len(previous)):
            nearest = min(nearest, abs(np.log2(found.lags[i, best] / previous[k])))
        for clue in range(3):
            clues[i, LEVEL_CLUES + clue] = found.clues[i, best, clue]
        clues[i, LEVEL_CLUES + 3] = found.strengths[i, best]
        clues[i, LEVEL_CLUES + 4] = np.exp(scores[i, best])
        clues[i, LEVEL_CLUES + 5] = nearest / np.float32(0.3)
        clues[i, LEVEL_CLUES + 6] = found.clues[i, best, PITCH_CLUE]
        clues[i, LEVEL_CLUES + 7] = found.clues[i, best, 11]
        previous[:] = found.lags[i]


@compiled
def _decide(
    net: Perceptron, clues: NDArray[np.float32], neighbors: NDArray[np.int64], logits: NDArray[np.float32]
) -> None:
    width = clues.shape[1]
    inputs = np.empty(width * len(neighbors), np.float32)
    for i in range(len(logits)):
        for n in range(len(neighbors)):
            inputs[n * width : (n + 1) * width] = clues[i + LOOKAHEAD + neighbors[n]]
        logits[i] = logit(net, inputs)

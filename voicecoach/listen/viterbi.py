"""Chooses one path through the candidates of all frames: a little jump is cheap, an octave dear.

Fixed-lag decoding (Rabiner 1989, section III.B): frame ``t`` is settled when frame ``t + DECODING_LAG`` has
come, from the best path so far. Live and recorded sound go the same way, so both give the same pitch.

Units: costs are negative log probabilities; distances in octaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.candidates import CANDIDATES
from voicecoach.listen.compiled import compiled

DECODING_LAG = 10
"""Frames (100 ms) until a frame is settled; more changes under 0.1 % of frames."""


@dataclass(frozen=True, slots=True)
class DecoderSettings:
    """What a path pays."""

    candidate_weight: float = 0.3
    """Share of the scorer's log probability that counts: neighboring frames overlap by 80 %."""
    jump_per_octave: float = 6.0
    """Cost of a jump between frames, per octave."""
    furthest_jump_octaves: float = 1.0
    """Beyond this a jump costs no more: it is another voice or a new start."""
    onset: float = 2.0
    """Cost of going from unvoiced to voiced or back: keeps single frames from flickering."""
    certainty: float = 8.0
    """Log odds of voice are believed up to this."""


class Settled(NamedTuple):
    """Frames that the decoder has made up its mind about."""

    lags: NDArray[np.float32]
    """In samples at 8 kHz, 0 where unvoiced; shape (frames,)."""
    voicing: NDArray[np.float32]
    """Probability that each is voiced, as it was given, whatever the path decided; shape (frames,)."""


class FixedLagDecoder:
    """The pitch path of one track."""

    def __init__(self, settings: DecoderSettings | None = None) -> None:
        self._settings = settings or DecoderSettings()
        self._costs = np.full(CANDIDATES + 1, 1e3)
        self._costs[CANDIDATES] = 0.0
        self._origins = np.full((DECODING_LAG + 1, CANDIDATES + 1), CANDIDATES, np.int64)
        self._lags = np.ones((DECODING_LAG + 1, CANDIDATES), np.float32)
        self._odds = np.zeros(DECODING_LAG + 1, np.float32)

    def push(
        self, lags: NDArray[np.float32], scores: NDArray[np.float32], voicing: NDArray[np.float32]
    ) -> Settled:
        """Settle as many frames as come in; the first `DECODING_LAG` answers precede the track.

        Parameters
        ----------
        lags, scores : the candidates and their log probabilities, shape (frames, CANDIDATES).
        voicing : log odds of voice, shape (frames,).
        """
        setting = self._settings
        odds = np.clip(voicing, -setting.certainty, setting.certainty)
        costs = (
            setting.candidate_weight,
            setting.jump_per_octave,
            setting.furthest_jump_octaves,
            setting.onset,
        )
        settled = Settled(np.empty(len(lags), np.float32), np.empty(len(lags), np.float32))
        state = (self._costs, self._origins, self._lags, self._odds)
        _advance(state, lags, scores, odds, costs, settled)
        return settled


_State = tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32]]


@compiled
def _advance(
    state: _State,
    lags: NDArray[np.float32],
    scores: NDArray[np.float32],
    odds: NDArray[np.float32],
    weights: tuple[float, float, float, float],
    settled: Settled,
) -> None:
    """Row 0 of the state's origins, lags and odds is the oldest frame, row DECODING_LAG the newest."""
    costs, origins, memory, heard = state
    for t in range(len(odds)):
        origins[:-1] = origins[1:]
        memory[:-1] = memory[1:]
        memory[-1] = lags[t]
        heard[:-1] = heard[1:]
        heard[-1] = odds[t]
        _step(costs, origins[-1], memory, weights)
        unvoiced = np.log1p(np.exp(-abs(odds[t])))
        voiced = unvoiced - min(odds[t], np.float32(0))
        unvoiced += max(odds[t], np.float32(0))
        for k in range(lags.shape[1]):
            costs[k] += voiced - weights[0] * scores[t, k]
        costs[-1] += unvoiced
        costs -= costs.min()
        place = np.argmin(costs)
        for row in range(DECODING_LAG, 0, -1):
            place = origins[row, place]
        settled.lags[t] = memory[0, place] if place < lags.shape[1] else np.float32(0)
        settled.voicing[t] = 1 / (1 + np.exp(-heard[0]))


@compiled
def _step(
    costs: NDArray[np.float64],
    origin: NDArray[np.int64],
    memory: NDArray[np.float32],
    weights: tuple[float, float, float, float],
) -> None:
    """Least cost of reaching each state of the newest frame, and from where; the last state is unvoiced."""
    unvoiced = len(costs) - 1
    before = costs.copy()
    for k in range(unvoiced + 1):
        costs[k] = np.inf
        for j in range(unvoiced + 1):
            if k == j == unvoiced:
                move = 0.0
            elif unvoiced in (k, j):
                move = weights[3]
            else:
                distance = abs(np.log2(memory[-1, k] / memory[-2, j]))
                move = weights[1] * min(distance, weights[2])
            if before[j] + move < costs[k]:
                costs[k] = before[j] + move
                origin[k] = j

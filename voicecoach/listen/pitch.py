"""The pitch of one voice, 60 to 500 Hz, every 10 ms: composed of the stages that each have a file.

spectra -> periodicity -> candidates -> scores and voicing -> best path

Laws
----
* The same numbers however the input was chopped, live or from a file: no frame is computed differently
  because of how many came with it, and none is revised.
* Gain does not matter.
* A frame is settled `DELAY` frames after it was heard.

Sources: candidates and path after RAPT (Talkin 1995) and Praat (Boersma 1993); figures in
``docs/prosody.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voicecoach.listen.candidates import (
    CANDIDATES,
    CONTEXT_CLUES,
    IMPOSSIBLE,
    Candidates,
    candidates,
    log_probabilities,
)
from voicecoach.listen.candidates import CLUES as CANDIDATE_CLUES
from voicecoach.listen.perceptron import Perceptron
from voicecoach.listen.periodicity import periodicity
from voicecoach.listen.spectrum import SPECTRAL_RATE, SpectralFrames
from voicecoach.listen.viterbi import DECODING_LAG, FixedLagDecoder, Settled
from voicecoach.listen.voicing import CLUES, LOOKAHEAD, NEIGHBORS, ClueMaker, LevelMeter, voicing_logits

DELAY = LOOKAHEAD + DECODING_LAG
"""Frames from a spectral frame to its pitch; the frame itself needs another 27 ms of future."""

Weights = Mapping[str, NDArray[np.float32]]
"""The arrays of ``models/pitch.npz``."""


class PitchFrames(NamedTuple):
    """The frames that one push settled, oldest first."""

    f0_hz: NDArray[np.float32]
    """0 where unvoiced; shape (settled,)."""
    voicing: NDArray[np.float32]
    """Probability that the frame is voiced, by itself: `f0_hz` also weighs what surrounds it, so that a
    single frame does not flicker. Shape (settled,)."""


class PitchTracker:
    """Pitch of one track.

    Parameters
    ----------
    weights : of the two nets, ``scorer_*`` and ``voicing_*``.
    """

    def __init__(self, weights: Weights) -> None:
        self._scorer = Perceptron.named("scorer", weights, CANDIDATE_CLUES + CONTEXT_CLUES)
        self._voicing = Perceptron.named("voicing", weights, len(NEIGHBORS) * CLUES)
        self._meter = LevelMeter()
        self._clue_maker = ClueMaker()
        self._decoder = FixedLagDecoder()
        self._clues = np.zeros((2 * LOOKAHEAD, CLUES), np.float32)
        self._lags = np.ones((LOOKAHEAD, CANDIDATES), np.float32)
        self._scores = np.full((LOOKAHEAD, CANDIDATES), IMPOSSIBLE, np.float32)
        self._early = DELAY

    def push(self, frames: SpectralFrames) -> PitchFrames:
        """Pitch and voicing of the frames that `frames` settles."""
        views = periodicity(frames)
        found = candidates(views)
        levels = self._meter.push(frames, views)
        scores = log_probabilities(self._scorer, found, levels[:, :CONTEXT_CLUES])
        settled = self._decode(found, scores, self._clue_maker.push(levels, found, scores))
        skipped = min(self._early, len(settled.lags))
        self._early -= skipped
        lags = settled.lags[skipped:]
        f0_hz = np.where(lags > 0, SPECTRAL_RATE / np.maximum(lags, 1), 0).astype(np.float32)
        return PitchFrames(f0_hz, settled.voicing[skipped:])

    def _decode(self, found: Candidates, scores: NDArray[np.float32], clues: NDArray[np.float32]) -> Settled:
        """Wait until voicing has seen its future, then step the path."""
        clues = np.concatenate([self._clues, clues])
        lags = np.concatenate([self._lags, found.lags])
        scores = np.concatenate([self._scores, scores])
        count = len(lags) - LOOKAHEAD
        self._clues, self._lags, self._scores = (
            clues[count:].copy(),
            lags[count:].copy(),
            scores[count:].copy(),
        )
        voicing = voicing_logits(self._voicing, clues)
        return self._decoder.push(lags[:count], scores[:count], voicing)

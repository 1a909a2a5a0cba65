"""From turns to dialogue acts: the composed understanding of one turn.

Laws
----
* Only acts of the turn's speaker are looked for (`TRAINEE_ACTS`, `CALLER_ACTS`); in speech that
  was not told apart, all of them.
* A turn's acts depend on that turn alone, in whatever order turns are read.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from voicecoach.acts import CALLER_ACTS, TRAINEE_ACTS, Act, ActKind
from voicecoach.speech import Speaker, Turn
from voicecoach.understand.classifier import KINDS, ActClassifier
from voicecoach.understand.sentences import sentences

ACTS_OF: Mapping[Speaker, frozenset[ActKind]] = {
    Speaker.TRAINEE: TRAINEE_ACTS,
    Speaker.CALLER: CALLER_ACTS,
    Speaker.UNSEPARATED: TRAINEE_ACTS | CALLER_ACTS,
}
"""Which acts are looked for in whose sentences."""


class ActReader:
    """Reads the dialogue acts of turns.

    Parameters
    ----------
    weights : the arrays of ``models/acts.npz``.

    Raises
    ------
    ModelError : the arrays are of other acts than this version knows.
    """

    def __init__(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        self._classifier = ActClassifier(weights)

    def read(self, turn: Turn) -> tuple[Act, ...]:
        """Acts of one turn, by time, then in the order of `ActKind`; empty for a turn without words."""
        return tuple(
            Act(kind, turn.speaker, turn.id, sentence.span, sentence.text, probability)
            for sentence in sentences(turn.words)
            for kind, probability in self.acts_in(sentence.text, turn.speaker).items()
        )

    def acts_in(self, text: str, speaker: Speaker) -> dict[ActKind, float]:
        """Acts of one sentence with their probabilities, in the order of `ActKind`."""
        probabilities = self._classifier.probabilities(text)
        thresholds = self._classifier.thresholds
        allowed = ACTS_OF[speaker]
        return {
            kind: probabilities[kind]
            for kind in KINDS
            if kind in allowed and probabilities[kind] >= thresholds[kind]
        }

    def probabilities(self, text: str) -> dict[ActKind, float]:
        """Probability of every act for one sentence, whoever said it."""
        return self._classifier.probabilities(text)

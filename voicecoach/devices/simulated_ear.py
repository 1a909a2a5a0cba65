"""What a simulated trainee makes of the sound in their ears: whether the caller speaks, and since when.

A person hears a voice or none; so does this, by level alone. It understands no word.

Laws
----
* Times are exact to a frame of 10 ms, whatever the lengths of the pieces.

Units: samples of the trainee's own time; dBFS.
"""

from __future__ import annotations

import numpy as np

from voicecoach.audio import Samples
from voicecoach.timeline import FRAME, samples

AUDIBLE_DBFS = -48.0
"""A caller speaks at -16 to -28 dBFS and ducks by 15 dB at most; the noise of a telephone line lies below."""

BREATH_S = 0.5
"""Silence that parts two utterances; pauses inside a sentence are shorter (Heldner and Edlund 2010)."""


class Ear:
    """Hears the caller.

    Attributes
    ----------
    began : first sample of the utterance that goes on, or of the last one; None before the first.
    ended : end of the last audible frame; None before the first.
    """

    def __init__(self) -> None:
        self.began: int | None = None
        self.ended: int | None = None
        self._now = 0
        self._rest = np.zeros(0, np.float32)

    def push(self, played: Samples, now: int) -> None:
        """Hear what sounds from `now` on."""
        known = np.concatenate([self._rest, played])
        first = now - len(self._rest)
        frames = known[: len(known) // FRAME * FRAME].reshape(-1, FRAME)
        power = np.square(frames, dtype=np.float64).mean(axis=1)
        for number in np.flatnonzero(power > 10 ** (AUDIBLE_DBFS / 10)):
            self._sound(first + int(number) * FRAME)
        self._rest = known[len(frames) * FRAME :]
        self._now = now + len(played)

    def speaking_for(self) -> int:
        """Samples for which the caller has been speaking, by now; 0 while they are silent."""
        if self.began is None or self.ended is None or self._now - self.ended > 2 * FRAME:
            return 0
        return self.ended - self.began

    def _sound(self, at: int) -> None:
        if self.ended is None or at - self.ended >= samples(BREATH_S):
            self.began = at
        self.ended = at + FRAME

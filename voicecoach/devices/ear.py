"""What reached the trainee's ear, sample by sample, beside what they said.

Laws
----
* What is put at a sample is taken with that sample; where nothing was put, there is silence.

Units: samples at 16 kHz.
"""

from __future__ import annotations

import numpy as np

from voicecoach.audio import Samples


class Ear:
    """A track that is written ahead and read in order."""

    def __init__(self) -> None:
        self._start = 0
        self._known = np.zeros(0, np.float32)

    def put(self, at: int, sound: Samples) -> None:
        """Have `sound` heard from sample `at` on; what would be before the next `take` is past."""
        sound = sound[max(0, self._start - at) :]
        first = max(at, self._start) - self._start
        missing = first + len(sound) - len(self._known)
        if missing > 0:
            self._known = np.concatenate([self._known, np.zeros(missing, np.float32)])
        self._known[first : first + len(sound)] = sound

    def take(self, count: int) -> Samples:
        """The next `count` samples, shape (count,)."""
        taken = np.zeros(count, np.float32)
        there = self._known[:count]
        taken[: len(there)] = there
        self._known = self._known[count:]
        self._start += count
        return taken

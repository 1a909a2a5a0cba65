"""A contour that grows: append at the end, read anywhere, hardly any memory to spare."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

STEP = 30_000
"""Values by which the memory grows: 5 min of 10 ms frames, 120 kB. Copying a call of an hour into a longer
store takes 0.2 ms, so growing by a share of the length would save no time and waste up to half."""


class FrameLog:
    """A float32 array, one value a frame, that grows at its end."""

    def __init__(self) -> None:
        self._store = np.zeros(STEP, np.float32)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, values: NDArray[np.float32]) -> None:
        """Add `values`, shape (n,), at the end."""
        needed = self._length + len(values)
        if needed > len(self._store):
            grown = np.zeros(-(-needed // STEP) * STEP, np.float32)
            grown[: self._length] = self.values
            self._store = grown
        self._store[self._length : needed] = values
        self._length = needed

    @property
    def values(self) -> NDArray[np.float32]:
        """Everything so far, as a view: valid until the next `append`."""
        return self._store[: self._length]

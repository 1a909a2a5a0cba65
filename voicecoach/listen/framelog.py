"""A contour that grows: append at the end, read anywhere, in amortized constant time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.timeline import RATE

_FIRST_CAPACITY = RATE
"""Values before the first doubling: a few minutes of 10 ms frames."""


class FrameLog:
    """A float32 array, one value a frame, that doubles its memory when it is full."""

    def __init__(self) -> None:
        self._store = np.zeros(_FIRST_CAPACITY, np.float32)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, values: NDArray[np.float32]) -> None:
        """Add `values`, shape (n,), at the end."""
        needed = self._length + len(values)
        if needed > len(self._store):
            grown = np.zeros(max(needed, 2 * len(self._store)), np.float32)
            grown[: self._length] = self.values
            self._store = grown
        self._store[self._length : needed] = values
        self._length = needed

    @property
    def values(self) -> NDArray[np.float32]:
        """Everything so far, as a view: valid until the next `append`."""
        return self._store[: self._length]

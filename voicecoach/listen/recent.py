"""The last minute or two of a track's contours, for whoever has to look back while the call runs.

Law: constant memory; frames keep the numbers they have in the call.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from voicecoach.prosody import ProsodyFrames

Contour = NDArray[np.float32]

KEPT = 12_000
"""Frames kept at most: two minutes. Half of them are dropped at a time."""


class RecentContours:
    """Pitch and level of the last one to two minutes.

    Attributes
    ----------
    first : the frame with which the contours begin.
    """

    def __init__(self) -> None:
        self.first = 0
        self._count = 0
        self._contours = np.zeros((2, KEPT), np.float32)

    @property
    def f0_hz(self) -> Contour:
        """Pitch from `first` on, 0 where unvoiced; valid until the next `push`."""
        return self._contours[0, : self._count]

    @property
    def level_dbfs(self) -> Contour:
        """Level from `first` on; valid until the next `push`."""
        return self._contours[1, : self._count]

    def push(self, frames: ProsodyFrames) -> None:
        """Take the next frames."""
        fresh = np.stack([frames.f0_hz, frames.level_dbfs[: len(frames.f0_hz)]])
        for start in range(0, fresh.shape[1], KEPT // 2):
            self._append(fresh[:, start : start + KEPT // 2])

    def _append(self, piece: NDArray[np.float32]) -> None:
        if self._count + piece.shape[1] > KEPT:
            dropped = KEPT // 2
            self._contours[:, : self._count - dropped] = self._contours[:, dropped : self._count].copy()
            self._count -= dropped
            self.first += dropped
        self._contours[:, self._count : self._count + piece.shape[1]] = piece
        self._count += piece.shape[1]

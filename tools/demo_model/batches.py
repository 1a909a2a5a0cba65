"""Windows put together into arrays for the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from tools.demo_model.targets import IGNORED
from tools.demo_model.tokens import STAMPS_PER_S
from tools.demo_model.windows import Window

UNHEARD = -1


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """B windows of T positions with at most L tokens."""

    features: NDArray[np.float32]
    """(B, 80, 2 T)."""
    offsets: NDArray[np.int64]
    """(B,)."""
    labels: NDArray[np.int64]
    """Phones, (B, T)."""
    given: NDArray[np.int64]
    """Tokens, (B, L)."""
    wanted: NDArray[np.int64]
    """The tokens after them, (B, L)."""
    heard: NDArray[np.int64]
    """First position at which each wanted token is heard and the one after its last, (B, L, 2)."""

    def parts(self, count: int) -> list[Batch]:
        """The windows shared out among `count`, or fewer where there are not as many windows."""
        count = min(count, len(self.given))
        arrays = [np.array_split(getattr(self, one.name), count) for one in fields(self)]
        return [Batch(*part) for part in zip(*arrays, strict=True)]


def batch_of(windows: Sequence[Window], filler: int) -> Batch:
    """Windows of one length; shorter texts are filled up with the token `filler`, which is not asked for."""
    longest = max(len(window.targets.given) for window in windows)
    shape = (len(windows), longest)
    given, wanted = np.full(shape, filler, np.int64), np.full(shape, IGNORED, np.int64)
    heard = np.full((*shape, 2), UNHEARD, np.int64)
    for row, window in enumerate(windows):
        count = len(window.targets.given)
        given[row, :count] = window.targets.given
        wanted[row, :count] = window.targets.wanted
        for column, where in enumerate(window.targets.heard_s):
            if where is not None:
                heard[row, column] = _positions(where, window)
    return Batch(
        np.stack([window.features for window in windows]),
        np.array([window.offset for window in windows]),
        np.stack([window.labels for window in windows]).astype(np.int64),
        given,
        wanted,
        heard,
    )


def _positions(heard_s: tuple[float, float], window: Window) -> tuple[int, int]:
    """The positions of the window that hold a time, at least one."""
    last = window.features.shape[1] // 2
    first, end = (round(at_s * STAMPS_PER_S) - window.offset for at_s in heard_s)
    first = min(max(first, 0), last - 1)
    return first, min(max(end, first + 1), last)

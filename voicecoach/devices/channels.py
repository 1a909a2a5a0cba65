"""Which channels of a recording hold which speakers, as far as the sound alone can tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from voicecoach.devices.media import read_blocks
from voicecoach.timeline import RATE

LISTENED_S = 300
"""Two channels that are alike for this long are alike."""

SAME_DB = -40.0
"""Channels that differ by less than this, relative to their sum, are one signal recorded twice."""


def hold_the_same(path: Path) -> bool:
    """Whether the first two channels carry one and the same signal (a mono call saved as stereo)."""
    difference = level = 0.0
    for count, block in enumerate(read_blocks(path, RATE)):
        left, right = block[0].astype(np.float64), block[1].astype(np.float64)
        difference += float(np.sum((left - right) ** 2))
        level += float(np.sum(left**2 + right**2))
        if count >= LISTENED_S or (difference > level * 10 ** (SAME_DB / 10) and count > 10):
            break
    return difference <= level * 10 ** (SAME_DB / 10)

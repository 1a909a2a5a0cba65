"""A telephone that rings in the headset until the trainee picks up, or does not.

Units: samples at 16 kHz; levels in dBFS.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from voicecoach.audio import Samples
from voicecoach.events import Control, Key, Pressed
from voicecoach.ports import Headset
from voicecoach.timeline import RATE, samples

TONES_HZ = (440.0, 480.0)
"""The North American ring (Precise Tone Plan)."""

LEVEL_DBFS = -30.0
"""Soft: it is heard at the ear, and nobody is to be startled."""

ON, CYCLE = samples(2.0), samples(4.0)
"""Two seconds of ringing, then a pause; the plan's pause is four seconds, a trainee need not wait so long."""

PATIENCE = samples(40.0)
"""Ten rings; then the caller gives up."""

_RAMP = samples(0.01)


def ring(start: int, count: int) -> Samples:
    """`count` samples of ringing from `start` on."""
    at = np.arange(start, start + count)
    sound = sum(np.sin(2 * np.pi * hz / RATE * at) for hz in TONES_HZ) / len(TONES_HZ)
    within = at % CYCLE
    loudness = np.clip(np.minimum(within, ON - within) / _RAMP, 0.0, 1.0)
    return np.asarray(10 ** (LEVEL_DBFS / 20) * np.sqrt(2) * loudness * sound, np.float32)


def ring_until_answered(headset: Headset, controls: Callable[[], list[Control]]) -> bool:
    """Ring until the trainee answers (True), hangs up, lets it ring, or the device closes (False)."""
    for start in range(0, PATIENCE, headset.block):
        if headset.exchange(ring(start, headset.block)) is None:
            return False
        for control in controls():
            if isinstance(control, Pressed) and control.key in (Key.ANSWER, Key.HANG_UP):
                return control.key is Key.ANSWER
    return False

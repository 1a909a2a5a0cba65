"""What is trained on when: which windows, at which rate of learning, with how much help from the teachers.

A network that knows nothing learns to hear on crops of 6 s first, which are cheap and full of speech; then
windows of all lengths that the product encodes are mixed. One that goes on from a checkpoint gets both, then
the mixed ones alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi

import numpy as np

from tools.demo_model.windows import Layout

POSITIONS_A_BATCH = 12_000
"""Encoder positions of a batch: many short windows or few long ones, at about the same cost."""

CROPS = (
    Layout(300, (3,), anywhere=0.85, dense=0.8, cut=0.2, broken_off=0.02, silent=0.02),
    Layout(250, (1, 2, 3), anywhere=0.6, dense=0.8, silent=0.04),
)

MIXED = (
    Layout(250, (1, 2, 3), anywhere=0.6),
    Layout(300, (2, 3), anywhere=0.8, dense=0.8),
    Layout(500, (2, 4, 6), anywhere=0.25, dense=0.6),
    Layout(500, (1, 2, 4), anywhere=0.25),
    Layout(750, (2, 6, 8), anywhere=0.25, dense=0.6),
    Layout(1000, (3, 8, 12), anywhere=0.25, dense=0.6),
    Layout(1500, (1, 1, 2, 6, 12), anywhere=0.0),
    Layout(1500, (1, 2, 4, 12, 16), anywhere=0.0, dense=0.6),
)
"""5 to 30 s: the product's adaptive window is 10 to 30 s long (`voicecoach.devices.window`)."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the training."""

    share: float
    """Of all its time."""
    layouts: Sequence[Layout]
    rates: tuple[float, float]
    """Of learning, at the beginning and at the end; a half cosine leads from one to the other."""
    phone_weight: float
    guide_weight: float
    sharpening: float = 1.0
    """Of attention, when the phase begins: `Whisper.sharpen`."""

    def rate(self, done: float) -> float:
        """The rate of learning when a share `done` of the phase is over."""
        first, last = self.rates
        return last + (first - last) * 0.5 * (1 + cos(pi * min(1.0, done)))

    def layout(self, rng: np.random.Generator) -> Layout:
        """The kind of the next batch's windows."""
        return self.layouts[int(rng.integers(len(self.layouts)))]


FROM_NOTHING = (
    Phase(0.6, CROPS, (2e-3, 6e-4), phone_weight=0.5, guide_weight=0.4),
    Phase(0.4, MIXED, (9e-4, 1e-5), phone_weight=0.2, guide_weight=0.3, sharpening=1.3),
)
"""1.3 is log(1500) / log(300): windows grow from 6 s to 30 s."""

FROM_CHECKPOINT = (
    Phase(0.6, (*CROPS, *CROPS, *MIXED), (1.3e-3, 6e-4), phone_weight=0.3, guide_weight=0.3),
    Phase(0.4, MIXED, (6e-4, 1e-5), phone_weight=0.2, guide_weight=0.3),
)
"""New words are learned from crops: at the same cost they hold three times as many as long windows."""


def phase_at(phases: Sequence[Phase], done: float) -> tuple[int, float]:
    """Which phase it is when a share `done` of the training is over, and the share of it that is over."""
    begun = 0.0
    for number, phase in enumerate(phases):
        if done < begun + phase.share or number == len(phases) - 1:
            return number, (done - begun) / phase.share
        begun += phase.share
    raise ValueError("there is no phase")


def windows_a_batch(layout: Layout) -> int:
    """How many windows of that kind are trained on at once."""
    return max(3, POSITIONS_A_BATCH // layout.positions)

"""Sound as plain data: mono float32 samples in [-1, 1] at 16 kHz, with the place they have in the call."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from voicecoach.timeline import Span

Samples = NDArray[np.float32]
"""Mono samples, shape (n,), float32, full scale = 1.0."""


class Layout(StrEnum):
    """Who can be told apart in a recording."""

    TWO_CHANNEL = "two-channel"
    """One speaker a channel: everything can be measured."""
    MIXED = "mixed"
    """Both speakers in one channel: who spoke is not known."""
    TRAINEE_ONLY = "trainee-only"
    """One channel that holds the trainee alone."""


@dataclass(frozen=True, slots=True, eq=False)
class AudioChunk:
    """Samples of one track and where they start in the call."""

    start: int
    samples: Samples

    @property
    def end(self) -> int:
        """Index of the first sample after the chunk."""
        return self.start + len(self.samples)

    def cut(self, span: Span) -> Samples:
        """The part of the chunk inside `span`, as a view."""
        return self.samples[max(0, span.start - self.start) : max(0, span.end - self.start)]

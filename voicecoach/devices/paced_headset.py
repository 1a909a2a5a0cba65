"""A simulated headset held to real time: for a call that is watched, and for timings that mean something.

Units: samples in, wall-clock seconds waited.
"""

from __future__ import annotations

import time

from voicecoach.audio import Samples
from voicecoach.events import Exchanged
from voicecoach.ports import Headset
from voicecoach.timeline import seconds


class PacedHeadset:
    """`ports.Headset` around one that goes as fast as it is asked.

    A block comes no sooner than a microphone would have given it. Whoever is late gets the next blocks at
    once until the time is made up, as from a device with room in its buffers.
    """

    def __init__(self, inner: Headset) -> None:
        self.block = inner.block
        self._inner = inner
        self._began: float | None = None
        self._exchanged = 0

    def exchange(self, played: Samples) -> Exchanged | None:
        """As the inner headset's, in its own time."""
        if self._began is None:
            self._began = time.monotonic()
        exchanged = self._inner.exchange(played)
        self._exchanged += self.block
        wait_s = self._began + seconds(self._exchanged) - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        return exchanged

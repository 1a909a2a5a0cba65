"""A recording, or a simulated call, as if it were happening now: each block in its time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from voicecoach.audio import Samples
from voicecoach.events import CallEnded, Exchanged
from voicecoach.ports import Headset
from voicecoach.timeline import seconds


def in_real_time(events: Iterable[Exchanged | CallEnded]) -> Iterator[Exchanged | CallEnded]:
    """`events`, each not before its last sample has been heard; late ones at once."""
    began = time.monotonic()
    for event in events:
        if isinstance(event, Exchanged):
            wait_s = began + seconds(event.heard.end) - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
        yield event


class RealTime:
    """Another headset (`ports.Headset`), which has no clock, at the speed of life."""

    def __init__(self, inner: Headset) -> None:
        self.block = inner.block
        self._inner = inner
        self._began: float | None = None

    def exchange(self, played: Samples) -> Exchanged | None:
        """As the inner headset's, but not before its last sample would have been heard."""
        exchanged = self._inner.exchange(played)
        if exchanged is None:
            return None
        if self._began is None:
            self._began = time.monotonic() - seconds(exchanged.heard.start)
        wait_s = self._began + seconds(exchanged.heard.end) - time.monotonic()
        if wait_s > 0:
            time.sleep(wait_s)
        return exchanged

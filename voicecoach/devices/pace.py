"""A recording as if it were happening now: each block arrives when a microphone would have given it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from voicecoach.events import CallEnded, Exchanged
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

"""The waveform as a page draws it: the loudest sample of each bucket, per track.

Laws: how the audio was chopped cannot matter; a call of any length needs at most `LIMIT` buckets a track.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.events import Exchanged
from voicecoach.timeline import FRAME

LIMIT = 200_000
"""Buckets a track: a three-hour call keeps 80 ms of detail in a quarter of a megabyte."""


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Largest absolute sample of each bucket, 0 to 1; bucket ``i`` begins at sample ``i * bucket``."""

    bucket: int
    """Samples in a bucket; the last one may be partial."""
    heard: NDArray[np.float32]
    """The trainee's track, or the only one; shape (buckets,)."""
    played: NDArray[np.float32] | None
    """The caller's track, same shape; None where there is no second one."""


class PeakMeter:
    """Takes a call block by block and keeps its peaks."""

    def __init__(self) -> None:
        self._heard = _Track()
        self._played: _Track | None = None

    def push(self, event: Exchanged) -> None:
        """Take the next block; blocks come in order and without gaps."""
        self._heard.push(event.heard.samples)
        if event.played is not None:
            self._played = self._played or _Track()
            self._played.push(event.played.samples)

    def peaks(self) -> Peaks:
        """Peaks of everything pushed so far."""
        heard = self._heard.buckets()
        played = self._played.buckets() if self._played else None
        frames = 1
        while len(heard) > LIMIT:
            heard, frames = _halved(heard), 2 * frames
            played = None if played is None else _halved(played)
        return Peaks(FRAME * frames, heard, played)


def peaks(blocks: Iterable[Exchanged]) -> Peaks:
    """Peaks of a whole call."""
    meter = PeakMeter()
    for block in blocks:
        meter.push(block)
    return meter.peaks()


class _Track:
    """One track in buckets of 10 ms, with what is left over until the next bucket is full."""

    def __init__(self) -> None:
        self._full: list[NDArray[np.float32]] = []
        self._rest: Samples = np.zeros(0, np.float32)

    def push(self, samples: Samples) -> None:
        joined = np.concatenate([self._rest, np.abs(samples)])
        whole = len(joined) // FRAME * FRAME
        self._full.append(joined[:whole].reshape(-1, FRAME).max(axis=1))
        self._rest = joined[whole:]

    def buckets(self) -> NDArray[np.float32]:
        last = [self._rest.max(keepdims=True)] if len(self._rest) else []
        return np.concatenate([np.zeros(0, np.float32), *self._full, *last])


def _halved(buckets: NDArray[np.float32]) -> NDArray[np.float32]:
    even = np.pad(buckets, (0, len(buckets) % 2))
    halved: NDArray[np.float32] = even.reshape(-1, 2).max(axis=1)
    return halved

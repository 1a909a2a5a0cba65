"""What a sound card's callback and the loop of the call hand to each other.

Laws
----
* Everything is allocated beforehand; the callback's side copies, counts and returns. It takes no lock and
  never waits: each counter is written by one side only, and after the samples that it vouches for.
* A full queue takes nothing more, an empty one gives silence, and both are counted.

Units: frames of the device (one sample of one channel) at the device's rate; seconds of one host clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples


class FrameQueue:
    """A bounded first-in-first-out queue of frames between two threads.

    Parameters
    ----------
    room : frames it can hold.
    """

    def __init__(self, room: int) -> None:
        self._frames = np.zeros(room, np.float32)
        self.written = 0
        """Frames put in so far; the writer's alone."""
        self.read = 0
        """Frames taken out so far; the reader's alone."""

    def __len__(self) -> int:
        return self.written - self.read

    def write(self, samples: Samples) -> int:
        """Put in what there is room for; how many frames that were."""
        count = min(len(samples), len(self._frames) - len(self))
        at = self.written % len(self._frames)
        first = min(count, len(self._frames) - at)
        self._frames[at : at + first] = samples[:first]
        self._frames[: count - first] = samples[first:count]
        self.written += count
        return count

    def read_into(self, out: Samples) -> int:
        """Fill `out` from its start with what there is; how many frames that were."""
        count = min(len(out), len(self))
        at = self.read % len(self._frames)
        first = min(count, len(self._frames) - at)
        out[:first] = self._frames[at : at + first]
        out[first:count] = self._frames[: count - first]
        self.read += count
        return count

    def take(self) -> Samples:
        """All there is."""
        taken = np.empty(len(self), np.float32)
        self.read_into(taken)
        return taken


@dataclass(frozen=True, slots=True, eq=False)
class Beats:
    """Callbacks of one stream, in order; arrays of shape (n,)."""

    ends: NDArray[np.int64]
    """Frames that the stream has asked for or brought, this callback's included."""
    at_s: NDArray[np.float64]
    """When, on the host's clock."""
    edge_s: NDArray[np.float64]
    """When the first frame of the callback was at the microphone or will be at the ear, as far as the driver
    knows, on the same clock."""
    flagged: NDArray[np.bool_]
    """The driver says that sound was lost just before."""

    def __len__(self) -> int:
        return len(self.ends)


class BeatLog:
    """What the callbacks of one stream noted; the oldest is overwritten by the newest.

    Parameters
    ----------
    room : callbacks it can hold: more than come while nobody looks.
    """

    def __init__(self, room: int = 1 << 14) -> None:
        self._ends = np.zeros(room, np.int64)
        self._at_s = np.zeros(room, np.float64)
        self._edge_s = np.zeros(room, np.float64)
        self._flagged = np.zeros(room, np.bool_)
        self.count = 0
        """Callbacks so far; the writer's alone."""
        self.end = 0
        """Frames so far; the writer's alone."""
        self._seen = 0

    def note(self, frames: int, at_s: float, edge_s: float, *, flagged: bool) -> None:
        """Write one callback down; the callback's side."""
        self.end += frames
        place = self.count % len(self._ends)
        self._ends[place] = self.end
        self._at_s[place] = at_s
        self._edge_s[place] = edge_s
        self._flagged[place] = flagged
        self.count += 1

    def news(self) -> Beats:
        """The callbacks since this was last asked; the loop's side."""
        count = self.count
        first = max(self._seen, count - len(self._ends) // 2)
        places = np.arange(first, count) % len(self._ends)
        self._seen = count
        return Beats(self._ends[places], self._at_s[places], self._edge_s[places], self._flagged[places])

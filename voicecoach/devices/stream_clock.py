"""What a sound stream's clock shows, read from when its callbacks came.

A callback comes in lumps (PulseAudio: up to 60 ms at a time) and late when the machine is busy, but never
before its frames exist. So the earliest callbacks show the clock, and their mean its drift.

Laws
----
* Pure: the same beats give the same answer.
* A callback that is late changes nothing; a clock that fell back *for good* lost sound: a hole. What was
  lost is then counted as if it had come, so that the clock goes on as before.

Units: frames of the stream; seconds of the host's clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voicecoach.devices.block_queue import Beats

Times = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """How long is looked at."""

    window_s: float = 2.0
    """Long enough that lumps of 60 ms average out to under 1 ms; 200 ppm is 0.4 ms in it."""
    recent_s: float = 0.3
    """Five of the longest lumps: a clock that is behind all this time does not catch up."""
    hole_s: float = 0.03
    """Behind by more is a hole: above what scheduling on a busy desktop shifts, and half a lump."""
    edge_s: float = 0.6
    """The driver's word is taken over this long: ten of the longest lumps."""
    settled_s: float = 0.005
    """It has settled when it moved by less: a quarter of a block."""
    told_hole_s: float = 0.005
    """The same where the driver says that it lost something; below it, the drift correction will do."""


class StreamClock:
    """One stream's count against the host's clock.

    Parameters
    ----------
    rate_hz : nominal rate of the stream.
    """

    def __init__(self, rate_hz: float, settings: ClockSettings | None = None) -> None:
        self._rate_hz = rate_hz
        self._settings = settings or ClockSettings()
        self._at_s: Times = np.zeros(0)
        self._lead_s: Times = np.zeros(0)
        self._edge_s: Times = np.zeros(0)
        self._end: int | None = None
        self._told_at_s = float("-inf")
        self.filled = 0
        """Frames that were lost and are counted as if they had come."""
        self._watching = False
        self._usual_lead_s = float("-inf")
        """Of the soonest callbacks before the recent ones."""

    def push(self, beats: Beats) -> int:
        """Learn of new callbacks; frames found missing just now, else 0."""
        if not len(beats):
            return 0
        count_s = (beats.ends + self.filled) / self._rate_hz
        self._at_s = np.concatenate([self._at_s, beats.at_s])
        self._lead_s = np.concatenate([self._lead_s, count_s - beats.at_s])
        starts_s = count_s - np.diff(beats.ends, prepend=self._last_end(beats)) / self._rate_hz
        self._edge_s = np.concatenate([self._edge_s, starts_s - beats.edge_s])
        self._end = int(beats.ends[-1])
        if beats.flagged.any():
            self._told_at_s = float(beats.at_s[-1])
        self._keep(self._settings.window_s)
        return self._hole() if self._watching else 0

    def watch(self) -> None:
        """Forget how the stream started, which is rarely smooth, and look for holes from now on."""
        self._keep(self._settings.edge_s)
        self._watching = True

    @property
    def span_s(self) -> float:
        """How long it has looked."""
        return float(self._at_s[-1] - self._at_s[0]) if len(self._at_s) else 0.0

    @property
    def lead_s(self) -> float:
        """How far the count is ahead of the host's clock (an arbitrary zero), on average."""
        return float(self._lead_s.mean())

    @property
    def edge_lead_s(self) -> float:
        """The same for what is at the microphone or at the ear, by the driver's word of late."""
        return float(np.median(self._edge_s[self._of_late(self._settings.edge_s)]))

    @property
    def earliest_lead_s(self) -> float:
        """The same for the callbacks that came the soonest."""
        return float(self._lead_s.max())

    @property
    def settled(self) -> bool:
        """Whether callbacks come evenly, and the driver's word has stopped changing."""
        edge_s = self._settings.edge_s
        if self.span_s < edge_s:
            return False
        late = self._of_late(edge_s / 2)
        early = self._of_late(edge_s) & ~late
        if not early.any() or not late.any():
            return False
        word_s = np.median(self._edge_s[late]) - np.median(self._edge_s[early])
        pace_s = self._lead_s[late].max() - self._lead_s[early].max()
        return max(abs(float(word_s)), abs(float(pace_s))) < self._settings.settled_s

    def history(self) -> tuple[Times, Times]:
        """When callbacks came, and the count in seconds after each: shapes (n,), (n,)."""
        return self._at_s, self._lead_s + self._at_s

    def _last_end(self, beats: Beats) -> int:
        """Where the first new callback began; of the very first nothing is known: as long as the second."""
        if self._end is not None:
            return self._end
        usual = int(beats.ends[1] - beats.ends[0]) if len(beats) > 1 else 0
        return int(beats.ends[0]) - usual

    def _of_late(self, span_s: float) -> NDArray[np.bool_]:
        return np.asarray(self._at_s > self._at_s[-1] - span_s)

    def _hole(self) -> int:
        settings, now_s = self._settings, float(self._at_s[-1])
        recent = self._of_late(settings.recent_s)
        since_s = self._at_s[recent][0]
        if not recent.all():
            self._usual_lead_s = float(self._lead_s[~recent].max())
        if now_s - since_s < 0.6 * settings.recent_s:
            return 0  # too little to tell late from lost
        behind_s = self._usual_lead_s - float(self._lead_s[recent].max())
        told = now_s - self._told_at_s < 2 * settings.recent_s
        if behind_s < (settings.told_hole_s if told else settings.hole_s):
            return 0
        missing = round(behind_s * self._rate_hz)
        self.filled += missing
        self._at_s = self._lead_s = self._edge_s = np.zeros(0)
        return missing

    def _keep(self, span_s: float) -> None:
        kept = self._of_late(span_s)
        self._at_s, self._lead_s, self._edge_s = self._at_s[kept], self._lead_s[kept], self._edge_s[kept]

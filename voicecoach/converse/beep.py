"""What the trainee hears while the caller is on hold: a soft beep now and then, lest the call be forgotten.

The music plays for the caller. The beep is too short to be taken for a voice (under 0.2 s: a click to
`listen.activity`), so that it cannot enter the record as something the caller said.

Laws: sample `n` of the hold sounds the same, however it is asked for.
Units: samples since the hold began.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicecoach.audio import Samples
from voicecoach.timeline import RATE, samples


@dataclass(frozen=True, slots=True)
class BeepSettings:
    """How it sounds."""

    every_s: float = 10.0
    """Hold reminders of telephone systems come every 10 to 30 s; the first at once, as the key's answer."""
    length_s: float = 0.12
    edge_s: float = 0.02
    """Fades in and out in half a cosine: no click."""
    pitch_hz: float = 425.0
    """The usual frequency of European call progress tones (ITU-T E.180)."""
    level_dbfs: float = -32.0
    """Some 10 dB under a caller's voice."""


class HoldBeep:
    """The sound of a hold."""

    def __init__(self, settings: BeepSettings | None = None) -> None:
        s = settings or BeepSettings()
        self._every = samples(s.every_s)
        self._beep = _beep(s)

    def between(self, start: int, end: int) -> Samples:
        """Shape (end - start,): from sample `start` of the hold up to `end`."""
        out = np.zeros(end - start, np.float32)
        for began in range(start // self._every * self._every, end, self._every):
            first, last = max(start, began), min(end, began + len(self._beep))
            if first < last:
                out[first - start : last - start] = self._beep[first - began : last - began]
        return out


def _beep(s: BeepSettings) -> Samples:
    t = np.arange(samples(s.length_s))
    edge = samples(s.edge_s)
    to_edge = np.minimum(np.minimum(t, len(t) - 1 - t) / edge, 1.0)
    envelope = 0.5 - 0.5 * np.cos(np.pi * to_edge)
    peak = 10 ** (s.level_dbfs / 20) * np.sqrt(2)
    return np.asarray(peak * envelope * np.sin(2 * np.pi * s.pitch_hz * t / RATE), np.float32)

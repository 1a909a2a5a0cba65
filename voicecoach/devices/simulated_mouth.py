"""What a simulated trainee says: lines rendered ahead, played to the sample, broken off when they yield.

Units: samples of the trainee's own time; levels RMS in dBFS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voicecoach.audio import Samples
from voicecoach.ports import Voice
from voicecoach.spoken import Delivery
from voicecoach.timeline import samples

FADE = samples(0.03)
"""Nobody stops within a sample: vocal folds take some 30 ms."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How a simulated trainee sounds."""

    voice: Voice
    delivery: Delivery
    level_dbfs: float = -24.0
    """A telephone's nominal level is -20 to -26 dBFS (ITU-T P.56)."""

    def line(self, text: str) -> Samples:
        """`text`, spoken at the level."""
        spoken = self.voice.render(text, self.delivery).samples
        rms = float(np.sqrt(np.mean(np.square(spoken, dtype=np.float64))))
        return np.asarray(spoken * (10 ** (self.level_dbfs / 20) / rms), np.float32)


class Mouth:
    """Plays one sound at a time.

    Attributes
    ----------
    began : first sample of the sound that is playing, or of the last one.
    free_from : end of the sound that is playing, or of the last one.
    """

    def __init__(self) -> None:
        self.free_from = 0
        self.began = 0
        self._sound = np.zeros(0, np.float32)

    def is_busy(self, now: int) -> bool:
        """Whether something sounds at `now` or later."""
        return self.free_from > now

    def play(self, sound: Samples, at: int) -> None:
        """Begin a sound; whatever was playing is gone."""
        self.began, self._sound = at, sound
        self.free_from = at + len(sound)

    def stop(self, at: int) -> None:
        """Break off."""
        said = max(0, at - self.began)
        rest = self._sound[said : said + FADE]
        faded = rest * np.linspace(1, 0, len(rest), dtype=np.float32)
        self.play(np.concatenate([self._sound[:said], faded]), self.began)

    def speak(self, now: int, count: int) -> Samples:
        """What sounds in `count` samples from `now` on."""
        out = np.zeros(count, np.float32)
        first, last = max(now, self.began), min(now + count, self.free_from)
        if first < last:
            out[first - now : last - now] = self._sound[first - self.began : last - self.began]
        return out


def cough(duration_s: float, level_dbfs: float, seed: int) -> Samples:
    """A burst of noise that swells within 20 ms and dies away: a cough, a door, a pencil on the desk."""
    count = samples(duration_s)
    shape = np.exp(-4 * np.arange(count) / count) * np.minimum(1, np.arange(count) / samples(0.02))
    burst = np.random.default_rng(seed).standard_normal(count) * shape
    return np.asarray(burst * (10 ** (level_dbfs / 20) / np.sqrt(np.mean(burst**2))), np.float32)

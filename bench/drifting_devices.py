"""A microphone and a loudspeaker whose crystals disagree, in simulated time: hours of them in minutes.

What the loudspeaker plays reaches the microphone at once, so that what was heard shows when something really
sounded. Callbacks come in lumps, as PulseAudio's do. The real headset's own code stands between these and
the call (`devices.duplex.Duplex`), as with any device.

Units: seconds of the microphone's clock, frames of each device's own.
"""

from __future__ import annotations

import threading
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np

from voicecoach.audio import Samples
from voicecoach.devices import duplex as duplex_module
from voicecoach.devices.block_queue import BeatLog, FrameQueue
from voicecoach.devices.duplex import Duplex
from voicecoach.timeline import RATE

ASKED_S = 0.02
LUMP_S = 0.06
"""PulseAudio brings sound 60 ms at a time."""

OUT_DELAY_S, IN_DELAY_S = 0.06, 0.012
"""From a callback to the ear, and from the mouth to a callback."""

AIR_S = 4
"""What sounded so long ago is forgotten."""


class DriftingDevices:
    """Two devices of 16 kHz, and the air between them.

    Parameters
    ----------
    drift_ppm : by how much the loudspeaker's clock is faster.
    """

    def __init__(self, drift_ppm: float) -> None:
        self.capture = SimpleNamespace(rate_hz=float(RATE), frames=FrameQueue(1 << 19), log=BeatLog())
        self.playback = SimpleNamespace(
            rate_hz=float(RATE), frames=FrameQueue(1 << 15), log=BeatLog(), starved=0
        )
        self._speed = 1 + drift_ppm * 1e-6
        self._asks = self._brings = 0
        self._now_s = 0.0
        self._air = np.zeros(RATE * AIR_S, np.float32)

    def open(self) -> Duplex:
        """The headset's own code on these devices, settled and begun."""
        with patch.object(duplex_module, "open_streams", lambda *_: (self.capture, self.playback)):
            duplex = Duplex(None, threading.Event())  # type: ignore[arg-type]
        duplex.settle(self)  # type: ignore[arg-type]
        duplex.begin()
        return duplex

    def wait(self, wait_s: float) -> bool:
        """Let so much time pass; stands for the event that would end the settling."""
        until_s = self._now_s + wait_s
        while self._now_s < until_s:
            self.tick()
        return False

    def tick(self) -> None:
        """Go on to the next callback."""
        ask_s = (self._asks + 1) * ASKED_S / self._speed
        bring_s = (self._brings + 1) * LUMP_S + 0.0037
        self._now_s = min(ask_s, bring_s)
        if ask_s < bring_s:
            self._asks += 1
            self._ask(round(ASKED_S * RATE))
        else:
            self._brings += 1
            self._bring(round(LUMP_S * RATE))

    def _ask(self, frames: int) -> None:
        sound = np.zeros(frames, np.float32)
        at = self.playback.log.end
        self.playback.starved += frames - self.playback.frames.read_into(sound)
        self._air[np.arange(at, at + frames) % len(self._air)] = sound
        edge_s = at / RATE / self._speed + OUT_DELAY_S
        self.playback.log.note(frames, self._now_s, edge_s, flagged=False)

    def _bring(self, frames: int) -> None:
        at = self.capture.log.end
        counts_s = np.arange(at, at + frames) / RATE - IN_DELAY_S - OUT_DELAY_S
        places = np.maximum(0, counts_s * RATE * self._speed)
        whole = places.astype(np.int64)
        part = (places - whole).astype(np.float32)
        size = len(self._air)
        sound: Samples = self._air[whole % size] * (1 - part) + self._air[(whole + 1) % size] * part
        self.capture.frames.write(sound)
        self.capture.log.note(frames, self._now_s, at / RATE - IN_DELAY_S, flagged=False)

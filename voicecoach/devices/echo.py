"""The echo guard: a headset whose microphone holds the trainee alone, whatever it hears of the caller.

The caller must never interrupt itself. What the probe found decides how that is seen to (`EchoMode`): by
level alone, by cancelling the echo (WebRTC's AEC3), or by shutting the microphone while the caller speaks.
What comes out is what is recorded, listened to and graded.

Laws
----
* Blocks keep their place in the call; without echo nothing is changed.
* The same samples in, the same samples out.

Units: samples at 16 kHz, dB.
"""

from __future__ import annotations

import math

import numpy as np

from voicecoach.audio import AudioChunk, Samples
from voicecoach.devices.drifting_clock import DelayLine
from voicecoach.devices.echo_gate import EchoGate, level_dbfs
from voicecoach.devices.echo_probe import EchoMode, EchoReport
from voicecoach.events import Exchanged
from voicecoach.ports import Headset
from voicecoach.timeline import RATE, samples

MARGIN_DB = 6.0
"""Without a canceller: blocks of echo scatter around the expected level by up to 5 dB (99 %, a room of
0.4 s); voices of trainees lie 20 dB above an echo of -30 dB."""

LEFT_OVER_DB = -8.0
"""What AEC3 leaves of an echo once it has learned the room, re the whole: in rooms that reverberate for up to
0.2 s, 99 % of blocks lie below."""

LEARNING_DB = 3.0
LEARNING_S = 2.0
"""While it learns, for 2 s of the caller's speech, single blocks of echo come through whole (measured)."""

SOUNDING_DBFS = -50.0
"""Only what is louder teaches the canceller."""

EARLY = samples(0.05)
"""The canceller gets the caller's sound this long before the echo arrives. It finds delays of 0 to 0.3 s
itself, but cannot undo an echo that comes too soon; 50 ms allow for a device that was opened anew."""


class GuardedHeadset:
    """`ports.Headset` around another one.

    Parameters
    ----------
    inner : the real one, or a simulated one.
    report : what the probe found with it.
    mode : overrules what the report calls for; an echo that was not found needs nothing done.
    """

    def __init__(self, inner: Headset, report: EchoReport, mode: EchoMode | None = None) -> None:
        self.block = inner.block
        self.mode = mode or report.mode
        self._inner = inner
        self._cleaner = None if report.gain_db is None else _cleaner(self.mode, report, inner.block)

    def exchange(self, played: Samples) -> Exchanged | None:
        """As the inner headset's, without the caller in the trainee's track."""
        exchanged = self._inner.exchange(played)
        if exchanged is None or self._cleaner is None:
            return exchanged
        heard = exchanged.heard
        return Exchanged(AudioChunk(heard.start, self._cleaner.push(heard.samples, played)), exchanged.played)


class Gated:
    """Mutes what is no louder than the echo can be; with an endless margin, whatever echo is in."""

    def __init__(self, report: EchoReport, block: int, margin_db: float = math.inf) -> None:
        self._arrival = DelayLine(max(0, report.delay - block))
        self._gate = _gate(report)
        self._margin_db = margin_db

    def push(self, heard: Samples, played: Samples) -> Samples:
        """A block of the microphone, cleaned, given the block that is played meanwhile."""
        return self._gate.push(heard, self._arrival.push(played), self._margin_db)


class Canceled:
    """Takes the echo out, then mutes what may be left of it.

    WebRTC's noise suppression stays off: it costs another 3 to 7 % of the trainee's voiced frames in double
    talk, and what it takes away disturbs no stage here (measured, ``docs/simulated.md``).
    """

    def __init__(self, report: EchoReport, block: int) -> None:
        from pywebrtc_audio import EchoCanceller

        self._canceller = EchoCanceller(sample_rate=RATE)
        self._reference = DelayLine(max(0, report.delay - EARLY))
        self._arrival = DelayLine(max(0, report.delay - block))
        self._gate = _gate(report)
        self._to_learn = samples(LEARNING_S)

    def push(self, heard: Samples, played: Samples) -> Samples:
        """A block of the microphone, cleaned, given the block that is played meanwhile."""
        reference, arriving = self._reference.push(played), self._arrival.push(played)
        clean = np.asarray(self._canceller.process(heard, reference), np.float32)
        margin_db = LEARNING_DB if self._to_learn > 0 else LEFT_OVER_DB
        if level_dbfs(arriving) > SOUNDING_DBFS:
            self._to_learn -= len(heard)
        return self._gate.push(clean, arriving, margin_db)


def _gate(report: EchoReport) -> EchoGate:
    assert report.gain_db is not None
    return EchoGate(report.gain_db, report.noise_dbfs)


def _cleaner(mode: EchoMode, report: EchoReport, block: int) -> Gated | Canceled:
    match mode:
        case EchoMode.FULL:
            return Gated(report, block, MARGIN_DB)
        case EchoMode.CANCELED:
            return Canceled(report, block)
        case EchoMode.HALF:
            return Gated(report, block)

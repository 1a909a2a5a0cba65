"""How a caller sounds through a telephone: its band, its noise, its coding.

Laws
----
* Causal, and the same whatever the chopping: the filter and the noise go on from block to block.
* The same seed gives the same noise.
* As many samples come out as go in; the band-pass delays them by 0.3 ms, less than 3 ms at its edges.

Units: levels in dB relative to full scale (RMS of a full-scale square wave = 0 dBFS), samples at 16 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from voicecoach.audio import Samples
from voicecoach.ports import Voice
from voicecoach.spoken import Delivery, Rendering
from voicecoach.timeline import RATE

BAND_HZ = (300.0, 3400.0)
"""The telephone band (ITU-T G.712, P.310): level within 1 dB."""

_HIGH_PASS = {"N": 4, "Wn": 220.0}
"""A Butterworth filter: 0.4 dB down at 300 Hz, 45 dB at 60 Hz, where G.712 asks for 24 against mains hum."""

_LOW_PASS = {"N": 6, "rp": 0.5, "rs": 35.0}
"""An elliptic filter as steep as one in front of 8 kHz sampling: 0.5 dB ripple, 35 dB down from 3.7 kHz."""

_MU_LAW_BIAS = 33
_MU_LAW_MAX = 8191
"""ITU-T G.711: 14-bit magnitudes, offset so that eight chords of sixteen steps double in width."""

_SETTLED = RATE // 4
"""Samples after which the filter's response to a click is below -100 dB."""


@dataclass(frozen=True, slots=True)
class LineQuality:
    """What a line does to a voice beyond its band."""

    noise_dbfs: float | None = None
    """RMS of the noise on the line, after the band-pass; -60 is soft, -45 a bad line. None: no noise."""
    mu_law: bool = False
    """Whether samples pass through 8-bit µ-law, too; at 16 kHz its noise in the band is 3 dB softer."""


class PhoneLine:
    """One line, in one direction, for one call."""

    def __init__(self, quality: LineQuality | None = None, seed: int = 0) -> None:
        self._quality = quality or LineQuality()
        self._filter = _band_pass()
        self._state = np.zeros((len(self._filter), 2))
        self._noise = np.random.Generator(np.random.PCG64(seed))
        self._noise_scale = _noise_scale(self._filter, self._quality.noise_dbfs)

    def pass_on(self, sound: Samples) -> Samples:
        """What comes out at the other end while `sound` goes in; shape (n,), float32, within full scale."""
        sent = sound.astype(np.float64)
        if self._noise_scale > 0:
            sent += self._noise_scale * self._noise.standard_normal(len(sound))
        if not len(sent):
            return np.zeros(0, np.float32)
        heard, self._state = signal.sosfilt(self._filter, sent, zi=self._state)
        heard = np.clip(heard, -1, 1)
        return (mu_law(heard) if self._quality.mu_law else heard).astype(np.float32)


def over_the_phone(rendering: Rendering, quality: LineQuality | None = None, seed: int = 0) -> Rendering:
    """A spoken line as it sounds through a line of its own: the same length, the same word times."""
    return Rendering(PhoneLine(quality, seed).pass_on(rendering.samples), rendering.words)


class ByPhone:
    """Another voice, through a telephone (``ports.Voice``)."""

    def __init__(self, voice: Voice, quality: LineQuality | None = None) -> None:
        self._voice = voice
        self._quality = quality

    def render(self, text: str, delivery: Delivery) -> Rendering:
        """Speak `text` into memory, as it arrives at the other end."""
        return over_the_phone(self._voice.render(text, delivery), self._quality)


def mu_law(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """`sound` coded as 8-bit µ-law and decoded again (ITU-T G.711, table 2)."""
    magnitude = np.minimum(np.abs(np.rint(sound * 8192)), _MU_LAW_MAX - _MU_LAW_BIAS) + _MU_LAW_BIAS
    step = 2.0 ** (np.floor(np.log2(magnitude)) - 4)
    middle = (np.floor(magnitude / step) + 0.5) * step - _MU_LAW_BIAS
    coded: NDArray[np.float64] = np.sign(sound) * middle / 8192
    return coded


def _band_pass() -> NDArray[np.float64]:
    """Second-order sections of the band-pass: gentle below, as telephones are, and steep above."""
    sections = (
        signal.butter(**_HIGH_PASS, btype="highpass", fs=RATE, output="sos"),
        signal.ellip(**_LOW_PASS, Wn=BAND_HZ[1], btype="lowpass", fs=RATE, output="sos"),
    )
    return np.vstack(sections)


def _noise_scale(band_pass: NDArray[np.float64], level_dbfs: float | None) -> float:
    """Standard deviation of white noise whose RMS behind the filter is `level_dbfs`."""
    if level_dbfs is None:
        return 0.0
    click = np.zeros(_SETTLED)
    click[0] = 1.0
    gain = float(np.sqrt(np.square(signal.sosfilt(band_pass, click)).sum()))
    return float(10 ** (level_dbfs / 20)) / gain

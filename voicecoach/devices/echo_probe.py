"""How much of what a headset plays comes back through its microphone: a quiet sweep, and what returns of it.

The sweep is deconvolved: what came back, divided by what was played, is the answer of loudspeaker, room and
microphone (Farina 2000). Half a second of it stands out of a
noise in which a click of the same level would drown.

Laws
----
* The probe takes a little over a second, plays at `LEVEL_DBFS`, and leaves the headset open.
* Noise is not taken for an echo: a return has to stand out of everything that no echo can explain.

Units: dB of what was played, dBFS (RMS), samples at 16 kHz.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.errors import DeviceError
from voicecoach.ports import Headset
from voicecoach.timeline import RATE, samples, seconds

LEVEL_DBFS = -30.0
"""Some 8 dB below a caller's voice: heard, not startling."""

SWEEP_S = 0.5
BAND_HZ = (150.0, 7000.0)
"""What speech is made of; its power falls with frequency (an exponential sweep), as that of speech does."""

BEFORE_S = 0.3
"""Silence in which the room's own noise is measured."""

LONGEST_DELAY_S = 0.6
"""Bluetooth, the slowest thing people wear, has a round trip of 0.15 to 0.3 s."""

ANSWER_S = 0.4
"""How long a room's answer goes on; only the energy in it counts as echo."""

PEAK_OVER_NOISE = 8.0
"""An echo's strongest arrival over the standard deviation of what arrives before it: chance reaches 4.5
in 10,000 samples of Gaussian noise, and hum and voices are less Gaussian."""

FULL_BELOW_DB = -20.0
"""Echo softer than this is told from the trainee's voice by its level alone: of a trainee who talks over the
caller the gate then keeps 90 to 99 % of the frames, a canceller 65 to 75 % (``docs/simulated.md``)."""

CANCELED_BELOW_DB = 0.0
"""Above, too little of a trainee who talks over the caller survives the canceller."""


class EchoMode(StrEnum):
    """What is done about echo."""

    FULL = "full duplex"
    """The microphone is open; what can only be the faint echo is muted."""
    CANCELED = "echo canceled"
    """The echo is computed and taken out, and what may be left of it is muted."""
    HALF = "half duplex"
    """The microphone is shut while the caller speaks."""


@dataclass(frozen=True, slots=True)
class EchoReport:
    """What a probe found."""

    gain_db: float | None
    """Power of the echo over that of what was played; None: no echo found. Near the room's noise it reads
    a few dB too high."""
    delay: int
    """Samples from giving a sound to the headset to the first arrival of its echo; 0 without one."""
    noise_dbfs: float
    """Of the microphone, while nothing is played."""

    @property
    def mode(self) -> EchoMode:
        """What the echo calls for."""
        if self.gain_db is None or self.gain_db < FULL_BELOW_DB:
            return EchoMode.FULL
        return EchoMode.CANCELED if self.gain_db < CANCELED_BELOW_DB else EchoMode.HALF

    @property
    def summary(self) -> str:
        """One line for the screen."""
        if self.gain_db is None:
            return f"no echo heard (noise {self.noise_dbfs:.0f} dBFS): {self.mode}"
        return (
            f"echo {self.gain_db:.0f} dB after {1000 * seconds(self.delay):.0f} ms "
            f"(noise {self.noise_dbfs:.0f} dBFS): {self.mode}"
        )


def probe(headset: Headset) -> EchoReport:
    """Play the sweep and measure what comes back.

    Raises
    ------
    DeviceError : the headset went away meanwhile.
    """
    sweep = _sweep()
    before, after = samples(BEFORE_S), samples(LONGEST_DELAY_S + ANSWER_S)
    played = np.concatenate([np.zeros(before, np.float32), sweep, np.zeros(after, np.float32)])
    heard = _exchange(headset, played)
    noise_dbfs = 10 * np.log10(np.mean(np.square(heard[: before // 2], dtype=np.float64)) + 1e-12)
    answer = _deconvolved(heard[before:], sweep)
    gain_db, delay = _echo(answer)
    return EchoReport(gain_db, delay, float(noise_dbfs))


def _exchange(headset: Headset, played: Samples) -> Samples:
    """What is heard while `played` is given, to whole blocks."""
    whole = np.concatenate([played, np.zeros(-len(played) % headset.block, np.float32)])
    heard = []
    for start in range(0, len(whole), headset.block):
        exchanged = headset.exchange(whole[start : start + headset.block])
        if exchanged is None:
            raise DeviceError("The headset went away during the sound check. Plug it in and try again.")
        heard.append(exchanged.heard.samples)
    return np.concatenate(heard)


def _sweep() -> Samples:
    """Through `BAND_HZ` in `SWEEP_S`, each octave for as long; 10 ms of fade at its ends."""
    count = samples(SWEEP_S)
    at = np.arange(count) / count
    octaves = np.log(BAND_HZ[1] / BAND_HZ[0])
    wave = np.sin(2 * np.pi * BAND_HZ[0] * SWEEP_S / octaves * np.exp(at * octaves))
    wave *= np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (RATE // 100))
    return np.asarray(wave * 10 ** (LEVEL_DBFS / 20) / np.sqrt(np.mean(wave**2)), np.float32)


def _deconvolved(heard: Samples, sweep: Samples) -> NDArray[np.float64]:
    """The answer to an impulse, in band; its last part belongs to times before the impulse."""
    length = 1 << (len(heard) + len(sweep) - 1).bit_length()
    given, received = np.fft.rfft(sweep, length), np.fft.rfft(heard, length)
    power = np.abs(given) ** 2
    hz = np.fft.rfftfreq(length, 1 / RATE)
    in_band = (hz >= BAND_HZ[0]) & (hz <= BAND_HZ[1])
    quotient = np.where(in_band, received * given.conj() / np.maximum(power, power[in_band].min()), 0)
    return np.asarray(np.fft.irfft(quotient, length), np.float64)


def _echo(answer: NDArray[np.float64]) -> tuple[float | None, int]:
    """Gain and first arrival of the echo in an answer; None and 0 without one."""
    earlier = answer[len(answer) // 2 :]
    noise = float(np.sqrt(np.mean(earlier**2)))
    early = np.abs(answer[: samples(LONGEST_DELAY_S)])
    peak = float(early.max())
    if peak < PEAK_OVER_NOISE * noise or peak == 0:
        return None, 0
    delay = int(np.flatnonzero(early >= peak / 2)[0])
    window = answer[max(0, delay - 16) : delay + samples(ANSWER_S)]
    energy = max(float(np.sum(window**2)) - noise**2 * len(window), peak**2)
    band = 2 * (BAND_HZ[1] - BAND_HZ[0]) / RATE
    return float(10 * np.log10(energy / band)), delay

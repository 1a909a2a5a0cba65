"""A room without walls of its own: what of the caller's sound comes back into the trainee's microphone.

Laws
----
* Exact to the sample: an echo without reverberation is the played sound itself, `echo_gain` times as large,
  `echo_delay_ms` later, and nothing else.
* The same room and seed give the same samples, in any process.

Units: gains are factors of amplitude, levels RMS in dBFS.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from voicecoach.audio import Samples
from voicecoach.timeline import RATE, samples


class NoiseColor(StrEnum):
    """The spectrum of a noise."""

    WHITE = "white"
    PINK = "pink"
    """As much power in each octave: nearer to rooms, whose noise falls with frequency."""


@dataclass(frozen=True, slots=True)
class Room:
    """What lies between the trainee's loudspeaker and their microphone."""

    echo_gain: float = 0.0
    """Amplitude of the played sound's first arrival in the microphone; 0 for a good headset."""
    echo_delay_ms: float = 0.0
    """From hearing a sound to its echo in the recording: flight (3 ms a meter) and whatever round trip
    the device did not report."""
    reverberation_ms: float = 0.0
    """Time in which the room's answer falls by 60 dB (RT60); 0: the first arrival is all."""
    noise_dbfs: float | None = -68.0
    """Noise of the microphone; some 44 dB below speech, a quiet office. None: digital silence."""
    noise_color: NoiseColor = NoiseColor.PINK


REVERBERANT_SHARE = 1.0
"""Energy of the reverberation over that of the first arrival: a loudspeaker at arm's length on a desk."""

NOISE_PERIOD = 1 << 18
"""Samples after which the noise repeats without a seam: 16 s."""

FLAT_BELOW_HZ = 60.0
"""Pink noise does not rise further below this; its power would have no bound."""


class EchoPath:
    """Played sound in, its echo out, block by block."""

    def __init__(self, room: Room, seed: int) -> None:
        self._response = _response(room, seed)
        delay = samples(room.echo_delay_ms / 1000)
        self._past = np.zeros(delay + len(self._response) - 1, np.float32)

    def push(self, played: Samples) -> Samples:
        """The echo that arrives while `played` sounds, same shape."""
        known = np.concatenate([self._past, played])
        self._past = known[len(played) :]
        arriving = known[: len(played) + len(self._response) - 1]
        echo: Samples = np.convolve(arriving, self._response, "valid")
        return echo


class Noise:
    """A microphone's noise, as much as is asked for."""

    def __init__(self, room: Room, seed: int) -> None:
        self._period = _noise(room.noise_dbfs, room.noise_color, seed)
        self._at = 0

    def next(self, count: int) -> Samples:
        """The next `count` samples."""
        found = np.take(self._period, np.arange(self._at, self._at + count), mode="wrap")
        self._at = (self._at + count) % len(self._period)
        return found


def _response(room: Room, seed: int) -> Samples:
    """First arrival, then noise that decays."""
    tail = samples(room.reverberation_ms / 1000)
    response = np.zeros(1 + tail)
    response[0] = room.echo_gain
    if tail:
        noise = np.random.default_rng([seed, 0]).standard_normal(tail)
        noise *= 10 ** (-3 * np.arange(1, tail + 1) / tail)
        response[1:] = noise * room.echo_gain * np.sqrt(REVERBERANT_SHARE / np.sum(noise**2))
    return response.astype(np.float32)


@lru_cache(maxsize=2)
def _noise(dbfs: float | None, color: NoiseColor, seed: int) -> Samples:
    if dbfs is None:
        return np.zeros(1, np.float32)
    noise: NDArray[np.float64] = np.random.default_rng([seed, 1]).standard_normal(NOISE_PERIOD)
    if color is NoiseColor.PINK:
        hz = np.maximum(np.fft.rfftfreq(NOISE_PERIOD, 1 / RATE), FLAT_BELOW_HZ)
        noise = np.fft.irfft(np.fft.rfft(noise) / np.sqrt(hz), NOISE_PERIOD)
    return np.asarray(noise * (10 ** (dbfs / 20) / np.sqrt(np.mean(noise**2))), np.float32)

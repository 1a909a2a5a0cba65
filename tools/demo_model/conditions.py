"""What happens to a voice before it is heard: noise, a telephone line, gain; on log-mel frames.

Sounds add up in power, a filter and a gain are sums of logarithms; so a window is spoiled anew each time it
is trained on, without making its sound again.

Units: log10 of mel power: 1 is 10 dB. Frames have shape (n, 80).
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tools.demo_model.utterances import frames
from voicecoach.timeline import RATE

Frames = NDArray[np.float32]

LOWEST = -10.0
"""Whisper's floor: digital silence."""

BANDS = 80

NOISE_CHANCE, HUM_CHANCE, LINE_CHANCE, CODED_CHANCE = 0.45, 0.1, 0.45, 0.7
NOISE_ALONE_CHANCE = 0.75
"""Where nobody speaks."""

BED_S = 120
"""Of white noise, any piece of which may be heard."""

LINE_HZ, CODED_BELOW = 4000.0, 3.6
"""Half of a telephone's sampling rate, and how far below the voice its code's noise is: 36 dB (G.711)."""


def _band_hz() -> NDArray[np.float64]:
    """Centers of Whisper's mel bands; Slaney's scale: linear to 1 kHz, then 27 steps to a factor of 6.4."""
    highest = 15 + 27 * np.log(RATE / 2 / 1000) / np.log(6.4)
    mels = np.linspace(0, highest, BANDS + 2)[1:-1]
    return np.where(mels < 15, mels * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (mels - 15)))


BAND_HZ = _band_hz()


def spoiled(mel: Frames, rng: np.random.Generator, *, voiced: bool) -> Frames:
    """`mel` as it may arrive; where nobody speaks (`voiced` is false) the noise is the loudest there is."""
    level = float(np.percentile(mel.max(1), 90)) if voiced else rng.uniform(-1.0, 2.0)
    if rng.random() < (NOISE_CHANCE if voiced else NOISE_ALONE_CHANCE):
        mel = noisy(mel, level - _noise_below(rng), rng)
    if rng.random() < HUM_CHANCE:
        mel = humming(mel, level - (_noise_below(rng) if voiced else 0.0), rng)
    if rng.random() < LINE_CHANCE:
        mel = over_a_line(mel, rng)
    gain = _one_of(rng, 0.0, rng.uniform(-1.0, 0.3), rng.uniform(-3.0, 0.3))
    return np.maximum(mel + gain, LOWEST).astype(np.float32)


def noisy(mel: Frames, level: float, rng: np.random.Generator) -> Frames:
    """`mel` and a noise of that level in its loudest bands, falling or rising over frequency."""
    fall = _one_of(rng, rng.uniform(-2.5, 0.6), rng.uniform(-0.3, 0.3))
    color = np.linspace(0, fall, BANDS) + 0.1 * rng.standard_normal(BANDS)
    flicker = white(len(mel), rng)
    power = 10.0**mel + 10.0 ** (level + color).astype(np.float32) * flicker
    return np.asarray(np.log10(power), np.float32)


def white(count: int, rng: np.random.Generator) -> Frames:
    """The power of white noise in each band, 1 on average; shape (count, 80)."""
    bed = _bed()
    start = int(rng.integers(len(bed) - count))
    return bed[start : start + count]


@cache
def _bed() -> Frames:
    noise = np.random.default_rng(0).standard_normal(BED_S * RATE)
    power = 10.0 ** frames(noise.astype(np.float32))
    return np.asarray(power / power.mean(0), np.float32)


def humming(mel: Frames, level: float, rng: np.random.Generator) -> Frames:
    """`mel` and a steady tone with some of its harmonics: the mains, a fan, a whistle."""
    lowest_hz = _one_of(rng, rng.uniform(45, 65), rng.uniform(45, 130), rng.uniform(80, 3000))
    hum = np.full(BANDS, LOWEST)
    for number in range(1, int(rng.integers(1, 8)) + 1):
        # A window of 25 ms spreads a tone over some 60 Hz, a band far up is wider than that.
        away = (BAND_HZ - number * lowest_hz) / np.maximum(60, 0.06 * BAND_HZ)
        hum = np.maximum(hum, level - rng.uniform(0, 1.5) - 1.5 * away**2)
    return np.asarray(np.log10(10.0**mel + 10.0**hum), np.float32)


def over_a_line(mel: Frames, rng: np.random.Generator) -> Frames:
    """`mel` without what a telephone does not carry, and with what µ-law adds to it."""
    is_narrow = rng.random() < 0.5
    lowest_hz, highest_hz = (rng.uniform(150, 350), rng.uniform(3300, 3700)) if is_narrow else (0.0, 3900.0)
    above = np.clip((BAND_HZ - highest_hz) / 250, 0, None) * rng.uniform(1, 4)
    below = np.clip((lowest_hz - BAND_HZ) / 200, 0, None) * rng.uniform(1, 3)
    line = mel - np.minimum(above + below, rng.uniform(4, 10))
    if rng.random() < CODED_CHANCE:
        line = coded(line, rng)
    return np.maximum(line, line.max() - rng.uniform(4.5, 9)).astype(np.float32)


def coded(mel: Frames, rng: np.random.Generator) -> Frames:
    """`mel` with the noise of a code whose steps grow with the voice, as those of µ-law do.

    It is white below 4 kHz, so the same in each of Slaney's bands, and follows the power of each frame.
    """
    power = 10.0**mel
    noise = (
        np.trapezoid(power, BAND_HZ, axis=1)[:, None]
        / LINE_HZ
        * 10 ** -(CODED_BELOW + rng.uniform(-0.5, 0.3))
    )
    flicker = white(len(mel), rng)
    return np.asarray(np.log10(power + np.where(BAND_HZ < LINE_HZ, noise * flicker, 0) + 1e-12), np.float32)


def as_features(mel: Frames) -> NDArray[np.float32]:
    """What Whisper's encoder is given for `mel`. Shape (80, n)."""
    return ((np.maximum(mel, mel.max() - 8.0) + 4.0) / 4.0).T.astype(np.float32)


def _noise_below(rng: np.random.Generator) -> float:
    return _one_of(rng, rng.uniform(1.0, 2.5), rng.uniform(2, 4), rng.uniform(3, 6))


def _one_of(rng: np.random.Generator, *values: float) -> float:
    return values[int(rng.integers(len(values)))]

"""What happens to a voice before we hear it: noise, a telephone line, gain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfilt

from tools.pitch_model.glottis import RATE

Samples = NDArray[np.float32]

_NOISE_S = 30


def noises(
    babblers: Sequence[Samples], recorded: Mapping[str, Samples], rng: np.random.Generator
) -> dict[str, Samples]:
    """Noises to train with: colored, hum, whistles, gusts, babble of `babblers`, and the recorded ones."""
    n = _NOISE_S * RATE
    at = np.arange(n) / RATE
    found = {f"colored {slope}": colored(n, slope, rng) for slope in (0.0, 0.5, 1.0)}
    hum = sum(np.sin(2 * np.pi * 50 * k * at + k) / k for k in (1, 2, 3, 5, 7))
    found["hum"] = (hum + 0.3 * rng.standard_normal(n)).astype(np.float32)
    for number in range(4):
        tones = sum(rng.uniform(0.2, 1) * np.sin(2 * np.pi * rng.uniform(80, 3000) * at) for _ in range(3))
        found[f"whistle {number}"] = (tones + 0.5 * colored(n, 0.5, rng)).astype(np.float32)
    for number in range(6):
        found[f"buzz {number}"] = _buzz(at, rng)
    for number in range(2):
        gusts = np.interp(at, np.arange(0, _NOISE_S + 1, 0.1), rng.gamma(0.7, 1.0, 10 * _NOISE_S + 10))
        found[f"gusts {number}"] = (gusts * colored(n, 0.5 * number, rng)).astype(np.float32)
    for voices in (3, 6, 12):
        chosen = rng.choice(len(babblers), voices)
        crowd = sum(
            np.roll(np.resize(babblers[k], n), int(rng.integers(n))) / _rms(babblers[k]) for k in chosen
        )
        found[f"babble {voices}"] = np.asarray(crowd, np.float32)
    return found | dict(recorded)


def _buzz(at: NDArray[np.float64], rng: np.random.Generator) -> Samples:
    """A machine: a pitch that hardly moves, harmonics of any strength, some hiss."""
    pitch_hz = rng.uniform(45, 400) * (1 + 0.01 * np.cumsum(rng.standard_normal(len(at))) / np.sqrt(len(at)))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE
    strengths = rng.gamma(0.5, 1.0, 12) / np.arange(1, 13)
    tone = sum(strength * np.sin(k * phase + k) for k, strength in enumerate(strengths, 1))
    return (tone / _rms(tone) + rng.uniform(0.1, 1) * colored(len(at), 0.5, rng)).astype(np.float32)


def mixed(voice: Samples, noise: Samples, snr_db: float, rng: np.random.Generator) -> Samples:
    """A voice with noise `snr_db` below its active level."""
    start = int(rng.integers(len(noise)))
    bed = np.resize(np.roll(noise, -start), len(voice))
    return (voice + bed * _active_rms(voice) / _rms(bed) * 10 ** (-snr_db / 20)).astype(np.float32)


def gated(voice: Samples, rng: np.random.Generator) -> Samples:
    """A line that sends digital silence whenever it thinks that nobody speaks."""
    block = RATE // 20
    count = -(-len(voice) // block)
    levels = np.array([np.abs(voice[k * block : (k + 1) * block]).max(initial=0) for k in range(count)])
    open_ = np.convolve(levels > levels.max() * rng.uniform(0.02, 0.2), np.ones(5), "same") > 0
    passed = np.repeat(open_, block)[: len(voice)]
    passed[: int(rng.uniform(0, 0.5) * RATE)] = False
    return np.where(passed, voice, 0).astype(np.float32)


def telephone(voice: Samples, *, coded: bool) -> Samples:
    """A telephone line: 300 to 3400 Hz at 8 kHz, µ-law where `coded`, brought back to 16 kHz."""
    band = sosfilt(butter(6, [300, 3400], "bandpass", fs=RATE, output="sos"), voice)
    line = resample_poly(band, 1, 2)
    if coded:
        scale = np.abs(line).max() / 0.7 + 1e-9
        line = _mu_law(line / scale) * scale
    return resample_poly(line, 2, 1)[: len(voice)].astype(np.float32)


def _mu_law(wave: NDArray[np.float64]) -> NDArray[np.float64]:
    """There and back through 8 bits (ITU-T G.711's curve)."""
    code = np.sign(wave) * np.log1p(255 * np.abs(wave)) / np.log1p(255)
    code = np.round((code + 1) / 2 * 255) / 255 * 2 - 1
    return np.sign(code) * (256 ** np.abs(code) - 1) / 255


def colored(n: int, slope: float, rng: np.random.Generator) -> Samples:
    """Noise whose amplitude falls with frequency to the power `slope`: 0 white, 0.5 pink, 1 brown."""
    spectrum = np.fft.rfft(rng.standard_normal(n))
    noise = np.fft.irfft(spectrum / np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20) ** slope, n)
    return (noise / _rms(noise)).astype(np.float32)


def _rms(wave: NDArray[np.floating]) -> float:
    return float(np.sqrt(np.mean(np.square(wave, dtype=np.float64))) + 1e-10)


def _active_rms(voice: Samples) -> float:
    """RMS of the 20 ms frames within 30 dB of the loudest twentieth."""
    count = len(voice) // 320
    levels = (
        np.sqrt(np.mean(voice[: count * 320].reshape(count, 320).astype(np.float64) ** 2, axis=1)) + 1e-10
    )
    loud = np.percentile(levels, 95)
    return float(np.sqrt(np.mean(levels[levels > loud * 10 ** (-1.5)] ** 2)))

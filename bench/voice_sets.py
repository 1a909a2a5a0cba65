"""Voices whose jitter, shimmer and breath are known because we put them there; other seeds than any fitting.

Vowels that glide slowly are what a voice clinic records; connected syllables are what a call holds, and far
harder: onsets, changes of vowel and accents perturb every cycle too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from tools.pitch_model.conditions import telephone
from tools.pitch_model.glottis import VoiceQuality, source
from tools.pitch_model.voices import formant_speech
from voicecoach.audio import Samples
from voicecoach.timeline import FRAME, RATE

SETS = ("vowels", "vowels, telephone", "breathy vowels", "breathy vowels, telephone", "syllables")

_VOWELS_HZ = np.array(
    [[730, 1090, 2440, 3400], [270, 2290, 3010, 3700], [300, 870, 2240, 3300], [530, 1840, 2480, 3500]]
)
"""First four formants of a, i, u and e: men's averages (Peterson and Barney 1952)."""

_BANDWIDTHS_HZ = (60, 90, 150, 220)

_BLOCK = RATE // 200

_MARGIN = RATE // 20
"""50 ms without a voice at both ends."""

_BREATHS = {"vowels": (0.003, 0.05), "syllables": (0.003, 0.05), "breathy vowels": (0.02, 0.4)}
"""Noise re the pulses' peak: a healthy voice to a slightly breathy one, and up to half a whisper."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownVoice:
    """A sound at 16 kHz and what was put into it."""

    samples: Samples
    jitter_percent: float
    """Mean difference of neighboring periods, of a period."""
    shimmer_percent: float
    """The same of amplitudes."""
    hnr_db: float
    """Energy of the pulses over that of the noise, after the vocal tract."""


def known_voices(name: str, count: int, seed: int = 6) -> Iterator[KnownVoice]:
    """The voices of one of `SETS`."""
    rng = np.random.default_rng(seed)
    kind, _, line = name.partition(", ")
    low, high = np.log(_BREATHS[kind])
    for number in range(count):
        quality = VoiceQuality(
            rd=round(float(rng.uniform(0.8, 2.2)), 1),
            jitter=float(rng.uniform(0.001, 0.03)),
            shimmer=float(rng.uniform(0.01, 0.12)),
            breath=float(np.exp(rng.uniform(low, high))),
        )
        make = _syllables if kind == "syllables" else _vowel
        pulses, noise = make(quality, 3_000 + number)
        samples = (pulses + noise).astype(np.float32)
        yield KnownVoice(
            samples=telephone(samples, coded=True) if line else samples,
            jitter_percent=100 * _LOCAL * quality.jitter,
            shimmer_percent=100 * _LOCAL * quality.shimmer,
            hnr_db=float(10 * np.log10(np.sum(pulses**2) / np.sum(noise**2))),
        )


_LOCAL = 2 / np.sqrt(np.pi)
"""Mean absolute difference of two draws from a normal distribution, in its standard deviations."""


def _vowel(quality: VoiceQuality, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Three seconds from one vowel to another, pitch falling by 1 semitone a second under one accent."""
    rng = np.random.default_rng(seed)
    count = 3 * RATE
    time_s = np.arange(count) / RATE
    accent = rng.uniform(0, 1.5) * np.exp(-0.5 * ((time_s - rng.uniform(0, 3)) / 0.15) ** 2)
    f0_hz = np.exp(rng.uniform(np.log(75), np.log(330))) * 2 ** ((accent - time_s) / 12)
    f0_hz[:_MARGIN] = f0_hz[-_MARGIN:] = 0
    ends_hz = _VOWELS_HZ[rng.integers(len(_VOWELS_HZ), size=2)] * rng.uniform(0.92, 1.22)
    pulses_seed = int(rng.integers(1 << 30))
    silent = VoiceQuality(quality.rd, quality.jitter, quality.shimmer, 0.0)
    pulses, breathed = (
        _tract(source(f0_hz, one, np.random.default_rng(pulses_seed))[0], ends_hz)
        for one in (silent, quality)
    )
    gain = 0.5 / np.abs(breathed).max()
    return gain * pulses, gain * (breathed - pulses) + 10 ** (-70 / 20) * rng.standard_normal(count)


def _tract(wave: NDArray[np.float64], ends_hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Four resonances in a row that glide from one vowel to another."""
    shaped, states = np.empty(len(wave)), [np.zeros(2) for _ in _BANDWIDTHS_HZ]
    for start in range(0, len(wave), _BLOCK):
        piece = wave[start : start + _BLOCK]
        at_hz = ends_hz[0] + (ends_hz[1] - ends_hz[0]) * start / len(wave)
        for k, width_hz in enumerate(_BANDWIDTHS_HZ):
            radius = np.exp(-np.pi * width_hz / RATE)
            poles = [1, -2 * radius * np.cos(2 * np.pi * at_hz[k] / RATE), radius**2]
            piece, states[k] = lfilter([sum(poles)], poles, piece, zi=states[k])
        shaped[start : start + _BLOCK] = piece
    return shaped


def _syllables(quality: VoiceQuality, seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Four seconds of invented syllables; the noise is what is left without the same voice unbreathed."""
    silent = VoiceQuality(quality.rd, quality.jitter, quality.shimmer, 0.0)
    breathed, clean = (formant_speech(4.0, np.random.default_rng(seed), one) for one in (quality, silent))
    voiced = np.repeat(breathed.f0_hz > 0, FRAME)[: len(breathed.samples)]
    sound, pulses = (voice.samples[: len(voiced)].astype(np.float64) for voice in (breathed, clean))
    pulses = pulses * (sound * pulses * voiced).sum() / (pulses**2 * voiced).sum()
    return pulses, sound - pulses

"""Glottal sources whose pitch is known exactly: the raw material of synthetic training speech.

The pulse is the Liljencrants-Fant model in Fant's one-parameter form (Fant 1995, STL-QPSR 2-3): `rd` runs
from pressed (0.5) through modal (1) to breathy (2.7).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 16_000
_OVERSAMPLING = 2
_PULSE_POINTS = 2048


@dataclass(frozen=True, slots=True)
class VoiceQuality:
    """How a source sounds, apart from its pitch."""

    rd: float
    jitter: float
    """Standard deviation of a period's length, share of the period."""
    shimmer: float
    """Standard deviation of a pulse's height, share of the height."""
    breath: float
    """Level of the noise that goes with the voice, re the pulses' peak."""

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> VoiceQuality:
        """A quality as people have it, the odd creaky or breathy one included."""
        creaky = rng.random() < 0.15
        return cls(
            rd=round(float(rng.uniform(0.5, 2.6)), 1),
            jitter=float(rng.uniform(0.02, 0.05) if creaky else rng.uniform(0.002, 0.02)),
            shimmer=float(rng.uniform(0.1, 0.25) if creaky else rng.uniform(0.02, 0.08)),
            breath=float(rng.uniform(0.005, 0.12)),
        )


@lru_cache(maxsize=64)
def pulse(rd: float) -> NDArray[np.float64]:
    """One period of glottal flow derivative, zero mean, negative peak 1; shape (2048,)."""
    ra, rk = (-1 + 4.8 * rd) / 100, (22.4 + 11.8 * rd) / 100
    rg = 1 / (4 * ((0.11 * rd / (0.5 + 1.2 * rk)) - ra) / rk)
    peak = 1 / (2 * rg)
    closing = min(peak * (rk + 1), 0.97)
    back = min(max(ra, 1e-3), (1 - closing) * 0.95)
    decay = 1 / back
    for _ in range(60):
        decay = (1 - np.exp(-decay * (1 - closing))) / back
    at = np.arange(_PULSE_POINTS) / _PULSE_POINTS
    angle = np.pi / peak
    after = -(np.exp(-decay * (at - closing)) - np.exp(-decay * (1 - closing))) / (decay * back)

    def shape(growth: float) -> NDArray[np.float64]:
        start = -1 / (np.exp(growth * closing) * np.sin(angle * closing))
        return np.where(at < closing, start * np.exp(growth * at) * np.sin(angle * at), after)

    low, high = -50.0, 200.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if shape(middle).sum() > 0 else (low, middle)
    wave = shape((low + high) / 2)
    return wave - wave.mean()


def source(
    f0_hz: NDArray[np.float64], quality: VoiceQuality, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Pulses at the wanted pitch.

    Parameters
    ----------
    f0_hz : wanted pitch at each sample (16 kHz), 0 where unvoiced, shape (n,).

    Returns
    -------
    source : shape (n,).
    truth : the pitch that is really there at each sample, 0 where unvoiced, shape (n,).
    """
    rate = RATE * _OVERSAMPLING
    wanted = np.repeat(f0_hz, _OVERSAMPLING)
    wave, truth = np.zeros(len(wanted)), np.zeros(len(wanted))
    period_shape = np.append(pulse(quality.rd), pulse(quality.rd)[0])
    grid = np.arange(len(period_shape)) / _PULSE_POINTS
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (wanted > 0).astype(np.int8), [0]])))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        at = float(begin)
        while at < end:
            period = rate / wanted[int(at)] * max(0.5, 1 + quality.jitter * rng.standard_normal())
            if at + period > end:
                break
            first, last = int(np.ceil(at)), int(np.ceil(at + period))
            height = max(0.1, 1 + quality.shimmer * rng.standard_normal())
            wave[first:last] += height * np.interp((np.arange(first, last) - at) / period, grid, period_shape)
            truth[first:last] = wanted[int(at)]
            at += period
    wave += quality.breath * rng.standard_normal(len(wave)) * (truth > 0)
    return resample_poly(wave, 1, _OVERSAMPLING)[: len(f0_hz)], truth[::_OVERSAMPLING]

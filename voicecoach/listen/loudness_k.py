"""How loud a track is to the ear: K-weighted loudness of ITU-R BS.1770-5, live and over a stretch.

The level is filtered as hearing weighs it (less below 100 Hz, 4 dB more above 2 kHz), its power averaged over
0.4 s (*momentary*), 3 s (*short-term*), or over all 0.4 s blocks of a stretch that are loud enough to be
speech (*integrated*, gated twice).

Laws: one power every 100 ms, step ``k`` covers the samples from ``k * STEP``; a step is filtered as a whole,
so chopping does not matter; the track is preceded by silence.
Units: LUFS (dB re full scale, K-weighted); differences in LU (1 LU is 1 dB). One channel counts as mono.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike, NDArray

from voicecoach.audio import Samples
from voicecoach.listen.compiled import compiled
from voicecoach.timeline import RATE, Span, samples

STEP = samples(0.1)
"""Blocks of 0.4 s that overlap by 75 % (BS.1770-5 annex 1) begin every 0.1 s."""

MOMENTARY_STEPS = 4
"""0.4 s (EBU Tech 3341)."""

SHORT_TERM_STEPS = 30
"""3 s (EBU Tech 3341)."""

SILENCE_LUFS = -70.0
"""The absolute gate: a quieter block is no sound that anybody meant (BS.1770-5 annex 1)."""

RELATIVE_GATE_LU = 10.0
"""The relative gate: a block this far below the mean of the others is a pause (BS.1770-5 annex 1)."""

_OFFSET_DB = -0.691
"""Makes up for the filter's gain at 997 Hz, so that a full-scale sine has -3.01 LUFS (BS.1770-5 annex 1)."""

_TINY = 10 ** (-11.93)
"""A power of -120 LUFS."""

Sections = NDArray[np.float64]
"""Second-order sections, each b0, b1, b2, a1, a2: shape (2, 5)."""


def k_weighting(rate_hz: int) -> Sections:
    """The two filters of BS.1770-5, a shelf for the head and a high-pass, at a sampling rate.

    The standard gives coefficients for 48 kHz only. They are the bilinear transform, matched at the corner,
    of the analog filters below, which gives them back digit for digit; at 16 kHz the response stays within
    0.07 dB of the standard's up to 7.9 kHz.
    """
    return np.array([_shelf(rate_hz), _high_pass(rate_hz)])


def _shelf(rate_hz: int) -> tuple[float, ...]:
    corner, quality = np.tan(np.pi * 1681.974450955533 / rate_hz), 0.7071752369554196
    gain = 10 ** (3.999843853973347 / 20)
    middle = gain**0.4996667741545416
    scale = 1 + corner / quality + corner**2
    return (
        (gain + middle * corner / quality + corner**2) / scale,
        2 * (corner**2 - gain) / scale,
        (gain - middle * corner / quality + corner**2) / scale,
        2 * (corner**2 - 1) / scale,
        (1 - corner / quality + corner**2) / scale,
    )


def _high_pass(rate_hz: int) -> tuple[float, ...]:
    """Scaled to the gain far above the corner that the standard's has: its b are 1, -2, 1 at 48 kHz."""
    poles = _high_pass_poles(rate_hz)
    at_48_khz = _high_pass_poles(48_000)
    gain = (1 - poles[0] + poles[1]) / (1 - at_48_khz[0] + at_48_khz[1])
    return (gain, -2 * gain, gain, *poles)


def _high_pass_poles(rate_hz: int) -> tuple[float, float]:
    corner, quality = np.tan(np.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    scale = 1 + corner / quality + corner**2
    return 2 * (corner**2 - 1) / scale, (1 - corner / quality + corner**2) / scale


class KMeter:
    """K-weighted power of one track, one value every 100 ms."""

    def __init__(self) -> None:
        self._sections = k_weighting(RATE)
        self._state = np.zeros((2, 2))
        self._held: Samples = np.zeros(0, np.float32)

    def push(self, heard: Samples) -> NDArray[np.float32]:
        """Mean squares of the steps that `heard` completes, shape (steps,)."""
        held = np.concatenate([self._held, heard])
        steps = len(held) // STEP
        self._held = held[steps * STEP :]
        powers = np.empty(steps, np.float32)
        if steps:
            _measure(self._sections, self._state, held[: steps * STEP].reshape(steps, STEP), powers)
        return powers


def lufs(power: ArrayLike) -> NDArray[np.float64]:
    """K-weighted mean squares as loudness, floored at -120 LUFS; of the same shape."""
    return np.asarray(_OFFSET_DB + 10 * np.log10(np.maximum(power, _TINY)))


def block_powers(powers: NDArray[np.float32], steps: int = MOMENTARY_STEPS) -> NDArray[np.float64]:
    """Mean power of every run of `steps` steps; block ``k`` covers the steps ``k`` to ``k + steps - 1``.

    Parameters
    ----------
    powers : of consecutive steps, shape (n,).

    Returns
    -------
    Shape (max(0, n - steps + 1),). `lufs` of it is the momentary loudness (4 steps) or short-term (30).
    """
    if len(powers) < steps:
        return np.zeros(0)
    blocks: NDArray[np.float64] = sliding_window_view(powers, steps).mean(axis=1, dtype=np.float64)
    return blocks


def integrated_lufs(blocks: NDArray[np.float64]) -> float | None:
    """Gated loudness of blocks of 0.4 s, shape (n,); None where none passes the gates."""
    loud = blocks[lufs(blocks) > SILENCE_LUFS]
    if len(loud) == 0:
        return None
    kept = loud[lufs(loud) > lufs(loud.mean()) - RELATIVE_GATE_LU]
    return float(lufs(kept.mean()))


def loudness_in(powers: NDArray[np.float32], speech: Sequence[Span]) -> float | None:
    """Integrated loudness of the blocks whose middle lies in `speech`, sorted and disjoint; None if none."""
    blocks = block_powers(powers)
    middles = (np.arange(len(blocks)) + MOMENTARY_STEPS // 2) * STEP
    inside = np.zeros(len(blocks), np.bool_)
    for span in speech:
        first, end = np.searchsorted(middles, (span.start, span.end))
        inside[first:end] = True
    return integrated_lufs(blocks[inside])


def usual_loudness(powers: NDArray[np.float32], speech: Sequence[Span]) -> float | None:
    """Median loudness of the runs of `speech`, each counted by its length; None if none can be measured.

    Not the loudness of all of it at once: there a few loud runs outweigh many ordinary ones, and the gate
    takes the soft ones for pauses.
    """
    known = [
        (loudness, span.duration) for span in speech if (loudness := loudness_in(powers, [span])) is not None
    ]
    if not known:
        return None
    loudness, lengths = np.array(sorted(known)).T
    return float(loudness[np.searchsorted(np.cumsum(lengths), lengths.sum() / 2)])


@compiled
def _measure(
    sections: NDArray[np.float64],
    state: NDArray[np.float64],
    steps: NDArray[np.float32],
    powers: NDArray[np.float32],
) -> None:
    """Filter each step (transposed direct form II) and average its squares; `state` goes on."""
    b0, b1, b2, a1, a2 = sections[0]
    c0, c1, c2, d1, d2 = sections[1]
    y0, y1 = state[0]
    z0, z1 = state[1]
    for k in range(steps.shape[0]):
        total = 0.0
        for i in range(steps.shape[1]):
            x = steps[k, i]
            y = b0 * x + y0
            y0 = b1 * x - a1 * y + y1
            y1 = b2 * x - a2 * y
            z = c0 * y + z0
            z0 = c1 * y - d1 * z + z1
            z1 = c2 * y - d2 * z
            total += z * z
        powers[k] = total / steps.shape[1]
    state[0] = y0, y1
    state[1] = z0, z1

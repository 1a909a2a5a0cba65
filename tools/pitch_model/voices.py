"""Synthetic speech with exactly known pitch, made in two ways.

* `formant_speech`: invented syllables, an F0 contour with declination and accents, moving formants.
* `revoiced`: a real recording's vocal tract (linear prediction) driven by a source of our own, so that real
  articulation goes with a pitch, and a voicing, that are known because we put them there.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_toeplitz
from scipy.signal import butter, lfilter, sosfilt

from tools.pitch_model.glottis import RATE, VoiceQuality, source

_BLOCK = RATE // 200
"""5 ms: how often the vocal tract moves."""

_PHONES_HZ = np.array(
    [
        [730, 1090, 2440, 3400], [270, 2290, 3010, 3700], [300, 870, 2240, 3300], [530, 1840, 2480, 3500],
        [570, 840, 2410, 3300], [250, 1100, 2100, 3200], [360, 1300, 2700, 3400], [500, 1500, 2500, 3500],
    ]
)  # fmt: skip
"""First four formants of a, i, u, e, o, m, l and schwa: men's averages (Peterson and Barney 1952)."""

_BANDWIDTHS_HZ = (60, 90, 150, 220)

_ORDER = 18
"""Of linear prediction: one pair of poles per kHz, and one for the glottis."""


@dataclass(frozen=True, slots=True, eq=False)
class Voice:
    """Sound at 16 kHz and its pitch at every 10 ms (0 where unvoiced)."""

    samples: NDArray[np.float32]
    f0_hz: NDArray[np.float64]


def formant_speech(duration_s: float, rng: np.random.Generator, quality: VoiceQuality | None = None) -> Voice:
    """Invented syllables, by default in a voice quality drawn by lot."""
    n = int(duration_s * RATE)
    syllables = _syllables(duration_s, rng)
    f0_hz = _contour(n, syllables, rng)
    wave, truth = source(f0_hz, quality or VoiceQuality.drawn(rng), rng)
    envelope = np.zeros(n)
    for begin, end in syllables:
        ramp = min(int(rng.uniform(0.01, 0.04) * RATE), (end - begin) // 3)
        envelope[begin:end] = rng.uniform(0.2, 1.0)
        envelope[begin : begin + ramp] *= np.linspace(rng.uniform(0.1, 0.7), 1, ramp)
        envelope[end - ramp : end] *= np.linspace(1, rng.uniform(0.05, 0.5), ramp)
    voiced = _formants(wave * envelope, syllables, rng)
    voiced /= np.abs(voiced).max() + 1e-9
    return Voice(_leveled(voiced + _frication(n, syllables, rng), rng), _at_frames(truth))


def _syllables(duration_s: float, rng: np.random.Generator) -> list[tuple[int, int]]:
    found, at = [], float(rng.uniform(0.05, 0.5))
    while at < duration_s - 0.5:
        length = min(float(rng.uniform(0.08, 0.5)), duration_s - 0.1 - at)
        found.append((int(at * RATE), int((at + length) * RATE)))
        gap = rng.random()
        at += length + float(rng.uniform(0.04, 0.14) if gap < 0.75 else rng.uniform(0.2, 0.9))
    return found


def _contour(n: int, syllables: list[tuple[int, int]], rng: np.random.Generator) -> NDArray[np.float64]:
    base_hz = float(np.exp(rng.uniform(np.log(68), np.log(360))))
    semitones = 0.3 * rng.uniform(0, 1) * np.sin(2 * np.pi * 5.3 * np.arange(n) / RATE)
    voiced, phrase, before = np.zeros(n, np.bool_), 0, 0
    for begin, end in syllables:
        phrase = begin if begin - before > 0.2 * RATE else phrase
        at = np.arange(begin, end)
        accent = np.exp(-0.5 * ((at - rng.uniform(begin, end)) / RATE / rng.uniform(0.05, 0.15)) ** 2)
        semitones[begin:end] += np.clip(3 - 2.2 * (at - phrase) / RATE + rng.uniform(-3, 7) * accent, -8, 12)
        voiced[begin:end] = True
        before = end
    return np.where(voiced, np.clip(base_hz * 2 ** (semitones / 12), 58, 520), 0)


def _formants(
    wave: NDArray[np.float64], syllables: list[tuple[int, int]], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Four resonances in a row, their frequencies gliding from target to target."""
    tract = rng.uniform(0.92, 1.22)
    at: list[float] = []
    for begin, end in syllables:
        at.extend(np.linspace(begin, end, max(2, int((end - begin) / RATE / 0.12) + 1)))
    targets = _PHONES_HZ[rng.integers(len(_PHONES_HZ), size=len(at))] * tract
    blocks = np.arange(0, len(wave), _BLOCK)
    shaped, states = np.empty(len(wave)), [np.zeros(2) for _ in _BANDWIDTHS_HZ]
    glides = [np.interp(blocks, at, targets[:, k]) for k in range(len(_BANDWIDTHS_HZ))]
    for number, start in enumerate(blocks):
        piece = wave[start : start + _BLOCK]
        for k, width_hz in enumerate(_BANDWIDTHS_HZ):
            radius = np.exp(-np.pi * width_hz / RATE)
            poles = [1, -2 * radius * np.cos(2 * np.pi * min(glides[k][number], 7000) / RATE), radius**2]
            piece, states[k] = lfilter([sum(poles)], poles, piece, zi=states[k])
        shaped[start : start + _BLOCK] = piece
    return shaped


def _frication(n: int, syllables: list[tuple[int, int]], rng: np.random.Generator) -> NDArray[np.float64]:
    """Noise between syllables, as in s, f, sh."""
    lowest = rng.uniform(800, 3500)
    noise = sosfilt(butter(2, [lowest, 7500], "bandpass", fs=RATE, output="sos"), rng.standard_normal(n))
    gate = np.zeros(n)
    for (_, end), (begin, _) in pairwise(syllables):
        if begin - end > 0.03 * RATE and begin - end < 0.25 * RATE and rng.random() < 0.7:
            gate[end:begin] = np.hanning(begin - end) * rng.uniform(0.03, 0.3)
    return noise / np.abs(noise).max() * gate


def revoiced(recording: NDArray[np.float32], f0_hz: NDArray[np.float64], rng: np.random.Generator) -> Voice:
    """A recording's vocal tract with a source of known pitch.

    Parameters
    ----------
    recording : clean speech at 16 kHz.
    f0_hz : the pitch to give it, every 10 ms, 0 where unvoiced. A guess from the recording is good enough:
        whatever is asked for here is what the result has.
    """
    n = len(recording)
    wanted = _per_sample(f0_hz, n)
    quality = VoiceQuality.drawn(rng)
    wave, truth = source(wanted, quality, rng)
    wave = lfilter([1, -0.95], [1], wave)
    noise = rng.standard_normal(n)
    edge_hz = float(rng.uniform(2500, 7000))
    high = sosfilt(butter(2, edge_hz, "highpass", fs=RATE, output="sos"), noise)
    emphasized = lfilter([1, -0.95], [1], recording.astype(np.float64))
    shaped, state = np.zeros(n), np.zeros(_ORDER)
    window = np.hanning(5 * _BLOCK)
    for start in range(0, n - _BLOCK, _BLOCK):
        middle = start + _BLOCK // 2
        piece = np.take(
            emphasized,
            np.arange(middle - len(window) // 2, middle - len(window) // 2 + len(window)),
            mode="clip",
        )
        poles, gain = _predict(piece * window)
        here = slice(start, start + _BLOCK)
        drive = np.where(truth[here] > 0, wave[here] / _loudness(wave, here) + 0.3 * high[here], noise[here])
        shaped[here], state = lfilter([gain], poles, drive, zi=state)
        if not np.isfinite(state).all() or np.abs(state).max() > 1e3:
            state = np.zeros(_ORDER)
    shaped = lfilter([1], [1, -0.95], shaped)
    return Voice(_leveled(shaped, rng), _at_frames(truth))


def _at_frames(truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Pitch at every 10 ms; voiced where there is voice from 5 ms before to 5 ms after.

    A laryngograph counts likewise: the first and the last glottal closure have no period on one of their
    sides.
    """
    edge = np.zeros(RATE // 200)
    voiced = np.concatenate([edge, truth, edge]) > 0
    before, after = voiced[: len(truth)], voiced[2 * len(edge) :]
    return np.where(before & after, truth, 0)[:: RATE // 100]


def _per_sample(f0_hz: NDArray[np.float64], n: int) -> NDArray[np.float64]:
    """Interpolate voiced stretches; a frame's voicing holds for the 10 ms around its center."""
    frame = np.minimum((np.arange(n) + RATE // 200) // (RATE // 100), len(f0_hz) - 1)
    voiced = f0_hz > 0
    if not voiced.any():
        return np.zeros(n)
    filled = np.exp(np.interp(np.arange(n), np.flatnonzero(voiced) * (RATE // 100), np.log(f0_hz[voiced])))
    return np.where(voiced[frame], filled, 0)


def _predict(piece: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Linear prediction by autocorrelation: the poles and the level of what they leave."""
    power = np.abs(np.fft.rfft(piece, 1024)) ** 2
    own = np.fft.irfft(power)[: _ORDER + 1]
    own = own * np.exp(-0.5 * (2 * np.pi * 40 / RATE * np.arange(_ORDER + 1)) ** 2)
    own[0] = own[0] * (1 + 1e-5) + 1e-9
    ahead = solve_toeplitz(own[:-1], own[1:])
    error = max(own[0] - ahead @ own[1:], 1e-12)
    return np.concatenate([[1], -ahead]), float(np.sqrt(error / (0.375 * len(piece))))


def _loudness(wave: NDArray[np.float64], here: slice) -> float:
    """RMS of 25 ms around a block."""
    around = wave[max(0, here.start - 2 * _BLOCK) : here.stop + 2 * _BLOCK]
    return float(np.sqrt(np.mean(around**2)) + 1e-6)


def _leveled(wave: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
    """Peak at -6 dBFS, with the faint noise that every recording has."""
    wave = 0.5 * wave / (np.abs(wave).max() + 1e-9)
    floor = 10 ** (rng.uniform(-85, -55) / 20)
    return (wave + floor * rng.standard_normal(len(wave))).astype(np.float32)

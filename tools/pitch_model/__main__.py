"""Makes ``voicecoach/models/pitch.npz``: ``python -m tools.pitch_model --data ../shared/data``.

Three kinds of speech are heard under many conditions (`conditions`) by the product's own first stages, and
two small nets are fitted to them (`fitting`): which candidate is the period, and whether there is one.

* invented syllables, pitch known exactly (`voices.formant_speech`)
* real vocal tracts with a source of ours, pitch known exactly (`voices.revoiced`)
* real recordings, pitch as several trackers agree (`labels`)

All recordings and noises are under licenses that allow it (`recordings`; SpeechBrain's noises are
Apache-2.0). Seeded: the same command on the same machine gives the same file.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.pitch_model.conditions import Samples, gated, mixed, noises, telephone
from tools.pitch_model.fitting import Array, Fitting, fit
from tools.pitch_model.glottis import RATE
from tools.pitch_model.labels import LABELS, UNKNOWN
from tools.pitch_model.recordings import load, recordings
from tools.pitch_model.voices import Voice, formant_speech, revoiced
from voicecoach.listen.candidates import CLUES as CANDIDATE_CLUES
from voicecoach.listen.candidates import CONTEXT_CLUES, IMPOSSIBLE, Candidates, candidates, log_probabilities
from voicecoach.listen.perceptron import Perceptron
from voicecoach.listen.periodicity import periodicity
from voicecoach.listen.spectrum import SPECTRAL_RATE, SpectralAnalyzer
from voicecoach.listen.voicing import CLUES, LOOKAHEAD, NEIGHBORS, ClueMaker, LevelMeter

SEED = 20_26
FORMANT_VOICES = 60
TAKES = 5
"""Conditions under which each voice is heard."""

SCORER_SIZES = (CANDIDATE_CLUES + CONTEXT_CLUES, 24, 12)
VOICING_SIZES = (CLUES * len(NEIGHBORS), 40, 16)


@dataclass(frozen=True, slots=True, eq=False)
class Take:
    """One voice under one condition, as the first stages of the tracker see it."""

    found: Candidates
    levels: Array
    f0_hz: NDArray[np.float64]
    weight: float


def main() -> None:
    """Make the file of weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the recordings")
    parser.add_argument("--out", type=Path, default=Path("voicecoach/models/pitch.npz"))
    options = parser.parse_args()
    rng = np.random.default_rng(SEED)
    real = _real_voices(options.data)
    voices = [formant_speech(8.0, rng) for _ in range(FORMANT_VOICES)]
    voices += [_revoice(voice, rng) for voice in real] + real
    print(f"{len(voices)} voices, {sum(len(v.samples) for v in voices) / RATE / 60:.1f} minutes")
    takes = _takes(
        voices, noises([voice.samples for voice in real], _recorded_noises(options.data), rng), rng
    )
    scorer = _fit_scorer(takes, rng)
    voicing = _fit_voicing(takes, scorer, rng)
    named = {f"scorer_{key}": value for key, value in scorer._asdict().items()}
    named |= {f"voicing_{key}": value for key, value in voicing._asdict().items()}
    np.savez(options.out, **named)
    print(f"{options.out}: {sum(value.size for value in named.values())} numbers")


def _real_voices(data: Path) -> list[Voice]:
    """Recordings with the pitch that was agreed on, NaN where none was."""
    with np.load(LABELS) as stored:
        labels = {name: stored[name] for name in stored.files}
    voices = []
    for path in recordings(data):
        label = labels[str(path.relative_to(data))]
        voices.append(Voice(load(path), np.where(label == UNKNOWN, np.nan, label / 10)))
    return voices


def _recorded_noises(data: Path) -> dict[str, Samples]:
    return {
        path.stem: load(path) for path in sorted((data / "noise_and_rooms").glob("speechbrain_noise*.flac"))
    }


def _revoice(voice: Voice, rng: np.random.Generator) -> Voice:
    """The recording with its own melody, somewhere else: moved by up to an octave, wider or narrower."""
    f0_hz = np.nan_to_num(voice.f0_hz)
    if (f0_hz > 0).any():
        median_hz = float(np.median(f0_hz[f0_hz > 0]))
        target_hz = float(np.clip(median_hz * 2 ** rng.uniform(-1, 0.8), 70, 350))
        moved = target_hz * (np.maximum(f0_hz, 1) / median_hz) ** rng.uniform(0.7, 1.4)
        f0_hz = np.where(f0_hz > 0, np.clip(moved, 60, 500), 0)
    return revoiced(voice.samples, f0_hz, rng)


def _takes(voices: list[Voice], beds: dict[str, Samples], rng: np.random.Generator) -> list[Take]:
    takes = []
    names = sorted(beds)
    for voice in voices:
        for number in range(TAKES):
            samples, weight = voice.samples, 2.0
            if number > 0:
                snr_db = float(rng.choice([30, 20, 15, 10, 7, 5, 2, 0]))
                samples = mixed(samples, beds[names[rng.integers(len(names))]], snr_db, rng)
                weight = 1.0 if snr_db >= 10 else 0.6 if snr_db >= 5 else 0.3
            if rng.random() < 0.15:
                samples = gated(samples, rng)
            if number % 2 or rng.random() < 0.2:
                samples = telephone(samples, coded=bool(rng.random() < 0.7))
            samples = np.clip(samples * 10 ** (rng.uniform(-25, 5) / 20), -1, 1).astype(np.float32)
            takes.append(_listen(samples, voice.f0_hz, weight))
    return takes


def _listen(samples: Samples, f0_hz: NDArray[np.float64], weight: float) -> Take:
    frames = SpectralAnalyzer().push(np.concatenate([samples, np.zeros(RATE // 10, np.float32)]))
    views = periodicity(frames)
    found, levels = candidates(views), LevelMeter().push(frames, views)
    count = min(len(f0_hz), len(levels))
    return Take(Candidates(*(part[:count] for part in found)), levels[:count], f0_hz[:count], weight)


def _scaled(layers: list[Array], mean: Array, spread: Array) -> Perceptron:
    """Put the standardization of the inputs into the first layer."""
    w0, b0, *rest = layers
    return Perceptron((w0 / spread).astype(np.float32), (b0 - (w0 / spread) @ mean).astype(np.float32), *rest)


def _fit_scorer(takes: list[Take], rng: np.random.Generator) -> Perceptron:
    """Softmax over a frame's candidates: which is nearest to the truth, where one is within a semitone."""
    inputs, targets, weights = [], [], []
    for take in takes:
        voiced = np.flatnonzero(np.nan_to_num(take.f0_hz) > 0)
        lags = take.found.lags[voiced]
        cents = np.abs(1200 * np.log2(SPECTRAL_RATE / lags / take.f0_hz[voiced, None]))
        near = cents.min(axis=1) < 100
        context = np.repeat(take.levels[voiced, None, :CONTEXT_CLUES], lags.shape[1], axis=1)
        inputs.append(np.concatenate([take.found.clues[voiced], context], axis=2)[near])
        targets.append(cents.argmin(axis=1)[near])
        weights.append(np.full(near.sum(), take.weight, np.float32))
    x, target, weight = np.concatenate(inputs), np.concatenate(targets), np.concatenate(weights)
    absent = x[:, :, CANDIDATE_CLUES - 1] == 0  # the last clue is the strength
    flat = x.reshape(-1, x.shape[2])
    mean, spread = flat.mean(0), flat.std(0) + 1e-4
    x = (x - mean) / spread

    def batch_of(rows: NDArray[np.int64]) -> tuple[Array, Callable[[Array], Array]]:
        def gradient(outputs: Array) -> Array:
            scores = np.where(absent[rows], IMPOSSIBLE, outputs.reshape(len(rows), -1))
            share = np.exp(scores - scores.max(axis=1, keepdims=True))
            share /= share.sum(axis=1, keepdims=True)
            share[np.arange(len(rows)), target[rows]] -= 1
            return (share * weight[rows, None] / len(rows)).ravel().astype(np.float32)

        return x[rows].reshape(-1, x.shape[2]), gradient

    print(f"scorer: {len(x)} frames")
    return _scaled(fit(SCORER_SIZES, batch_of, len(x), rng, Fitting(batch=2048)), mean, spread)


def _fit_voicing(takes: list[Take], scorer: Perceptron, rng: np.random.Generator) -> Perceptron:
    """Logistic: whether there is a pitch in a frame, seen with its neighbors."""
    clues, truths, weights, centers = [], [], [], []
    at = 0
    for take in takes:
        scores = log_probabilities(scorer, take.found, take.levels[:, :CONTEXT_CLUES])
        padding = np.zeros((LOOKAHEAD, CLUES), np.float32)
        clues += [padding, ClueMaker().push(take.levels, take.found, scores), padding]
        known = np.flatnonzero(~np.isnan(take.f0_hz))
        truths.append((take.f0_hz[known] > 0).astype(np.float32))
        weights.append(np.full(len(known), take.weight, np.float32))
        centers.append(at + LOOKAHEAD + known)
        at += len(scores) + 2 * LOOKAHEAD
    x, truth, weight, center = (np.concatenate(part) for part in (clues, truths, weights, centers))
    mean, spread = x.mean(0), x.std(0) + 1e-4
    x = (x - mean) / spread
    offsets = np.array(NEIGHBORS)

    def batch_of(rows: NDArray[np.int64]) -> tuple[Array, Callable[[Array], Array]]:
        def gradient(outputs: Array) -> Array:
            chance = 1 / (1 + np.exp(-np.clip(outputs, -30, 30)))
            return ((chance - truth[rows]) * weight[rows] / len(rows)).astype(np.float32)

        return x[center[rows][:, None] + offsets].reshape(len(rows), -1), gradient

    print(f"voicing: {len(center)} frames")
    layers = fit(VOICING_SIZES, batch_of, len(center), rng, Fitting())
    return _scaled(layers, np.tile(mean, len(NEIGHBORS)), np.tile(spread, len(NEIGHBORS)))


if __name__ == "__main__":
    main()

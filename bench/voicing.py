"""How far the probability of voice can be believed: ``python -m bench.voicing``.

On FDA, clean and spoiled as for pitch (``pitch_sets``), which no weight was fitted to: of the frames that are
said to be voiced with a probability around 0.7, 70 % should be.

* ECE, expected calibration error: mean gap between probability and share, ten bins (Naeini 2015)
* Brier: mean squared gap between probability and truth, 0 best; always saying the mean gives 0.24 here
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import pitch_sets
from bench.machine import here, save
from bench.tables import show
from voicecoach.devices.assets import weights
from voicecoach.listen.pitch import PitchTracker
from voicecoach.listen.spectrum import SpectralAnalyzer
from voicecoach.timeline import FRAME, RATE

BINS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, default=Path("../shared/data"), help="folder with the recordings"
    )
    parser.add_argument("--json", type=Path, help="write the figures here")
    options = parser.parse_args()
    print(here())
    speech = pitch_sets.fda(options.data)
    figures = {
        condition: reliability(pitch_sets.spoiled(speech, condition, options.data))
        for condition in pitch_sets.CONDITIONS
    }
    show("FDA: share of frames that are voiced, by the probability said", figures)
    save(options.json, {"voicing": figures})


def reliability(items: Iterable[pitch_sets.Item]) -> dict[str, float]:
    """Share of voiced frames in ten bins of probability, and how far off they are."""
    said, voiced = (np.concatenate(column) for column in zip(*map(_heard, items), strict=True))
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    count = np.bincount(bins, minlength=BINS)
    mean = np.bincount(bins, said, BINS) / np.maximum(count, 1)
    share = np.bincount(bins, voiced, BINS) / np.maximum(count, 1)
    by_bin = {f"{(k + 0.5) / BINS:.2f}": float(share[k]) for k in range(BINS)}
    return by_bin | {
        "ECE": float(np.sum(count * np.abs(mean - share)) / count.sum()),
        "Brier": float(np.mean((said - voiced) ** 2)),
    }


def _heard(item: pitch_sets.Item) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What the tracker says at each time of the reference, and the truth."""
    analyzer, tracker = SpectralAnalyzer(), PitchTracker(weights("pitch"))
    padded = np.concatenate([item.samples, np.zeros(RATE // 2, np.float32)])
    voicing = tracker.push(analyzer.push(padded)).voicing
    return voicing[np.round(item.times_s * RATE / FRAME).astype(int)], item.f0_hz > 0


if __name__ == "__main__":
    main()

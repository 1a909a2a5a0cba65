"""Pitch labels for real recordings: what at least two of three independent trackers agree on, heard clean.

``python -m tools.pitch_model.labels --data ../shared/data`` writes ``labels.npz`` beside this file; it
needs the peers of ``bench/requirements.txt`` (SwiftF0, RAPT, Praat), fitting does not. These are labels of
machines, not of people: good where three methods with different weaknesses meet in a clean recording. Where
they differ about the pitch, the frame is left out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.pitch_peers import trackers
from bench.pitch_scores import at_times
from tools.pitch_model.conditions import Samples
from tools.pitch_model.recordings import load, recordings

LABELS = Path(__file__).with_name("labels.npz")

TEACHERS = ("SwiftF0", "RAPT", "Praat AC")

UNKNOWN = 65_535
"""Stored where the teachers do not agree; otherwise F0 in tenths of a Hz, 0 where unvoiced."""

_AGREEMENT = 1.06
"""A semitone."""


def main() -> None:
    """Make the file of labels."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the recordings")
    options = parser.parse_args()
    labels = {str(path.relative_to(options.data)): label(load(path)) for path in recordings(options.data)}
    np.savez_compressed(LABELS, **labels)
    every = np.concatenate(list(labels.values()))
    unknown, voiced = np.mean(every == UNKNOWN), np.mean((every > 0) & (every < UNKNOWN))
    print(f"{len(every) / 6000:.1f} minutes: {voiced:.1%} voiced, {unknown:.2%} left out")


def label(samples: Samples) -> NDArray[np.uint16]:
    """F0 every 10 ms in tenths of a Hz; shape (len(samples) // 160 + 1,)."""
    wanted_s = 0.01 * np.arange(len(samples) // 160 + 1)
    every = trackers()
    answers = np.sort([at_times(*every[name](samples), wanted_s) for name in TEACHERS], axis=0)
    low, middle, high = answers
    voiced = middle > 0
    agreed = (high < middle * _AGREEMENT) | ((low > 0) & (middle < low * _AGREEMENT))
    return np.where(voiced, np.where(agreed, np.round(10 * middle), UNKNOWN), 0).astype(np.uint16)


if __name__ == "__main__":
    main()

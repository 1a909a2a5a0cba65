"""Speech whose pitch is known: hand-checked (FDA, laryngograph) and synthetic, clean and spoiled.

Nothing here was used to fit the tracker: FDA and these noises (dishes, office, refrigerator) are for
evaluation only, and the synthetic voices have their own seed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tools.pitch_model.conditions import mixed, telephone
from tools.pitch_model.glottis import VoiceQuality
from tools.pitch_model.recordings import load
from tools.pitch_model.voices import formant_speech
from voicecoach.audio import Samples

CONDITIONS = (
    "clean", "telephone", "dishes 10 dB", "dishes 5 dB", "office 5 dB", "refrigerator 5 dB",
    "telephone, dishes 10 dB", "telephone, office 10 dB",
)  # fmt: skip

_NOISE_FILES = {
    "dishes": "doing_the_dishes.flac",
    "office": "office-ambience-24000-mono.mp3",
    "refrigerator": "soundpy_fridge.flac",
}


_MODAL = VoiceQuality(rd=1.2, jitter=0.003, shimmer=0.03, breath=0.02)
"""A healthy voice: its periods differ by 5 cents, so that finer errors are the tracker's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A recording at 16 kHz, and its pitch at some times (0 where unvoiced)."""

    name: str
    samples: Samples
    times_s: NDArray[np.float64]
    f0_hz: NDArray[np.float64]


def fda(data: Path) -> list[Item]:
    """The FDA evaluation set (Bagshaw 1993): laryngograph F0 every 15 ms."""
    items = []
    for line in (data / "fda_pitch" / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        f0_hz = np.array(row["f0_ref"], np.float64)
        samples = load(data / "fda_pitch" / row["file"])
        items.append(Item(row["file"], samples, 0.015 * np.arange(len(f0_hz)), f0_hz))
    return items


def synthetic(count: int = 12, seed: int = 4_711) -> list[Item]:
    """Invented syllables with exactly known pitch."""
    rng = np.random.default_rng(seed)
    voices = [formant_speech(8.0, rng, _MODAL) for _ in range(count)]
    return [
        Item(f"synthetic {k}", voice.samples, 0.01 * np.arange(len(voice.f0_hz)), voice.f0_hz)
        for k, voice in enumerate(voices)
    ]


def spoiled(items: list[Item], condition: str, data: Path) -> Iterator[Item]:
    """The same items under one of `CONDITIONS`, always with the same noise."""
    line = condition.startswith("telephone")
    noise_name = condition.rpartition(", ")[2]
    noise = None
    if noise_name.endswith(" dB"):
        name, snr, _ = noise_name.rsplit(" ", 2)
        noise = load(data / "noise_and_rooms" / _NOISE_FILES[name])
    rng = np.random.default_rng(7)
    for item in items:
        samples = item.samples if noise is None else mixed(item.samples, noise, float(snr), rng)
        samples = telephone(samples, coded=True) if line else samples
        yield Item(item.name, samples, item.times_s, item.f0_hz)

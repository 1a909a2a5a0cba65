"""Acted speech with its labels: RAVDESS (CC BY-NC-SA 4.0), for evaluation only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tools.pitch_model.conditions import telephone
from tools.pitch_model.recordings import load
from voicecoach.audio import Samples


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """One sentence, 16 kHz, and how it was to be spoken."""

    samples: Samples
    actor: str
    emotion: str
    intensity: str
    """``normal`` or ``strong``; neutral has no strong form."""


def clips(data: Path, *, telephone_line: bool) -> list[Clip]:
    """All of them, in the order of the manifest, at their own level."""
    folder = data / "ravdess_speech"
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    found = []
    for row in rows:
        samples = load(folder / row["file"])
        samples = telephone(samples, coded=True) if telephone_line else samples
        found.append(Clip(samples, row["speaker"], row["emotion"], row["intensity"]))
    return found

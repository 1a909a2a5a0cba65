"""Reads the recordings that training and measuring use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr

from tools.pitch_model.conditions import Samples
from tools.pitch_model.glottis import RATE


def load(path: Path) -> Samples:
    """A recording at 16 kHz, first channel."""
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    return np.asarray(soxr.resample(samples[:, 0], rate, RATE), np.float32)


def recordings(data: Path) -> list[Path]:
    """Clean speech whose license allows its use here, at least 1.5 s long.

    LibriSpeech (CC BY 4.0), Asterisk voice prompts (Creative Commons), LJ Speech (public domain).
    """
    folders = ("librispeech_excerpts", "asterisk_prompts/en", "small_asr_clips/ljspeech")
    paths = sorted(path for folder in folders for path in (data / folder).rglob("*.flac"))
    return [path for path in paths if soundfile.info(path).duration >= 1.5]

"""K-weighted loudness against pyloudnorm (MIT) on real recordings, wide band and at 8 kHz.

Ours hears everything at 16 kHz. pyloudnorm gets the same sound at 48 kHz, the one rate for which the standard
prints its filters, brought there by Fourier transform, which keeps all up to 8 kHz. Its `DeMan` filters are
the standard's digit for digit, its `K-weighting` is an approximation of its own.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import soundfile
import soxr
from scipy.signal import resample

from tools.pitch_model.recordings import recordings
from voicecoach.audio import Samples
from voicecoach.listen.loudness_k import KMeter, block_powers, integrated_lufs
from voicecoach.timeline import RATE

FILES = 60
"""Recordings, evenly drawn from those of at least 1.5 s."""


_STANDARD_HZ = 48_000


def measure(data: Path) -> dict[str, dict[str, float]]:
    """Largest and mean difference in LU for each filter of pyloudnorm; nothing where it is not installed."""
    if not find_spec("pyloudnorm"):
        return {}
    import pyloudnorm

    paths = recordings(data)
    rows = {}
    for rate_hz in (RATE, RATE // 2):
        sounds = [_at(path, rate_hz) for path in paths[:: max(1, len(paths) // FILES)]]
        ours = np.array([_ours(sound, rate_hz) for sound in sounds])
        for kind in ("K-weighting", "DeMan"):
            meter = pyloudnorm.Meter(_STANDARD_HZ, filter_class=kind)
            finer = (
                resample(sound.astype(np.float64), len(sound) * _STANDARD_HZ // rate_hz) for sound in sounds
            )
            theirs = np.array([meter.integrated_loudness(sound) for sound in finer])
            off = np.abs(ours - theirs)
            rows[f"{rate_hz // 1000} kHz, pyloudnorm {kind}"] = {
                "mean LU": float(off.mean()),
                "largest LU": float(off.max()),
                "within 0.2 LU, percent": 100 * float(np.mean(off <= 0.2)),
            }
    return rows


def _at(path: Path, rate_hz: int) -> Samples:
    """Cut to whole tenths of a second: pyloudnorm counts a last, incomplete block, the standard does not."""
    sound, own_hz = soundfile.read(path, dtype="float32", always_2d=True)
    wave = np.asarray(soxr.resample(sound[:, 0], own_hz, rate_hz), np.float32)
    return wave[: len(wave) // (rate_hz // 10) * (rate_hz // 10)]


def _ours(sound: Samples, rate_hz: int) -> float:
    heard = np.asarray(soxr.resample(sound, rate_hz, RATE), np.float32)
    found = integrated_lufs(block_powers(KMeter().push(heard)))
    assert found is not None, "the recordings hold speech"
    return found
